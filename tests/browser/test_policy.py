"""What a page does not do: it follows nobody, asks no stranger, and needs no script to be read."""

import gzip
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import STORY, Comes, Demo
from tests.support.browser import Person, open_chat, say, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BEFORE_CHAT = {"chat-launcher.js", "desk-words.js"}
"""All of chat that somebody who only reads loads."""
BEFORE_CHAT_BYTES = 6 * 1024
"""What he pays for it, compressed."""
OPENED_BYTES = 30 * 1024
"""What whoever opens it pays in all, compressed, its style sheet with it."""

STORED = """
async () => ({
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).map(({ name }) => name),
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})
"""


def hears(person: Person, kind: str) -> None:
    """Wait until a frame of this kind has come since he began to listen."""
    for _ in range(400):
        if any(frame["type"] == kind for frame in person.heard):
            return
        person.page.wait_for_timeout(50)
    pytest.fail(f"{kind} never came; these did: {[frame['type'] for frame in person.heard]}")


def ten_pages(page: Page) -> list[str]:
    """Return ten addresses: the front, three categories, three articles, three pages."""
    page.goto("/")
    paths = ["/"]
    for links in (".sections__link:not([href='/'])", ".teaser__link", ".band__link"):
        found = page.locator(links).evaluate_all("(all) => all.map((a) => a.pathname)")
        paths += list(dict.fromkeys(found))[:3]
    return paths


def chat_files(urls: Iterable[str]) -> set[str]:
    """Return the names of all files of chat among what was asked for."""
    paths = [urlsplit(url).path for url in urls]
    return {
        path.rsplit("/", 1)[1]
        for path in paths
        if re.search(r"/js/chat/|/css/chat[^/]*\.css$", path)
    }


def test_ten_pages_leave_no_trace(comes: Comes) -> None:
    """After ten pages the browser holds the tab's name and nothing else."""
    reader = comes()
    paths = ten_pages(reader.page)
    for path in paths:
        reader.heard.clear()
        reader.page.goto(path)
        hears(reader, "live.welcome")

    assert len(set(paths)) == 10
    assert reader.context.cookies() == []
    assert reader.page.evaluate(STORED) == {
        "local": [],
        "session": ["portal.tab"],
        "databases": [],
        "caches": [],
        "workers": 0,
    }


def test_no_request_leaves_the_origin(comes: Comes) -> None:
    """Ten pages and a chat ask our own server for everything."""
    reader = comes()
    for path in ten_pages(reader.page):
        reader.page.goto(path)
        expect(reader.page.locator("chat-launcher:defined")).to_be_visible()
    open_chat(reader.page)

    hosts = {urlsplit(url).netloc for url in reader.requests if not url.startswith("data:")}
    assert hosts == {urlsplit(reader.origin).netloc}


def test_whoever_only_reads_loads_no_chat(comes: Comes) -> None:
    """Before it is opened chat is a few small files; the panel comes with the first press."""
    reader = comes()
    answers: list[Response] = []
    reader.page.on("response", lambda answer: answers.append(answer))
    reader.page.goto(STORY)
    hears(reader, "live.welcome")
    expect(reader.page.locator("chat-launcher:defined")).to_be_visible()
    bodies = [answer.body() for answer in answers if chat_files([answer.url])]
    for path in ten_pages(reader.page):
        reader.page.goto(path)
        expect(reader.page.locator("chat-launcher:defined")).to_be_visible()

    assert chat_files(reader.requests) == BEFORE_CHAT
    assert len(bodies) == len(BEFORE_CHAT)
    assert sum(len(gzip.compress(body, 9)) for body in bodies) <= BEFORE_CHAT_BYTES
    open_chat(reader.page)
    assert chat_files(reader.requests) > {*BEFORE_CHAT, "chat-panel.js", "chat.css"}


