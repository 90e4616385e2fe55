"""What `/metrics` tells, to whom, and for how many workers."""

import asyncio
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from portal.meter import BOUNDS_SECONDS, Meter
from portal.metrics import LINES, Metrics
from portal.settings import Settings
from tests.support.inside import Inside
from tests.support.servers import Portal
from tests.test_docs import names, table

TOKEN = "a-token-of-sixteen-signs"


def _asked(peer: str, **headers: str) -> Request:
    lines = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return Request({"type": "http", "client": (peer, 5), "headers": lines, "path": "/metrics"})


@pytest.mark.parametrize(
    ("peer", "headers", "may"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("::ffff:127.0.0.1", {}, True),
        ("203.0.113.9", {}, False),
        ("10.1.2.3", {}, True),
        # Behind a proxy nobody named, everybody's address is the proxy's.
        ("127.0.0.1", {"x_forwarded_for": "203.0.113.9"}, False),
        ("127.0.0.1", {"forwarded": "for=203.0.113.9"}, False),
        ("203.0.113.9", {"authorization": f"Bearer {TOKEN}"}, True),
        ("203.0.113.9", {"authorization": f"bearer  {TOKEN}"}, True),
        ("203.0.113.9", {"authorization": f"Bearer {TOKEN}x"}, False),
        ("203.0.113.9", {"authorization": "Bearer \u00e9"}, False),
        ("203.0.113.9", {"authorization": "Bearer"}, False),
    ],
)
def test_who_may_read(peer: str, headers: dict[str, str], may: bool) -> None:
    """This machine, the networks that were named, and whoever brings the token."""
    settings = Settings(metrics_token=TOKEN)
    settings = replace(settings, metrics_allow=(*settings.metrics_allow, ip_network("10.0.0.0/8")))
    metrics = Metrics(settings, Meter(), dict, node="a")

    assert metrics._may(_asked(peer, **headers)) == may


def test_a_trusted_proxy_is_looked_through() -> None:
    """Its own address is not the reader's."""
    settings = Settings(trusted_proxies=(ip_network("127.0.0.1"),))
    metrics = Metrics(settings, Meter(), dict, node="a")

    assert not metrics._may(_asked("127.0.0.1", x_forwarded_for="203.0.113.9"))
    assert metrics._may(_asked("127.0.0.1", x_forwarded_for="127.0.0.2"))


async def test_strangers_find_nothing_there(site: Inside) -> None:
    """The address answers like any that does not exist."""
    async with site.client() as stranger, site.client("127.0.0.1") as local:
        nothing, found = await stranger.get("/metrics"), await local.get("/metrics")

    assert nothing.status_code == 404
    assert found.status_code == 200
    assert found.headers["content-type"].startswith("text/plain; version=")
    assert found.headers["cache-control"] == "no-store"


async def test_every_line_is_told_and_documented(site: Inside) -> None:
    """A whole portal tells exactly what docs/running.md lists, with these labels."""
    async with site.client("127.0.0.1") as local:
        text = (await local.get("/metrics")).text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    written = [(names(row[0])[0], row[1], names(row[2]), row[3]) for row in _documented()]

    assert written == [(line.shown, line.kind, line.labels, line.meaning) for line in LINES]
    assert set(families) == {line.shown.removesuffix("_total") for line in LINES}
    assert families["portal_bus_up"].samples[0].value == 1
    assert families["portal_memory_well"].samples[0].value == 1
    assert families["portal_degraded"].samples[0].value == 0
    assert families["portal_workers"].samples[0].value == 1


def _documented() -> list[list[str]]:
    return table("docs/running.md", "## Numbers")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where siblings meet; a socket's path must be short."""
    with tempfile.TemporaryDirectory(prefix="portal-") as made:
        yield Path(made)


async def test_one_worker_answers_for_all(site: Inside, folder: Path) -> None:
    """Whichever is asked: each worker's numbers beside its name; one that is gone is missed."""
    settings = Settings(data=folder, workers_folder=folder)
    meters = [Meter(), Meter()]
    workers = [
        Metrics(settings, meter, lambda: {("bus_up",): True}, node=name)
        for name, meter in zip("ab", meters, strict=True)
    ]
    await asyncio.to_thread((folder / "dead.sock").touch)
    for worker in workers:
        await worker.start()
    meters[0].count("frames", "live", by=3)
    meters[1].count("frames", "live", by=4)
    meters[1].took(0.003, "request", "chat.say")
    meters[1].took(0.4, "request", "chat.say")
    meters[1].took(9.0, "request", "chat.say")
    request = _asked("127.0.0.1")
    texts = [bytes((await worker.page(request)).body).decode() for worker in workers]
    await workers[1].stop()
    alone = bytes((await workers[0].page(request)).body).decode()
    await workers[0].stop()
    left = await asyncio.to_thread(lambda: sorted(path.name for path in folder.iterdir()))

    for text in texts:
        assert 'portal_frames_total{door="live",worker="a"} 3.0' in text
        assert 'portal_frames_total{door="live",worker="b"} 4.0' in text
        assert len(re.findall(r"^portal_workers\{", text, re.MULTILINE)) == 2
        assert 'portal_request_seconds_count{type="chat.say",worker="b"} 3.0' in text
        assert 'portal_request_seconds_bucket{le="0.005",type="chat.say",worker="b"} 1.0' in text
        assert 'portal_request_seconds_bucket{le="0.5",type="chat.say",worker="b"} 2.0' in text
        assert 'portal_request_seconds_bucket{le="5.0",type="chat.say",worker="b"} 2.0' in text
    assert 'worker="b"' not in alone
    assert left == ["dead.sock"]


def test_a_duration_at_a_bound_is_within_it() -> None:
    """`le` means at most."""
    meter = Meter()
    meter.took(BOUNDS_SECONDS[0], "x")

    assert meter.durations["x",][0] == 1


def test_a_server_of_two_workers_is_one_page(tmp_path: Path) -> None:
    """The parent makes the place where they find each other, and takes it away at the end."""
    (tmp_path / "data").mkdir()
    environ = {"PORTAL_DRAIN_SECONDS": "0", "TMPDIR": str(tmp_path)}
    portal = Portal(tmp_path / "data", environ, arguments=("--workers", "2")).start()
    try:
        deadline = time.monotonic() + 20
        workers: set[str] = set()
        while len(workers) < 2 and time.monotonic() < deadline:
            text = portal.get("/metrics")[2].decode()
            workers = set(re.findall(r'^portal_workers\{worker="(\w+)"\} 1', text, re.MULTILINE))
        stranger = portal.get("/metrics", **{"X-Forwarded-For": "203.0.113.9"})[0]
    finally:
        portal.stop()
    left = [path.name for path in tmp_path.iterdir() if path.name.startswith("portal-")]

    assert len(workers) == 2
    assert stranger == 404
    assert [name for name in left if not name.endswith(".log")] == []
