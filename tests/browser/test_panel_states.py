"""What the visitor's panel shows, and does, in every state it can be in."""

import re
import time
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import STORY, Comes
from tests.support.browser import Person, open_chat, say
from tests.support.wire import AGENT, CLOSED, OPEN, Wire, dress

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHIFTS = """
() => new Promise((done) => {
  const within = ({ node }) => node?.parentElement?.closest("chat-launcher");
  const ours = ({ sources }) => sources.some(within);
  new PerformanceObserver((list) => done(list.getEntries().filter(ours).length))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(0), 500);
})
"""
"""How often something of the launcher moved."""
SECRET = "localStorage.getItem('portal.visitor')"
FORM = {**CLOSED, "when_closed": "form"}


def visit(person: Person, desk: dict[str, Any] | None = None) -> Wire:
    """Read the story, on a line that the test holds."""
    wire = Wire(person.page, desk)
    person.page.goto(STORY)
    expect(person.page.locator("chat-launcher:defined")).to_be_attached()
    return wire


def talk(person: Person, **options: Any) -> Wire:
    """Open chat and ask; Mara has joined and answered."""
    wire = visit(person, OPEN)
    open_chat(person.page)
    wire.mute = {"chat.state", "chat.said"}
    say(person.page, "Which roads are meant?")
    wire.tell("chat.state", status="open", agent={**AGENT, **options})
    wire.says("", event="joined")
    wire.says("Five of them.")
    expect(person.page.locator(".chat-log__bubble").last).to_have_text("Five of them.")
    return wire


def close(person: Person) -> Wire:
    """As `talk`, and then staff close it."""
    wire = talk(person)
    wire.says("", event="closed")
    wire.tell("chat.state", status="closed", agent=None)
    return wire


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Write a message")


def menu(page: Page, name: str) -> None:
    page.get_by_role("button", name="More").click()
    page.get_by_role("menu").get_by_text(name, exact=True).click()


def clean(page: Page, where: str = "chat-panel") -> list[str]:
    """Return what axe complains of."""
    found = Axe().run(page, context=where).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]


def test_the_launcher_says_the_truth(comes: Comes) -> None:
    """Who is there and how soon he answers, or when somebody is back; nothing moves by it."""
    reader = comes(locale="en-GB", timezone_id="Asia/Tokyo")
    wire = visit(reader, OPEN)
    page = reader.page
    line = page.locator(".chat-launcher__desk")
    button = page.get_by_role("button", name="Live Chat")

    expect(line).to_have_text(re.compile(r"^2 of staff here, usually answers in 3 mins?$"))
    box = button.bounding_box()
    opens_at = time.mktime(time.strptime("2031-01-06", "%Y-%m-%d"))
    wire.is_desk({**CLOSED, "opens_at": int(opens_at * 1000)})
    expect(line).to_have_text("Back 6 January 09:00 your time; leave a message")
    wire.is_desk(CLOSED)
    expect(line).to_have_text("Nobody here just now; leave a message")
    expect(button).to_have_accessible_description("Nobody here just now; leave a message")
    assert button.bounding_box() == box
    assert page.evaluate(SHIFTS) == 0
    assert [frame["type"] for frame in wire.asked if frame["type"].startswith("chat.")] == []


def test_a_closed_desk_may_hide_the_launcher(comes: Comes) -> None:
    """Nothing to press while it is closed, save for whoever has a conversation."""
    reader = comes()
    wire = visit(reader, {**CLOSED, "when_closed": "hide"})
    button = reader.page.locator("chat-launcher button")

    expect(button).to_be_hidden()
    wire.is_desk(OPEN)
    expect(button).to_be_visible()
    open_chat(reader.page)
    reader.page.keyboard.press("Escape")
    wire.is_desk({**CLOSED, "when_closed": "hide"})
    expect(button).to_be_visible()
    reader.page.reload()
    expect(reader.page.locator(".chat-launcher__desk")).to_be_visible()
    expect(button).to_be_visible()


