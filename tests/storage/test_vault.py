"""The vault: whole files or none, by names that lead nowhere else."""

import os
from pathlib import Path

import pytest

from portal.storage.vault import Vault

NAME = "Ab-_0123456789abcdefgh"


def keep(vault: Vault, name: str = NAME, content: bytes = b"kept") -> None:
    with vault.room() as room:
        came = Path(room, "came")
        came.write_bytes(content)
        vault.keep(name, came)


def test_what_is_kept_is_there_whole_and_private(tmp_path: Path) -> None:
    """Read as it came, by nobody else of the machine; the way in is empty again."""
    vault = Vault(tmp_path / "files")
    keep(vault)
    file = vault.open(NAME)
    assert file is not None
    with file:
        content, mode = file.read(), os.fstat(file.fileno()).st_mode

    assert content == b"kept"
    assert mode & 0o077 == 0
    assert list((tmp_path / "files" / "passing").iterdir()) == []


@pytest.mark.parametrize(
    "name", ["../../secret_keys", "a/b", "", ".", NAME + "x", NAME[:-1] + "\n", "a" * 21 + "/"]
)
def test_no_other_name_is_one(tmp_path: Path, name: str) -> None:
    """Nothing that climbs, hides or is not ours reaches the disk."""
    with pytest.raises(ValueError, match="is no name"):
        Vault(tmp_path).open(name)


def test_a_link_in_the_folder_leads_nowhere(tmp_path: Path) -> None:
    """Whoever can write into the folder still reads nothing else through us."""
    vault = Vault(tmp_path / "files")
    keep(vault)
    place = next((tmp_path / "files").rglob(NAME))
    place.unlink()
    (tmp_path / "secret").write_text("secret")
    place.symlink_to(tmp_path / "secret")

    assert vault.open(NAME) is None


def test_removing_takes_the_small_one_along(tmp_path: Path) -> None:
    """And is no trouble where there is nothing."""
    vault = Vault(tmp_path / "files")
    keep(vault)
    keep(vault, f"{NAME}.small")
    vault.remove([NAME, "B" * 22])

    assert (vault.open(NAME), vault.open(f"{NAME}.small")) == (None, None)


def test_what_never_got_whole_is_cleared(tmp_path: Path) -> None:
    """A process died while a file came in: after an hour its rest goes, a fresh one stays."""
    vault = Vault(tmp_path / "files")
    passing = tmp_path / "files" / "passing"
    for name, at in (("old", 1_000), ("new", 9_000)):
        (passing / name).mkdir(parents=True)
        (passing / name / "came").write_bytes(b"half")
        os.utime(passing / name, (at, at))
    vault.clear_rooms(5_000)

    assert [each.name for each in passing.iterdir()] == ["new"]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    """Before the first file there is none."""
    vault = Vault(tmp_path / "files")
    vault.clear_rooms(5_000)

    assert (vault.open(NAME), list(vault.older_than(1e12))) == (None, [])
