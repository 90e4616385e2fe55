"""The parent process: it holds the data folder, the listening sockets, the embedded Valkey and
the workers, and serves nobody itself.

Workers are uvicorn's own, restarted by its supervisor when they die. Everything they need to know
is in the `Settings` handed to them.
"""

import asyncio
import http.client
import multiprocessing
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from multiprocessing import forkserver
from typing import TYPE_CHECKING

from portal.errors import Stopped
from portal.live.listening import listening_socket
from portal.memory.embedded import EmbeddedValkey, redis_url
from portal.settings import Settings, check_reach, key_ring, make_data_folder
from portal.storage.database import address
from portal.storage.migrate import migrate

if TYPE_CHECKING:
    from starlette.applications import Starlette

Prepare = Callable[[Settings], None]

GRACE_SECONDS = 5
"""How long a worker's open requests may go on after its sockets were sent away."""


def serve(
    settings: Settings, *, prepare: Prepare | None = None, ready: Prepare | None = None
) -> None:
    """Serve until told to stop.

    Args:
        prepare: run once the database has its schema and before anybody is let in.
        ready: run in a thread of its own once `/readyz` says 200.

    Raises:
        Stopped: the port is taken, the folder cannot be written or is served already, the
            database cannot be reached, or the workers do not start.
    """
    check_reach(settings)
    make_data_folder(settings)
    _warm_up_workers()
    sockets = [listening_socket(settings.host, settings.port)]
    port = sockets[0].getsockname()[1]
    settings = replace(settings, port=port, secret_keys=key_ring(settings))
    valkey = None
    if settings.redis_url is None:
        valkey = EmbeddedValkey(settings.data)
        valkey.start()
        settings = replace(settings, redis_url=redis_url(settings.data))
    try:
        asyncio.run(migrate(address(settings.database_url, settings.data)))
        if prepare is not None:
            prepare(settings)
        if ready is not None:
            _when_ready(settings, ready)
        _run_workers(settings, sockets)
    finally:
        for each in sockets:
            each.close()
        if valkey is not None:
            valkey.stop()


def _warm_up_workers() -> None:
    """Begin to load the application, once for all workers, while this process prepares.

    Workers are forked from a process that has imported everything and done nothing: they are up
    in a tenth of a second instead of one, each, and share the memory of what was imported.
    uvicorn starts its workers through this one module attribute (pinned by a test).
    """
    import uvicorn._subprocess as uvicorn_workers

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["portal.app", "portal.live.wire", "uvloop", "httptools"])
    forkserver.ensure_running()
    uvicorn_workers.spawn = context  # type: ignore[assignment]


def _application(settings: Settings) -> "Starlette":
    """Build the application; in a worker, so that this process need not import it."""
    from portal.app import create_app

    return create_app(settings)


def _run_workers(settings: Settings, sockets: list[socket.socket]) -> None:
    # uvicorn is imported here: commands that serve nobody should not pay for it.
    from uvicorn import Config
    from uvicorn.supervisors import Multiprocess

    config = Config(
        partial(_application, settings),
        factory=True,
        workers=settings.workers,
        loop="uvloop" if sys.platform != "win32" else "auto",
        http="httptools",
        ws="portal.live.wire:PortalWebSocketProtocol",
        ws_max_size=64 * 1024,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # portal.web.person believes only PORTAL_TRUSTED_PROXIES
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=10,
    )
    supervisor = Multiprocess(config, sockets)
    supervisor.run()
    if any(process.exitcode == 3 for process in supervisor.processes):
        raise Stopped("the server did not start; the lines above say why")


def _when_ready(settings: Settings, ready: Prepare) -> None:
    def wait() -> None:
        host = "127.0.0.1" if settings.host in ("localhost", "0.0.0.0") else settings.host  # noqa: S104
        while True:
            connection = http.client.HTTPConnection(host, settings.port, timeout=2)
            try:
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    break
            except OSError:
                pass
            finally:
                connection.close()
            time.sleep(0.02)
        ready(settings)

    threading.Thread(target=wait, name="when.ready", daemon=True).start()
