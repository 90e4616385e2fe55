"""How the desk is set up: forms that work without a script, and lose nothing that was typed."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import insert, select

from portal.chat.desk import Desk, visitor_id
from portal.chat.queue.hours import read as read_hours
from portal.clock import HOUR, system_clock
from portal.identity import Role
from portal.storage.database import Database, address
from portal.storage.tables.chat import conversation, conversation_label, label
from portal.storage.tables.desk import block, desk_member, reply, schedule, seat
from portal.storage.tables.desk import desk as desks
from portal.storage.tables.outreach import letter
from portal.storage.tables.staff import audit
from tests.staff.test_pages import hidden, hire, sign_in
from tests.support.inside import Inside

WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "")
HOURS = {**WEEK, "zone": "Europe/Berlin", "holidays": "", "when_closed": "form"}
XSS = '"><img src=x onerror=alert(1)>'


@pytest.fixture
async def admin(site: Inside) -> AsyncIterator[httpx.AsyncClient]:
    """An administrator who is signed in."""
    await hire(site, role=Role.ADMIN)
    async with site.client() as browser:
        await sign_in(browser)
        yield browser


@pytest.fixture
async def database(site: Inside) -> AsyncIterator[Database]:
    """The site's own database."""
    opened = Database(address(None, site.settings.data))
    await opened.open()
    yield opened
    await opened.close()


async def post(
    browser: httpx.AsyncClient, section: str, act: str, which: object = "", **form: Any
) -> httpx.Response:
    token = hidden(await browser.get("/staff/me"), "token")
    data = {"token": token, "act": act, "which": str(which), **form}
    return await browser.post(f"/staff/desk/{section}", data=data)


async def rows(database: Database, table: Any) -> list[Any]:
    async with database.read() as c:
        return list(await c.execute(select(table)))


async def put(database: Database, table: Any, **values: Any) -> int:
    async def work(c: Any) -> int:
        return int((await c.execute(insert(table).values(**values).returning(table.c.id))).scalar())

    return await database.write(work)


async def test_the_desk_s_address_leads_to_its_first_page(admin: httpx.AsyncClient) -> None:
    """And every page of the menu is there; any other is not."""
    front = await admin.get("/staff/desk/")
    first = await admin.get(front.headers["location"])
    menu = re.findall(r'class="inside__link" href="([^"]+)"', first.text)
    pages = [await admin.get(path) for path in menu]

    assert len(menu) == 9
    assert {200} == {page.status_code for page in pages}
    assert (await admin.get("/staff/desk/nothing")).status_code == 404


async def test_hours_are_written_as_people_write_them(
    admin: httpx.AsyncClient, database: Database
) -> None:
    """Several times a day, days off, a zone; told as typed, kept as data."""
    form = {**HOURS, "mon": "9:00 - 12:00; 13.00–17.30", "sun": "18:00-24:00", "sat": "22:00–2:00"}
    answer = await post(admin, "hours", "save", **{**form, "holidays": "2026-12-25\n2026-01-01"})
    again = await post(admin, "hours", "save", **{**form, "mon": ""})
    page = await admin.get("/staff/desk/hours")
    (row,) = await rows(database, schedule)

    assert (answer.status_code, again.status_code) == (303, 303)
    assert (row.desk_id, row.zone, row.when_closed) == (None, "Europe/Berlin", "form")
    assert row.week == {"sat": [["22:00", "02:00"]], "sun": [["18:00", "24:00"]]}
    assert read_hours(row.zone, row.week, row.holidays).zone.key == "Europe/Berlin"
    assert row.holidays == []
    assert 'value="18:00–24:00"' in page.text
    assert {"desk.hours"} == {each.action for each in await rows(database, audit)} - {"staff.add"}


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("mon", "nine to five", "Monday"),
        ("tue", "09:00-9:00", "ends when it begins"),
        ("tue", "22:00-02:00, 23:00-24:00", "begins before"),
        ("wed", "09:00-12:00, 11:00-14:00", "begins before"),
        ("thu", "23:00-25:00", "past midnight"),
        ("fri", "09:61-12:00", "past midnight"),
        ("holidays", "Christmas", "is no day"),
        ("zone", "Berlin" + XSS, "zone is not known"),
        ("when_closed", "never", "Choose what happens"),
    ],
)
async def test_hours_that_cannot_be_meant_are_said(
    admin: httpx.AsyncClient, database: Database, field: str, typed: str, says: str
) -> None:
    """With what was meant by it; the rest of the form is still there, and nothing is changed."""
    form = {**HOURS, "sat": "10:00-12:00", field: typed}
    answer = await post(admin, "hours", "save", **form)

    assert answer.status_code == 400
    assert says in answer.text
    assert 'value="10:00-12:00"' in answer.text
    assert XSS not in answer.text
    assert await rows(database, schedule) == []


