"""The letterbox: a message without a script becomes a conversation, once."""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import insert, select

from portal.storage.database import Database, address
from portal.storage.tables import chat as tables
from portal.storage.tables.desk import block
from portal.storage.tables.news import article, revision
from tests.support.inside import Inside

GIVEN = {"name": "Ada", "email": "ada@example.com", "message": "When does it reopen?"}


async def opened(client: httpx.AsyncClient, path: str = "/chat/") -> dict[str, str]:
    """The hidden fields of a form, as a browser would send them."""
    page = await client.get(path)
    assert page.status_code == 200
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))


async def rows(site: Inside, table: Any) -> list[Any]:
    """All rows of a table."""
    database = Database(address(None, site.settings.data))
    await database.open()
    async with database.read() as c:
        found = list((await c.execute(select(table))).all())
    await database.close()
    return found


async def published(site: Inside, id: int, title: str, status: str = "published") -> None:
    """An article."""
    database = Database(address(None, site.settings.data))
    await database.open()

    async def work(c: Any) -> None:
        row = {"id": id, "kind": "article", "slug": f"a{id}", "path": f"a{id}", "created_at": 1}
        seen = {"status": status, "published_revision": 1, "published_at": 1}
        await c.execute(insert(article).values(**row, **seen))
        said = {"title": title, "body_markdown": "", "body_html": "", "words": 1, "digest": "1"}
        lists: dict[str, list[int]] = {"authors": [], "tags": [], "media": []}
        await c.execute(
            insert(revision).values(article_id=id, number=1, created_at=1, **said, **lists)
        )

    await database.write(work)
    await database.close()


async def test_a_message_becomes_a_conversation_that_waits(site: Inside) -> None:
    """With his name and address, in the list of those who wait; and he is thanked."""
    async with site.client() as client:
        answer = await client.post("/chat/", data={**await opened(client), **GIVEN})
        thanks = await client.get(answer.headers["location"])

    (row,) = await rows(site, tables.conversation)
    (entry,) = await rows(site, tables.entry)
    (visitor,) = await rows(site, tables.visitor)
    assert (answer.status_code, thanks.status_code) == (303, 200)
    assert "Thank you" in thanks.text
    assert (row.status, row.waiting_since is not None) == ("waiting", True)
    assert (entry.kind, entry.author, entry.text) == ("text", "visitor", GIVEN["message"])
    assert (visitor.name, visitor.email) == ("Ada", "ada@example.com")


async def test_the_same_form_is_taken_once(site: Inside) -> None:
    """A double click and a reload add nothing; the next form is another conversation."""
    async with site.client() as client:
        form = {**await opened(client), **GIVEN}
        answers = [await client.post("/chat/", data=form) for _ in range(3)]
        other = {**await opened(client), **GIVEN}
        await client.post("/chat/", data=other)

    assert [each.status_code for each in answers] == [303] * 3
    assert len(await rows(site, tables.entry)) == 2
    assert len(await rows(site, tables.conversation)) == 2


async def test_what_was_written_better_is_read_too(site: Inside) -> None:
    """Back, two words more, sent again: both stand in the one conversation."""
    async with site.client() as client:
        form = {**await opened(client), **GIVEN}
        await client.post("/chat/", data=form)
        await client.post("/chat/", data={**form, "message": "When does it reopen, please?"})

    assert len(await rows(site, tables.conversation)) == 1
    assert len(await rows(site, tables.entry)) == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": ""}, "Please give an e-mail address"),
        ({"email": "ada"}, "does not look like an e-mail address"),
        ({"email": "a" * 250 + "@example.com"}, "does not look like an e-mail address"),
        ({"message": "  \r\n "}, "Please write a message"),
        ({"message": "x" * 4001}, "1 too many"),
        ({"name": "x" * 81}, "at most 80"),
        ({"token": "forged"}, "Please send it again"),
    ],
)
async def test_what_cannot_be_taken_comes_back(
    site: Inside, wrong: dict[str, str], words: str
) -> None:
    """With words at the field, and with everything that was typed; nothing is stored."""
    async with site.client() as client:
        form = {**await opened(client), **GIVEN, **wrong}
        answer = await client.post("/chat/", data=form)
        again = dict(re.findall(r'name="(\w+)" value="([^"]*)"', answer.text))

    assert answer.status_code in (403, 422)
    assert words in answer.text
    for name in ("name", "email", "message"):
        assert form[name].strip() in answer.text
    assert again["number"] == form["number"]
    assert await rows(site, tables.conversation) == []


