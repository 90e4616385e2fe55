"""The line between a page and its portal, in a test's hands: it hears, changes and adds frames."""

import json
import time
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

OPEN = {"open": True, "agents": 2, "reply_seconds": 170}
CLOSED = {"open": False, "agents": 0, "when_closed": "accept"}
AGENT = {"name": "Mara Lindqvist", "state": "available"}

DRESS = """
(([attributes, page]) => {
  const dress = () => {
    Object.assign(document.documentElement, page);
    const launcher = document.querySelector("chat-launcher");
    if (launcher) for (const [name, value] of Object.entries(attributes)) {
      if (value === null) delete launcher.dataset[name];
      else launcher.dataset[name] = value;
    }
    return launcher;
  };
  new MutationObserver(dress).observe(document, { childList: true, subtree: true });
})(%s)
"""
"""Makes the page one of a site with other settings, before any module of it runs."""


class Wire:
    """What a page and the portal say to each other, from the next page on.

    Attributes:
        desk: what the portal says of its desk; None: the truth.
        answers: what is answered in the portal's place, by the type that was asked.
        asked: every frame the page sent.
        mute: types the page does not hear, save from the test.
    """

    def __init__(self, page: Page, desk: dict[str, Any] | None = None) -> None:
        self.desk = desk
        self.answers: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, Any]] = []
        self.mute: set[str] = set()
        self.conversation = ""
        self._seq = 0
        self._line: WebSocketRoute | None = None
        page.route_web_socket("**/live", self._join)

    def tell(self, type_: str, **fields: Any) -> None:
        """Tell the page something, as the portal would."""
        assert self._line is not None
        self._line.send(json.dumps({"type": type_, "conversation": self.conversation, **fields}))

    def is_desk(self, desk: dict[str, Any]) -> None:
        """Change the desk."""
        self.desk = desk
        self.tell("desk.state", **desk)

    def says(self, text: str, kind: str = "agent", event: str | None = None) -> None:
        """Let Mara say something, or do it."""
        self._seq += 1
        entry = {
            "seq": self._seq,
            "id": f"m{self._seq:021}",
            "kind": "event" if event else "text",
            "author": {"kind": kind, "name": "Mara Lindqvist"},
            "text": text,
            "at": int(time.time() * 1000),
        }
        self.tell("chat.said", **entry, **({"event": event} if event else {}))

    def of(self, type_: str) -> list[dict[str, Any]]:
        """Return the frames of a type the page sent."""
        return [frame for frame in self.asked if frame["type"] == type_]

    def _join(self, line: WebSocketRoute) -> None:
        self._line = line
        portal = line.connect_to_server()
        line.on_message(lambda text: self._out(portal, str(text)))
        portal.on_message(lambda text: self._back(line, str(text)))

    def _out(self, portal: WebSocketRoute, text: str) -> None:
        frame = json.loads(text)
        self.asked.append(frame)
        answer = self.answers.get(frame["type"])
        if answer is None:
            portal.send(text)
        elif self._line is not None:
            self._line.send(json.dumps({**answer, "ref": frame.get("ref")}))

    def _back(self, line: WebSocketRoute, text: str) -> None:
        frame = json.loads(text)
        if frame["type"] in self.mute:
            return
        if frame["type"] == "chat.opened":
            self.conversation = frame["conversation"]
        if frame["type"] == "chat.stored":
            self._seq = max(self._seq, frame["seq"])
        if self.desk is not None:
            if frame["type"] == "live.welcome":
                frame["desk"] = self.desk
            if frame["type"] == "desk.state":
                frame = {"type": "desk.state", **self.desk}
        line.send(json.dumps(frame))


def dress(page: Page, attributes: dict[str, str | None], **html: str) -> None:
    """Let the next page be one of a site with other settings; `html`: lang and dir."""
    page.add_init_script(DRESS % json.dumps([attributes, html]))
