"""A mail room for tests: a house, the job that sends its letters, and two who write each other."""

from collections.abc import Callable
from dataclasses import replace
from email.headerregistry import Address
from zoneinfo import ZoneInfo

from portal.chat.outreach import outbox
from portal.chat.outreach.articles import AsRead, no_articles
from portal.chat.outreach.house import House
from portal.chat.outreach.mailing import Mailing
from portal.chat.outreach.outbox import Letter
from portal.chat.outreach.post import Post
from portal.clock import Clock
from portal.storage.database import Database
from portal.web.templates import Templates

SITE = "https://news.example"
ZONE = ZoneInfo("Europe/Berlin")
TEMPLATES = Templates(site_url=SITE, zone=ZONE)
TEMPLATES.load()
HOUSE = House(
    site_name="Harbour Post",
    site_url=SITE,
    zone=ZONE,
    language="en",
    sender=Address("Harbour Post", "chat", "news.example"),
    render=TEMPLATES.render,
)


def mailing(
    database: Database,
    clock: Clock,
    url: str | None,
    *,
    is_online: Callable[[str], bool] = lambda conversation: False,
    as_read: AsRead = no_articles,
    command_seconds: float = 5.0,
    house: House = HOUSE,
) -> Mailing:
    """The job, as a process would run it."""
    post = Post(url, command_seconds=command_seconds, letter_seconds=5.0) if url else None
    return Mailing(database, clock, replace(house, post=post, as_read=as_read), is_online)


async def letters(database: Database) -> list[Letter]:
    """All letters, the oldest first."""
    async with database.read() as c:
        return (await outbox.latest(c, 1000))[::-1]
