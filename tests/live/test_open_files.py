"""The open files: as many as one may have, and the house's own are never given away."""

import resource
from collections.abc import Iterator

import pytest

from portal.live.open_files import HOUSE_FILES, most_connections, raise_limit


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, int]]]:
    """A process' limits that are only written down; the last ones hold."""
    known = [(1024, 1024)]
    monkeypatch.setattr(resource, "getrlimit", lambda which: known[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda which, new: known.append(new))
    most_connections.cache_clear()
    yield known
    most_connections.cache_clear()


@pytest.mark.parametrize(
    ("files", "connections"),
    [(20, 16), (256, 256 - HOUSE_FILES), (1024, 960), (20_000, 18_750)],
)
def test_the_house_keeps_what_it_needs(
    limits: list[tuple[int, int]], files: int, connections: int
) -> None:
    """64 or a sixteenth; a few connections there are always."""
    limits.append((files, files))

    assert most_connections() == connections


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((1024, 4096), (4096, 4096)),
        ((1024, resource.RLIM_INFINITY), (131_072, resource.RLIM_INFINITY)),
        ((1024, 1 << 30), (131_072, 1 << 30)),
        ((4096, 4096), (4096, 4096)),
        ((1 << 20, 1 << 20), (1 << 20, 1 << 20)),
    ],
)
def test_what_is_allowed_is_taken(
    limits: list[tuple[int, int]], before: tuple[int, int], after: tuple[int, int]
) -> None:
    """Never less than there was, never beyond the hard limit, never without end."""
    limits.append(before)
    first = most_connections()
    raise_limit()

    assert limits[-1] == after
    assert most_connections() >= first


def test_a_kernel_that_refuses_is_no_fault(
    limits: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it is as it was."""
    limits.append((256, resource.RLIM_INFINITY))

    def refuse(which: int, new: tuple[int, int]) -> None:
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    raise_limit()

    assert most_connections() == 192
