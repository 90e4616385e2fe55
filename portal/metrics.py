"""The metrics: what `/metrics` tells a Prometheus, and whom.

Every worker of a server counts for itself (`portal.meter`); a request reaches any one of them. So
the one that is asked asks its siblings through a socket in a folder their parent made, and answers
for all: each line carries `worker`, the name `/readyz` tells. A worker that does not answer within
half a second is left out and missed in `portal_workers`. The numbers of a worker that ends go with
it, as those of a server that ends do: sum rates, not totals.

The address does not exist for whoever may not read it.
"""

import asyncio
import contextlib
import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from portal.audience.room import Audience
from portal.chat.parts import Chat
from portal.live.draining import Draining
from portal.live.hub import Hub
from portal.live.strain import Strain
from portal.memory.bus import Bus
from portal.memory.redis import Memory
from portal.meter import BOUNDS_SECONDS, Key, Meter
from portal.settings import Settings
from portal.values import Network
from portal.web.person import address_of

SIBLING_SECONDS = 0.5
BEHIND_A_PROXY = ("forwarded", "x-forwarded-for", "x-real-ip")
"""With one of these a request comes from farther than its address says."""

KINDS = {
    "counter": CounterMetricFamily,
    "gauge": GaugeMetricFamily,
    "histogram": HistogramMetricFamily,
}


@dataclass(frozen=True)
class Line:
    """One line of the table of metrics. `name` is the meter's, without `portal_` and unit."""

    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str

    @property
    def shown(self) -> str:
        """The name Prometheus knows it by."""
        ending = {"counter": "_total", "histogram": "_seconds"}.get(self.kind, "")
        return f"portal_{self.name}{ending}"


LINES = (
    Line("sockets", "gauge", ("door",), "Open sockets."),
    Line("handshakes", "counter", ("door", "outcome"), "Handshakes: `accepted`, or why refused."),
    Line("closes", "counter", ("door", "code"), "Sockets closed; 4001 is a peer that was behind."),
    Line("frames", "counter", ("door",), "Frames read."),
    Line(
        "requests", "counter", ("door", "type", "outcome"), "Requests: `ok`, or the error's code."
    ),
    Line("request", "histogram", ("type",), "From a request read to its answer written."),
    Line("entries", "counter", (), "Entries of conversations committed here."),
    Line("repairs", "counter", ("room",), "What a sweep found before the bus had told it."),
    Line("bus_up", "gauge", (), "1 while this worker hears itself through Redis."),
    Line("bus_rises", "counter", (), "Times the bus came up; the first is the start."),
    Line("bus_falls", "counter", (), "Times the bus went down."),
    Line(
        "bus_publishes", "counter", ("outcome",), "Publishes: `taken`, or `lost` in half a second."
    ),
    Line("memory_well", "gauge", (), "1 while Redis takes what is written."),
    Line("memory_failures", "counter", ("reason",), "Commands that Redis did not take."),
    Line("degraded", "gauge", (), "1 while staff and visitors are told so."),
    Line("draining", "gauge", (), "1 while this worker sends its sockets away."),
    Line("views", "counter", ("outcome",), "Views of articles: `counted`, or why not."),
    Line("views_waiting", "gauge", (), "Views that wait for Redis."),
    Line("clicks_unbooked", "gauge", (), "Articles whose clicks are not in SQL yet."),
    Line("conversations_followed", "gauge", (), "Conversations with an open socket here."),
    Line(
        "database_write",
        "histogram",
        ("outcome",),
        "Transactions: `committed`, `undone` by whoever asked, `failed`.",
    ),
    Line("workers", "gauge", (), "1 for each worker that answered."),
)

Gauges = Callable[[], Mapping[Key, float]]


def gauges(
    *,
    hub: Hub,
    bus: Bus,
    memory: Memory,
    strain: Strain,
    draining: Draining,
    audience: Audience,
    chat: Chat,
) -> Gauges:
    """Return what looks up the numbers that nobody counts."""
    views = audience.socket.counting

    def look() -> Mapping[Key, float]:
        doors = Counter(connection.door for connection in hub.connections())
        return {
            **{("sockets", door): doors[door] for door in ("live", "staff")},
            ("bus_up",): bus.up,
            ("memory_well",): memory.well,
            ("degraded",): strain.degraded,
            ("draining",): draining.began,
            **{("views", outcome): count for outcome, count in views.outcomes.items()},
            ("views_waiting",): views.waiting,
            ("clicks_unbooked",): len(audience.clicks.unbooked()),
            ("conversations_followed",): len(chat.threads),
        }

    return look


