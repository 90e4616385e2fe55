"""What a site asks before the first word, and what staff may read along: held by the server."""

from typing import Any

import pytest

from portal.chat import register
from portal.chat.conditions import Conditions
from portal.chat.desk import Desk
from portal.chat.outreach import way_back
from portal.errors import Refused
from tests.chat.conftest import Hire, StartNode, message_id, somebody
from tests.chat.node import Node, Screen, secret
from tests.conftest import HeldClock

CONSENT = Conditions.of((), "We keep this for 30 days.")
TYPED = "canary-77aa: my bank account is"


async def says(page: Screen) -> dict[str, Any]:
    return await page.ask("chat.say", id=message_id(), text="hello")


async def opens(node: Node, key: str, **said: Any) -> tuple[Screen, dict[str, Any]]:
    page = await node.visitor()
    return page, await page.ask("chat.open", visitor=key, **said)


def field_of(answer: dict[str, Any]) -> tuple[str, str | None]:
    """What was refused, and about which field."""
    return answer.get("code", answer["type"]), answer.get("re")


async def test_who_does_not_agree_is_not_let_in(start_node: StartNode) -> None:
    """He opens nothing and says nothing; once he agrees both are taken."""
    node = await start_node(conditions=CONSENT)
    key = secret()
    page, silent = await opens(node, key, name="Ada")
    refused = await page.ask("chat.open", visitor=key, consent=False)
    unheard = await says(page)
    agreed = await page.ask("chat.open", visitor=key, consent=True)
    heard = await says(page)

    assert field_of(silent) == field_of(refused) == ("bad_field", "consent")
    assert CONSENT.consent in silent["message"]
    assert unheard["code"] == "not_allowed"
    assert (agreed["type"], heard["type"]) == ("chat.opened", "chat.stored")


async def test_who_agreed_is_never_asked_again(start_node: StartNode) -> None:
    """Not on his next page, not on another node."""
    here, there = await start_node(conditions=CONSENT), await start_node(conditions=CONSENT)
    key = secret()
    await opens(here, key, consent=True)
    page, again = await opens(there, key)
    proven = await here.visitor(key)

    assert again["consented"] is True
    assert [each["type"] for each in (await says(page), await says(proven))] == ["chat.stored"] * 2


async def test_a_hello_is_no_way_around(start_node: StartNode) -> None:
    """Who was here before the site asked reads what was said, and speaks once he has agreed."""
    before, since = await start_node(), await start_node(conditions=CONSENT)
    key = secret()
    first, _ = await opens(before, key)
    await says(first)
    page = await since.visitor(key)
    history = await page.ask("chat.since", seq=0)
    refused = [await says(page), await page.ask("chat.open", visitor=key)]
    await page.ask("chat.open", visitor=key, consent=True)
    taken = await says(page)

    assert [each["text"] for each in history["messages"]] == ["hello"]
    assert [field_of(each) for each in refused] == [("bad_field", "consent")] * 2
    assert taken["type"] == "chat.stored"


@pytest.mark.parametrize("field", ["name", "email", "topic"])
async def test_what_is_a_must_is_asked_by_the_server(desk: Desk, field: str) -> None:
    """Without it nothing is begun, blank is nothing; what was said once is known."""
    desk.conditions = Conditions.of((f"{field}*",), "")
    given: dict[str, Any] = {field: "ada@example.com"}
    him = somebody()
    for nothing in ({}, {field: "  "}):
        with pytest.raises(Refused) as refused:
            await desk.open(him.id, **nothing)  # type: ignore[arg-type]
        assert (refused.value.code, refused.value.re) == ("bad_field", field)
    begun = await desk.open(him.id, **given)
    again = await desk.open(him.id)
    said = await desk.say(him, None, message_id(), "hello")

    assert again.id == begun.id == said.conversation


async def test_what_may_be_left_out_is_no_must(desk: Desk) -> None:
    """A field without a star is asked by the page alone."""
    desk.conditions = Conditions.of(("name", "email", "topic"), "")

    assert (await desk.open(somebody().id)).last_seq == 0


async def test_a_refused_opening_costs_nothing(desk: Desk) -> None:
    """It is not counted as a conversation begun: the page that asks may come back at once."""
    desk.conditions = CONSENT
    counted: list[int] = []
    with pytest.raises(Refused):
        await desk.open(somebody().id, begins=lambda: counted.append(1))

    assert counted == []


async def test_who_comes_by_a_letter_agreed_where_he_began(
    start_node: StartNode, clock: HeldClock
) -> None:
    """Another browser, the same person: nothing is asked of him."""
    node = await start_node(conditions=CONSENT)
    _, opened = await opens(node, secret(), consent=True)
    async with node.db.read() as c:
        row = await register.by_id(c, opened["conversation"])
    assert row is not None
    link = await node.db.write(lambda c: way_back.make(c, row.visitor, row.id, clock()))
    page, followed = await opens(node, secret(), way_back=link)

    assert (followed["conversation"], followed["consented"]) == (opened["conversation"], True)
    assert (await says(page))["type"] == "chat.stored"


async def test_what_is_typed_before_he_agreed_is_not_read(
    start_node: StartNode, hire: Hire
) -> None:
    """He was here before the site asked: staff see that he types, and read nothing of it."""
    before, since = await start_node(), await start_node(conditions=CONSENT)
    key = secret()
    first, opened = await opens(before, key)
    await says(first)
    console = await since.agent(await hire("mei"))
    await console.ask("chat.join", conversation=opened["conversation"])
    page = await since.visitor(key)
    await page.ask("chat.typing", text=TYPED)
    await console.hears("chat.typing", on=True)
    await page.ask("chat.open", visitor=key, consent=True)
    await page.ask("chat.typing", text="Hello")
    await console.hears("chat.typing", text="Hello")

    assert TYPED.encode() not in console.bytes


@pytest.mark.parametrize("preview", [True, False])
async def test_what_is_typed_is_read_along_only_where_the_site_says_so(
    start_node: StartNode, hire: Hire, preview: bool
) -> None:
    """Staff see that he types; the words, on any node and whatever his page sends, if at all."""
    here, there = await start_node(preview=preview), await start_node(preview=preview)
    mei = await hire("mei")
    page, opened = await opens(here, secret())
    which = opened["conversation"]
    await says(page)
    consoles = [await each.agent(mei) for each in (here, there)]
    for console in consoles:
        await console.ask("chat.join", conversation=which)
    await page.ask("chat.typing", text=TYPED)
    told = [await each.hears("chat.typing", conversation=which, on=True) for each in consoles]
    await page.ask("chat.typing", text="")
    for console in consoles:
        await console.hears("chat.typing", conversation=which, on=False)

    assert [each.get("text") for each in told] == [TYPED if preview else None] * 2
    assert [TYPED.encode() in each.bytes for each in consoles] == [preview] * 2
