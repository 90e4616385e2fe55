"""The Redis proxy: loses or doubles chosen PUBLISHes, and nobody is told.

It reads what goes up command by command. One that shall be lost is replaced by a script that
answers 1, one that shall be doubled by a script that publishes twice: so Redis itself answers,
in order, whatever the client has pipelined around it.
"""

from tests.faults.link import Link
from tests.faults.proxy import FaultProxy, Target

DROP = "return 1"
DOUBLE = "redis.call('PUBLISH', KEYS[1], ARGV[1]) return redis.call('PUBLISH', KEYS[1], ARGV[1])"
PULSE = b"bus:pulse:"


class RedisProxy(FaultProxy):
    """A line to Redis or Valkey; RESP 2 and 3 write requests alike.

    Attributes:
        spared: publishes on channels that begin so are neither counted nor touched. By default
            the bus' own heartbeat: without it the bus notices at once, and would read the gap.
    """

    def __init__(self, target: Target, *, seed: int = 0, spared: bytes = PULSE) -> None:
        super().__init__(target, seed=seed)
        self.spared = spared
        self.publishes = 0
        """How many were seen."""
        self._drops: set[int] = set()
        self._doubles: set[int] = set()
        self._share = 0.0
        self._chance = self.chance("publish")

    def drop_publish(self, k: int) -> None:
        """Lose the k-th PUBLISH from now, 1 being the next."""
        self._drops.add(self.publishes + k)

    def double_publish(self, k: int) -> None:
        """Let the k-th PUBLISH from now happen twice."""
        self._doubles.add(self.publishes + k)

    def drop_publishes(self, share: float) -> None:
        """Lose this share of all PUBLISHes from now on; 0: none."""
        self._share = share

    def heal(self) -> None:
        """End every fault."""
        super().heal()
        self._drops.clear()
        self._doubles.clear()
        self._share = 0.0

    def passes(self, link: Link, up: bool, data: bytes) -> bytes:
        """Read commands on the way up; half of one waits for its other half."""
        if not up:
            return data
        commands, link.rest = split(link.rest + data)
        return b"".join(map(self._command, commands))

    def _command(self, raw: bytes) -> bytes:
        words = read(raw)
        if len(words) != 3 or words[0].upper() != b"PUBLISH" or self._is_spared(words[1]):
            return raw
        self.publishes += 1
        if self.publishes in self._drops or self._chance.random() < self._share:
            self._drops.discard(self.publishes)
            self.fired["drop_publish"] += 1
            return write(b"EVAL", DROP.encode(), b"0")
        if self.publishes in self._doubles:
            self._doubles.discard(self.publishes)
            self.fired["double_publish"] += 1
            return write(b"EVAL", DOUBLE.encode(), b"1", *words[1:])
        return raw

    def _is_spared(self, channel: bytes) -> bool:
        return bool(self.spared) and channel.startswith(self.spared)


def split(stream: bytes) -> tuple[list[bytes], bytes]:
    """Split a stream of requests into whole ones and the rest."""
    commands, at = [], 0
    while (end := _end(stream, at)) is not None:
        commands.append(stream[at:end])
        at = end
    return commands, stream[at:]


def read(command: bytes) -> list[bytes]:
    """Return the words of one request: an array of bulk strings; of any other kind none."""
    if not command.startswith(b"*"):
        return []
    words, at = [], command.index(b"\r\n") + 2
    while at < len(command):
        begin = command.index(b"\r\n", at) + 2
        length = int(command[at + 1 : begin - 2])
        words.append(command[begin : begin + length])
        at = begin + length + 2
    return words


def write(*words: bytes) -> bytes:
    """Return a request."""
    parts = [b"*%d\r\n" % len(words)]
    parts += [b"$%d\r\n%s\r\n" % (len(word), word) for word in words]
    return b"".join(parts)


def _end(stream: bytes, at: int) -> int | None:
    """Return where the request that begins at `at` ends, if it does."""
    line = stream.find(b"\r\n", at)
    if line < 0:
        return None
    if stream[at : at + 1] != b"*":  # an inline command
        return line + 2
    count, at = int(stream[at + 1 : line]), line + 2
    for _ in range(count):
        line = stream.find(b"\r\n", at)
        if line < 0:
            return None
        at = line + 2 + int(stream[at + 1 : line]) + 2
    return at if at <= len(stream) else None
