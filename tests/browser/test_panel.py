"""The visitor's panel in a real browser, on a real server, with somebody answering."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.support.browser import launch_async
from tests.support.servers import Portal
from tests.support.staff import hire

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    # One loop, and in it one Chromium: to start one takes longer than many a test.
    pytest.mark.asyncio(loop_scope="module"),
]

SAMPLE = Path(__file__).parents[2] / "sample" / "newsroom"
PASSWORD = "harbor-lantern-quiet-77"
STORY = "/news/company-news/nato-plans-routes-for-moving-troops-across-europe"

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
      socket.send(JSON.stringify({ type: "desk.status", state: "available" }));
    }
  };
  window.agent = { send: (frame) => socket.send(JSON.stringify(frame)), heard };
}
"""
"""A member of staff without a console: what he sends and what he has heard."""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with the sample newsroom and one member of staff."""
    folder = tmp_path_factory.mktemp("panel")
    running = Portal(folder / "data", {"PORTAL_DRAIN_SECONDS": "0"}).start()
    try:
        running.run("import", "markdown", str(SAMPLE)).check_returncode()
        hire(running, "mara@example.com", "Mara Lindqvist", password=PASSWORD)
        yield running
    finally:
        running.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def launched() -> AsyncIterator[Browser]:
    """A Chromium, for this file: it lives in the loop of its tests."""
    async with async_playwright() as playwright:
        browser = await launch_async(playwright)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def chromium(launched: Browser) -> AsyncIterator[Browser]:
    """It, for one test: whoever came leaves, with all that was kept for him."""
    yield launched
    for context in launched.contexts:
        await context.close()


async def reader(chromium: Browser, portal: Portal, **options: Any) -> Page:
    """Open the story as somebody who was never here; an error of a script fails the test."""
    options = {"viewport": {"width": 1280, "height": 800}, **options}
    context = await chromium.new_context(base_url=portal.url, **options)
    page = await context.new_page()
    page.on("pageerror", _fail)
    await page.goto(STORY)
    return page


def _fail(error: object) -> None:
    raise AssertionError(f"a script of the page failed: {error}")


async def open_chat(page: Page) -> None:
    await page.get_by_role("button", name="Live Chat").click()
    await expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()


async def say(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Write a message").fill(text)
    await page.keyboard.press("Enter")


def bubbles(page: Page) -> Any:
    return page.locator(".chat-log__bubble")


async def agent(chromium: Browser, portal: Portal) -> Page:
    """Sign in as Mara and sit down at the desk."""
    # Playwright waits by `eval`, which our policy forbids.
    context = await chromium.new_context(base_url=portal.url, bypass_csp=True)
    page = await context.new_page()
    await page.goto("/staff/sign-in")
    await page.get_by_label("E-mail").fill("mara@example.com")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/staff/")
    await page.evaluate(AGENT)
    await page.wait_for_function("agent.heard.some((frame) => frame.type === 'desk.list')")
    return page


async def answer(page: Page, question: str, text: str) -> None:
    """Answer the conversation whose last words are `question`."""
    row = await page.wait_for_function(
        """(question) => agent.heard
            .flatMap((frame) => frame.conversations ?? [frame])
            .find((row) => row.last_text === question)?.conversation""",
        arg=question,
    )
    await page.evaluate(
        """([conversation, text]) => agent.send({
            type: "chat.say", conversation, text,
            id: crypto.getRandomValues(new Uint32Array(4)).join("-") })""",
        [await row.json_value(), text],
    )


async def storage(page: Page) -> list[str]:
    keys: list[str] = await page.evaluate(
        "[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"
    )
    return [key for key in keys if key != "portal.tab"]


async def test_unopened(chromium: Browser, portal: Portal) -> None:
    """Whoever does not open chat loads its button's script only, and nothing is stored."""
    loaded: list[str] = []
    context = await chromium.new_context(base_url=portal.url)
    page = await context.new_page()
    page.on("request", lambda request: loaded.append(request.url))
    await page.goto(STORY)
    await page.wait_for_selector("chat-launcher:defined")

    assert {"chat-launcher.js", "desk-words.js"} == {
        url.rsplit("/", 1)[1] for url in loaded if re.search(r"/js/chat/|/css/chat", url)
    }
    assert await storage(page) == []
    assert await context.cookies() == []


