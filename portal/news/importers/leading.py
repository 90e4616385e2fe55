"""The last step of an import: the addresses articles had at another site lead to them here.

It looks at every file, changed or not, and writes only what is otherwise than they say: an address
that was another's when a file named it is the article's as soon as that other one is gone.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.importers.front_matter import Found
from portal.news.importers.writing import SOURCE
from portal.news.store import aliases, translations
from portal.news.store.version import raise_version
from portal.storage.database import Database


async def lead(db: Database, files: Sequence[Found], now: int, problems: list[str]) -> None:
    """Let the aliases of `files` lead to their articles; what is another's is one problem line."""
    async with db.read() as connection:
        wanted, gone, refused = await _differences(connection, files)
    problems += refused
    if not wanted and not gone:
        return

    async def work(connection: AsyncConnection) -> None:
        await aliases.drop(connection, gone)
        await aliases.keep(connection, wanted, now)
        await raise_version(connection)

    await db.write(work)


async def _differences(
    connection: AsyncConnection, files: Sequence[Found]
) -> tuple[dict[str, int], list[str], list[str]]:
    """Return what is to be led where, what no longer, and what is refused."""
    held = await aliases.held(connection)
    named = [(each, address) for each in files for address in each.aliases]
    if not held and not named:
        return {}, [], []
    ids = await translations.of_sources(connection, [SOURCE + each.file for each in files])
    owners = await aliases.owners(connection, {_path(address) for _, address in named})
    first: dict[str, str] = {}
    refused: list[str] = []
    ours = set(ids.values())
    strangers = {each: "another article" for each, of in held.items() if of not in ours}
    for found, address in named:
        source = SOURCE + found.file
        owner = owners.get(_path(address)) or strangers.get(address)
        if owner is None:
            owner = first.setdefault(address, source)
        if owner != source:
            refused.append(f"{found.file}: aliases: /{address} is {owner.removeprefix(SOURCE)}'s")
    says = {address: ids[source] for address, source in first.items() if source in ids}
    gone = [each for each, of in held.items() if of in ours and each not in says]
    wanted = {each: of for each, of in says.items() if held.get(each) != of}
    return wanted, gone, refused


def _path(address: str) -> str:
    return address.partition("?")[0]