def test_an_open_chat_is_small(comes: Comes) -> None:
    """All of chat, opened, is no more than a small picture."""
    page = comes().page
    sizes: dict[str, int] = {}

    def weigh(answer: Response) -> None:
        for name in chat_files([answer.url]):
            sizes[name] = int(answer.headers["content-length"])
            assert answer.headers["content-encoding"] in ("zstd", "gzip")

    page.on("response", weigh)
    page.goto(STORY)
    open_chat(page)

    assert {*BEFORE_CHAT, "chat-panel.js", "chat.css"} < set(sizes)
    assert sum(sizes.values()) <= OPENED_BYTES


def test_an_article_without_scripts(comes: Comes) -> None:
    """The whole story stands there, with its facts and every way on."""
    page = comes(java_script_enabled=False).page
    page.goto(STORY)
    article = page.locator("article.article")

    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("navigation", name="Your position")).to_contain_text("Home")
    expect(article.locator("time").first).to_have_attribute("datetime", re.compile(r"^\d{4}-"))
    expect(page.locator(".fact live-count")).to_have_text(re.compile(r"^[\d,]+$"))
    assert article.locator("p").count() > 5
    assert article.locator("figure img").first.evaluate("(image) => image.decode().then(() => 1)")
    expect(page.locator(".turn__link")).not_to_have_count(0)
    expect(page.get_by_role("navigation", name="News Category")).to_be_visible()
    expect(page.get_by_role("button", name="Live Chat")).to_be_hidden()
    page.get_by_role("link", name="Write to us").click()
    page.wait_for_url(re.compile(r"/chat/\?article=\d+$"))
    page.go_back()
    page.locator(".turn__link").first.click()
    page.wait_for_url(lambda url: "/news/" in url and STORY not in url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_front_and_category_without_scripts(comes: Comes) -> None:
    """Each story has its title, its number and its picture; the links lead to it."""
    page = comes(java_script_enabled=False).page
    for path in ("/", "/news/"):
        page.goto(path)
        teasers = page.locator("main .teaser")
        numbers = teasers.locator("live-count").all_inner_texts()

        assert teasers.count() >= 5
        assert len(numbers) == teasers.count() == teasers.locator(".teaser__link").count()
        assert all(re.fullmatch(r"[\d,]+", number) for number in numbers)
        assert page.locator("main img").first.evaluate("(image) => image.decode().then(() => 1)")
    page.locator("main .teaser__link").first.click()
    expect(page.locator("article.article h1")).to_be_visible()


def test_sign_in_without_scripts(demo: Demo, comes: Comes) -> None:
    """The form leads to the desk, which says that it needs scripts."""
    page = comes(java_script_enabled=False).page
    page.goto("/staff/")
    page.get_by_label("E-mail").fill(demo.email)
    page.get_by_label("Password", exact=True).fill(demo.password)
    page.get_by_role("button", name="Sign in").click()

    page.wait_for_url("**/staff/")
    # Playwright looks for no words inside `noscript`, nor would it find the role.
    needs = page.locator("noscript > .bar")
    expect(needs).to_be_visible()
    expect(needs).to_contain_text("The desk needs JavaScript")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_live_by_any_name_of_this_machine(demo: Demo, comes: Comes, host: str) -> None:
    """By either name a click moves the number of who looks on, and reader and staff meet."""
    origin = f"http://{host}:{demo.portal.port}"
    looks, reads = comes(origin), comes(origin)
    looks.page.goto("/")
    hears(looks, "audience.counts")
    teaser = looks.page.locator("main .teaser").first
    number = teaser.locator("live-count")
    before = int(number.inner_text().replace(",", ""))
    reads.page.goto(str(teaser.locator(".teaser__link").get_attribute("href")))

    expect(number).to_have_text(f"{before + 1:,}")
    open_chat(reads.page)
    say(reads.page, f"I came by {host}")
    staff = comes(origin)
    sign_in(staff, demo.email, demo.password)
    expect(staff.page.locator(".row", has_text=f"I came by {host}")).to_be_visible()
