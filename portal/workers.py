"""The workers: uvicorn's own processes, forked from one that has imported the application.

A worker that imports everything itself is up after a second. So one process, the fork server, is
told at the very start to import the application and do nothing; workers forked from it are up in
a tenth of a second, each, and share the memory of what was imported. They are started while the
house is still being furnished (schema, sample newsroom) and wait at the door until it is.
"""

import contextlib
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from functools import partial
from multiprocessing import forkserver
from types import FrameType
from typing import TYPE_CHECKING

import structlog

from portal.deadline import KILL_SECONDS, PARENT_SECONDS, leave_within
from portal.errors import Stopped
from portal.furnished import Furnished
from portal.settings import Settings

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from uvicorn.supervisors import Multiprocess

NOT_STARTED = 3
"""uvicorn's exit code of a worker that failed before it served anybody."""

LOOK_SECONDS = 0.2
"""Between two looks whether the server was asked to leave."""

TOLD_SECONDS = 0.8
"""uvicorn passes a signal on within half a second, unless it waits for a worker that hangs."""

log = structlog.get_logger("portal.workers")

_context = multiprocessing.get_context("forkserver")


def warm_up() -> None:
    """Begin to load the application in the fork server; returns at once."""
    _context.set_forkserver_preload(
        [
            "portal.forkserver",
            "portal.app",
            "portal.live.wire",
            "portal.warm",
            "uvloop",
            "httptools",
        ]
    )
    try:
        forkserver.ensure_running()
    except OSError as error:
        raise Stopped(
            f"no socket for the workers can be made in {tempfile.gettempdir()} ({error}); "
            "set TMPDIR to a folder with a shorter path"
        ) from error


class Workers:
    """The workers of one server."""

    def __init__(self) -> None:
        warm_up()
        self.furnished = Furnished(_context)
        """Set once the database may be used; until then workers wait."""
        self._supervisor: Multiprocess | None = None
        self._ended = False
        self._asked_at: float | None = None
        """When the server was told to leave, on the clock that never jumps."""
        self._told = False
        """Whether the workers were."""

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
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # portal.web.person believes only PORTAL_TRUSTED_PROXIES
            timeout_worker_healthcheck=10,
            **SERVER_OPTIONS,
        )
        ours = self

        class Supervisor(Multiprocess):
            def terminate_all(self) -> None:
                # uvicorn notes a signal that comes before it serves and goes on starting: whoever
                # waits at the door must be let in to see that he is to leave.
                ours.furnished.set()
                if not ours._told:
                    ours._told = True
                    super().terminate_all()

            def keep_subprocess_alive(self) -> None:
                # uvicorn keeps the worker's end of the pipe it asks by. A worker that dies in the
                # moment it is asked would be waited for until the health check gives up, ten
                # seconds in which nobody serves; with that end closed the pipe says so at once.
                for process in self.processes:
                    process.child_conn.close()
                super().keep_subprocess_alive()

        self._supervisor = Supervisor(config, sockets)
        self._note_the_signal(settings.drain_seconds)
        insisting = threading.Thread(
            target=self._insist, args=[settings.drain_seconds], name="insisting", daemon=True
        )
        insisting.start()
        if not self._ended:
            self._supervisor.run()
        if any(process.exitcode == NOT_STARTED for process in self._supervisor.processes):
            raise Stopped("the server did not start; the lines above say why")

    def end(self) -> None:
        """End all workers; may be called from another thread, before they run as well."""
        self._ended = True
        if self._supervisor is not None:
            self._supervisor.should_exit.set()

    def _note_the_signal(self, drain_seconds: float) -> None:
        """Begin the deadline with the first signal: uvicorn only sees it between two looks at its
        workers, and waits ten seconds for each that does not answer."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(
                number,
                partial(self._asked, signal.getsignal(number), drain_seconds + PARENT_SECONDS),
            )

    def _asked(
        self, supervisors: object, seconds: float, number: int, frame: FrameType | None
    ) -> None:
        # No lock in here: a second signal may come while the first is being noted.
        if self._asked_at is None:
            self._asked_at = time.monotonic()
            leave_within(seconds)
        if callable(supervisors):
            supervisors(number, frame)

    def _insist(self, drain_seconds: float) -> None:
        """See to it that the workers are told to leave, and kill those that do not."""
        assert self._supervisor is not None
        while self._asked_at is None:
            time.sleep(LOOK_SECONDS)
        self._supervisor.should_exit.set()
        time.sleep(TOLD_SECONDS)
        if not self._told:  # uvicorn waits for one that does not answer; the others shall leave
            self._told = True
            self._signal(signal.SIGTERM)
        time.sleep(max(0.0, self._asked_at + drain_seconds + KILL_SECONDS - time.monotonic()))
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        assert self._supervisor is not None
        for process in self._supervisor.processes:
            if process.pid is None or not process.process.is_alive():
                continue
            log.warning("a worker is told again to leave", pid=process.pid, signal=number.name)
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, number)


def _application(settings: Settings, furnished: Furnished) -> "Starlette":
    """Build the application; in a worker, so that the parent need not import it."""
    from portal.app import create_app

    return create_app(settings, furnished)
