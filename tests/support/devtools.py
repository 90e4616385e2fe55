"""A Chromium as it is on a desk, driven over its own DevTools protocol and by nothing else.

Playwright tells each of its pages that it is looked at, and none of them is drawn ahead. Here a tab
in the background is hidden, speculation rules are followed, and visited pages are kept.
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.support.browser import ARGUMENTS, PATIENCE_MS, installed

PATIENCE_SECONDS = PATIENCE_MS / 1000
LOOK_SECONDS = 0.05


@contextlib.contextmanager
def chromium(folder: Path) -> Iterator[str]:
    """Run the installed Chromium for a while; gives the address it is driven by."""
    found = installed()
    if found is None:
        if os.environ.get("TEST_BROWSER") == "required":
            pytest.fail("no Chromium is installed")
        pytest.skip("no Chromium is installed")
    process = subprocess.Popen(
        [
            *(found, *ARGUMENTS, "--headless", "--no-first-run", "--window-size=1280,900"),
            *("--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield _address(folder / "DevToolsActivePort", process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _address(file: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(FileNotFoundError, ValueError):
            port, path = file.read_text().split()
            return f"ws://127.0.0.1:{port}{path}"
        time.sleep(0.02)
    raise AssertionError("Chromium did not start")


class Refused(Exception):
    """Chromium would not, or the page it was asked of is gone."""


class Devtools:
    """The line to one Chromium; everything that it tells is kept, by session."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.told: dict[str, list[dict[str, Any]]] = {}
        self._hearing = asyncio.create_task(self._hear())

    @classmethod
    @contextlib.asynccontextmanager
    async def of(cls, address: str) -> AsyncIterator["Devtools"]:
        async with connect(address, max_size=None, compression=None, proxy=None) as socket:
            line = cls(socket)
            yield line
            line._hearing.cancel()
            await asyncio.gather(line._hearing, return_exceptions=True)

    async def ask(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Ask for something; return its answer."""
        number = next(self._numbers)
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        frame = {"id": number, "method": method, "params": params}
        await self._socket.send(json.dumps(frame | ({"sessionId": session} if session else {})))
        async with asyncio.timeout(PATIENCE_SECONDS):
            told = await answer
        if "error" in told:
            raise Refused(method, told["error"])
        return dict(told["result"])

    async def _hear(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in self._socket:
                told = json.loads(text)
                if "id" in told:
                    answer = self._asked.pop(told["id"])
                    if not answer.done():  # nobody waits for it any more
                        answer.set_result(told)
                else:
                    self.told.setdefault(told.get("sessionId", ""), []).append(told)


class Tab:
    """One tab, and the page that it shows; what is drawn ahead is attached to as well.

    Attributes:
        sessions: of its pages, by their ids; the newest is the last.
    """

    def __init__(self, line: Devtools, target: str, session: str) -> None:
        self.line, self.target = line, target
        self._session = session

    @property
    def sessions(self) -> list[str]:
        told = self.line.told.get(self._session, [])
        gone = {
            each["params"]["sessionId"]
            for each in told
            if each["method"] == "Target.detachedFromTarget"
        }
        came = [
            each["params"]["sessionId"]
            for each in told
            if each["method"] == "Target.attachedToTarget"
            and each["params"]["targetInfo"]["type"] == "page"
        ]
        return [each for each in came if each not in gone]

    @property
    def page(self) -> str:
        """The session of the page that is shown, or of the one drawn ahead of it."""
        return self.sessions[-1]

    async def attach(self) -> None:
        await self.line.ask(
            "Target.setAutoAttach",
            self._session,
            autoAttach=True,
            waitForDebuggerOnStart=False,
            flatten=True,
            filter=[{}],
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.sessions:
                await asyncio.sleep(LOOK_SECONDS)
        await self.ask("Network.enable")  # tells of the frames of its sockets

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask its page for something."""
        return await self.line.ask(method, self.page, **params)

    async def go(self, url: str) -> None:
        """Type an address."""
        await self.ask("Page.navigate", url=url)

    async def run(self, script: str) -> Any:
        """Return what an expression is on its page; a promise is waited for."""
        told = await self.ask(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    async def until(self, script: str) -> Any:
        """Wait until an expression is something true on its page, whichever that is by then."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                with contextlib.suppress(Refused):  # between two pages
                    if found := await self.run(script):
                        return found
                await asyncio.sleep(LOOK_SECONDS)

    async def show(self) -> None:
        """Bring it to the front; the one that was there is hidden then."""
        await self.line.ask("Target.activateTarget", targetId=self.target)

    async def close(self) -> None:
        await self.line.ask("Target.closeTarget", targetId=self.target)

    async def tells(self, method: str, **fields: Any) -> None:
        """Wait until its pages have told of something, with these fields."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not any(fields.items() <= each.items() for each in self.told(method)):
                await asyncio.sleep(LOOK_SECONDS)

    def told(self, method: str) -> list[dict[str, Any]]:
        """Return what its pages told of one kind."""
        return [
            each["params"]
            for session in self.sessions
            for each in self.line.told.get(session, [])
            if each["method"] == method
        ]


class Profile:
    """Somebody with storage and cookies of his own, in one window."""

    def __init__(self, line: Devtools, context: str) -> None:
        self.line, self.context = line, context

    @classmethod
    async def new(cls, line: Devtools) -> "Profile":
        return cls(line, (await line.ask("Target.createBrowserContext"))["browserContextId"])

    async def open(self, url: str, *, behind: bool = False) -> Tab:
        """Open a page in a new tab, in front or behind the one that is looked at."""
        made = await self.line.ask(
            "Target.createTarget",
            url="about:blank",
            browserContextId=self.context,
            background=behind,
            forTab=True,
        )
        tab = await self.tab(made["targetId"])
        await tab.go(url)
        return tab

    async def tab(self, target: str) -> Tab:
        """Take a tab in hand, whoever opened it."""
        session = await self.line.ask("Target.attachToTarget", targetId=target, flatten=True)
        tab = Tab(self.line, target, session["sessionId"])
        await tab.attach()
        return tab

    async def tabs(self) -> list[str]:
        """Return all of its tabs' targets."""
        every = await self.line.ask("Target.getTargets", filter=[{}])
        return [
            each["targetId"]
            for each in every["targetInfos"]
            if each["type"] == "tab" and each.get("browserContextId") == self.context
        ]

    async def close(self) -> None:
        await self.line.ask("Target.disposeBrowserContext", browserContextId=self.context)
