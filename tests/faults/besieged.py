"""The besieged portal: one that is told the worst, and the two who talk on it meanwhile.

After each attack three things are looked at: nothing is in the log that a person must see, the
worker has not grown, and a conversation between a visitor and an agent goes on undisturbed.
"""

import json
import secrets
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from websockets.sync.client import connect
from websockets.typing import Origin

from tests.flows.conftest import sign_in
from tests.support.servers import Portal
from tests.support.staff import hire
from tests.support.workers import workers

GROWTH_BYTES = 20 * 1024 * 1024
SOON_SECONDS = 10.0
"""A busy machine is not a fault."""
AGENT = "ann@portal.test"
PAGE_BYTES = 4096


class Talking:
    """One end of the conversation that must not be disturbed."""

    def __init__(self, portal: Portal, path: str, cookie: str = "", **hello: Any) -> None:
        self._open = ExitStack()
        self._socket = self._open.enter_context(
            connect(
                f"ws://127.0.0.1:{portal.port}{path}",
                origin=Origin(portal.url),
                additional_headers={"cookie": cookie, "x-forwarded-for": "198.51.100.7"},
                compression=None,
                max_queue=None,  # what is not asked for must not stop the line
            )
        )
        self.tell("live.hello", protocol=1, **hello)
        self.hears("live.welcome")

    def tell(self, type: str, **fields: Any) -> None:
        self._socket.send(json.dumps({"type": type, **fields}))

    def hears(self, type: str, **fields: Any) -> dict[str, Any]:
        """Return the next frame of this type with these fields."""
        while True:
            told: dict[str, Any] = json.loads(self._socket.recv(timeout=SOON_SECONDS))
            if told == {**told, "type": type, **fields}:
                return told

    def close(self) -> None:
        self._open.close()


class Besieged:
    """A portal of one worker, with a visitor and an agent in a conversation.

    Attributes:
        conversation: theirs.
        cookie: of the agent's session.
    """

    def __init__(self, folder: Path, redis_url: str) -> None:
        data = folder / "data"
        data.mkdir(parents=True)
        self.database = data / "portal.sqlite"
        environ = {
            "PORTAL_REDIS_URL": redis_url,
            "PORTAL_SECRET_KEYS": secrets.token_urlsafe(32),
            "PORTAL_DRAIN_SECONDS": "0",
            # So that whoever attacks may come from any network.
            "PORTAL_TRUSTED_PROXIES": "127.0.0.1",
        }
        self.portal = Portal(data, environ, arguments=("--workers", "1"))

    def open(self) -> None:
        """Start it, and let the two begin to talk."""
        self.portal.start()
        hire(self.portal, AGENT, "Ann", "admin")
        self.cookie = sign_in(self.portal, AGENT)
        self._visitor = Talking(self.portal, "/live")
        self._visitor.tell("chat.open", visitor=secrets.token_urlsafe(32), name="Vera")
        self.conversation = self._visitor.hears("chat.opened")["conversation"]
        self._visitor.tell("chat.say", id=secrets.token_hex(8), text="Is anybody there?")
        self._visitor.hears("chat.stored")
        self._agent = Talking(self.portal, "/staff/live", self.cookie)
        self._agent.tell("chat.join", conversation=self.conversation)
        self._agent.hears("chat.history")
        self._seq = 0
        self._worker = workers(self.portal)[0]
        for _ in range(20):
            self.talk()
        self._seen = len(self.portal.log)
        self._at_first = self._resident()

    def close(self) -> None:
        """End both and the portal, as far as they have begun."""
        for name in ("_visitor", "_agent"):
            if hasattr(self, name):
                getattr(self, name).close()
        self.portal.stop()

    def talk(self) -> None:
        """Let the agent say something and the visitor hear it, and everything before."""
        id = secrets.token_hex(8)
        self._agent.tell("chat.say", conversation=self.conversation, id=id, text="Still here.")
        said = self._visitor.hears("chat.said")
        while said.get("id") != id:
            self._count(said)
            said = self._visitor.hears("chat.said")
        self._count(said)

    def is_unhurt(self) -> None:
        """Fail when the last attack did any harm."""
        self.talk()
        said = self.portal.log[self._seen :]
        self._seen += len(said)
        wrong = [line for line in said.splitlines() if "Traceback" in line or _is_error(line)]
        grown = self._resident() - self._at_first

        assert not wrong, "\n".join(wrong)
        assert grown <= GROWTH_BYTES, f"the worker has grown by {grown / 1e6:.1f} MB"
        assert [self._worker] == workers(self.portal), "a worker died"

    def _resident(self) -> int:
        resident = Path(f"/proc/{self._worker}/statm").read_text().split()[1]
        return int(resident) * PAGE_BYTES

    def _count(self, said: dict[str, Any]) -> None:
        assert self._seq in (0, said["seq"] - 1)
        self._seq = said["seq"]


def _is_error(line: str) -> bool:
    # What is no JSON was not said by our log: a library wrote it past everybody.
    try:
        level = json.loads(line).get("level")
    except (ValueError, AttributeError):
        return bool(line.strip())
    return level not in ("debug", "info", "warning")
