"""The screen: one browser's socket, kept open as our own browser module keeps it.

Connect, hello, welcome, listen; whatever ends it, come back: full jitter between half a second and
thirty, the time `live.retry` names, another node each time. Nothing heard for 45 s: afresh. All of
it is written into the record, with every frame that comes.
"""

import asyncio
import json
import random
import secrets
from contextlib import suppress
from typing import Any, Literal

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from tests.faults.answers import Frame, Gone, Refused
from tests.faults.dialling import dial
from tests.faults.record import Record
from tests.faults.world import ORIGIN, Node, World

SILENCE_SECONDS = 45.0
HANDSHAKE_SECONDS = 15.0
ANSWER_SECONDS = 10.0
STEADY_SECONDS = 10.0
SHORTEST_SECONDS, LONGEST_SECONDS = 0.5, 30.0
REFUSING = 4500
ANSWERED_LATER = {"audience.view"}
LATE_HELLO = "no hello"


class Screen:
    """One screen of one person. Subclasses say what they do on it."""

    door: Literal["live", "staff"] = "live"

    def __init__(self, name: str, world: World, record: Record, dice: random.Random) -> None:
        self.name = name
        self.world = world
        self.record = record
        self.dice = dice
        self.person = ""
        self.session = ""
        self.tab = secrets.token_urlsafe(12)
        self.link = 0
        self.refused: int | None = None
        """The close code that told it not to come back."""
        self.stay_at: Node | None = None
        """The only node it goes to, where a scenario wants that."""
        self.codes: list[int] = []
        self.left = False
        self._node: Node | None = None
        self._socket: ClientConnection | None = None
        self._asked: dict[str, tuple[asyncio.Future[Frame], int, str]] = {}
        self._task: asyncio.Task[None] | None = None
        self._errands: set[asyncio.Task[Any]] = set()
        self._welcomed = asyncio.Event()
        self._retry_seconds: float | None = None
        self._attempt = 0
        self._impatient = asyncio.Event()
        self._awake = asyncio.Event()
        self._awake.set()

    # Life

    def start(self) -> None:
        """Begin to connect, and never stop until `leave`."""
        self._task = asyncio.create_task(self._live(), name=self.name)
        self._task.add_done_callback(self._done)

    async def ready(self, seconds: float = 20.0) -> None:
        """Wait until it is welcome."""
        async with asyncio.timeout(seconds):
            await self._welcomed.wait()

    @property
    def open(self) -> bool:
        return self._welcomed.is_set()

    async def leave(self) -> None:
        """Close the page; nobody is there any more."""
        self.left = True
        self.record.left(self.name)
        await self.end()

    async def end(self) -> None:
        """Stop without a word in the record: the run is over."""
        for task in [*self._errands, self._task]:
            if task is not None:
                task.cancel()
        ending = (each for each in (*self._errands, self._task) if each)
        await asyncio.gather(*ending, return_exceptions=True)
        self._let_go("the run ended", 1000)

    def hurry(self) -> None:
        """The network is back, the tab is looked at: do not wait out the pause."""
        self._attempt = 0
        self._impatient.set()

    def cut(self) -> None:
        """Lose the line at this end."""
        if self._socket is not None:
            self._socket.transport.abort()

    def sleep(self) -> None:
        """Freeze, as a browser does with a tab: the line is lost and nobody tries again."""
        self.give_up()
        self.cut()

    def give_up(self) -> None:
        """Stay as it is, and do not try again once the line is lost."""
        self._awake.clear()

    def wake(self) -> None:
        """Be looked at again."""
        self.hurry()
        self._awake.set()

    def stop_reading(self) -> None:
        """Leave in the kernel what comes, until the line is lost."""
        if self._socket is not None:
            self._socket.transport.pause_reading()

    # What it says

    def tell(self, type: str, **fields: Any) -> bool:
        """Send a frame now or not at all, and wait for nothing."""
        if not self.open or self._socket is None:
            return False
        frame = {"type": type, **fields}
        self.record.invoke(self.link, frame)  # nobody will say what became of it: info
        self._spawn(self._send(self._socket, frame))
        return True

    async def ask(self, type: str, seconds: float = ANSWER_SECONDS, **fields: Any) -> Frame:
        """Send a request and return its answer.

        Raises:
            Gone: nobody knows whether it happened.
            Refused: it did not.
        """
        if not self.open or self._socket is None:
            raise Gone("the line is down")
        ref = secrets.token_hex(5)
        frame = {"type": type, **fields, "ref": ref}
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        call = self.record.invoke(self.link, frame)
        self._asked[ref] = (answer, call, type)
        try:
            async with asyncio.timeout(seconds):
                await self._send(self._socket, frame)
                return await answer
        except TimeoutError:
            self.record.info(call, "no answer in time")
            raise Gone("no answer in time") from None
        finally:
            self._asked.pop(ref, None)
            self.record.info(call, "given up")

    async def _send(self, socket: ClientConnection, frame: Frame) -> None:
        with suppress(ConnectionClosed):
            await socket.send(json.dumps(frame))

    # What subclasses add

    def hello(self) -> Frame:
        return {"tab": self.tab, "url": f"{ORIGIN}/", "title": "Home"}

    def cookie(self) -> str:
        return ""

    async def welcomed(self, welcome: Frame) -> None:
        """The line is open: attach, ask, whatever this screen is for."""

    def heard(self, frame: Frame) -> None:
        """A frame came that answers nothing we wait for, or does."""

    # The loop: connect, be told the end, wait, connect

    async def _live(self) -> None:
        loop = asyncio.get_running_loop()
        while self.refused is None:
            began = loop.time()
            self._retry_seconds = None
            await self._sit()
            if loop.time() - began > STEADY_SECONDS:
                self._attempt = 0
            if self.refused is not None:
                return
            await self._awake.wait()
            pause = self._retry_seconds if self._retry_seconds is not None else self._backoff()
            self._attempt += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._impatient.wait()
            self._impatient.clear()

    def _backoff(self) -> float:
        ceiling: float = min(LONGEST_SECONDS, SHORTEST_SECONDS * 2 ** min(self._attempt + 1, 10))
        return self.dice.uniform(SHORTEST_SECONDS, ceiling)

    def _choose(self) -> Node:
        if self.stay_at is not None:
            return self.stay_at
        others = [node for node in self.world.nodes if node is not self._node]
        return self.dice.choice(others or self.world.nodes)

    async def _sit(self) -> None:
        """One connection from its handshake to its end."""
        node = self._node = self._choose()
        path = "/live" if self.door == "live" else "/staff/live"
        code, reason = 1006, ""
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                line = await dial(node.port, path, self.cookie())
        except InvalidStatus as refused:
            after = refused.response.headers.get("Retry-After")
            self._retry_seconds = float(after) * (1 + self.dice.random()) if after else None
            return
        except (OSError, TimeoutError, WebSocketException, EOFError):
            return
        self._socket = line
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                await line.send(json.dumps({"type": "live.hello", "protocol": 1, **self.hello()}))
                early = await self._greeting(line)
            for frame in early:
                self._take(frame)
            await self._listen(line)
        except TimeoutError:
            reason = "silence"
        except ConnectionClosed:
            code, reason = line.close_code or 1006, line.close_reason or ""
        finally:
            self._let_go(reason, code)
            line.transport.abort()
        self.codes.append(code)
        if REFUSING <= code < 5000 and reason != LATE_HELLO:
            self.refused = code

    async def _greeting(self, line: ClientConnection) -> list[Frame]:
        early: list[Frame] = []
        while True:
            frame: Frame = json.loads(await line.recv())
            early.append(frame)
            if frame["type"] == "live.welcome":
                assert self._node is not None
                self.link = self.record.opened(
                    self.name,
                    self.door,
                    person=self.person,
                    session=self.session,
                    tab=self.tab,
                    node=self._node.name,
                )
                self._welcomed.set()
                self._spawn(self.welcomed(frame))
                return early

    async def _listen(self, line: ClientConnection) -> None:
        while True:
            async with asyncio.timeout(SILENCE_SECONDS):
                text = await line.recv()
            self._take(json.loads(text))

    def _take(self, frame: Frame) -> None:
        self.record.received(self.link, frame)
        if frame["type"] == "live.retry":
            self._retry_seconds = frame["after_ms"] / 1000
        answer, call, type = self._asked.get(frame.get("ref", ""), (None, 0, ""))
        # A view that must wait for Valkey is answered twice: taken note of, and counted or not.
        later = type in ANSWERED_LATER and frame["type"] == "ok"
        if answer is not None and not answer.done() and not later:
            if frame["type"] == "error":
                self.record.fail(call, frame)
                answer.set_exception(Refused(frame))
            else:
                self.record.ok(call, frame)
                answer.set_result(frame)
        self.heard(frame)

    def _let_go(self, reason: str, code: int) -> None:
        self._socket, link = None, self.link
        self.link = 0
        self._welcomed.clear()
        if link:
            self.record.closed(link, code, reason)
        for answer, _, _ in list(self._asked.values()):
            if not answer.done():
                answer.set_exception(Gone(reason or str(code)))
        self._asked.clear()

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._errands.discard(task)
        if not task.cancelled() and not isinstance(task.exception(), Gone | None):
            raise RuntimeError(f"{self.name}: a client's own fault") from task.exception()
