"""Nothing that stands in an article, or is made of one, runs: on pages, at the desk, in letters.

Titles, summaries, names, captions and words are those of the set; the browsers ignore our content
security policy, as in `test_injection`.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.chat.outreach.answers import AnswerLetter, Words
from portal.chat.outreach.transcripts import TranscriptLetter
from portal.web.templates import Templates
from tests.support.browser import Person, open_chat, say, sign_in
from tests.support.injection import LISTEN, PAYLOADS, audit, speak
from tests.support.servers import Portal
from tests.support.staff import hire

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "a long quiet sentence 47"
CATEGORY = '"><img src=x onerror=ran(2)>'
PICTURE = Path(__file__).parents[2] / "sample/newsroom/news/company-news/headquarters.jpg"


def write(folder: Path) -> None:
    """One article for each text of the set: every field of it holds one."""
    for at, title in enumerate(PAYLOADS):
        summary, author = PAYLOADS[at - 1], PAYLOADS[at - 2]
        front = {
            "title": title,
            "summary": summary,
            "author": author,
            "tags": [author],
            "slug": f"story-{at}",
            "category": f"News/{CATEGORY}",
            "date": "2026-01-05",
            "lead": "lead.jpg",
            "lead_alt": summary,
            "lead_caption": author,
        }
        lines = "\n".join(f"{name}: {json.dumps(value)}" for name, value in front.items())
        shown = f"![{author}](lead.jpg {json.dumps(summary)})"
        text = f"---\n{lines}\n---\n\n{title}\n\n{shown}\n\n> {summary}\n\nA last line.\n"
        (folder / f"story-{at}.md").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that has imported them, and one agent."""
    folder = tmp_path_factory.mktemp("hostile")
    articles = folder / "articles"
    articles.mkdir()
    write(articles)
    (articles / "lead.jpg").write_bytes(PICTURE.read_bytes())
    server = Portal(folder / "data", {"PORTAL_DRAIN_SECONDS": "0"})
    server.start()
    try:
        hire(server, "mei@example.org", PAYLOADS[1], password=PASSWORD)
        imported = server.run("import", "markdown", str(articles))
        # Pictures that two of the texts name are missing; the articles are there without them.
        assert f"{len(PAYLOADS)} added" in imported.stdout, imported.stderr
        yield server
    finally:
        server.stop()


@pytest.fixture
def people(browser: Browser, portal: Portal) -> Iterator[tuple[Person, Person]]:
    """A reader and an agent whose browsers ignore our policy."""
    both = (
        Person(browser, portal.url, bypass_csp=True),
        Person(browser, portal.url, bypass_csp=True),
    )
    for each in both:
        each.context.add_init_script(LISTEN)
    yield both
    for each in both:
        each.close()


def save_replies(desk: Page) -> None:
    """Keep a canned reply for each text."""
    replies = [
        {"type": "desk.save_reply", "shortcut": f"x{at}", "title": text[:120], "text": text}
        for at, text in enumerate(PAYLOADS)
    ]
    speak(desk, "/staff/live", {"type": "live.hello", "protocol": 1}, *replies)