def test_a_form_while_nobody_is_there(comes: Comes) -> None:
    """What was typed moves into the form when the last one leaves, and back when one comes."""
    reader = comes(bypass_csp=True)
    wire = visit(reader, OPEN)
    page = reader.page
    open_chat(page).fill("Do you deliver to Gotland?")
    wire.is_desk(FORM)
    message = page.get_by_role("textbox", name="Your message")

    expect(message).to_have_value("Do you deliver to Gotland?", timeout=5_000)
    expect(field(page)).to_be_hidden()
    message.fill("Do you deliver to Gotland in winter?")
    wire.is_desk(OPEN)
    expect(field(page)).to_have_value("Do you deliver to Gotland in winter?")
    wire.is_desk(FORM)
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_role("textbox", name="Your name")).to_be_focused()
    expect(page.get_by_text("Please tell us your name.")).to_be_visible()
    assert clean(page) == []
    page.keyboard.type("Ada")
    page.get_by_role("textbox", name="Your e-mail").fill("ada@example.com")
    page.keyboard.press("Enter")
    expect(page.locator(".chat-log__bubble")).to_have_text("Do you deliver to Gotland in winter?")
    expect(page.get_by_text("The answer comes to ada@example.com")).to_be_visible()
    expect(field(page)).to_have_value("")


def test_a_message_at_night_may_leave_an_address(comes: Comes) -> None:
    """Where messages are taken as ever, the address is asked after the first, and is no must."""
    reader = comes(bypass_csp=True)
    wire = visit(reader, CLOSED)
    page = reader.page
    open_chat(page)
    say(page, "Is anybody there?")
    email = page.get_by_role("textbox", name="Where may we write to you?")

    expect(email).to_be_visible()
    expect(field(page)).to_be_focused()
    assert clean(page) == []
    email.fill("ada@")
    email.press("Enter")
    expect(page.get_by_text("Please give an address like")).to_be_visible()
    email.fill("ada@example.com")
    email.press("Enter")
    expect(email).to_be_hidden()
    expect(page.get_by_text("The answer comes to ada@example.com")).to_be_visible()
    assert wire.of("chat.open")[-1]["email"] == "ada@example.com"


def test_what_is_asked_before_the_first_word(comes: Comes) -> None:
    """Fields and consent come before the secret; nothing typed is lost, nothing asked twice."""
    reader = comes(bypass_csp=True)
    page = reader.page
    dress(page, {"fields": "name,email*", "consent": "I agree, see https://example.com/p."})
    wire = visit(reader, OPEN)
    page.get_by_role("button", name="Live Chat").click()
    name = page.get_by_role("textbox", name="Your name")
    expect(name).to_be_focused()
    name.fill("Ada")
    page.reload()
    expect(name).to_have_value("Ada")
    page.get_by_role("button", name="Start chat").click()

    expect(page.get_by_role("textbox", name="Your e-mail")).to_be_focused()
    expect(page.get_by_text("Please agree first.")).to_be_visible()
    assert clean(page) == []
    assert page.evaluate(SECRET) is None
    assert wire.of("chat.open") == []
    page.keyboard.type("ada@example.com")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Start chat").click()
    expect(field(page)).to_be_focused()
    say(page, "Here I am")
    asked = wire.of("chat.open")[0]
    assert ("Ada", "ada@example.com", True) == (asked["name"], asked["email"], asked["consent"])
    other = page.context.new_page()
    dress(other, {"fields": "name,email*", "consent": "I agree."})
    for again in (page, other):
        again.goto(STORY)
        if again is other:
            again.get_by_role("button", name="Live Chat").click()
        expect(again.locator(".chat-log__bubble")).to_have_text("Here I am")
        expect(field(again)).to_be_visible()
        expect(again.get_by_role("button", name="Start chat")).to_be_hidden()


