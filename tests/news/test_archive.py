"""Where a month begins."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from portal.clock import milliseconds
from portal.news.store import archive, listing
from portal.news.store.articles import Articles
from portal.storage.database import Database
from tests.conftest import HeldClock
from tests.news.test_store import draft, rooms


async def test_a_month_begins_where_the_site_is(database: Database, clock: HeldClock) -> None:
    """Its list and its number say the same, on either side of Greenwich."""
    articles = Articles(database, clock)
    ids = await rooms(database, "news")
    midnight = milliseconds(datetime(2026, 6, 1, tzinfo=UTC))
    for slug, when in [("before", midnight - 1), ("at", midnight)]:
        await articles.publish(draft(slug, "news", category_id=ids["news"], published_at=when))
    async with database.read() as c:
        for name, expected in [
            ("UTC", {(2026, 6): 1, (2026, 5): 1}),
            ("Asia/Shanghai", {(2026, 6): 2}),
            ("America/New_York", {(2026, 5): 2}),
        ]:
            zone = ZoneInfo(name)
            counted = await archive.months(c, zone)
            listed = {
                which: await listing.count(c, archive.published_in(*which, zone))
                for which in expected
            }

            assert expected == counted == listed
