"""The way back: a link in a mail opens the same thread in another browser."""

from hashlib import sha256

import pytest
from sqlalchemy import select

from portal.chat.conversation import Conversation
from portal.chat.desk import Desk, visitor_id
from portal.chat.outreach import way_back
from portal.chat.outreach.way_back import LASTS_MS, WayBack
from portal.errors import Refused
from portal.identity import Visitor
from portal.storage.database import Database
from portal.storage.tables import outreach as tables
from tests.chat.conftest import StartNode, message_id
from tests.chat.node import secret
from tests.conftest import HeldClock


async def made(database: Database, row: Conversation, now: int) -> str:
    """A token, as a letter about `row` carries it."""
    return await database.write(lambda c: way_back.make(c, row.visitor, row.id, now))


async def begun(desk: Desk, secret: str, text: str = "hello") -> Conversation:
    """A conversation this secret spoke in."""
    visitor = Visitor(visitor_id(secret))
    row = await desk.open(visitor.id)
    if text:
        await desk.say(visitor, None, message_id(), text)
    return row


async def test_another_browser_comes_back(database: Database, desk: Desk, clock: HeldClock) -> None:
    """Its own fresh secret opens the conversation from then on; the first one still does."""
    first, other = secret(), secret()
    row = await begun(desk, first)
    token = await made(database, row, clock())

    who = await WayBack(database, clock).follow(visitor_id(other), token)

    known, still = await desk.known(other), await desk.known(first)
    assert who == row.visitor
    assert known is not None and still is not None
    assert known.id == still.id == row.id


async def test_a_link_works_on_every_device_of_his(
    database: Database, desk: Desk, clock: HeldClock
) -> None:
    """A telephone, then a desk, then the first browser itself: always the same visitor."""
    first = secret()
    row = await begun(desk, first)
    token = await made(database, row, clock())
    link = WayBack(database, clock)
    telephone = visitor_id(secret())

    followed = [await link.follow(each, token) for each in (telephone, telephone)]
    followed += [await link.follow(each, token) for each in (visitor_id(secret()), row.visitor)]

    assert followed == [row.visitor] * 4


async def test_only_a_hash_is_kept(database: Database, desk: Desk, clock: HeldClock) -> None:
    """Whoever reads the database can follow nobody's link."""
    row = await begun(desk, secret())
    token = await made(database, row, clock())

    async with database.read() as c:
        kept = (await c.execute(select(tables.way_back))).one()
    assert kept.token_hash == sha256(token.encode()).hexdigest()
    assert token not in str(kept)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "\udcff", "'; --"])
async def test_a_link_that_was_never_made_leads_nowhere(
    database: Database, clock: HeldClock, token: str
) -> None:
    """It is refused, and nobody becomes anybody."""
    with pytest.raises(Refused) as refused:
        await WayBack(database, clock).follow(visitor_id(secret()), token)

    assert (refused.value.code, refused.value.re) == ("not_found", "way_back")


async def test_a_link_ends(database: Database, desk: Desk, clock: HeldClock) -> None:
    """After thirty days it leads nowhere, and what is kept of it goes."""
    row = await begun(desk, secret())
    token = await made(database, row, clock())
    link = WayBack(database, clock)
    clock.forward(LASTS_MS + 1)

    with pytest.raises(Refused, match="not_found"):
        await link.follow(visitor_id(secret()), token)
    await link.sweep()

    async with database.read() as c:
        assert (await c.execute(select(tables.way_back))).all() == []


async def test_a_browser_with_words_of_its_own_keeps_them(
    database: Database, desk: Desk, clock: HeldClock
) -> None:
    """It is told to come with a new secret; what it said stays where it is."""
    mine, hers = secret(), secret()
    own, row = await begun(desk, mine), await begun(desk, hers)
    token = await made(database, row, clock())
    link = WayBack(database, clock)

    with pytest.raises(Refused) as refused:
        await link.follow(visitor_id(mine), token)
    fresh = secret()
    await link.follow(visitor_id(fresh), token)

    mine_still, fresh_now = await desk.known(mine), await desk.known(fresh)
    assert (refused.value.code, refused.value.re) == ("conflict", "way_back")
    assert mine_still is not None and fresh_now is not None
    assert (mine_still.id, fresh_now.id) == (own.id, row.id)


async def test_a_browser_that_only_opened_chat_comes_along(
    database: Database, desk: Desk, clock: HeldClock
) -> None:
    """Nothing was said there, so nothing is lost when it speaks in the other thread."""
    mine = secret()
    await begun(desk, mine, text="")
    row = await begun(desk, secret())
    token = await made(database, row, clock())

    await WayBack(database, clock).follow(visitor_id(mine), token)

    found = await desk.known(mine)
    assert found is not None and found.id == row.id


async def test_a_browser_follows_one_way_only(
    database: Database, desk: Desk, clock: HeldClock
) -> None:
    """A secret that is somebody's already does not become somebody else's."""
    one, two = await begun(desk, secret()), await begun(desk, secret())
    link, browser = WayBack(database, clock), visitor_id(secret())
    await link.follow(browser, await made(database, one, clock()))

    with pytest.raises(Refused) as refused:
        await link.follow(browser, await made(database, two, clock()))

    assert (refused.value.code, refused.value.re) == ("conflict", "way_back")


async def test_the_socket_brings_him_back(
    database: Database, desk: Desk, clock: HeldClock, start_node: StartNode
) -> None:
    """`chat.open` with the token answers with his thread; his next page is proven by hello."""
    row = await begun(desk, secret())
    token = await made(database, row, clock())
    node, fresh = await start_node(), secret()
    page = await node.visitor()

    opened = await page.ask("chat.open", visitor=fresh, way_back=token)
    history = await page.ask("chat.since", seq=0)
    said = await page.ask("chat.say", id=message_id(), text="it is me again")
    again = await node.visitor(fresh)
    welcome = await again.hears("live.welcome")
    lost = await (await node.visitor()).ask("chat.open", visitor=secret(), way_back="A" * 43)

    assert opened["conversation"] == row.id
    assert [each["text"] for each in history["messages"]] == ["hello"]
    assert said["type"] == "chat.stored"
    assert welcome["conversation"]["conversation"] == row.id
    assert (lost["type"], lost["code"], lost["re"]) == ("error", "not_found", "way_back")
