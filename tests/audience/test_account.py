"""Accounts: every shown number is the sum of its hours, whatever was counted, held and decided."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.audience.account import Account, Accounts, Line
from portal.audience.books import recount, written
from portal.audience.decisions import Decisions, Verdict
from portal.audience.ledger import Ledger
from portal.audience.record import Record
from portal.clock import HOUR
from portal.errors import Refused
from portal.identity import Agent, Role, StaffId
from portal.storage.database import Database
from portal.storage.tables.audience import (
    booking,
    click_decided,
    click_decision,
    click_held,
    click_hour,
    click_refused,
    click_total,
)
from portal.storage.tables.staff import audit, staff
from tests.audience.conftest import OTHER, STORY
from tests.conftest import HeldClock

EDITOR = Agent(StaffId(1), "Ada", Role.EDITOR, "s", 1)
READER = Agent(StaffId(2), "Ben", Role.AGENT, "s", 1)


async def as_said(c: AsyncConnection, agent: Agent, *, lock: bool) -> Agent | None:
    """Whoever asks is who he says."""
    return agent


@pytest.fixture
async def books(articles: Database) -> AsyncIterator[Database]:
    """Three articles and two who work here."""

    async def work(connection: AsyncConnection) -> None:
        for agent in (EDITOR, READER):
            row = {"id": agent.id, "email": f"{agent.name}@example.com", "name": agent.name}
            await connection.execute(insert(staff).values(**row, role=agent.role, created_at=0))

    await articles.write(work)
    yield articles


def decisions(database: Database, clock: HeldClock) -> Decisions:
    return Decisions(database, clock, as_said)


async def of(database: Database, article: int = STORY) -> Account:
    account = await Accounts(database).of(article)
    assert account is not None
    return account


async def test_the_hours_come_to_what_is_shown(books: Database, clock: HeldClock) -> None:
    """Counted, refused and held stand in the hour they came."""
    ledger, record = Ledger(books, clock), Record(books, clock)
    await ledger.book({STORY: 3})
    record.add_refused(STORY, "seen")
    clock.forward(HOUR)
    await ledger.book({STORY: 10})
    record.add_held(STORY, "n")
    await record.book()
    account = await of(books)

    assert (account.shown, account.counted, account.held) == (10, 10, 1)
    assert [line.counted for line in account.lines] == [3, 7]
    assert account.refused == {"seen": 1}
    assert (await of(books, OTHER)).shown == 0
    assert await Accounts(books).of(9_999) is None


async def test_an_editor_releases_what_is_held(books: Database, clock: HeldClock) -> None:
    """In the hours it came; with his name, in the audit too."""
    ledger, record = Ledger(books, clock), Record(books, clock)
    await ledger.book({STORY: 5})
    for hour in range(2):
        for network in ("a", "b"):
            record.add_held(STORY, network)
        clock.forward(HOUR * (1 - hour))
    record.add_held(OTHER, "a")
    await record.book()
    released = await decisions(books, clock).decide(
        EDITOR, STORY, "released", hour=None, note="A class read it."
    )
    account = await of(books)

    assert released == 4
    assert (account.shown, account.counted, account.released, account.held) == (9, 5, 4, 0)
    assert [(line.counted, line.released) for line in account.lines] == [(5, 2), (0, 2)]
    (line,) = account.decisions
    assert (line.by, line.verdict, line.clicks, line.note) == (
        "Ada",
        "released",
        4,
        "A class read it.",
    )
    assert (await of(books, OTHER)).held == 1
    async with books.read() as connection:
        written_down = (await connection.execute(select(audit))).one()
    assert (written_down.action, written_down.staff_id) == ("counts.released", EDITOR.id)
    assert f"article {STORY}: 4" in written_down.about


async def test_one_hour_may_be_discarded(books: Database, clock: HeldClock) -> None:
    """The other stays held; nothing is shown."""
    record, hour = Record(books, clock), clock.at - clock.at % HOUR
    record.add_held(STORY, "a")
    clock.forward(HOUR)
    record.add_held(STORY, "a")
    await record.book()
    await decisions(books, clock).decide(EDITOR, STORY, "discarded", hour=hour)
    account = await of(books)

    assert (account.shown, account.discarded, account.held) == (0, 1, 1)
    assert [line.discarded for line in account.lines] == [1, 0]


async def test_two_who_decide_at_once_count_nothing_twice(
    books: Database, clock: HeldClock
) -> None:
    """One wins, the other is told that nothing is held any more."""
    record = Record(books, clock)
    for network in "abcdefgh":
        record.add_held(STORY, network)
    await record.book()
    deciding = decisions(books, clock)
    results = await asyncio.gather(
        *(deciding.decide(EDITOR, STORY, "released", hour=None) for _ in range(5)),
        return_exceptions=True,
    )
    account = await of(books)

    assert sorted(str(result) for result in results if isinstance(result, int)) == ["8"]
    assert [r.code for r in results if isinstance(r, Refused)] == ["conflict"] * 4
    assert (account.shown, account.held, len(account.decisions)) == (8, 0, 1)


async def test_what_comes_meanwhile_is_held_anew(books: Database, clock: HeldClock) -> None:
    """Writers and deciders at once: everything that was held is held or decided, once."""
    deciding = decisions(books, clock)

    async def hold() -> None:
        record = Record(books, clock)
        for _ in range(10):
            record.add_held(STORY, "a")
            await record.book()

    async def decide() -> None:
        for verdict in ("released", "discarded") * 5:
            try:
                await deciding.decide(EDITOR, STORY, verdict, hour=None)
            except Refused as refused:
                assert refused.code == "conflict"

    await asyncio.gather(hold(), hold(), decide(), decide())
    account = await of(books)

    assert account.released + account.discarded + account.held == 20


async def test_books_written_while_clicks_are_booked_add_up(
    books: Database, clock: HeldClock
) -> None:
    """An export of a site that is being read recounts to what it says."""
    ledger, record, deciding = Ledger(books, clock), Record(books, clock), decisions(books, clock)
    stop = asyncio.Event()

    async def read_on() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            await ledger.book({STORY: n, OTHER: n})
            record.add_held(STORY, "a")
            await record.book()
            await deciding.decide(EDITOR, STORY, "released", hour=None)
            await asyncio.sleep(0.02)

    reading = asyncio.create_task(read_on())
    found = []
    for _ in range(15):
        await asyncio.sleep(0.01)
        accounts = [account async for account in Accounts(books).every()]
        found.append(recount(line for account in accounts for line in written(account)))
    stop.set()
    await reading

    assert [each.wrong for each in found] == [[]] * 15
    assert found[-1].shown > found[0].shown


@pytest.mark.parametrize("agent", [READER, replace(EDITOR, role=Role.AGENT)])
async def test_agents_only_read(books: Database, clock: HeldClock, agent: Agent) -> None:
    """Whoever answers chats does not decide about counts."""
    record = Record(books, clock)
    record.add_held(STORY, "a")
    await record.book()
    with pytest.raises(Refused) as refused:
        await decisions(books, clock).decide(agent, STORY, "released", hour=None)

    assert refused.value.code == "not_allowed"
    assert (await of(books)).held == 1


async def test_a_long_note_is_refused(books: Database, clock: HeldClock) -> None:
    """And decides nothing."""
    with pytest.raises(Refused) as refused:
        await decisions(books, clock).decide(EDITOR, STORY, "released", hour=None, note="n" * 301)

    assert refused.value.code == "too_long"


async def emptied(database: Database) -> None:
    async def work(connection: AsyncConnection) -> None:
        for table in (
            click_decided,
            click_decision,
            click_held,
            click_refused,
            click_hour,
            click_total,
            booking,
        ):
            await connection.execute(delete(table))

    await database.write(work)


Step = tuple[str, int, int]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("count"), st.sampled_from([STORY, OTHER]), st.integers(1, 50)),
        st.tuples(st.just("hold"), st.sampled_from([STORY, OTHER]), st.integers(1, 5)),
        st.tuples(st.just("refuse"), st.sampled_from([STORY, OTHER]), st.integers(1, 5)),
        st.tuples(st.just("released"), st.sampled_from([STORY, OTHER]), st.just(0)),
        st.tuples(st.just("discarded"), st.sampled_from([STORY, OTHER]), st.just(0)),
        st.tuples(st.just("wait"), st.just(0), st.integers(1, 5)),
    ),
    max_size=25,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_the_raw_record_comes_to_what_is_shown(
    steps: list[Step], books_of_sqlite: Database, clock: HeldClock
) -> None:
    """Whatever happens in whichever order: a recount of the export is the shown number."""
    asyncio.run(_play(steps, books_of_sqlite, clock))


async def _play(steps: list[Step], database: Database, clock: HeldClock) -> None:
    await database.open()
    try:
        await emptied(database)
        counted, decided = Counter[int](), Counter[tuple[int, str]]()
        held = Counter[int]()
        ledger, record = Ledger(database, clock), Record(database, clock)
        deciding = decisions(database, clock)
        for what, article, n in steps:
            if what == "count":
                counted[article] += n
                await ledger.book({article: counted[article]})
            elif what == "wait":
                clock.forward(n * HOUR)
            elif what in ("hold", "refuse"):
                for at in range(n):
                    if what == "hold":
                        record.add_held(article, f"network {at % 2}")
                        held[article] += 1
                    else:
                        record.add_refused(article, "seen")
                await record.book()
            else:
                verdict: Verdict = "released" if what == "released" else "discarded"
                try:
                    await deciding.decide(EDITOR, article, verdict, hour=None)
                    decided[article, verdict] += held.pop(article)
                except Refused:
                    assert not held[article]
        lines = [line async for account in Accounts(database).every() for line in written(account)]
        found = recount(lines)
        shown = {
            row["article"]: row["shown"]
            for row in map(json.loads, lines)
            if row["kind"] == "article"
        }
    finally:
        await database.close()

    assert found.wrong == []
    for article in (STORY, OTHER):
        assert shown[article] == counted[article] + decided[article, "released"]
    assert found.shown == sum(shown.values())


@pytest.fixture
def books_of_sqlite(tmp_path: Any) -> Database:
    """A database with two articles and an editor, closed."""
    from portal.storage.database import address
    from portal.storage.migrate import migrate
    from portal.storage.tables.news import article

    url = address(None, tmp_path)

    async def make() -> None:
        await migrate(url)
        database = Database(url)
        await database.open()

        async def work(connection: AsyncConnection) -> None:
            for key in (STORY, OTHER):
                row = {"id": key, "slug": f"a{key}", "path": f"news/a{key}", "created_at": 0}
                await connection.execute(insert(article).values(row))
            row = {"id": EDITOR.id, "email": "a@example.com", "name": "Ada", "role": "editor"}
            await connection.execute(insert(staff).values(**row, created_at=0))

        await database.write(work)
        await database.close()

    asyncio.run(make())
    return Database(url)


def an_export() -> list[str]:
    """The lines of one article whose numbers add up."""
    lines = [Line(0, "day", counted=5), Line(HOUR, counted=2, released=1, discarded=1)]
    from portal.audience.account import Decision

    made = [Decision(1, 9, "Ada", "released", 1, ""), Decision(2, 9, "Ada", "discarded", 1, "")]
    return list(written(Account(STORY, "T", "news/t", 7, 1, lines, made)))


def test_a_true_export_recounts_to_what_is_shown() -> None:
    """Every line is read, whatever their order."""
    found = recount(reversed(an_export()))

    assert (found.articles, found.shown, found.wrong) == (1, 8, [])


@pytest.mark.parametrize(
    ("line", "field", "value", "says"),
    [
        (0, "shown", 9, "shown 9, its hours come to 8"),
        (0, "counted", 8, "counted 8, its hours come to 7"),
        (1, "counted", 4, "counted 7, its hours come to 6"),
        (2, "released", 2, "released by decisions 1, by hours 2"),
        (3, "clicks", 5, "released by decisions 5, by hours 1"),
        (4, "clicks", 0, "discarded by decisions 0, by hours 1"),
    ],
)
def test_a_number_that_does_not_add_up_is_named(
    line: int, field: str, value: int, says: str
) -> None:
    """By its article, with both numbers."""
    lines = an_export()
    lines[line] = json.dumps({**json.loads(lines[line]), field: value})

    assert f"article {STORY}: {says}" in recount(lines).wrong


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"kind": "hour"}',
        '{"kind": "year", "article": 1}',
        '{"kind": "hour", "article": 1, "counted": -1}',
    ],
)
def test_a_line_that_is_none_is_named(line: str) -> None:
    """By its number."""
    with pytest.raises(ValueError, match="line 6 cannot be read"):
        recount([*an_export(), line])
