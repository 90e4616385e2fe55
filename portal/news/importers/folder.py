"""A folder from outside: its Markdown files and its pictures, and nothing beyond it."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from portal.news import films
from portal.news.films import Reel
from portal.news.importers import front_matter
from portal.news.importers.front_matter import Found, Unspoken
from portal.news.pictures import Original, look_at


class Folder:
    """One folder during one import; every picture in it is looked at once."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.unspoken: Counter[str] = Counter()
        """How many of its articles are in languages the site does not speak."""
        self._looked: dict[Path, Original] = {}

    def articles(self, languages: tuple[str, ...], problems: list[str]) -> Iterator[Found]:
        """Read every `*.md` file, in the order of their names; a bad one is one problem line."""
        for path in self._markdown_files():
            file = path.relative_to(self.root).as_posix()
            try:
                if path.is_symlink():
                    raise ValueError("it is a link; only files are read")
                if path.stat().st_size > front_matter.MOST_BYTES:
                    raise ValueError(f"it is larger than {front_matter.MOST_BYTES // 2**20} MB")
                yield front_matter.read(file, path.read_bytes(), languages)
            except Unspoken as error:
                self.unspoken[error.language] += 1
            except ValueError as error:
                problems.append(f"{file}: {error}")
            except OSError as error:
                problems.append(f"{file}: {error.strerror}")

    def _markdown_files(self) -> list[Path]:
        """List them; names that begin with a dot or an underscore are nobody's articles."""
        found: list[Path] = []
        for here, folders, files in os.walk(self.root, followlinks=False):
            folders[:] = [name for name in folders if name[0] not in "._"]
            found += [
                Path(here, name)
                for name in files
                if name.endswith(".md") and name[0] not in "._" and name.upper() != "README.MD"
            ]
        return sorted(found)

    def picture(self, named: str, beside: str) -> Original:
        """Find a picture beside the file that names it, or at the top of the folder.

        Args:
            named: as written.
            beside: the naming file's path below the folder.

        Raises:
            ValueError: it is not there, or outside.
        """
        return self._look(self._find(named, beside))

    def film(self, named: str, beside: str, language: str) -> Reel:
        """Find a film likewise, with the words to it.

        Raises:
            ValueError: it is not there, outside, or no film.
        """
        try:
            return films.look_at(self._find(named, beside), language)
        except OSError as error:
            raise ValueError(str(error.strerror)) from None

    def _find(self, named: str, beside: str) -> Path:
        if "://" in named or named.startswith(("/", "\\", "data:")) or "\0" in named:
            raise ValueError("only pictures in the folder itself are taken")
        places = [(self.root / beside).parent / named, self.root / named]
        for place in places:
            # Written plainly, without links: what it resolves to must be what it says.
            plain = Path(os.path.normpath(place))
            if not plain.is_relative_to(self.root):
                raise ValueError("it lies outside of the folder")
            if plain.resolve() != plain:
                raise ValueError("it is a link, or behind one; only files are read")
            if plain.is_file():
                return plain
        raise ValueError("there is no such file")

    def _look(self, path: Path) -> Original:
        if path not in self._looked:
            try:
                self._looked[path] = look_at(path)
            except OSError as error:
                raise ValueError(str(error.strerror)) from None
        return self._looked[path]
