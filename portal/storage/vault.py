"""The vault: files said in chats, named by nothing but chance, never served by their address.

A file comes in below a passing name and gets its own only when it is whole. Its content never
changes. A link that somebody put into the folder leads nowhere.
"""

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

NAME = re.compile(r"[A-Za-z0-9_-]{22}(?:\.small)?", re.ASCII)
"""The only names there are; none of them climbs or hides."""
PASSING = "passing"
"""Where files lie that are still coming in."""
SPARE_BYTES = 256 * 1024 * 1024
"""Left free for the database, which often lies on the same disk: files of strangers may fill what
they like, and nobody's words are lost by it."""


class Vault:
    """The folder of one portal. Its functions block; call them in a thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def room(self) -> tempfile.TemporaryDirectory[str]:
        """Make a folder on the same disk for what is still coming in; it goes with its content.

        Raises:
            OSError: the disk is full, or nearly, or read-only.
        """
        passing = self.folder / PASSING
        passing.mkdir(parents=True, exist_ok=True, mode=0o700)
        if shutil.disk_usage(passing).free < SPARE_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return tempfile.TemporaryDirectory(dir=passing, ignore_cleanup_errors=True)

    def keep(self, name: str, source: Path) -> None:
        """Take a whole file from a `room` for good.

        Raises:
            OSError: the disk is full or read-only; then nothing is kept.
        """
        place = self._place(name)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with source.open("rb") as file:
            os.fsync(file.fileno())
        source.chmod(0o600)
        source.replace(place)

    def open(self, name: str) -> BinaryIO | None:
        """Open a file for reading; None where there is none."""
        try:
            handle = os.open(self._place(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENOTDIR):
                return None
            raise
        return os.fdopen(handle, "rb")

    def remove(self, names: Iterable[str]) -> None:
        """Remove files and what was made of them; those that are not there are gone already."""
        for name in names:
            for each in (name, f"{name}.small"):
                self._place(each).unlink(missing_ok=True)

    def older_than(self, at: float) -> Iterator[str]:
        """Name the files that were kept before a moment (seconds), smaller ones left out."""
        for shelf in self._shelves():
            for place in shelf.iterdir():
                with suppress(FileNotFoundError):  # gone meanwhile
                    named = NAME.fullmatch(place.name) and not place.suffix
                    if named and place.lstat().st_mtime < at:
                        yield place.name

    def clear_rooms(self, at: float) -> None:
        """Remove what was coming in before a moment and never got whole: the process died."""
        passing = self.folder / PASSING
        if not passing.is_dir():
            return
        for room in passing.iterdir():
            with suppress(OSError):
                if room.lstat().st_mtime < at:
                    for left in room.iterdir():
                        left.unlink()
                    room.rmdir()

    def _shelves(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return [each for each in self.folder.iterdir() if len(each.name) == 2 and each.is_dir()]

    def _place(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a file here")
        # In many folders: a disk slows down where a hundred thousand files lie in one. Folded,
        # because some disks know no case.
        return self.folder / name[:2].lower() / name
