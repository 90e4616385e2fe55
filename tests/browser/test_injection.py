"""Nothing anybody writes anywhere runs on anybody's screen, even with the policy switched off.

Every text of the set stands in every field a stranger or a colleague can fill, and every view that
shows one of them is opened in a Chromium that ignores our content security policy: what keeps it
from running is how it is written into the page, and nothing else.
"""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import STORY, Demo
from tests.support.browser import Person, at_desk
from tests.support.injection import LISTEN, PAYLOADS, SIGNS, audit, speak

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def unguarded(browser: Browser, demo: Demo, agent: Callable[..., Person]) -> Any:
    """Bring people whose browsers ignore our policy; what runs on their screens fails the test."""
    people: list[Person] = []

    def come(*, signed_in: bool = False, **options: Any) -> Person:
        if signed_in and demo.email not in demo.sessions:
            agent()
        state = demo.sessions[demo.email] if signed_in else None
        person = Person(browser, demo.url, bypass_csp=True, storage_state=state, **options)
        person.context.add_init_script(LISTEN)
        people.append(person)
        return person

    yield come
    for person in people:
        person.close()


def texts(at: int) -> tuple[str, str, str]:
    """Return three texts of the set, beginning with that one."""
    first, second, third = (PAYLOADS[(at + step) % len(PAYLOADS)] for step in range(3))
    return first, second, third


def ask_with(page: Page, at: int, article: int) -> tuple[str, str]:
    """Ask as a visitor who puts texts of the set into every field; return secret and chat."""
    first, second, third = texts(at)
    secret = secrets.token_urlsafe(32)
    quote = {"article": article, "revision": 1, "paragraph": first[:64]}
    says = [
        {
            "type": "chat.say",
            "id": secrets.token_urlsafe(16),
            "text": text,
            "quote": {**quote, "text": text},
        }
        for text in (first, second, third)
    ]
    heard = speak(
        page,
        "/live",
        {"article": article, "url": second, "title": third, "referrer": first, "tab": first[:64]},
        {
            "type": "chat.open",
            "visitor": secret,
            "name": first[:SIGNS],
            "email": "somebody@example.org",
            "topic": second[:120],
            "language": third[:35],
            "zone": first[:64],
        },
        *says,
        {"type": "chat.rate", "score": 1, "comment": second},
    )
    opened = next(each for each in heard if each["type"] == "chat.opened")
    return secret, opened["conversation"]


def answer_with(page: Page, conversation: str, at: int) -> None:
    """Fill every field a colleague has."""
    about = {"conversation": conversation}
    frames: list[dict[str, Any]] = []
    for text in texts(at):
        for kind in ("chat.note", "chat.say"):
            said = {"id": secrets.token_urlsafe(16), **about, "text": text}
            frames.append({"type": kind, **said})
        shortcut = f"x{secrets.token_hex(4)}"
        reply = {"shortcut": shortcut, "title": text[:120], "text": text}
        frames.append({"type": "desk.save_reply", **reply})
    labels = [text[:40] for text in texts(at)]
    speak(
        page,
        "/staff/live",
        {"type": "desk.status", "state": "available"},
        *frames,
        {"type": "chat.label", **about, "labels": labels},
        {"type": "chat.transcript", **about},
        {"type": "chat.block", **about, "reason": texts(at)[0], "until": None},
    )


def lift(page: Page, conversation: str) -> None:
    """Let a blocked visitor speak again."""
    speak(page, "/staff/live", {"type": "chat.unblock", "conversation": conversation})


@pytest.fixture(scope="module")
def written(demo: Demo, browser: Browser) -> Callable[..., list[tuple[str, str]]]:
    """Chats in which every text of the set stands in every field, made once."""
    made: list[tuple[str, str]] = []

    def write(visitor: Page, staff: Page) -> list[tuple[str, str]]:
        if made:
            return made
        visitor.goto(STORY)
        article = int(visitor.locator("body").get_attribute("data-article") or 0)
        for at in range(0, len(PAYLOADS), 3):
            made.append(ask_with(visitor, at, article))
            answer_with(staff, made[-1][1], at)
        return made

    return write