def test_nothing_of_an_article_runs(people: tuple[Person, Person], portal: Portal) -> None:
    """Front, category, article, reading pane, answer to all, canned replies, what is offered."""
    visitor, staff = people
    page, desk = visitor.page, staff.page
    found: dict[str, list[str]] = {}
    page.goto("/")
    found["front"] = audit(page)
    page.locator("nav a", has_text="onerror").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("onerror")
    found["category"] = audit(page)
    address = page.url
    for at in range(len(PAYLOADS)):
        page.goto(f"{address}/story-{at}")
        expect(page.get_by_text("A last line.")).to_be_attached()
        found[f"article {at}"] = audit(page)
    page.goto(f"{address}/story-3")
    open_chat(page)
    say(page, "What is this?")

    sign_in(staff, "mei@example.org", PASSWORD)
    save_replies(desk)
    desk.goto("/staff/#all")
    desk.locator(".row").first.click()
    found["rows"] = audit(desk)
    desk.get_by_role("tab", name="Reading").click()
    expect(desk.locator(".reading__text")).to_contain_text("A last line.")
    found["reading"] = audit(desk)
    opens = "(title) => document.querySelector('desk-answer-all').open(1, title)"
    desk.evaluate(opens, desk.locator(".reading__title > span").first.inner_text())
    expect(desk.get_by_role("dialog")).to_contain_text("onerror=ran(4)")
    found["answer to all"] = audit(desk)
    desk.keyboard.press("Escape")
    field = desk.get_by_role("textbox", name="Your answer", exact=True)
    field.fill("")
    field.press_sequentially("/x")
    expect(desk.locator("[data-suggestions] [role=option]").first).to_be_visible()
    found["replies behind /"] = audit(desk)
    desk.keyboard.press("Escape")
    desk.evaluate("document.querySelector('desk-replies').open()")
    expect(desk.locator("desk-replies li").nth(len(PAYLOADS) - 1)).to_be_attached()
    found["sheet of replies"] = audit(desk)
    desk.keyboard.press("Escape")

    conversation = desk.url.rsplit("/", 1)[1]
    article = int(page.locator("body").get_attribute("data-article") or 0)
    page.goto(f"{address}/story-4")
    # His words are there: this page of his is in the conversation and is told what is said in it.
    expect(page.locator(".chat-log__bubble")).to_contain_text("What is this?")
    frame = {"type": "chat.point", "conversation": conversation, "article": article}
    hello = {"type": "live.hello", "protocol": 1}
    speak(desk, "/staff/live", hello, {**frame, "paragraph": PAYLOADS[1][:64]})
    expect(page.locator("page-offer")).to_contain_text("onerror=ran(4)")
    found["offer"] = audit(page)
    page.locator("page-offer .page-offer__act").click()
    expect(page.get_by_text("A last line.")).to_be_attached()
    found["gone there"] = audit(page)

    assert {view: what for view, what in found.items() if what} == {}


def letters() -> Iterator[tuple[str, str, str]]:
    """Name, text and HTML of letters in which the texts stand wherever a person's may."""
    house = Templates(site_url="https://portal.example", zone=ZoneInfo("UTC"))
    for at, text in enumerate(PAYLOADS):
        other = PAYLOADS[at - 1]
        letter = AnswerLetter(
            language="en",
            direction="ltr",
            site_name=other,
            site_url="https://portal.example",
            greeting=text,
            answered=text,
            said=(Words(agent=text, text=other, files=(text, other)),),
            asked_label=text,
            asked=text,
            quote=text,
            about_label=text,
            article_title=other,
            article_url="https://portal.example/news/x",
            files_label=other,
            read_on=other,
            link="https://portal.example/#chat=x",
            no_reply=other,
            why=other,
        )
        yield f"answer {at}", text, house.render("chat/letter-answer.html", letter)
    record = TranscriptLetter(
        language="en", direction="ltr", site_name=PAYLOADS[3], record="\n".join(PAYLOADS)
    )
    yield "transcript", PAYLOADS[0], house.render("chat/letter-transcript.html", record)


def test_nothing_in_a_letter_runs(people: tuple[Person, Person]) -> None:
    """Letters as HTML, opened by a program that runs whatever is there."""
    page = people[0].page
    found: dict[str, list[str]] = {}
    # Playwright's loop runs in this thread, and templates are read from the disk.
    with ThreadPoolExecutor(1) as elsewhere:
        written = elsewhere.submit(lambda: list(letters())).result()
    page.goto("/")
    for name, text, html in written:
        page.set_content(html)
        expect(page.locator("body")).to_contain_text(text.split()[0])
        found[name] = audit(page)

    assert len(found) == len(PAYLOADS) + 1
    assert {view: what for view, what in found.items() if what} == {}
