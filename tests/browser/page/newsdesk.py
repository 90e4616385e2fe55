"""A small newsroom and a member of staff without a console, for tests of the page and its chat."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, WebSocket

from tests.browser.test_looks import RULES
from tests.support.browser import Person, open_chat, say
from tests.support.servers import Portal
from tests.support.staff import hire

PASSWORD = "harbor-lantern-quiet-77"
EMAIL = "mei@example.com"
HARBOUR, FERRY = "/news/harbour", "/news/ferry"
SENTENCE = "Ferries to the islands run every two hours."
LINES = [
    "The harbour reopened on Monday after eleven weeks of repairs to its north pier.",
    *(
        f"Paragraph {number} fills the page, so that there is somewhere to scroll."
        for number in "12"
    ),
    f"{SENTENCE} Freight is taken again from Thursday, as the company said.",
    *(f"Paragraph {number} fills the page, so that one must scroll further." for number in "34567"),
    "The council will decide in autumn whether the south pier is rebuilt as well.",
    *(f"Paragraph {number} comes after all that was worth knowing." for number in "89"),
]
TALL = "\n\n| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 12

AGENT = """
() => {
  const address = new URL("/staff/live", location.href);
  address.protocol = "ws:";
  const socket = new WebSocket(address);
  const heard = [];
  socket.onopen = () => socket.send(JSON.stringify({ type: "live.hello", protocol: 1 }));
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    heard.push(frame);
    if (frame.type === "live.welcome") {
      socket.send(JSON.stringify({ type: "desk.watch", list: "all" }));
    }
  };
  window.agent = { send: (frame) => socket.send(JSON.stringify(frame)), heard };
}
"""
"""What an agent sends and what he has heard."""

SELECT = """
(words) => {
  const within = document.querySelector(".article__body");
  const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(words);
    if (at < 0) continue;
    node.parentElement.scrollIntoView({ block: "center" });
    getSelection().setBaseAndExtent(node, at, node, at + words.length);
    return node.parentElement.closest("[id]").id;
  }
}
"""

IN_VIEW = """
(id) => {
  const { top, bottom } = document.getElementById(id).getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}
"""


class Newsdesk:
    """A portal that serves two long articles and one that matches a question."""

    def __init__(self, folder: Path, languages: str = "en") -> None:
        self.folder = folder / "newsroom"
        environ = {"PORTAL_LANGUAGES": languages, "PORTAL_DRAIN_SECONDS": "0"}
        self.portal = Portal(data=folder / "data", environ=environ)

    def start(self) -> "Newsdesk":
        self.portal.start()
        self.publish()
        hire(self.portal, EMAIL, "Mei Lin", password=PASSWORD)
        return self

    def publish(self, old: str = "", new: str = "") -> None:
        """Publish the articles; of the first one, replace some words."""
        self._write("harbour", "The harbour reopens", "\n\n".join(LINES).replace(old, new))
        self._write("ferry", "New ferries for the islands", "\n\n".join(LINES[::-1]) + TALL)
        self._write("baggage", "What may go into your baggage", "Batteries go into hand baggage.")
        self.portal.run("import", "markdown", str(self.folder)).check_returncode()

    def _write(self, slug: str, title: str, body: str) -> None:
        head = f"title: {title}\nslug: {slug}\ndate: 2026-05-01\ncategory: news\nstatus: published"
        file = self.folder / "news" / f"{slug}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{head}\n---\n{body}\n", encoding="utf-8")


def frames_of(page: Page) -> list[str]:
    """Collect whatever a page sends from now on."""
    sent: list[str] = []

    def connected(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(str(frame)))

    page.on("websocket", connected)
    return sent


class Desk:
    """The agent's side: sits down, finds who asks, points."""

    def __init__(self, person: Person) -> None:
        self.person = person
        page = person.page
        page.goto("/staff/sign-in")
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/staff/")
        page.evaluate(AGENT)
        person.until("() => agent.heard.some(({ type }) => type === 'desk.list')")

    def conversation(self, text: str) -> str:
        """Wait for the conversation in which this was said last."""
        found: str = self.person.until(
            """(text) => agent.heard.flatMap((frame) => frame.conversations ?? [frame])
                .find((row) => row.last_text === text)?.conversation""",
            text,
        )
        return found

    def send(self, **frame: Any) -> None:
        self.person.page.evaluate("(frame) => agent.send(frame)", frame)

    def point(self, conversation: str, article: int, paragraph: str) -> None:
        self.send(
            type="chat.point", conversation=conversation, article=article, paragraph=paragraph
        )

    def hears(self, condition: str, argument: Any = None) -> Any:
        """Wait for a frame that fits, and return it."""
        return self.person.until(
            f"(argument) => agent.heard.find((frame) => ({condition})(frame, argument))", argument
        )


def article_of(page: Page) -> int:
    return int(page.evaluate("() => document.body.dataset.article"))


def wait_for(page: Page, condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until what this process sees is so."""
    for _ in range(int(seconds * 50)):
        if condition():
            return
        page.wait_for_timeout(20)
    raise AssertionError("waited in vain")


def said(frames: list[str], kind: str) -> list[dict[str, Any]]:
    return [frame for frame in map(json.loads, list(frames)) if frame["type"] == kind]


def axe(page: Page) -> list[tuple[str, list[str]]]:
    """Return what axe finds wrong, and where; what moves has come to rest."""
    page.evaluate("() => Promise.all(document.getAnimations().map(({ finished }) => finished))")
    found = Axe().run(page, options=RULES).response["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found]


def asks(person: Person, text: str, where: str = HARBOUR) -> None:
    person.page.goto(where)
    person.until("() => customElements.get('chat-launcher')")
    open_chat(person.page)
    say(person.page, text)
