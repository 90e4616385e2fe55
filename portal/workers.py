"""The workers: uvicorn's own processes, forked from one that has imported the application.

A worker that imports everything itself is up after a second. So one process, the fork server, is
told at the very start to import the application and do nothing; workers forked from it are up in
a tenth of a second, each, and share the memory of what was imported. They are started while the
house is still being furnished (schema, sample newsroom) and wait at the door until it is.
"""

import multiprocessing
import socket
import sys
from functools import partial
from multiprocessing import forkserver
from multiprocessing.synchronize import Event
from typing import TYPE_CHECKING

from portal.errors import Stopped
from portal.settings import Settings

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from uvicorn.supervisors import Multiprocess

NOT_STARTED = 3
"""uvicorn's exit code of a worker that failed before it served anybody."""

_context = multiprocessing.get_context("forkserver")


def warm_up() -> None:
    """Begin to load the application in the fork server; returns at once."""
    _context.set_forkserver_preload(
        ["portal.forkserver", "portal.app", "portal.live.wire", "uvloop", "httptools"]
    )
    forkserver.ensure_running()


class Workers:
    """The workers of one server."""

    def __init__(self) -> None:
        warm_up()
        self.furnished: Event = _context.Event()
        """Set once the database may be used; until then workers wait."""
        self._supervisor: Multiprocess | None = None
        self._ended = False

    def run(self, settings: Settings, sockets: list[socket.socket]) -> None:
        """Keep the workers running until a signal, or `end`, ends them.

        Raises:
            Stopped: they do not start.
        """
        # uvicorn is imported here: commands that serve nobody should not pay for it.
        import uvicorn._subprocess as uvicorn_workers
        from uvicorn import Config
        from uvicorn.supervisors import Multiprocess

        from portal.live.wire import SERVER_OPTIONS

        # The one attribute through which uvicorn starts its processes; a test pins it.
        uvicorn_workers.spawn = _context  # type: ignore[assignment]
        config = Config(
            partial(_application, settings, self.furnished),
            factory=True,
            workers=settings.workers,
            loop="uvloop" if sys.platform != "win32" else "auto",
            http="httptools",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # portal.web.person believes only PORTAL_TRUSTED_PROXIES
            timeout_worker_healthcheck=10,
            **SERVER_OPTIONS,
        )
        furnished = self.furnished

        class Supervisor(Multiprocess):
            def terminate_all(self) -> None:
                # uvicorn notes a signal that comes before it serves and goes on starting: whoever
                # waits at the door must be let in to see that he is to leave.
                furnished.set()
                super().terminate_all()

        self._supervisor = Supervisor(config, sockets)
        if not self._ended:
            self._supervisor.run()
        if any(process.exitcode == NOT_STARTED for process in self._supervisor.processes):
            raise Stopped("the server did not start; the lines above say why")

    def end(self) -> None:
        """End all workers; may be called from another thread, before they run as well."""
        self._ended = True
        if self._supervisor is not None:
            self._supervisor.should_exit.set()


def _application(settings: Settings, furnished: Event) -> "Starlette":
    """Build the application; in a worker, so that the parent need not import it."""
    from portal.app import create_app

    return create_app(settings, furnished)
