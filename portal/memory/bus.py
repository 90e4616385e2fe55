"""The bus: what is said on one node is heard on every node that wants it.

It is a doorbell, not a record: pub/sub loses messages whenever a connection breaks, and PUBLISH
says OK all the same. So the bus tells when it may have lost some (`on_resumed`), and whoever
cares reads the gap from SQL. It owns two lines to Redis. One listens: what is wanted is kept
apart from what is subscribed, and it is dialled again without limit. One speaks
(`portal.memory.speaking`). The bus is up once it hears itself: a Redis that lets it listen and not
speak, or the other way round, is no bus.

Topics are strings; the Redis channel of a topic is `bus:` and the topic. Channels keep nothing.
"""

import asyncio
import random
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog

from portal.cancelling import cancel
from portal.memory.line import Line, Place, dial
from portal.memory.speaking import PATIENCE_SECONDS, Speaking
from portal.meter import Meter

Receive = Callable[[bytes], None]

PREFIX = "bus:"
SHORTEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.1, 2.0
"""Between two attempts: at random, so that the nodes do not fall as one upon a Redis restarted."""
PULSE_SECONDS = 1.0
PULSE_WITHIN_SECONDS = 2.0
"""The bus hears itself through Redis every second; 2 s without an echo and the line is dead."""
CHANNELS_A_COMMAND = 500

log = structlog.get_logger("portal.memory")


