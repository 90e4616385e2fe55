"""A Chromium for tests, the people who sit at it, and whatever goes wrong on their screens."""

import json
import os
import re
import shutil
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser as AsyncBrowser
from playwright.async_api import Playwright as AsyncPlaywright
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Playwright,
    Request,
    WebError,
    WebSocket,
    expect,
)

INSTALLED = ("chromium", "chromium-browser", "google-chrome")
WITHOUT = (
    # Two pages of the browser's own for each window, which nobody sees: 1 of 1.4 s to open one.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    # What Playwright leaves out; of two such lists the later one counts.
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "ThirdPartyStoragePartitioning",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(WITHOUT)}",
    # "HeadlessChrome" is a machine to whoever counts readers.
    "--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36",
)
PATIENCE_MS = 20_000
"""A busy machine is not a fault. Every wait ends with what it waits for."""

TELL_POLICY = """
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  console.error(`the policy forbids ${violatedDirective}: ${blockedURI}`));
"""


def launch(playwright: Playwright) -> Browser:
    """Start the installed Chromium, else Playwright's own; without either skip the test.

    With `TEST_BROWSER=required` a missing browser fails instead.
    """
    try:
        return playwright.chromium.launch(executable_path=installed(), args=list(ARGUMENTS))
    except Error as error:
        missing(error)


async def launch_async(playwright: AsyncPlaywright, *, keep_visited: bool = False) -> AsyncBrowser:
    """Start it as `launch` does, for tests which have a loop of their own.

    With `keep_visited` pages stay in the back-forward cache, as in people's own browsers.
    """
    without = ["--disable-back-forward-cache"] if keep_visited else None
    try:
        return await playwright.chromium.launch(
            executable_path=installed(), args=list(ARGUMENTS), ignore_default_args=without
        )
    except Error as error:
        missing(error)


def installed() -> str | None:
    """Find the system's own Chromium."""
    return next(filter(None, map(shutil.which, INSTALLED)), None)


def missing(error: Error) -> NoReturn:
    """Skip the test, or fail it where a browser is required; any other trouble is raised."""
    if installed() is not None or "Executable doesn't exist" not in error.message:
        raise error
    reason = f"there is no browser: neither {', '.join(INSTALLED)} nor Playwright's own"
    if os.environ.get("TEST_BROWSER") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


class Person:
    """Somebody at a browser of his own; storage, cookies and sockets are shared with nobody.

    Attributes:
        requests: every address his pages asked for, sockets too.
        heard: every frame that came over his sockets, as objects.
        wrong: what must not happen: an error on the console, an error of a script, a broken
            policy, a request that leaves the origin.
    """

    def __init__(self, browser: Browser, origin: str, **options: Any) -> None:
        self.origin = origin
        self.requests: list[str] = []
        self.heard: list[dict[str, Any]] = []
        self.wrong: list[str] = []
        self._allowed: list[re.Pattern[str]] = []
        options = {"viewport": {"width": 1280, "height": 800}, "base_url": origin, **options}
        self.context: BrowserContext = browser.new_context(**options)
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.set_default_navigation_timeout(2 * PATIENCE_MS)
        self.context.add_init_script(TELL_POLICY)
        self.context.on("console", self._said)
        self.context.on("weberror", self._failed)
        self.context.on("request", self._asked)
        self.context.on("page", lambda page: page.on("websocket", self._connected))
        self.page: Page = self.context.new_page()

    def allow(self, pattern: str) -> None:
        """Expect this one trouble, for the test makes it."""
        self._allowed.append(re.compile(pattern))

    def until(self, condition: str, argument: Any = None) -> Any:
        """Wait for a JavaScript function to return something true; our policy forbids `eval`."""
        return until(self.page, condition, argument)

    def close(self) -> None:
        """Go home; raises when something went wrong on the way."""
        self.context.close()

        assert [] == self.wrong

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"{message.text} ({message.location['url']})")

    def _failed(self, error: WebError) -> None:
        self._note(f"a script failed: {error.error}")

    def _asked(self, request: Request) -> None:
        self._went(request.url)

    def _connected(self, socket: WebSocket) -> None:
        self._went(socket.url)
        socket.on("framereceived", self._hears)

    def _hears(self, text: str | bytes) -> None:
        self.heard.append(json.loads(text))

    def _went(self, url: str) -> None:
        self.requests.append(url)
        if url.startswith(("data:", "blob:")):
            return
        if urlsplit(url).netloc != urlsplit(self.origin).netloc:
            self._note(f"a request left the origin: {url}")

    def _note(self, what: str) -> None:
        if not any(pattern.search(what) for pattern in self._allowed):
            self.wrong.append(what)


def until(page: Page, condition: str, argument: Any = None) -> Any:
    """Wait for a JavaScript function to return something true, and return it.

    Playwright's own way evaluates text inside the page, which our policy rightly forbids.
    """
    waits = f"""
    async ([argument, patience]) => {{
      const end = performance.now() + patience;
      for (;;) {{
        const found = await ({condition})(argument);
        if (found) return found;
        if (performance.now() > end) throw new Error("waited in vain");
        await new Promise((again) => setTimeout(again, 20));
      }}
    }}"""
    return page.evaluate(waits, [argument, PATIENCE_MS])


def sign_in(person: Person, email: str, password: str) -> None:
    """Sign in by the form and wait until the console has its line."""
    page = person.page
    page.goto("/staff/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    at_desk(page)


def at_desk(page: Page) -> None:
    """Wait until the console shows its lists."""
    expect(page.locator("staff-console")).to_have_attribute("data-line", "open")


def open_chat(page: Page) -> Locator:
    """Press "Live Chat" and return the field to write in, which has the keyboard then."""
    page.get_by_role("button", name="Live Chat").click()
    field = page.get_by_role("textbox", name="Write a message")
    expect(field).to_be_focused()
    return field


def say(page: Page, text: str) -> None:
    """Write in the panel, send it, and wait until it is stored."""
    page.get_by_role("textbox", name="Write a message").fill(text)
    page.keyboard.press("Enter")
    mine = page.locator(".chat-log__row", has=page.get_by_text(text, exact=True))
    expect(mine.locator(".chat-log__state")).to_have_text(re.compile("Sent|Seen"))
