"""Pictures as the database knows them: each original once, and the renditions made of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.picture import Picture, Rendered, picture_of
from portal.storage.tables.news import media, rendition
from portal.storage.upsert import insert_for


@dataclass(frozen=True, slots=True)
class NewMedia:
    """An original and what was made of it.

    Attributes:
        sha256: of the original's bytes, hex.
        filename: the name it came with, for who looks for it later.
        width, height: of the original as it is looked at, in pixels.
    """

    sha256: str
    filename: str
    width: int
    height: int
    size_bytes: int
    renditions: tuple[Rendered, ...]


@dataclass(frozen=True, slots=True)
class Renditions:
    """The renditions of one original, waiting for the words of the place they are shown at."""

    rendered: tuple[Rendered, ...]

    def picture(self, *, alt: str, caption: str = "", sizes: str) -> Picture:
        """Return them as a picture with these words."""
        return picture_of(self.rendered, alt=alt, caption=caption, sizes=sizes)


async def renditions(
    connection: AsyncConnection, media_ids: Iterable[int | None]
) -> dict[int, Renditions]:
    """Return the renditions of many originals, by media id."""
    wanted = sorted({each for each in media_ids if each is not None})
    if not wanted:
        return {}
    found = await connection.execute(
        select(
            rendition.c.media_id,
            rendition.c.format,
            rendition.c.width,
            rendition.c.height,
            rendition.c.path,
            rendition.c.size_bytes,
        )
        .where(rendition.c.media_id.in_(wanted))
        .order_by(rendition.c.media_id, rendition.c.format, rendition.c.width)
    )
    gathered: dict[int, list[Rendered]] = {}
    for row in found:
        gathered.setdefault(row.media_id, []).append(
            Rendered(row.format, row.width, row.height, row.path, row.size_bytes)
        )
    return {media_id: Renditions(tuple(made)) for media_id, made in gathered.items()}


async def known(connection: AsyncConnection, sha256s: Iterable[str]) -> dict[str, int]:
    """Return the ids of those originals that are here already."""
    found = await connection.execute(
        select(media.c.sha256, media.c.id).where(media.c.sha256.in_(list(sha256s)))
    )
    return {row.sha256: row.id for row in found}


async def save(connection: AsyncConnection, new: NewMedia, now: int) -> int:
    """Add an original with its renditions, or find it; return the id."""
    statement = insert_for(connection, media).values(
        sha256=new.sha256,
        filename=new.filename,
        width=new.width,
        height=new.height,
        size_bytes=new.size_bytes,
        created_at=now,
    )
    media_id = int(
        await connection.scalar(
            statement.on_conflict_do_update(
                index_elements=[media.c.sha256], set_={"sha256": new.sha256}
            ).returning(media.c.id)
        )
    )
    await connection.execute(
        insert_for(connection, rendition).on_conflict_do_nothing(),
        [
            {
                "media_id": media_id,
                "format": made.format,
                "width": made.width,
                "height": made.height,
                "path": made.path,
                "size_bytes": made.size_bytes,
            }
            for made in new.renditions
        ],
    )
    return media_id
