"""The intake: a file comes in, is looked at, made harmless and put on the shelf.

What comes is written to the disk as it arrives, never gathered in memory, and never beyond the
limit, whatever its headers say. A picture is made anew from its pixels by a process of its own, so
nothing its sender wrote reaches anybody: no place, no comment, no second file behind the first.
Until the row about it is committed nothing of it is kept.
"""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from portal.chat.files import looks
from portal.chat.files.porter import Porter
from portal.chat.told import File
from portal.errors import Refused
from portal.identity import Agent, Visitor
from portal.live.admission import stands_for_nobody
from portal.pictures.darkroom import Darkroom, Print, Unfit, is_picture
from portal.storage.vault import Vault

MB: Final = 1024 * 1024
AT_ONCE: Final = 24
"""Files on their way in at the same time; who comes then waits a moment."""
HIS_AT_ONCE, NETWORK_AT_ONCE = 4, 12
"""Of one conversation and of one network: nobody takes all places from everybody else."""
START: Final = 16
"""Bytes from which the type is known."""

log = structlog.get_logger("portal.chat")


@dataclass(frozen=True, slots=True)
class Brought:
    """Who brings a file, where to, what he calls it, and where he comes from."""

    actor: Agent | Visitor
    conversation: str
    name: str
    network: str = ""


class Intake:
    """Takes files in. Keeps nothing but how many are on their way."""

    def __init__(self, vault: Vault, porter: Porter, *, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._vault = vault
        self._porter = porter
        self._darkroom = Darkroom()
        self._coming: Counter[str] = Counter()

    async def take(self, brought: Brought, body: AsyncIterator[bytes]) -> File:
        """Take one file in.

        Raises:
            Refused: `too_long`, `bad_field` (nothing in it, or no picture although it says so),
                `limited`, `busy` (the disk takes nothing).
        """
        with self._place(brought):
            try:
                return await self._take(brought, body)
            except OSError as error:
                log.error("a file could not be kept", error=error.strerror or type(error).__name__)
                raise Refused(
                    "busy",
                    "files cannot be taken just now; please try again later",
                    retry_ms=30_000,
                ) from error

    @contextmanager
    def _place(self, brought: Brought) -> Iterator[None]:
        bounds = {"all": AT_ONCE, f"in:{brought.conversation}": HIS_AT_ONCE}
        if not stands_for_nobody(brought.network):
            bounds[f"from:{brought.network}"] = NETWORK_AT_ONCE
        if any(self._coming[key] >= most for key, most in bounds.items()):
            raise Refused("busy", "many files come in just now; please try again", retry_ms=3_000)
        self._coming.update(bounds.keys())
        try:
            yield
        finally:
            for key in bounds:
                self._coming[key] -= 1
                if not self._coming[key]:
                    del self._coming[key]

    async def _take(self, brought: Brought, body: AsyncIterator[bytes]) -> File:
        room = await asyncio.to_thread(self._vault.room)
        try:
            came = Path(room.name, "came")
            size, start = await self._receive(came, body)
            if not size:
                raise Refused("bad_field", "there is nothing in this file")
            if is_picture(start):
                return await self._keep_picture(brought, came)
            file = File(
                id=secrets.token_urlsafe(16),
                name=brought.name,
                kind=looks.kind_of(start),
                size=size,
            )
            return await self._keep(brought, file, {file.id: came})
        finally:
            await asyncio.to_thread(room.cleanup)

    async def _receive(self, came: Path, body: AsyncIterator[bytes]) -> tuple[int, bytes]:
        size, start = 0, b""
        with await asyncio.to_thread(came.open, "xb") as file:
            async for chunk in body:
                size += len(chunk)
                if size > self.most_bytes:
                    raise self.too_large()
                if len(start) < START:
                    start += chunk[:START]
                await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(file.flush)
        return size, start

    def too_large(self) -> Refused:
        """Return what a file is refused with that is larger than may be."""
        return Refused(
            "too_long", f"a file may have {self.most_bytes // MB} MB; this one is larger"
        )

    async def _keep_picture(self, brought: Brought, came: Path) -> File:
        try:
            prints = await self._darkroom.develop(came, came.parent, "made", "said")
        except Unfit as unfit:
            raise Refused("bad_field", f"this picture cannot be opened: {unfit}") from unfit
        full = prints[0]
        file = File(
            id=secrets.token_urlsafe(16),
            name=looks.with_ending(brought.name, full.kind),
            kind=full.kind,
            size=await asyncio.to_thread(_size, full),
            width=full.width,
            height=full.height,
        )
        names = (file.id, f"{file.id}.small")
        return await self._keep(
            brought, file, {name: made.path for name, made in zip(names, prints, strict=False)}
        )

    async def _keep(self, brought: Brought, file: File, made: dict[str, Path]) -> File:
        kept = False
        try:
            for name, source in made.items():
                await asyncio.to_thread(self._vault.keep, name, source)
            await self._porter.note(brought.actor, brought.conversation, file)
            kept = True
        finally:
            if not kept:
                await asyncio.to_thread(self._vault.remove, [file.id])
        return file


def _size(made: Print) -> int:
    return made.path.stat().st_size