def test_what_the_desk_asks_and_the_page_does_not_know(comes: Comes) -> None:
    """A page from before the site asked for consent: he is asked, agrees, and his words arrive."""
    reader = comes()
    wire = visit(reader, OPEN)
    page = reader.page
    wire.answers["chat.open"] = {
        "type": "error",
        "code": "bad_field",
        "re": "consent",
        "message": "Please agree first: we keep this for 30 days.",
    }
    open_chat(page)
    page.keyboard.type("Here I am")
    page.keyboard.press("Enter")
    box = page.get_by_role("checkbox", name="we keep this for 30 days")
    expect(box).to_be_visible()
    assert clean(page) == []
    del wire.answers["chat.open"]
    box.check()
    page.get_by_role("button", name="Start chat").click()

    expect(page.locator(".chat-log__bubble")).to_have_text("Here I am")
    expect(page.get_by_role("button", name="Start chat")).to_be_hidden()
    reader.until("() => !document.querySelector('chat-panel').session.outbox.items.length")
    assert wire.of("chat.open")[-1]["consent"] is True
    assert len(wire.of("chat.say")) == 1


def test_staff_see_what_is_typed_and_he_knows(comes: Comes) -> None:
    """At most once a second, and its end; he is told calmly, until he has sent the first words."""
    reader = comes()
    wire = visit(reader, OPEN)
    page = reader.page
    open_chat(page)
    expect(page.locator(".chat-log__hello")).to_be_visible()
    reader.until("() => document.querySelector('chat-panel').session.synced")
    page.keyboard.type("Which roads are meant, I wonder", delay=60)
    page.wait_for_timeout(1_200)

    told = [frame["text"] for frame in wire.of("chat.typing")]
    assert 2 <= len(told) <= 5
    assert told[-1] == "Which roads are meant, I wonder"
    expect(page.get_by_text("Staff see what you type.")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("And")
    expect(page.get_by_text("Staff see what you type.")).to_be_hidden()
    field(page).fill("")
    page.wait_for_timeout(100)
    assert wire.of("chat.typing")[-1]["text"] == ""


def test_a_site_may_keep_staff_from_reading_along(comes: Comes) -> None:
    """Then only that he types is told, and no word of it."""
    reader = comes()
    dress(reader.page, {"preview": None})
    wire = visit(reader, OPEN)
    open_chat(reader.page)
    reader.until("() => document.querySelector('chat-panel').session.synced")
    reader.page.keyboard.type("Which roads are meant")
    reader.page.wait_for_timeout(300)

    assert wire.of("chat.typing")
    assert all("text" not in frame for frame in wire.of("chat.typing"))
    expect(reader.page.get_by_text("Staff see what you type.")).to_be_hidden()


def test_whoever_waits_knows_his_place(comes: Comes) -> None:
    """His place and about how long, and it moves."""
    reader = comes(bypass_csp=True)
    wire = visit(reader, OPEN)
    page = reader.page
    open_chat(page)
    wire.mute = {"chat.state"}
    say(page, "Which roads are meant?")
    standing = page.locator(".chat-log__standing")
    wire.tell("chat.state", status="waiting", position=2, wait_seconds=240)

    expect(standing).to_have_text("You are 2nd in line, about 4 min. You can keep writing.")
    assert clean(page) == []
    wire.tell("chat.state", status="waiting", position=1)
    expect(standing).to_have_text("You are next in line. You can keep writing.")


def test_who_answers_is_seen(comes: Comes) -> None:
    """His name, whether he is there, that he writes, and what happens, in words."""
    reader = comes(bypass_csp=True)
    reader.allow("404")
    wire = talk(reader, picture="/media/none.jpg")
    page = reader.page
    head = page.locator("chat-head")

    expect(page.locator(".chat-panel__title")).to_have_text("Mara Lindqvist")
    expect(page.locator(".chat-panel__presence")).to_contain_text("Here now")
    expect(head).to_have_class(re.compile("chat-panel--there"))
    expect(page.locator(".chat-panel__picture--broken")).to_be_attached()
    expect(page.locator(".chat-panel__face")).to_have_text("ML")
    wire.tell("chat.typing", author={"kind": "agent", "name": "Mara"}, on=True)
    expect(page.get_by_text("Mara is writing…")).to_be_visible()
    assert clean(page) == []
    wire.tell("chat.state", status="open", agent={**AGENT, "state": "gone"})
    expect(page.locator(".chat-panel__presence")).to_have_text("Away just now")
    for event, words in (("transferred", "handed to a colleague"), ("reopened", "opened again")):
        wire.says("", event=event)
        expect(page.locator(".chat-log__event").last).to_contain_text(words)


def test_only_pictures_of_the_house_are_shown(comes: Comes) -> None:
    """An address from elsewhere is no picture of staff."""
    reader = comes()
    talk(reader, picture="https://evil.example/a.png")

    expect(reader.page.locator(".chat-panel__face img")).to_have_count(0)


def test_whoever_is_blocked_is_told(comes: Comes) -> None:
    """Calmly, and until when; he cannot send, and what he typed stays."""
    reader = comes(bypass_csp=True)
    wire = talk(reader)
    page = reader.page
    field(page).fill("What I wanted to say")
    wire.tell("chat.blocked", until=int(time.time() * 1000) + 2_500)

    expect(page.get_by_text(re.compile("You cannot write to us until"))).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    assert clean(page) == []
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("What I wanted to say")
    expect(page.get_by_role("button", name="Send")).to_be_enabled()


def test_rating_by_keyboard(comes: Comes) -> None:
    """After the end one to five by arrows, with a word; it is asked once."""
    reader = comes(bypass_csp=True)
    wire = close(reader)
    wire.answers["chat.rate"] = {"type": "ok"}
    page = reader.page
    group = page.get_by_role("group", name="How was it?")
    expect(group).to_be_visible()
    assert clean(page) == []
    group.get_by_role("radio").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")

    expect(group.get_by_role("radio", name="Good", exact=True)).to_be_checked()
    assert clean(page) == []
    page.keyboard.press("Tab")
    page.keyboard.type("Quick and kind")
    page.get_by_role("button", name="Send").first.click()
    expect(page.get_by_text("Thank you.")).to_be_visible()
    rated = wire.of("chat.rate")[0]
    assert (rated["score"], rated["comment"]) == (4, "Quick and kind")
    expect(page.locator("chat-rating")).to_be_hidden(timeout=8_000)
    expect(page.get_by_text("write to open it again")).to_be_visible()


def test_the_menu_by_keyboard(comes: Comes) -> None:
    """Arrows walk, Escape gives the focus back; switches keep what was wished, in all tabs."""
    reader = comes(bypass_csp=True)
    talk(reader)
    page = reader.page
    more = page.get_by_role("button", name="More")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Add your name")).to_be_focused()
    assert clean(page) == []
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="Forget me")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Add your name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    expect(page.get_by_role("menu")).to_be_hidden()
    menu(page, "Sound")

    sound = page.get_by_role("menuitemcheckbox", name="Sound")
    expect(sound).to_have_attribute("aria-checked", "false")
    expect(sound).to_be_focused()
    page.reload()
    page.get_by_role("button", name="More").click()
    expect(sound).to_have_attribute("aria-checked", "false")


