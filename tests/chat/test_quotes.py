"""A quoted sentence keeps its place, and is called by our own records."""

from collections.abc import Collection, Mapping

from tests.chat.conftest import Hire, StartNode, message_id
from tests.chat.node import secret

QUOTE = {"article": 4, "revision": 2, "paragraph": "p-1f", "text": "It reopens soon."}


async def titles(ids: Collection[int]) -> Mapping[int, tuple[str, str]]:
    return {id: (f"Article {id}", f"/news/{id}") for id in ids if id < 10}


async def test_both_sides_are_told_where_a_sentence_stands(
    start_node: StartNode, hire: Hire
) -> None:
    """Live and in the history; title and address are ours, whatever the page sent with it."""
    node = await start_node(titles=titles)
    page, console = await node.visitor(article=4), await node.agent(await hire("mei"))
    opened = await page.ask("chat.open", visitor=secret())
    forged = {**QUOTE, "title": "Lies", "url": "https://elsewhere.example/"}
    await page.ask("chat.say", id=message_id(), text="How soon?", quote=forged)
    said = await page.hears("chat.said")
    history = await page.ask("chat.since", seq=0)
    await console.ask("chat.join", conversation=opened["conversation"])
    joined = await console.hears("chat.history")

    kept = {**QUOTE, "title": "Article 4", "url": "/news/4"}
    assert kept == said["quote"]
    assert kept == history["messages"][0]["quote"]
    assert kept == joined["messages"][0]["quote"]


async def test_an_article_we_do_not_show_has_no_name(start_node: StartNode) -> None:
    """What was withdrawn may be asked about; its title is told to nobody."""
    node = await start_node(titles=titles)
    page = await node.visitor(article=99)
    await page.ask("chat.open", visitor=secret())
    await page.ask("chat.say", id=message_id(), text="Why?", quote={**QUOTE, "article": 99})
    said = await page.hears("chat.said")

    assert {**QUOTE, "article": 99, "title": "", "url": ""} == said["quote"]


async def test_a_repeated_message_keeps_its_first_quotation(start_node: StartNode) -> None:
    """The same id stores nothing twice, quotation or not."""
    node = await start_node(titles=titles)
    page = await node.visitor(article=4)
    await page.ask("chat.open", visitor=secret())
    id = message_id()
    first = await page.ask("chat.say", id=id, text="How soon?", quote=QUOTE)
    again = await page.ask("chat.say", id=id, text="How soon?", quote=QUOTE)
    history = await page.ask("chat.since", seq=0)

    assert first["seq"] == again["seq"] == 1
    assert ["How soon?"] == [entry["text"] for entry in history["messages"]]


async def test_a_quotation_has_its_limits(start_node: StartNode) -> None:
    """A thousand characters, a paragraph, whole numbers; anything else is refused as a field."""
    node = await start_node(titles=titles)
    page = await node.visitor(article=4)
    await page.ask("chat.open", visitor=secret())
    wrong = [
        {**QUOTE, "text": "x" * 1_001},
        {**QUOTE, "text": ""},
        {**QUOTE, "paragraph": "p" * 65},
        {**QUOTE, "article": 0},
    ]
    answers = [
        await page.ask("chat.say", id=message_id(), text="?", quote=quote) for quote in wrong
    ]
    full = await page.ask(
        "chat.say", id=message_id(), text="?", quote={**QUOTE, "text": "x" * 1000}
    )

    assert {"error"} == {answer["type"] for answer in answers}
    assert {"too_long", "bad_field"} >= {answer["code"] for answer in answers}
    assert "chat.stored" == full["type"]