Written = Callable[..., list[tuple[str, str]]]


def test_nothing_that_is_written_runs_at_the_desk(
    demo: Demo, unguarded: Callable[..., Person], written: Written
) -> None:
    """Names, topics, pages, words, quotes, notes, labels, replies, reasons: text in every view."""
    staff = unguarded(signed_in=True)
    desk = staff.page
    desk.goto("/staff/")
    at_desk(desk)
    chats = written(unguarded().page, desk)
    found: dict[str, list[str]] = {}
    for view in ("waiting", "mine", "all", "unanswered"):
        desk.goto(f"/staff/#{view}")
        at_desk(desk)
        expect(desk.locator(".row").first).to_be_visible()
        found[view] = audit(desk)
    for at, (_, conversation) in enumerate(chats):
        desk.goto(f"/staff/#all/{conversation}")
        words = texts(3 * at)[0].split()[0]
        expect(desk.locator(".line__text").filter(has_text=words).first).to_be_visible()
        desk.get_by_role("tab", name="Visitor").click()
        expect(desk.locator(".about__blocked")).to_be_visible()
        found[f"chat {at}"] = audit(desk)
    desk.goto("/staff/#search")
    desk.get_by_role("searchbox", name="Search in all chats").fill("ran")
    desk.keyboard.press("Enter")
    expect(desk.locator("desk-search mark").first).to_be_visible()
    found["search"] = audit(desk)
    for _, conversation in chats:
        lift(desk, conversation)
    for section in ("hours", "desks", "replies", "labels", "people", "blocks", "letters"):
        desk.goto(f"/staff/desk/{section}")
        expect(desk.get_by_role("heading", level=1)).to_be_visible()
        found[section] = audit(desk)

    assert {view: what for view, what in found.items() if what} == {}


def test_nothing_that_is_written_runs_on_the_page(
    demo: Demo, unguarded: Callable[..., Person], written: Written
) -> None:
    """A visitor's panel shows his words, his quotations and every answer as text."""
    staff = unguarded(signed_in=True)
    staff.page.goto("/staff/")
    chats = written(unguarded().page, staff.page)
    found: dict[str, list[str]] = {}
    for at, (secret, conversation) in enumerate(chats):
        lift(staff.page, conversation)
        again = unguarded()
        again.context.add_init_script(f"localStorage.setItem('portal.visitor', '{secret}')")
        again.page.goto(STORY)
        again.page.get_by_role("button", name="Live Chat").click()
        words = texts(3 * at)[2].split()[0]
        expect(again.page.locator("chat-log").get_by_text(words).last).to_be_visible()
        found[f"panel {at}"] = audit(again.page)

    assert {view: what for view, what in found.items() if what} == {}


def test_nothing_that_is_refused_runs_in_the_plain_form(unguarded: Callable[..., Person]) -> None:
    """What was typed into the form comes back as it was typed."""
    person = unguarded()
    person.allow("the server responded with a status of 4")
    page = person.page
    found: dict[str, list[str]] = {}
    for at in range(0, len(PAYLOADS), 3):
        first, second, third = texts(at)
        page.goto("/chat/")
        page.locator("form input[name=email]").evaluate("(field) => { field.type = 'text'; }")
        page.locator("form input[name=name]").fill(first[:SIGNS])
        page.locator("form input[name=email]").fill(second[:200])
        page.locator("form textarea").fill(third)
        page.locator("form:has(textarea)").evaluate("(form) => { form.noValidate = true; }")
        page.locator("form:has(textarea) button[type=submit]").click()
        expect(page.locator("form textarea")).to_have_value(third.replace("\r", ""))
        found[f"form {at}"] = audit(page)

    assert {view: what for view, what in found.items() if what} == {}