class Bus:
    """One node's end of the bus. Lives as long as the process."""

    def __init__(self, redis_url: str, *, node: str, meter: Meter | None = None) -> None:
        """Make a bus; `start` it within the loop.

        Args:
            node: this process' own name, unlike any other's.
            meter: counts publishes, falls and rises.

        Raises:
            Stopped: the address cannot be meant.
        """
        self._place = Place.of(redis_url)
        self._pulse_topic = f"pulse:{node}:{secrets.token_hex(4)}"
        self._wanted: dict[str, list[Receive]] = {self._pulse_topic: [self._echo]}
        self._outstanding: dict[str, int] = {}
        """Commands of a channel that Redis has not confirmed on the present line."""
        self._confirmed: set[str] = set()
        self._waiting: dict[str, list[asyncio.Future[None]]] = {}
        self._resumed_calls: list[Callable[[], None]] = []
        self._missing: set[str] = set()
        """What was wanted when the line came up and is not confirmed yet."""
        self._resuming = False
        """All of that is confirmed; the next echo brings the bus up."""
        self._meter = meter or Meter()
        self._ear: Line | None = None
        self._speaking = Speaking(self._meter)
        self._broken = asyncio.Event()
        self._echoed = asyncio.Event()
        self._risen = asyncio.Event()
        self._said: set[str] = set()
        """Why the bus is down, as far as it was logged: once, not at every attempt."""
        self._tasks: list[asyncio.Task[None]] = []
        self.up = False
        """Whether the bus hears and speaks, as far as it knows."""

    @property
    def doubtful(self) -> bool:
        """Whether the bus is down, or Redis is just now slow to answer it."""
        return not self.up or self._speaking.doubtful

    async def start(self) -> None:
        """Begin; wait a moment for Redis, and go on without it if it does not answer."""
        self._broken.set()
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._live()), loop.create_task(self._pulse())]
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._risen.wait()

    async def stop(self) -> None:
        """End both lines and forget everything."""
        await cancel(self._tasks)
        self._tasks = []
        self._hang_up()

    def want(self, topic: str, receive: Receive) -> None:
        """Have `receive` called with every payload of `topic` from now on.

        Subscribes in the background when this is the first who wants it; `ready` tells when.
        The same function may want a topic several times and drops it as often.
        """
        receivers = self._wanted.setdefault(topic, [])
        receivers.append(receive)
        if len(receivers) == 1:
            self._ask("SUBSCRIBE", [topic])

    def drop(self, topic: str, receive: Receive) -> None:
        """Take one `want` back; unsubscribes when nobody is left."""
        receivers = self._wanted.get(topic, [])
        if receive in receivers:
            receivers.remove(receive)
            if not receivers:
                del self._wanted[topic]
                self._confirmed.discard(topic)
                self._ask("UNSUBSCRIBE", [topic])
                self._found(topic)

    async def ready(self, topic: str, within: float = PATIENCE_SECONDS) -> bool:
        """Wait until Redis has confirmed the subscription; False when it has not in `within` s."""
        if topic in self._confirmed:
            return True
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(topic, []).append(waiting)
        try:
            await asyncio.wait([waiting], timeout=within)
        finally:  # nobody is left waiting who has gone
            waiters = self._waiting.get(topic, [])
            if waiting in waiters:
                waiters.remove(waiting)
                if not waiters:
                    del self._waiting[topic]
        return waiting.done()

    async def publish(self, topic: str, payload: bytes) -> bool:
        """Ring `topic` on every node that wants it, this one too.

        Returns:
            Whether Redis took it, within half a second. Never raises, never tries again.
        """
        return await self._speaking.publish(PREFIX + topic, payload)

    def on_resumed(self, call: Callable[[], None]) -> None:
        """Have `call` called after every (re)connection, once all that is wanted is confirmed.

        Between the loss and that moment messages may have passed unheard.
        """
        self._resumed_calls.append(call)

    # The lines

    async def _live(self) -> None:
        loop = asyncio.get_running_loop()
        dialled = -LONGEST_WAIT_SECONDS
        while True:
            await self._broken.wait()
            self._hang_up()
            if loop.time() - dialled < LONGEST_WAIT_SECONDS:
                await asyncio.sleep(random.uniform(SHORTEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS))
            self._broken.clear()
            dialled = loop.time()
            try:
                self._speaking.begin(await dial(self._place, self._speaking.answered, self._lost))
                self._ear = await dial(self._place, self._heard, self._lost)
            except OSError as error:
                self._down(f"Redis does not answer: {str(error) or type(error).__name__}")
                self._broken.set()
                continue
            self._missing = set(self._wanted)
            self._ask("SUBSCRIBE", list(self._wanted))

    def _lost(self, line: Line) -> None:
        self._break("a line to Redis broke", line)

    def _break(self, why: str, line: Line | None) -> None:
        if line is None or self._broken.is_set():
            return
        if line is self._ear or self._speaking.on(line):
            self._down(why)
            self._hang_up()
            self._broken.set()

    def _down(self, why: str) -> None:
        if self.up:
            self._meter.count("bus_falls")
        if why not in self._said:
            self._said.add(why)
            log.warning("bus down", why=why)

    def _hang_up(self) -> None:
        self.up = self._resuming = False
        self._risen.clear()
        self._confirmed.clear()
        self._outstanding.clear()
        self._missing.clear()
        self._speaking.end()
        ear, self._ear = self._ear, None
        if ear is not None:
            ear.cut()

    # Listening

    def _ask(self, verb: str, topics: list[str]) -> None:
        if self._ear is None or not self._ear.open:
            return
        for at in range(0, len(topics), CHANNELS_A_COMMAND):
            some = topics[at : at + CHANNELS_A_COMMAND]
            for topic in some:
                self._outstanding[topic] = self._outstanding.get(topic, 0) + 1
            self._ear.send(verb, *(PREFIX + topic for topic in some))

    def _heard(self, reply: Any) -> None:
        if isinstance(reply, list) and len(reply) == 3:
            kind, channel, payload = reply
            topic = channel.decode()[len(PREFIX) :]
            if kind == b"message":
                self._deliver(topic, payload)
            elif kind == b"subscribe":
                self._confirm(topic)
            elif kind == b"unsubscribe":
                self._settle(topic)
        elif isinstance(reply, Exception):
            self._break(f"Redis refuses a subscription: {reply}", self._ear)

    def _deliver(self, topic: str, payload: bytes) -> None:
        for receive in tuple(self._wanted.get(topic, ())):
            try:
                receive(payload)
            except Exception:  # a named edge: one deaf room must not deafen the others
                log.exception("bus: a receiver failed", topic=topic.partition(":")[0])

    def _settle(self, topic: str) -> bool:
        """Count a confirmation; return whether it was one we had asked for."""
        left = self._outstanding.get(topic, 0) - 1
        if left > 0:
            self._outstanding[topic] = left
        else:
            self._outstanding.pop(topic, None)
        return left >= 0

    def _confirm(self, topic: str) -> None:
        if not self._settle(topic):
            # A confirmation that nobody asked for: something between us and Redis has connected
            # anew, and messages passed unheard.
            self._missing.add(topic)
        if topic in self._outstanding:  # dropped and wanted again meanwhile: a later one counts
            return
        if topic in self._wanted:
            self._confirmed.add(topic)
            for waiting in self._waiting.pop(topic, []):
                if not waiting.done():
                    waiting.set_result(None)
        self._found(topic)

    def _found(self, topic: str) -> None:
        """Note that a topic is confirmed, or wanted no more; after the last one, try to speak."""
        if topic not in self._missing:
            return
        self._missing.discard(topic)
        if not self._missing:
            self._resuming = True
            self._speaking.ring(PREFIX + self._pulse_topic, b"")

    def _rise(self) -> None:
        self.up, self._resuming = True, False
        self._said.clear()
        self._risen.set()
        self._meter.count("bus_rises")
        log.info("bus up", topics=len(self._wanted) - 1)
        for call in self._resumed_calls:
            try:
                call()
            except Exception:  # a named edge: every room gets to catch up
                log.exception("bus: catching up failed")

    # Hearing oneself

    async def _pulse(self) -> None:
        """Hear oneself through Redis: a line may be dead for minutes before the system says so."""
        while True:
            await asyncio.sleep(PULSE_SECONDS)
            ear = self._ear
            if ear is None:
                continue
            self._echoed.clear()
            try:
                async with asyncio.timeout(PULSE_WITHIN_SECONDS):
                    await self._speaking.publish(PREFIX + self._pulse_topic, b"")
                    await self._echoed.wait()
            except TimeoutError:
                # Heard in the very turn of the loop in which the patience ended: it is alive.
                if not self._echoed.is_set():
                    self._break("no echo", ear)

    def _echo(self, payload: bytes) -> None:
        self._echoed.set()
        if self._resuming:
            self._rise()