async def test_question_and_answer(chromium: Browser, portal: Portal) -> None:
    """A question is stored, seen and answered; reload and next article bring all of it back."""
    desk = await agent(chromium, portal)
    page = await reader(chromium, portal)
    await open_chat(page)
    await expect(page.locator(".chat-panel__presence")).to_contain_text("of staff")
    await say(page, "Which roads are meant?")
    await expect(page.locator(".chat-log__state").last).to_have_text("Sent")
    await answer(desk, "Which roads are meant?", "Five, see https://example.com/roads.")
    await expect(bubbles(page)).to_have_count(2)
    await expect(page.locator(".chat-panel__title")).to_have_text("Mara Lindqvist")
    await page.get_by_role("textbox", name="Write a message").fill("half a thou")
    for address in (STORY, "/news/"):
        await page.goto(address)

        await expect(bubbles(page)).to_have_text(
            ["Which roads are meant?", "Five, see https://example.com/roads."]
        )
        await expect(page.get_by_role("textbox", name="Write a message")).to_have_value(
            "half a thou"
        )
    link = page.get_by_role("link", name="https://example.com/roads")
    assert await link.get_attribute("rel") == "noopener nofollow ugc"


async def test_ways_to_begin(chromium: Browser, portal: Portal) -> None:
    """Before the first word stand the page and ways to begin; they fill the field, then go."""
    page = await reader(chromium, portal)
    await open_chat(page)
    begin = page.locator(".chat-log__starters button")
    field = page.get_by_role("textbox", name="Write a message")

    await expect(begin).to_have_count(3)
    await expect(page.locator(".chat-composer__about")).to_contain_text("About: NATO")
    for number in (0, 2):
        await begin.nth(number).click()
        await expect(field).to_have_value(await begin.nth(number).inner_text())
        await expect(field).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(begin.first).to_be_hidden()
    await expect(page.locator(".chat-composer__about")).to_be_hidden()


async def test_offline(chromium: Browser, portal: Portal) -> None:
    """Without a network the panel says so at once, and what is written looks as if it waited."""
    page = await reader(chromium, portal)
    await open_chat(page)
    await say(page, "before")
    await expect(page.locator(".chat-log__state").last).to_have_text("Sent")
    await page.context.set_offline(True)

    await expect(page.locator(".chat-panel__line")).to_contain_text("You are offline")
    await say(page, "on the train")
    await expect(page.locator(".chat-log__row--pending")).to_contain_text("Will be sent")
    await expect(page.locator(".chat-log__state").first).to_have_text("Sent")
    await page.context.set_offline(False)
    await expect(page.locator(".chat-panel__line")).to_be_hidden(timeout=15_000)
    await expect(page.locator(".chat-log__state").last).to_have_text("Sent", timeout=15_000)


async def test_server_away(chromium: Browser, portal: Portal) -> None:
    """What is written while the server is dead is kept, and stored once when it is back."""
    page = await reader(chromium, portal)
    await open_chat(page)
    await say(page, "before")
    await expect(page.locator(".chat-log__state").last).to_have_text("Sent")
    portal.kill()
    await say(page, "while you were away")
    await say(page, "and one more")
    await expect(page.locator(".chat-log__state").last).to_have_text("Will be sent")
    await expect(page.locator(".chat-panel__line")).to_contain_text("Trying again")
    portal.start()

    await expect(page.locator(".chat-log__state").last).to_have_text("Sent", timeout=40_000)
    await page.reload()
    await expect(bubbles(page)).to_have_text(["before", "while you were away", "and one more"])


