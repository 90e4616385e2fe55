"""A door in a process of its own, to be ended by signals: `python -m tests.live.door SECONDS`."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn
from starlette.requests import HTTPConnection

from portal.identity import Actor, Reader
from portal.live.connection import Connection
from portal.live.draining import Draining
from portal.live.endpoint import Endpoint, Hooks
from portal.live.hub import Hub
from portal.live.listening import listening_socket
from portal.live.wire import SERVER_OPTIONS

Message = MutableMapping[str, Any]


class Door:
    """An ASGI application: `/live`, `/readyz`, and a topic that is told a lot."""

    def __init__(self, drain_seconds: float) -> None:
        self.hub = Hub()
        self.draining = Draining(self.hub, seconds=drain_seconds)

        async def identify(peer: HTTPConnection) -> Actor | None:
            return Reader()

        def opened(connection: Connection) -> None:
            if connection.hello.tab == "stuck":  # as a fault of ours would: the loop stands still
                time.sleep(60)
            if connection.hello.tab == "stalled":
                for _ in range(40):  # more than the kernel takes for a peer that does not read
                    connection.tell_state("filler", b'"' + b"x" * 60_000 + b'"')

        self.endpoint = Endpoint(
            door="live",
            table={},
            hub=self.hub,
            identify=identify,
            origins=frozenset({"http://portal.example"}),
            network_of=lambda peer: "",
            hooks=Hooks(opened=[opened], refuse=self.draining.refusal),
        )

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] == "lifespan":
            await receive()
            self.draining.install()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            self.draining.uninstall()
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["type"] == "websocket":
            await self.endpoint(scope, receive, send)
        else:
            status = 503 if self.draining.began else 200
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b""})


def main() -> None:
    listener = listening_socket("127.0.0.1", 0)
    print(listener.getsockname()[1], flush=True)
    door = Door(float(sys.argv[1]))
    config = uvicorn.Config(door, loop=sys.argv[2], log_level="warning", **SERVER_OPTIONS)
    asyncio.Runner(loop_factory=config.get_loop_factory()).run(
        uvicorn.Server(config).serve([listener])
    )


if __name__ == "__main__":
    main()
