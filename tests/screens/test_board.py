"""The board as who works here opens it."""

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.audience.among import Among
from portal.audience.usual import Usual, weeks_before
from portal.clock import DAY, HOUR, milliseconds, system_clock
from portal.identity import Role
from portal.screens.board.page import _plain
from portal.screens.board.plots import Bar, bars, curve
from portal.storage.database import Database
from portal.storage.tables.audience import click_hour
from portal.storage.tables.chat import conversation, visitor
from portal.storage.tables.news import article
from tests.screens.test_account import STORY, enter, story
from tests.support.inside import Inside

__all__ = ["story"]
BERLIN = ZoneInfo("Europe/Berlin")


async def test_it_is_whole_without_a_script(site: Inside, story: Database) -> None:
    """Each number with what it means; what is held leads to its account."""
    browser = await enter(site, Role.AGENT)
    page = await browser.get("/staff/board")

    assert page.status_code == 200
    for words in ("input in the last 15 seconds", "each once within 30 minutes", "right to 0.8 %"):
        assert words in page.text
    assert f'href="/staff/board/articles/{STORY}"' in page.text
    assert "Nobody reads anything just now." in page.text
    assert page.text.count("<svg") == 2
    assert "text/csv" in (await browser.get("/staff/board.csv")).headers["content-type"]


async def test_what_is_held_and_chatted_about_stands_there_by_name(
    site: Inside, story: Database
) -> None:
    """Each leads to its account."""
    now = system_clock()

    async def work(c: AsyncConnection) -> None:
        await c.execute(insert(visitor).values(id="v", created_at=now))
        talk = {"id": "c", "visitor_id": "v", "status": "waiting", "article_id": STORY}
        times = {"created_at": now, "last_at": now, "last_seq": 1}
        await c.execute(insert(conversation).values(**talk, **times))

    await story.write(work)
    browser = await enter(site, Role.AGENT)
    page = (await browser.get("/staff/board")).text
    title = (await browser.get(f"/staff/board/articles/{STORY}")).text
    held, chats = (
        page.partition(f'id="{part}"')[2].partition("</section>")[0] for part in ("held", "chats")
    )

    assert f'/staff/board/articles/{STORY}">' in held
    assert f'/staff/board/articles/{STORY}">' in chats
    assert "Article" not in held + chats
    assert "the last 30 days" in title


@pytest.mark.parametrize("path", ["/staff/board", "/staff/board.csv"])
async def test_who_is_outside_is_led_to_the_door(site: Inside, path: str) -> None:
    """What is read is the house's own business."""
    async with site.client() as browser:
        answer = await browser.get(path)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/staff/sign-in")


async def test_the_table_has_a_row_for_each_story(site: Inside, story: Database) -> None:
    """As the board shows them; its first row names the columns."""
    browser = await enter(site, Role.AGENT)
    clicks = site.state["board"]._board._ticker
    clicks._hear("life", {STORY: 31})
    rows = list(csv.DictReader(io.StringIO((await browser.get("/staff/board.csv")).text)))

    assert [(row["article"], row["clicks"], row["address"]) for row in rows] == [
        (str(STORY), "31", "/news/story")
    ]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_a_title_is_not_reckoned_with(title: str) -> None:
    """A spreadsheet takes what begins like this for a formula."""
    assert _plain(title) == f"'{title}"
    assert _plain("The ferry") == "The ferry"


def test_an_hour_is_that_of_the_clock_on_the_wall() -> None:
    """The week before a change to summer time, nine o'clock was an hour later by UTC."""
    monday = milliseconds(datetime(2026, 3, 30, 9, tzinfo=BERLIN))
    weeks = [datetime.fromtimestamp(at / 1000, UTC).hour for at in weeks_before(monday, BERLIN)]

    assert datetime.fromtimestamp(monday / 1000, UTC).hour == 7
    assert weeks == [8, 8, 8, 8]


async def test_the_usual_is_the_median_of_four_weeks(database: Database) -> None:
    """Weeks before the first click do not count; one in which nothing was read does."""
    now = system_clock()
    hour = now - now % HOUR
    week = 7 * DAY

    async def work(c: AsyncConnection) -> None:
        for id_, path in ((1, "news/a"), (2, "newsroom/b")):
            row = {"id": id_, "slug": path[-1], "path": path, "created_at": 0}
            await c.execute(insert(article).values(**row))
        await c.execute(insert(click_hour).values(article_id=2, hour=hour, clicks=5))
        for back, clicks in ((0, 70), (1, 10), (2, 30)):
            values = {"article_id": 1, "hour": hour - back * week, "clicks": clicks}
            await c.execute(insert(click_hour).values(**values, released=1))

    await database.write(work)
    usual = Usual(database, ZoneInfo("UTC"))
    found = await usual.of([hour, hour - week, hour - 2 * week, hour - HOUR])

    assert await usual.of([hour], Among(within="/news/")) == {hour: (71, 21)}
    assert await usual.of([hour], Among(id=2)) == {hour: (5, None)}
    assert found == {
        hour: (76, 21),
        hour - week: (11, 31),
        hour - 2 * week: (31, None),
        hour - HOUR: (0, 0),
    }


def test_plots_are_said_in_words() -> None:
    """A reader who hears it learns the range and the most; whatever is named stays text."""
    plot = bars([Bar("<b>", 5), Bar("Tue", 10), Bar("Wed", 0)], title="Clicks", unit="clicks")
    drawn = curve([1, 9, 4], title='By "hour"', band=[2, 2, 2])

    assert 'aria-label="Clicks, &lt;b&gt; to Wed; most 10 clicks, Tue"' in plot
    assert "<b>" not in plot
    assert plot.count("<rect") == 3
    assert 'height="0.0"' in plot
    assert "now 4, at most 9" in drawn
    assert "plot__usual" in drawn
    assert 'By "hour"' not in drawn
    assert (bars([], title="", unit=""), curve([], title="")) == ("", "")