async def test_unread(chromium: Browser, portal: Portal) -> None:
    """Closed, the launcher says how much was not read, also on the next page and in another tab."""
    desk = await agent(chromium, portal)
    page = await reader(chromium, portal)
    await open_chat(page)
    await say(page, "Call me when you know")
    await expect(page.locator(".chat-log__state").last).to_have_text("Sent")
    await page.keyboard.press("Escape")
    await answer(desk, "Call me when you know", "We know now")
    launcher = page.locator("chat-launcher button")

    await expect(launcher).to_contain_text("1 new")
    await page.goto("/news/")
    await expect(launcher).to_contain_text("1 new")
    other = await page.context.new_page()
    await other.goto(f"{portal.url}{STORY}")
    await expect(other.locator("chat-launcher button")).to_contain_text("1 new")
    await other.bring_to_front()
    await other.locator("chat-launcher button").click()
    await expect(bubbles(other)).to_have_count(2)
    await expect(launcher).not_to_contain_text("new")


async def test_keyboard_alone(chromium: Browser, portal: Portal) -> None:
    """Opened, written in and closed by keyboard; the focus comes back to the launcher."""
    page = await reader(chromium, portal)
    await page.wait_for_selector("chat-launcher:defined")
    launcher = page.get_by_role("button", name="Live Chat")
    await launcher.focus()
    await page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="Write a message")
    await expect(field).to_be_focused()
    await page.keyboard.type("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await page.keyboard.press("Enter")

    await expect(bubbles(page)).to_have_text(["one\ntwo"], use_inner_text=True)
    await expect(field).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(launcher).to_be_focused()
    await expect(page.locator("chat-panel")).to_be_hidden()


async def test_end(chromium: Browser, portal: Portal) -> None:
    """A visitor ends his conversation, is told so, and opens it again by writing."""
    page = await reader(chromium, portal)
    await open_chat(page)
    await say(page, "Thank you")
    await expect(page.locator(".chat-log__state").last).to_have_text("Sent")
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name="End chat").click()
    closed = page.get_by_text("This conversation was closed; write to open it again.")

    await expect(closed).to_be_visible()
    await say(page, "One more thing")
    await expect(closed).to_be_hidden()


async def test_storage_denied(chromium: Browser, portal: Portal) -> None:
    """Where the browser denies storage, chat works for as long as the page lives."""
    context: BrowserContext = await chromium.new_context(base_url=portal.url)
    await context.add_init_script("""
        for (const name of ["localStorage", "sessionStorage"]) {
          Object.defineProperty(window, name, { get() { throw new DOMException("denied"); } });
        }""")
    page = await context.new_page()
    page.on("pageerror", _fail)
    await page.goto(STORY)
    await open_chat(page)
    await say(page, "hello")

    await expect(page.locator(".chat-log__state").last).to_have_text("Sent")


async def test_phone(chromium: Browser, portal: Portal) -> None:
    """On a phone the panel is a sheet: the page behind is out of reach, and the type is large."""
    screen = {"width": 390, "height": 844}
    page = await reader(chromium, portal, viewport=screen, has_touch=True, reduced_motion="reduce")
    await open_chat(page)
    box = await page.locator("chat-panel").bounding_box()
    field = page.get_by_role("textbox", name="Write a message")
    size = await field.evaluate("(field) => parseFloat(getComputedStyle(field).fontSize)")

    assert box == {"x": 0, "y": 0, **screen}
    assert size >= 16
    assert await page.locator("header.masthead").evaluate("(head) => head.inert")
    await page.get_by_role("button", name="Close chat").click()
    assert not await page.locator("header.masthead").evaluate("(head) => head.inert")


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_looks(chromium: Browser, portal: Portal, width: int, scheme: str) -> None:
    """Nothing scrolls sideways, nothing moves when the panel opens, and axe has no complaint."""
    page = await reader(
        chromium,
        portal,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,  # for axe, which is put into the page
    )
    await page.wait_for_selector("chat-launcher:defined")
    title = page.get_by_role("heading", level=1)
    before = await title.bounding_box()
    await open_chat(page)
    after = await title.bounding_box()
    await say(page, f"https://example.com/{'a-long-address-' * 12} and words")
    await expect(page.locator(".chat-log__state").last).to_have_text("Sent")
    found = await Axe().run(page, context="chat-panel")

    assert before == after
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.locator(".chat-log__scroller").evaluate(
        "(log) => log.scrollWidth <= log.clientWidth"
    )
    assert [violation["id"] for violation in found.response["violations"]] == []
