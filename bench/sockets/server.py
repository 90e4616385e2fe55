"""A server to measure: `python -m bench.sockets.server KIND`.

It prints its port. Each line it reads (`SECONDS FRAMES_A_TURN`) starts one saturated fan-out;
when that is over it prints how many rounds it made and the processor time they took.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.http11 import Request

from portal.identity import Actor, Reader
from portal.live.endpoint import Endpoint, Hooks
from portal.live.heap import settle_heap
from portal.live.hub import Hub
from portal.live.listening import listening_socket
from portal.live.protocol import Told
from portal.live.wire import SERVER_OPTIONS, PortalWebSocketProtocol, text_frame

ORIGIN = "http://bench"
BARE = "uvicorn.protocols.websockets.websockets_sansio_impl:WebSocketsSansIOProtocol"
Publish = Callable[[int], Awaitable[int]]


class Counts(Told, tag="audience.counts", kw_only=True):
    """A frame of a usual size: 120 bytes on the wire, whatever the number."""

    counts: dict[str, dict[str, int]]
    fill: str = "." * 37


def counts(number: int) -> Counts:
    return Counts(counts={"42": {"clicks": 1_000_000 + number, "open": 1000, "reading": 400}})


def text(number: int) -> str:
    return json.dumps(
        {
            "type": "audience.counts",
            "counts": {"42": {"clicks": 1_000_000 + number, "open": 1000, "reading": 400}},
            "fill": "." * 37,
        },
        separators=(",", ":"),
    )


def portal() -> tuple[Any, Publish, dict[str, Any]]:
    """Portal's own endpoint and hub."""
    hub = Hub()

    async def identify(peer: HTTPConnection) -> Actor | None:
        return Reader()

    endpoint = Endpoint(
        door="live",
        table={},
        hub=hub,
        identify=identify,
        origins=frozenset({ORIGIN}),
        network_of=lambda peer: "127.0.0.1",
        hooks=Hooks(opened=[lambda connection: hub.join("article:42", connection)]),
    )

    async def publish(number: int) -> int:
        return hub.publish("article:42", counts(number), slot="42")

    return endpoint, publish, {}


def naive() -> tuple[Any, Publish, dict[str, Any]]:
    """uvicorn's bare class under Starlette, and a loop that awaits every socket."""
    sockets: dict[WebSocket, None] = {}

    async def serve(websocket: WebSocket) -> None:
        await websocket.accept()
        sockets[websocket] = None
        try:
            while True:
                await websocket.receive_text()
        except WebSocketDisconnect:
            del sockets[websocket]

    async def publish(number: int) -> int:
        told = text(number)
        members = list(sockets)
        for websocket in members:
            await websocket.send_text(told)
        return len(members)

    return Starlette(routes=[WebSocketRoute("/live", serve)]), publish, {"ws": BARE}


class FloorProtocol(PortalWebSocketProtocol):
    """The floor: after the handshake nothing but `transport.write` of a ready frame."""

    open: dict[asyncio.Transport, None] = {}  # noqa: RUF012 - one process, one measurement

    def handle_connect(self, event: Request) -> None:
        self.conn.send_response(self.conn.accept(event))
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.open[self.transport] = None

    def connection_lost(self, exc: Exception | None) -> None:
        self.open.pop(self.transport, None)


def floor() -> tuple[Any, Publish, dict[str, Any]]:
    """A ready frame written to every transport; no application at all."""

    async def publish(number: int) -> int:
        frame = text_frame(text(number).encode())
        for transport in FloorProtocol.open:
            if transport.get_write_buffer_size() < 65_536:
                transport.write(frame)
        return len(FloorProtocol.open)

    async def nothing(scope: Any, receive: Any, send: Any) -> None:
        return None

    return nothing, publish, {"ws": FloorProtocol}


KINDS = {"portal": portal, "naive": naive, "floor": floor}


async def saturate(publish: Publish, seconds: float, frames: int) -> dict[str, float]:
    """Publish without a pause, `frames` in each turn of the loop; return what it took."""
    loop = asyncio.get_running_loop()
    rounds = told = 0
    cpu, began = time.process_time(), loop.time()
    while loop.time() < began + seconds:
        for _ in range(frames):
            told += await publish(rounds % 1_000_000)
            rounds += 1
        await asyncio.sleep(0)
    return {"rounds": rounds, "told": told, "cpu": time.process_time() - cpu}


async def obey(publish: Publish) -> None:
    """Do what the lines of stdin say."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        seconds, frames = line.split()
        print(json.dumps(await saturate(publish, float(seconds), int(frames))), flush=True)


async def main() -> None:
    app, publish, options = KINDS[sys.argv[1]]()
    listener = listening_socket("127.0.0.1", 0)
    config = uvicorn.Config(app, lifespan="off", log_level="error", **{**SERVER_OPTIONS, **options})
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    settle_heap()
    print(listener.getsockname()[1], flush=True)
    await obey(publish)
    serving.cancel()


if __name__ == "__main__":
    # The lines about each socket belong to a log, not to a measurement.
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    uvicorn_loop = uvicorn.Config(lambda: None).get_loop_factory()
    with asyncio.Runner(loop_factory=uvicorn_loop) as runner:
        runner.run(main())
