"""Addresses of another site: where what was brought from there is now.

They are asked for after everything that stands here; only the front page, which answers whatever
its query says, is preceded by them (`/?p=123`).
"""

from starlette.types import Scope

from portal.news.aliases import asked
from portal.news.article import Moved
from portal.news.slugs import article_path
from portal.news.store import aliases
from portal.screens.page_cache import Verdict
from portal.storage.database import Database


async def verdict(db: Database, scope: Scope) -> Verdict | None:
    """Say where a request for an old address is to go; None: it is nobody's.

    Raises:
        Unavailable: the database does not answer.
    """
    addresses = asked(scope["path"], scope["query_string"])
    if not addresses:
        return None
    async with db.read() as connection:
        found = await aliases.led_from(connection, addresses)
    if found is None:
        return None
    return Verdict(301, article_path(found.path)) if isinstance(found, Moved) else Verdict(410)
