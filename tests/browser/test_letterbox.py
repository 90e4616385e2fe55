"""The letterbox in a browser: without a script it works, and with one it looks as it should."""

import secrets
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from tests.browser.conftest import STORY, Comes, Demo
from tests.browser.test_looks import RULES
from tests.support.browser import Person

pytestmark = pytest.mark.browser


def test_a_message_is_left_without_scripts(comes: Comes) -> None:
    """From the article to the thanks: the form names what is read, and a slip loses nothing."""
    person = comes(java_script_enabled=False)
    person.allow("status of 422")
    page = person.page
    page.goto(STORY)
    title = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Write to us").click()

    main = page.get_by_role("main")
    expect(main).to_contain_text(title)
    message = f"When does it reopen? {secrets.token_hex(4)}"
    page.get_by_label("Your message").fill(message)
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail address").fill("ada")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("alert")).to_contain_text("Not sent yet")
    expect(page.get_by_label("E-mail address")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Your message")).to_have_value(message)
    expect(page.get_by_label("Your name")).to_have_value("Ada")
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def test_a_press_before_the_script_is_heard(comes: Comes) -> None:
    """The page says that it opens, and where to write; when the script comes, it is open."""
    page = comes().page
    held: list[Route] = []
    page.route("**/js/page.js", lambda route: held.append(route))
    page.goto(STORY, wait_until="commit")
    page.get_by_role("button", name="Live Chat").click()
    coming = page.locator("#chat-coming")
    expect(coming).to_contain_text("Opening")
    link = coming.get_by_role("link", name="Write to us").get_attribute("href")
    (script,) = held
    script.continue_()

    expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()
    expect(coming).to_have_count(0)
    assert link is not None and link.startswith("/chat/?article=")


def test_a_script_that_never_comes_leaves_the_form(comes: Comes) -> None:
    """Whoever presses and waits in vain writes to us all the same."""
    person = comes()
    person.allow("ERR_FAILED")
    page = person.page
    page.route("**/js/page.js", lambda route: route.abort())
    page.goto(STORY)
    page.get_by_role("button", name="Live Chat").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_label("Your message")).to_be_visible()


def test_the_desk_sees_the_message(comes: Comes, agent: Any) -> None:
    """It stands in the list of those who wait, with its name, once."""
    page = comes(java_script_enabled=False).page
    page.goto("/chat/")
    name = f"Ada {secrets.token_hex(3)}"
    page.get_by_label("Your message").fill("Is the bridge open?")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")

    console = agent().page

    expect(console.get_by_text(name).first).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_looks_as_it_should(browser: Any, demo: Demo, width: int, scheme: Any) -> None:
    """axe finds nothing, nothing scrolls sideways, targets can be hit; with its problems shown."""
    person = Person(
        browser, demo.url, viewport={"width": width, "height": 844}, color_scheme=scheme
    )
    person.allow("status of 422")
    page = person.page
    page.goto("/chat/")
    page.get_by_label("Your message").fill("hello")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Not sent yet")

    found = Axe().run(page, context="main", options=RULES).response["violations"]
    sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    small = page.evaluate(
        "[...document.querySelectorAll('.letterbox :is(input:not([type=hidden], #website), "
        "textarea, button)')].filter((each) => each.getBoundingClientRect().height < 44).length"
    )
    wrong = person.wrong
    person.close()

    assert [each["id"] for each in found] == []
    assert (sideways, small, wrong) == (False, 0, [])
