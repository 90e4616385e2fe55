"""The parent process: it holds the data folder, the listening sockets, the embedded Valkey and
the workers (`portal.workers`), and serves nobody itself. Everything a worker needs to know is in
the `Settings` handed to it.
"""

import asyncio
import http.client
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from portal.live.listening import listening_socket
from portal.memory.embedded import EmbeddedValkey, folder_of_sockets, redis_url
from portal.settings import Settings, check_reach, key_ring, make_data_folder
from portal.storage.database import address
from portal.storage.migrate import migrate
from portal.web.templates import check as check_templates
from portal.web.theme import load as load_theme
from portal.workers import Workers

Prepare = Callable[[Settings], None]


def serve(
    settings: Settings, *, prepare: Prepare | None = None, ready: Prepare | None = None
) -> None:
    """Serve until told to stop.

    Args:
        prepare: run in a thread of its own once the database has its schema; nobody is let in
            before it is done.
        ready: run in a thread of its own once `/readyz` says 200.

    Raises:
        Stopped: the port is taken, the folder cannot be written or is served already, the
            database cannot be reached, or the workers do not start.
    """
    check_reach(settings)
    make_data_folder(settings)
    load_theme(settings.theme, settings.data)
    check_templates(settings.templates)
    workers = Workers()
    sockets = [listening_socket(settings.host, settings.port)]
    port = sockets[0].getsockname()[1]
    settings = replace(settings, port=port, secret_keys=key_ring(settings))
    meeting = None
    if settings.workers > 1:  # one that is asked for its numbers asks the others
        place = folder_of_sockets(f"portal-{'x' * 8}/{'x' * 12}.sock")
        meeting = tempfile.TemporaryDirectory(prefix="portal-", dir=place)
        settings = replace(settings, workers_folder=Path(meeting.name))
    valkey = None
    if settings.redis_url is None:
        valkey = EmbeddedValkey(settings.data)
        valkey.start()
        settings = replace(settings, redis_url=redis_url(settings.data))
    try:
        asyncio.run(migrate(address(settings.database_url, settings.data)))
        furnishing = _Furnishing(settings, prepare, workers)
        furnishing.start()
        if ready is not None:
            _when_ready(settings, ready)
        try:
            workers.run(settings, sockets)
        finally:
            furnishing.result()
    finally:
        for each in sockets:
            each.close()
        if valkey is not None:
            valkey.stop()
        if meeting is not None:
            meeting.cleanup()


class _Furnishing(threading.Thread):
    """Prepares the house while the workers come up, and then lets them in."""

    def __init__(self, settings: Settings, prepare: Prepare | None, workers: Workers) -> None:
        super().__init__(name="furnishing", daemon=True)
        self._settings = settings
        self._prepare = prepare
        self._workers = workers
        self._failure: BaseException | None = None

    def run(self) -> None:
        try:
            if self._prepare is not None:
                self._prepare(self._settings)
            self._workers.furnished.set()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for it
            self._failure = error
            self._workers.end()

    def result(self) -> None:
        """Raise what went wrong, if anything did."""
        if self._failure is not None:
            raise self._failure


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