def test_a_transcript_to_take_along(comes: Comes) -> None:
    """As a file, with the proof in a header and never in the address; or by mail."""
    reader = comes()
    wire = talk(reader)
    page = reader.page
    proofs: list[str] = []

    def hand_out(route: Any) -> None:
        proofs.append(route.request.headers["x-portal-visitor"])
        route.fulfill(body="10:00 You: Which roads?", content_type="text/plain")

    page.route("**/chat/transcript", hand_out)
    with page.expect_download() as download:
        menu(page, "Save as a file")

    assert download.value.suggested_filename.endswith(".txt")
    assert proofs == [page.evaluate(SECRET)]
    wire.answers["chat.transcript"] = {"type": "ok"}
    menu(page, "Send me this by e-mail")
    email = page.get_by_role("textbox", name="Your e-mail")
    expect(email).to_be_focused()
    page.keyboard.type("ada@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is on its way to ada@example.com.")).to_be_visible()
    assert wire.of("chat.transcript")[0]["email"] == "ada@example.com"


def test_forgotten_in_all_tabs(comes: Comes) -> None:
    """Secret, draft and box are gone everywhere; it is asked first, and Escape is no yes."""
    reader = comes(bypass_csp=True)
    wire = talk(reader)
    page = reader.page
    wire.answers["chat.forget"] = {"type": "ok"}
    other = page.context.new_page()
    other.goto(STORY)
    open_chat(other).fill("half a thou")
    page.bring_to_front()
    field(page).fill("half a thought")
    menu(page, "Forget me")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    assert clean(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
    assert wire.of("chat.forget") == []
    menu(page, "Forget me")
    page.locator(".chat-form--grave").get_by_role("button", name="Forget me").click()

    for tab in (page, other):
        expect(tab.locator(".chat-log__bubble")).to_have_count(0)
        expect(field(tab)).to_have_value("")
        expect(tab.locator(".chat-log__hello")).to_be_visible()
        assert tab.evaluate(SECRET) is None
        kept = tab.evaluate("sessionStorage.getItem('portal.chat') ?? ''")
        assert "half" not in kept
        assert tab.evaluate("sessionStorage.getItem('portal.chat.outbox')") is None


def test_a_secret_just_made_outlives_a_reload(comes: Comes) -> None:
    """The page went before chat.open was committed: the next one asks with the same secret."""
    reader = comes()
    page = reader.page
    wire = Wire(page, OPEN)
    wire.answers["chat.open"] = {"type": "error", "code": "busy", "message": "", "retry_ms": 60_000}
    page.goto(STORY)
    open_chat(page)
    reader.until(f"() => {SECRET}")
    secret = page.evaluate(SECRET)
    wire.answers.clear()
    wire.asked.clear()
    page.reload()
    say(page, "Here I am")

    assert wire.of("live.hello")[0]["visitor"] == secret
    assert page.evaluate(SECRET) == secret
    assert {frame["visitor"] for frame in wire.of("chat.open")} == {secret}


def test_links_lead_nowhere_they_should_not(comes: Comes) -> None:
    """Only http and https become links; a sentence's end, and what hides a host, do not."""
    reader = comes()
    wire = talk(reader)
    wire.says(
        "See (https://example.com/a_(b)). Or javascript:alert(1), data:text/html,x, "
        "https://real.example@evil.example/ and https://b\u00fccher.example/\u00e4?"
    )
    links = reader.page.locator(".chat-log__bubble a")

    expect(links).to_have_count(2)
    hrefs = links.evaluate_all("(all) => all.map((a) => a.href)")
    assert hrefs == ["https://example.com/a_(b)", "https://xn--bcher-kva.example/%C3%A4"]


@pytest.mark.parametrize(("lang", "way"), [("ar", "rtl"), ("zh-CN", "ltr")])
def test_other_languages(comes: Comes, lang: str, way: str) -> None:
    """The panel speaks the language of its page, in its direction, as accessibly."""
    reader = comes(bypass_csp=True, viewport={"width": 320, "height": 640})
    dress(reader.page, {}, lang=lang, dir=way)
    visit(reader, OPEN)
    page = reader.page
    page.locator("chat-launcher button").click()
    expect(page.locator("chat-composer textarea")).to_be_focused()
    expect(page.locator(".chat-log__hello")).not_to_be_empty()

    assert not re.search("[a-z]{3}", page.locator(".chat-log__hello").inner_text())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert clean(page) == []