async def test_lines_arrive_as_they_were_typed(site: Inside) -> None:
    """A form sends CR LF; what is kept has the lines and nothing more."""
    async with site.client() as client:
        form = {**await opened(client), **GIVEN, "message": "one\r\n\r\ntwo\r\n"}
        await client.post("/chat/", data=form)

    (entry,) = await rows(site, tables.entry)
    assert entry.text == "one\n\ntwo"


async def test_it_knows_the_article(site: Inside) -> None:
    """The form names it, and the conversation is about it, with our own title and address."""
    await published(site, 7, "Harbour <reopens>")
    async with site.client() as client:
        page = await client.get("/chat/?article=7")
        await client.post("/chat/", data={**await opened(client, "/chat/?article=7"), **GIVEN})

    (row,) = await rows(site, tables.conversation)
    (entry,) = await rows(site, tables.entry)
    assert "Harbour &lt;reopens&gt;" in page.text
    assert (row.article_id, row.title) == (7, "Harbour <reopens>")
    assert row.url == f"{site.settings.site_url}/a7"
    assert entry.article_id == 7


@pytest.mark.parametrize("article", ["8", "999", "x", "-1", "9" * 40, "1 OR 1=1"])
async def test_an_article_nobody_may_see_is_none(site: Inside, article: str) -> None:
    """The form is there all the same and tells no title."""
    await published(site, 8, "CANARY", status="draft")
    async with site.client() as client:
        path = f"/chat/?article={article}"
        page = await client.get(path)
        sent = await client.post(
            "/chat/", data={**await opened(client), **GIVEN, "article": article}
        )

    (row,) = await rows(site, tables.conversation)
    assert (page.status_code, sent.status_code) == (200, 303)
    assert "CANARY" not in page.text
    assert row.article_id is None


async def test_machines_are_thanked(site: Inside) -> None:
    """What fills in the field no person sees stores nothing and learns nothing."""
    async with site.client() as client:
        form = {**await opened(client), **GIVEN, "website": "http://buy.example"}
        answer = await client.post("/chat/", data=form)

    assert answer.status_code == 303
    assert await rows(site, tables.conversation) == []


async def test_a_network_has_its_pace(site: Inside) -> None:
    """After twenty at once the form comes back and says when; nothing typed is lost."""
    async with site.client() as client:
        answers = []
        for n in range(21):
            form = {**await opened(client), **GIVEN, "message": f"message {n}"}
            answers.append(await client.post("/chat/", data=form))

    assert [each.status_code for each in answers[:20]] == [303] * 20
    assert answers[20].status_code == 429
    assert int(answers[20].headers["Retry-After"]) > 0
    assert "message 20" in answers[20].text


async def test_one_form_sent_with_ever_other_words_has_its_pace(site: Inside) -> None:
    """It begins no conversation more, and fills the one it has no faster than a visitor may."""
    async with site.client() as client:
        form = {**await opened(client), **GIVEN}
        answers = [
            await client.post("/chat/", data={**form, "message": f"message {n}"}) for n in range(11)
        ]

    assert [each.status_code for each in answers] == [303] * 10 + [429]
    assert len(await rows(site, tables.entry)) == 10


async def test_only_our_own_page_sends_it(site: Inside) -> None:
    """A form on another site is refused before it is read."""
    async with site.client(**{"Sec-Fetch-Site": "cross-site"}) as client:
        answer = await client.post("/chat/", data={**await opened(client), **GIVEN})

    assert answer.status_code == 403
    assert await rows(site, tables.conversation) == []


