"""Rights at the op: judged in its own transaction, and kept as they are until it is committed."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat.desk import Desk, visitor_id
from portal.clock import HOUR, MINUTE
from portal.errors import Refused
from portal.identity import Agent, Role, Visitor
from portal.staff.sessions import Sessions
from portal.staff.store import Accounts
from portal.storage.database import Database
from tests.conftest import HeldClock
from tests.staff.test_sessions import asking

EMAIL = "ada@example.com"


class House:
    """A desk that asks for sessions, two people and a conversation."""

    def __init__(
        self, database: Database, accounts: Accounts, sessions: Sessions, clock: HeldClock
    ) -> None:
        self.db, self.accounts, self.sessions, self.clock = database, accounts, sessions, clock
        self.desk = Desk(database, clock, held=sessions.held)
        self.other = Database(database.url)

    async def furnish(self) -> "House":
        await self.other.open()
        await self.accounts.add("boss@example.com", "Boss", Role.ADMIN)
        await self.accounts.add(EMAIL, "Ada", Role.ADMIN)
        self.visitor = Visitor(visitor_id(secrets.token_urlsafe(32)))
        self.conversation = (await self.desk.open(self.visitor.id)).id
        await self.desk.say(self.visitor, None, message_id(), "hello")
        return self

    async def come_in(self, email: str = EMAIL) -> Agent:
        account = await self.accounts.by_email(email)
        assert account is not None
        token = await self.sessions.begin(account, "browser")
        agent = await self.sessions.identify(asking(self.sessions, token))
        assert agent is not None
        return agent

    async def lower(self, email: str = EMAIL) -> None:
        async def work(c: AsyncConnection) -> None:
            query = text("UPDATE staff SET role = 'agent' WHERE email = :email")
            await c.execute(query, {"email": email})

        await self.db.write(work)


def message_id() -> str:
    return secrets.token_urlsafe(16)


@pytest.fixture
async def house(
    database: Database, accounts: Accounts, sessions: Sessions, clock: HeldClock
) -> House:
    return await House(database, accounts, sessions, clock).furnish()


@pytest.fixture(autouse=True)
async def _let_go(house: House):  # type: ignore[no-untyped-def]
    yield
    await house.other.close()


def ops(house: House, agent: Agent) -> list[Callable[[], Awaitable[object]]]:
    """Whatever an agent may ask of the desk."""
    desk, which = house.desk, house.conversation
    return [
        lambda: desk.claim(agent, which),
        lambda: desk.say(agent, which, message_id(), "text"),
        lambda: desk.note(agent, which, message_id(), "text"),
        lambda: desk.release(agent, which),
        lambda: desk.close(agent, which),
        lambda: desk.seen(agent, which, 1),
        lambda: desk.of(agent, which),
        lambda: desk.one_of_ours(agent),
    ]


async def refusals(house: House, agent: Agent) -> set[str]:
    found: set[str] = set()
    for op in ops(house, agent):
        try:
            await op()
        except Refused as refused:
            found.add(refused.code)
        else:
            found.add("done")
    return found


async def test_every_op_of_the_gone_is_refused(house: House) -> None:
    """Signed out, disabled, a new password, twelve hours, an hour without use: each op, at once."""
    out = await house.come_in()
    stays = await house.come_in()
    await house.sessions.end(out.session)
    signed_out = await refusals(house, out)
    other_browser = await refusals(house, stays)
    await house.accounts.set_disabled(EMAIL, True)
    disabled = await refusals(house, stays)
    await house.accounts.set_disabled(EMAIL, False)
    enabled = await refusals(house, stays)
    before = await house.come_in()
    link = await house.accounts.make_link(before.id)
    await house.accounts.accept(link, "hash", "", "")
    password = await refusals(house, before)
    idle = await house.come_in()
    house.clock.forward(HOUR + MINUTE)
    unused = await refusals(house, idle)

    assert other_browser == {"done"}
    assert signed_out == disabled == enabled == password == unused == {"not_allowed"}


async def test_the_next_op_is_judged_by_the_new_role(house: House) -> None:
    """Whatever the socket still believes: an administrator who is none closes nobody's."""
    boss = await house.come_in("boss@example.com")
    ada = await house.come_in()
    await house.desk.claim(boss, house.conversation)
    await house.lower()
    codes = []
    for op in (house.desk.close, house.desk.release):
        with pytest.raises(Refused) as refused:
            await op(ada, house.conversation)
        codes.append(refused.value.code)
    note = await house.desk.note(ada, house.conversation, message_id(), "still one of us")

    assert ada.role is Role.ADMIN
    assert codes == ["not_allowed", "not_allowed"]
    assert note.seq == 3


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
@pytest.mark.parametrize("ending", ["sign out", "disable", "lower"])
async def test_no_right_ends_while_its_op_is_being_done(house: House, ending: str) -> None:
    """What was judged stays true until the op is committed; what comes after is refused. So there
    is no moment in which somebody is already out and his words are still written."""
    ada = await house.come_in()
    judged, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(c: AsyncConnection, agent: Agent, *, lock: bool) -> Agent | None:
        found = await house.sessions.held(c, agent, lock=lock)
        judged.set()
        await go_on.wait()
        return found

    slow = Desk(house.db, house.clock, held=slowly)
    saying = asyncio.create_task(slow.say(ada, house.conversation, message_id(), "in time"))
    await judged.wait()
    elsewhere = Sessions(house.other, house.clock, secure=False)
    works: dict[str, Callable[[], Awaitable[object]]] = {
        "sign out": lambda: elsewhere.end(ada.session),
        "disable": lambda: Accounts(house.other, house.clock).set_disabled(EMAIL, True),
        "lower": house.lower,
    }
    end = asyncio.ensure_future(works[ending]())
    await asyncio.sleep(0.15)
    early = end.done()
    go_on.set()
    said = await saying
    await end
    after = await refusals(house, ada)

    assert not early
    assert said.text == "in time"
    # What an agent may do he still may; to close what is nobody's he no longer may.
    assert after == {"not_allowed", *(["done"] if ending == "lower" else [])}


async def test_many_ops_race_the_end(house: House) -> None:
    """Of a hundred that race a sign-out each is stored and answered, or refused and not stored."""
    ada = await house.come_in()
    ids = [message_id() for _ in range(100)]

    async def say(id: str) -> bool:
        try:
            await house.desk.note(ada, house.conversation, id, "text")
        except Refused as refused:
            assert refused.code == "not_allowed"
            return False
        return True

    async def leave() -> None:
        await asyncio.sleep(0.02)
        await Sessions(house.other, house.clock, secure=False).end(ada.session)

    *stored, _ = await asyncio.gather(*map(say, ids), leave())
    async with house.db.read() as c:
        query = text("SELECT client_id FROM entry WHERE kind = 'note'")
        found = set((await c.execute(query)).scalars())

    assert found == {id for id, kept in zip(ids, stored, strict=True) if kept}