async def test_a_desk_has_members_categories_and_hours(
    site: Inside, admin: httpx.AsyncClient, database: Database
) -> None:
    """And taken away, it leaves nothing behind; its chats belong to all."""
    other = await hire(site, "grace@example.com")
    made = await post(
        admin,
        "desks",
        "save",
        name="Sport",
        categories="/news/sport/\nNews/Sport",
        members=other.id,
    )
    (one,) = await rows(database, desks)
    await post(admin, "hours", "save", one.id, **HOURS)
    secret = visitor_id("x" * 43)
    talk = await Desk(database, system_clock).open(secret)
    await database.write(lambda c: c.execute(conversation.update().values(desk_id=one.id)))
    members, hours = await rows(database, desk_member), await rows(database, schedule)
    gone = await post(admin, "desks", "remove", one.id)
    (left,) = await rows(database, conversation)

    assert (made.status_code, gone.status_code) == (303, 303)
    assert (one.name, one.slug, one.categories) == ("Sport", "sport", ["news/sport"])
    assert [(m.desk_id, m.staff_id) for m in members] == [(one.id, other.id)]
    assert [each.desk_id for each in hours] == [one.id]
    assert (left.id, left.desk_id) == (talk.id, None)
    for table in (desks, desk_member, schedule):
        assert await rows(database, table) == []


async def test_two_desks_have_two_names(admin: httpx.AsyncClient, database: Database) -> None:
    """The second is refused, and what was typed stands there."""
    await post(admin, "desks", "save", name="Sport", categories="")
    answer = await post(admin, "desks", "save", name="sport", categories="news/football")
    bad = await post(admin, "desks", "save", name="Other", categories="../../etc")

    assert (answer.status_code, bad.status_code) == (409, 400)
    assert "news/football" in answer.text
    assert "is no category" in bad.text
    assert len(await rows(database, desks)) == 1


async def test_capacity_is_a_number_or_nothing(
    admin: httpx.AsyncClient, database: Database
) -> None:
    """Nothing means: as the portal's settings say."""
    answers = [await post(admin, "people", "save", 1, capacity=text) for text in ("3", "many", "")]
    (one,) = await rows(database, seat)

    assert [303, 400, 303] == [answer.status_code for answer in answers]
    assert 'value="many"' in answers[1].text
    assert (one.staff_id, one.capacity) == (1, None)


async def test_a_reply_is_made_renamed_and_removed(
    admin: httpx.AsyncClient, database: Database
) -> None:
    """Under another shortcut it is still one."""
    form = {"shortcut": "/Thanks", "title": "Thanks", "text": "Thank you, {visitor}"}
    form |= {"category": "", "article": ""}
    made = await post(admin, "replies", "save", **form)
    moved = await post(admin, "replies", "save", "thanks", **{**form, "shortcut": "ty"})
    (one,) = await rows(database, reply)
    bad = await post(admin, "replies", "save", **{**form, "shortcut": "", "text": XSS})
    gone = await post(admin, "replies", "remove", "ty", **form)

    assert [303, 303, 400, 303] == [a.status_code for a in (made, moved, bad, gone)]
    assert (one.shortcut, one.text) == ("ty", "Thank you, {visitor}")
    assert XSS not in bad.text
    assert "onerror=alert(1)&gt;" in bad.text
    assert await rows(database, reply) == []