async def test_what_was_typed_is_no_markup(site: Inside) -> None:
    """A form that comes back shows text as text."""
    evil = '"><script>x()</script></textarea>'
    async with site.client() as client:
        form = {**await opened(client), "name": evil, "email": evil, "message": evil}
        answer = await client.post("/chat/", data=form)

    assert answer.status_code == 422
    assert "<script>x()" not in answer.text


async def test_the_page_sets_no_cookie_and_is_not_kept(site: Inside) -> None:
    """It holds a number of its own; and looking at it writes nothing."""
    async with site.client() as client:
        page = await client.get("/chat/")
        bare = await client.get("/chat")

    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    assert (bare.status_code, bare.headers["location"]) == (308, "/chat/")
    assert await rows(site, tables.visitor) == []


async def test_whoever_must_agree_is_asked(tmp_path: Path, valkey_url: str) -> None:
    """The text stands above the button; without a tick the form comes back, with one it is kept."""
    built = await asyncio.to_thread(
        Inside.build, tmp_path, valkey_url, chat_consent="We keep this for 30 days."
    )
    async with built.open() as site, site.client() as client:
        form = {**await opened(client), **GIVEN}
        refused = await client.post("/chat/", data=form)
        none = await rows(site, tables.visitor)
        taken = await client.post("/chat/", data={**form, "consent": "yes"})
        (visitor,) = await rows(site, tables.visitor)

    assert (refused.status_code, none) == (422, [])
    assert "We keep this for 30 days." in refused.text
    assert "We need your consent" in refused.text
    assert taken.status_code == 303
    assert visitor.consented_at is not None


async def test_what_a_site_asks_of_everybody_the_form_asks_too(
    tmp_path: Path, valkey_url: str
) -> None:
    """With words at the field, and with what was typed; what is no must may stay empty."""
    built = await asyncio.to_thread(
        Inside.build, tmp_path, valkey_url, chat_fields=("name*", "email", "topic*")
    )
    async with built.open() as site, site.client() as client:
        form = {**await opened(client), **GIVEN}
        refused = await client.post("/chat/", data={**form, "name": " ", "topic": "x" * 121})
        empty = await client.post("/chat/", data=form)
        none = await rows(site, tables.visitor)
        taken = await client.post("/chat/", data={**form, "topic": "The bridge"})
        (row,) = await rows(site, tables.conversation)

    assert [each.status_code for each in (refused, empty, taken)] == [422, 422, 303]
    assert "Please give a name." in refused.text
    assert "at most 120" in refused.text
    assert "Please say what it is about." in empty.text
    assert GIVEN["message"] in empty.text
    assert none == []
    assert row.topic == "The bridge"


async def test_the_desk_learns_what_the_browser_says(site: Inside) -> None:
    """Language and device as of any visitor; of his network a name that is not the network."""
    said = {
        "Accept-Language": "ar-EG,en;q=0.8",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    }
    async with site.client(**said) as client:
        await client.post("/chat/", data={**await opened(client), **GIVEN})

    (visitor,) = await rows(site, tables.visitor)
    assert visitor.language == "ar-EG"
    assert "Firefox" in visitor.device
    assert visitor.network and "203.0.113" not in visitor.network


async def test_whose_network_is_blocked_is_told(site: Inside) -> None:
    """Politely, with what he typed; nothing is stored."""
    async with site.client() as client:
        await client.post("/chat/", data={**await opened(client), **GIVEN})
        (visitor,) = await rows(site, tables.visitor)
        await _block(site, visitor.network)
        await site.state["letterbox"]._form._bars.__self__.read()
        form = {**await opened(client), **GIVEN}
        answer = await client.post("/chat/", data=form)

    assert answer.status_code == 403
    assert "You cannot write here" in answer.text
    assert GIVEN["message"] in answer.text
    assert len(await rows(site, tables.conversation)) == 1


async def _block(site: Inside, network: str) -> None:
    database = Database(address(None, site.settings.data))
    await database.open()
    row = {"kind": "network", "whom": network, "created_at": 1}
    await database.write(lambda c: c.execute(insert(block).values(**row)))
    await database.close()
