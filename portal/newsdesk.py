"""What the commands of `portal news` do: each changes one thing that readers see, and rings.

Like `portal.office` they work beside a running server; without its bell the server sees what they
did within a few seconds by looking at SQL.
"""

import re
import unicodedata
from typing import Final
from urllib.parse import unquote, urlsplit

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import DAY, HOUR, MINUTE, moment, system_clock
from portal.errors import Refused
from portal.news.article import Moved, PublishedArticle, Withdrawn
from portal.news.slugs import Address, category_path, read_address
from portal.news.socket import BELL, TOPIC, announcement
from portal.news.store import categories, moves
from portal.news.store.articles import Articles
from portal.news.store.breaking import LONGEST_MS, USUAL_MS, Breakings
from portal.news.store.categories import Tree
from portal.news.store.version import raise_version
from portal.office import Office
from portal.storage.tables.news import article

_LONG: Final = re.compile(r"([1-9][0-9]{0,4})\s*(m|min|h|d)", re.ASCII | re.IGNORECASE)
_UNITS: Final = {"m": MINUTE, "min": MINUTE, "h": HOUR, "d": DAY}


async def begin_breaking(office: Office, written: str, long: str | None) -> str:
    """Put an article on every open page; return the line to print."""
    for_ms = USUAL_MS if long is None else _duration(long)
    found = await _article(office, written)
    until = await Breakings(office.db, system_clock).begin(found.id, for_ms)
    await office.ring(TOPIC, BELL)
    hour = moment(until).astimezone(office.settings.timezone).strftime("%Y-%m-%d %H:%M")
    return f"/{found.path} is breaking until {hour}."


async def end_breaking(office: Office, written: str) -> str:
    """Take it away from every page, before its time; return the line to print."""
    found = await _article(office, written)
    if not await Breakings(office.db, system_clock).end(found.id):
        raise Refused("conflict", f"/{found.path} is not breaking.")
    await office.ring(TOPIC, BELL)
    return f"/{found.path} is not breaking any more."


async def withdraw(office: Office, written: str) -> str:
    """Take an article away from readers; return the line to print."""
    found = await _article(office, written)
    done = await Articles(office.db, system_clock).withdraw(found.id)
    assert done is not None
    await office.ring(TOPIC, announcement(done))
    return f"/{found.path} is withdrawn; its address answers 410."


async def move_category(office: Office, before: str, after: str) -> str:
    """Give a category and all below it another address; return the line to print."""
    old, new = _address(before).key, _address(after).key
    if not old or not new:
        raise Refused("bad_field", "The front page is no category; nothing can move from or to it.")
    now = system_clock()

    async def work(connection: AsyncConnection) -> int:
        tree = await categories.tree(connection)
        category_id = _category(tree, old)
        above, _, slug = new.rpartition("/")
        parent_id = _category(tree, above) if above else None
        await raise_version(connection)
        await moves.move(
            connection,
            category_id,
            slug=slug,
            parent_id=parent_id,
            now=now,
            languages=office.settings.languages,
        )
        return await _addresses(connection, tree.subtree(category_id))

    if old == new:
        return f"{category_path(old)} stands there already."
    try:
        leading_on = await office.db.write(work)
    except moves.NoPlace as error:
        raise Refused("conflict", f"{error}.") from None
    await office.ring(TOPIC, BELL)
    addresses = "1 address leads" if leading_on == 1 else f"{leading_on} addresses lead"
    return f"{category_path(old)} is {category_path(new)} now; {addresses} on."


async def _addresses(connection: AsyncConnection, category_ids: list[int]) -> int:
    """Count what has moved along: categories, and the articles in them."""
    articles = await connection.scalar(
        select(func.count()).select_from(article).where(article.c.category_id.in_(category_ids))
    )
    return len(category_ids) + int(articles or 0)


def _category(tree: Tree, path: str) -> int:
    if path not in tree.by_path:
        raise Refused("not_found", f"There is no category {category_path(path)}")
    return tree.by_path[path].id


async def _article(office: Office, written: str) -> PublishedArticle:
    address = _address(written)
    articles = Articles(office.db, system_clock)
    found = await articles.published(address.key)
    if isinstance(found, Moved):
        found = await articles.published(found.path)
    if isinstance(found, PublishedArticle):
        return found
    if isinstance(found, Withdrawn):
        raise Refused("closed", f"The article at /{address.key} was withdrawn.")
    raise Refused("not_found", f"No article stands at /{address.key}")


def _address(written: str) -> Address:
    """Read an address as a person has it: a path, or the whole of it from a browser."""
    parts = urlsplit(written.strip())
    path = unicodedata.normalize("NFC", unquote(parts.path))
    address = read_address(path if path.startswith("/") else f"/{path}")
    if address is None:
        raise Refused("bad_field", f"{written[:80]!r} is no address of an article or a category.")
    return address


def _duration(written: str) -> int:
    found = _LONG.fullmatch(written.strip())
    long = int(found[1]) * _UNITS[found[2].lower()] if found else 0
    if not 0 < long <= LONGEST_MS:
        expected = f"expected something like 45m, 2h or 1d, at most {LONGEST_MS // DAY}d"
        raise Refused("bad_field", f"{written[:40]!r} is not how long; {expected}.")
    return long