async def test_a_label_is_renamed_and_removed_wherever_it_hangs(
    admin: httpx.AsyncClient, database: Database
) -> None:
    """The conversations that wear it are told; two labels cannot be one."""
    talk = await Desk(database, system_clock).open(visitor_id("x" * 43))
    one = await put(database, label, name="Brigde", folded="brigde", created_at=0)
    other = await put(database, label, name="Other", folded="other", created_at=0)

    async def hang(c: Any) -> None:
        row = {"conversation_id": talk.id, "label_id": one}
        await c.execute(insert(conversation_label).values(row))

    await database.write(hang)
    renamed = await post(admin, "labels", "save", one, name="Bridge")
    same = await post(admin, "labels", "save", one, name="OTHER")
    (row,) = await rows(database, conversation)
    page = await admin.get("/staff/desk/labels")
    gone = [await post(admin, "labels", "remove", id) for id in (one, other)]

    assert (renamed.status_code, same.status_code) == (303, 409)
    assert row.revision == talk.revision + 1
    assert "1 conversation<" in page.text
    assert {303} == {answer.status_code for answer in gone}
    assert (await rows(database, label), await rows(database, conversation_label)) == ([], [])


async def test_a_block_is_lifted(admin: httpx.AsyncClient, database: Database) -> None:
    """Only those that hold are shown; lifted, it ends now and stays written down."""
    now = system_clock()
    common = {"kind": "visitor", "whom": "a" * 64, "created_by": 1, "created_at": now}
    one = await put(database, block, **common, name="Visitor 4711", reason="<script>")
    await put(database, block, **{**common, "expires_at": now - HOUR}, name="Long ago")
    page = await admin.get("/staff/desk/blocks")
    lifted = await post(admin, "blocks", "lift", one)
    after = await admin.get("/staff/desk/blocks")

    assert "Visitor 4711" in page.text
    assert "&lt;script&gt;" in page.text
    assert "Long ago" not in page.text
    assert lifted.status_code == 303
    assert "Nobody is blocked." in after.text
    assert len(await rows(database, block)) == 2


async def test_a_letter_that_failed_is_tried_again(
    admin: httpx.AsyncClient, database: Database
) -> None:
    """At once, as if it were new; one that is being tried just now is left alone."""
    common = {"kind": "answer", "recipient": "a@example.com", "subject": "An answer", "text": ""}
    common |= {"created_at": 0, "due_at": 0}  # type: ignore[dict-item]
    failed = await put(
        database, letter, **common, key="1", status="failed", attempts=9, error="No such mailbox"
    )
    under_way = await put(database, letter, **common, key="2", begun_at=system_clock())
    await put(database, letter, **common, key="3", status="sent")
    page = await admin.get("/staff/desk/letters")
    answers = [await post(admin, "letters", "retry", id) for id in (failed, under_way, 99)]
    found = {row.id: row for row in await rows(database, letter)}

    assert page.text.count("to <bdi>") == 2
    assert "No such mailbox" in page.text
    assert [303, 404, 404] == [answer.status_code for answer in answers]
    assert (found[failed].status, found[failed].attempts) == ("waiting", 0)
    assert found[failed].due_at > 0
    assert found[under_way].begun_at is not None


async def test_who_is_no_administrator_any_more_changes_nothing(
    site: Inside, admin: httpx.AsyncClient, database: Database
) -> None:
    """A form sent with yesterday's rights, without its token, or from elsewhere is refused."""
    forged = await post(admin, "hours", "save", **HOURS, token="0" * 64)
    token = hidden(await admin.get("/staff/me"), "token")
    data = {"token": token, "act": "save", "which": "", **HOURS}
    headers = {"Sec-Fetch-Site": "cross-site"}
    elsewhere = await admin.post("/staff/desk/hours", data=data, headers=headers)
    unknown = await post(admin, "hours", "explode", **HOURS)

    assert (forged.status_code, elsewhere.status_code, unknown.status_code) == (403, 403, 400)
    assert await rows(database, schedule) == []
