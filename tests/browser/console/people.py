"""Who comes to the console's tests: visitors without their panel, and agents at their desks."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

PASSWORD = "a long quiet sentence 47"
AGENTS = {"mei@example.org": "Mei Lin", "jonas@example.org": "Jonas Weber"}
ARTICLES = {"harbour": "Harbour reopens after the storm", "viaduct": "Why the viaduct took so long"}
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}

OPEN_CHAT = """
(name) => new Promise((done) => {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const text = btoa(String.fromCharCode(...bytes));
  const made = text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const secret = (sessionStorage.secret ??= made);
  const hello = { type: "live.hello", protocol: 1, article: Number(document.body.dataset.article) };
  window.heard = [];
  window.chat = new WebSocket(location.origin.replace("http", "ws") + "/live");
  window.tell = (frame) => chat.send(JSON.stringify(frame));
  chat.onopen = () => tell({ ...hello, url: location.href, title: document.title });
  chat.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    heard.push(frame);
    if (frame.type === "live.welcome") tell({ type: "chat.open", visitor: secret, name });
    if (frame.type === "chat.opened") done(frame.conversation);
  };
})
"""
"""A visitor without his panel: what he sends and hears is the protocol itself."""


class Visitor:
    """Somebody who reads an article and chats."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.conversation: str = page.evaluate(OPEN_CHAT, name)
        self._said = 0

    def say(self, text: str) -> None:
        """Say something and wait until it is stored."""
        self._said += 1
        message = f"{self.conversation[:16]}-{self._said}"
        self.tell({"type": "chat.say", "id": message, "text": text})
        self.page.wait_for_function(
            "(id) => heard.some((frame) => frame.type === 'chat.stored' && frame.id === id)",
            arg=message,
        )

    def tell(self, frame: dict[str, Any]) -> None:
        """Send a frame."""
        self.page.evaluate("(frame) => tell(JSON.parse(frame))", json.dumps(frame))

    def hears(self, text: str) -> None:
        """Wait until somebody has said `text` to him."""
        self.page.wait_for_function("(t) => heard.some((frame) => frame.text === t)", arg=text)

    @property
    def heard(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate("heard")
        return found


Desk = Callable[..., Page]
Comes = Callable[..., Visitor]


def open_chat(page: Page, visitor: Visitor, view: str = "waiting") -> None:
    """Open a visitor's chat as a bookmark would."""
    page.evaluate("(hash) => { location.hash = hash; }", f"{view}/{visitor.conversation}")
    expect(page.locator(".thread__open")).to_be_visible()


def row(page: Page, name: str) -> Any:
    """The row of a visitor in the list."""
    return page.locator(".row", has=page.locator(".row__name", has_text=name))