class _Told(msgspec.Struct):
    """All one worker knows."""

    worker: str
    values: list[tuple[Key, float]]
    durations: list[tuple[Key, list[int], float]]


_decoder = msgspec.json.Decoder(_Told)


class Metrics:
    """The page, and this worker's ear for its siblings."""

    def __init__(self, settings: Settings, meter: Meter, gauges: Gauges, *, node: str) -> None:
        """Make it; with siblings, `start` it.

        Args:
            gauges: what is not counted but looked up when somebody asks.
            node: this worker's name.
        """
        self._allowed: tuple[Network, ...] = settings.metrics_allow
        self._trusted = settings.trusted_proxies
        self._token = settings.metrics_token
        self._folder = settings.workers_folder
        self._meter = meter
        self._gauges = gauges
        self._node = node
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen for siblings, if there are any."""
        if self._folder is not None:
            path = self._folder / f"{self._node}.sock"
            self._server = await asyncio.start_unix_server(self._tell_sibling, path)

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None and self._folder is not None:
            self._server.close()
            await asyncio.to_thread((self._folder / f"{self._node}.sock").unlink, missing_ok=True)

    async def page(self, request: Request) -> Response:
        """Answer `/metrics` of the whole server; 404 for whoever may not know."""
        if not self._may(request):
            answer: Response = await request.state["pages"].refusal(request, 404)
            return answer
        told = [self._own(), *await self._siblings()]
        text = generate_latest(_Families(told))
        headers = {"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST}
        return Response(text, headers=headers)

    def _may(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if self._token and scheme.lower() == "bearer":
            return hmac.compare_digest(token.strip().encode(), self._token.encode())
        if not self._trusted and any(name in request.headers for name in BEHIND_A_PROXY):
            return False  # the address is the proxy's, and everybody would be local
        address = address_of(request.scope, self._trusted)
        return address is not None and any(address in network for network in self._allowed)

    def _own(self) -> _Told:
        counts: Iterable[tuple[Key, float]] = self._meter.counts.items()
        durations = [(k, b, self._meter.seconds[k]) for k, b in self._meter.durations.items()]
        looked_up = ((key, float(value)) for key, value in self._gauges().items())
        values = [*counts, *looked_up, (("workers",), 1.0)]
        return _Told(self._node, values, durations)

    # Siblings

    async def _siblings(self) -> list[_Told]:
        if self._folder is None:
            return []
        names = await asyncio.to_thread(lambda folder: sorted(folder.glob("*.sock")), self._folder)
        others = [path for path in names if path.stem != self._node]
        told = await asyncio.gather(*(self._ask(path) for path in others))
        return [each for each in told if each is not None]

    async def _ask(self, path: Path) -> _Told | None:
        try:
            async with asyncio.timeout(SIBLING_SECONDS):
                reader, writer = await asyncio.open_unix_connection(path)
                with contextlib.closing(writer):
                    return _decoder.decode(await reader.read())
        except (OSError, TimeoutError, msgspec.DecodeError):  # ended, or stands still
            return None

    async def _tell_sibling(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError):
            writer.write(msgspec.json.encode(self._own()))
            await writer.drain()


class _Families:
    """All workers' numbers in the library's own shape."""

    def __init__(self, told: list[_Told]) -> None:
        self._told = told

    def collect(self) -> Iterator[Metric]:
        for line in LINES:
            family: Any = KINDS[line.kind](
                line.shown.removesuffix("_total"), line.meaning, labels=[*line.labels, "worker"]
            )
            for each in self._told:
                _add(family, line, each)
            yield family


def _add(family: Any, line: Line, told: _Told) -> None:
    if line.kind == "histogram":
        for (name, *labels), buckets, seconds in told.durations:
            if name == line.name:
                family.add_metric([*labels, told.worker], _cumulative(buckets), seconds)
        return
    for (name, *labels), value in told.values:
        if name == line.name:
            family.add_metric([*labels, told.worker], value)


def _cumulative(buckets: list[int]) -> list[tuple[str, float]]:
    ends = [*(str(bound) for bound in BOUNDS_SECONDS), "+Inf"]
    return [(end, sum(buckets[: at + 1])) for at, end in enumerate(ends)]
