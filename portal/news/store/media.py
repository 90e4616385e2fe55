"""Pictures as the database knows them: each original once, and the renditions made of it."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.news.focus import MIDDLE, Focus
from portal.news.picture import Picture, Rendered, picture_of
from portal.storage.tables.news import media, rendition
from portal.storage.upsert import insert_for

SHAPES = ("16x9", "4x3", "1x1")


@dataclass(frozen=True, slots=True)
class NewMedia:
    """An original and what was made of it.

    Attributes:
        sha256: of the original's bytes, hex.
        filename: the name it came with, for who looks for it later.
        width, height: of the original as it is looked at, in pixels.
        recipe: which one its renditions were made by.
    """

    sha256: str
    filename: str
    width: int
    height: int
    size_bytes: int
    renditions: tuple[Rendered, ...]
    recipe: int = 0


@dataclass(frozen=True, slots=True)
class Renditions:
    """The renditions of one original, waiting for the words of the place they are shown at."""

    rendered: tuple[Rendered, ...]

    def picture(
        self,
        *,
        alt: str,
        caption: str = "",
        sizes: str,
        credit: str = "",
        focus: Focus = MIDDLE,
    ) -> Picture:
        """Return them as a picture with these words."""
        return picture_of(
            self.rendered, alt=alt, caption=caption, sizes=sizes, credit=credit, focus=focus
        )

    @property
    def largest(self) -> Rendered:
        """The largest that everybody reads."""
        return max(
            (made for made in self.rendered if made.format == "jpeg"), key=lambda made: made.width
        )

    def shared(self, focus: Focus = MIDDLE) -> Rendered | None:
        """The one other sites show beside a link; None: made before there was one."""
        return self._cut("share", focus)

    def shapes(self, focus: Focus = MIDDLE) -> tuple[Rendered, ...]:
        """Those search engines choose from: 16:9, 4:3 and 1:1, as far as it is large enough."""
        return tuple(filter(None, (self._cut(shape, focus) for shape in SHAPES)))

    def _cut(self, shape: str, focus: Focus) -> Rendered | None:
        by_format = {made.format: made for made in self.rendered}
        return by_format.get(shape + focus.mark) or by_format.get(shape)


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


async def filenames(connection: AsyncConnection, media_ids: Iterable[int]) -> dict[int, str]:
    """Return the names originals came with, by media id."""
    found = await connection.execute(
        select(media.c.id, media.c.filename).where(media.c.id.in_(list(media_ids)))
    )
    return {row.id: row.filename for row in found}


async def up_to_date(connection: AsyncConnection, recipe: int) -> set[str]:
    """Return the originals whose renditions were made by this recipe, by SHA-256."""
    return set(await connection.scalars(select(media.c.sha256).where(media.c.recipe == recipe)))


async def save(connection: AsyncConnection, new: Collection[NewMedia], now: int) -> dict[str, int]:
    """Add originals and renditions, those that are new; return all their ids by SHA-256."""
    if not new:
        return {}
    statement = insert_for(connection, media)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[media.c.sha256], set_={"recipe": statement.excluded.recipe}
        ),
        [
            {
                "sha256": each.sha256,
                "filename": each.filename,
                "width": each.width,
                "height": each.height,
                "size_bytes": each.size_bytes,
                "recipe": each.recipe,
                "created_at": now,
            }
            for each in new
        ],
    )
    ids = await _ids(connection, [each.sha256 for each in new])
    await connection.execute(
        insert_for(connection, rendition).on_conflict_do_nothing(),
        [
            {"media_id": ids[each.sha256], **asdict(made)}
            for each in new
            for made in each.renditions
        ],
    )
    return ids


async def _ids(connection: AsyncConnection, sha256s: Collection[str]) -> dict[str, int]:
    found = await connection.execute(
        select(media.c.sha256, media.c.id).where(media.c.sha256.in_(sha256s))
    )
    return {row.sha256: row.id for row in found}
