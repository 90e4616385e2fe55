"""The pages behind the staff's door, in a browser: without a script, by eye and by keyboard."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Demo
from tests.browser.test_files import a_file, photograph
from tests.browser.test_looks import RULES
from tests.support.browser import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECTIONS = ("hours", "desks", "people", "replies", "labels", "blocks", "letters")
PATHS = ("/staff/me", *(f"/staff/desk/{name}" for name in SECTIONS))
SMALL = """() => [...document.querySelectorAll(
    "main :is(a, button, summary, input:not([type=hidden], [type=checkbox], [type=radio]))")]
    .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 44)
    .map((each) => each.outerHTML)"""


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_looks_as_it_should(
    agent: Callable[..., Person], width: int, scheme: Any
) -> None:
    """axe finds nothing, nothing scrolls sideways, everything can be hit with a finger."""
    page = agent(viewport={"width": width, "height": 844}, color_scheme=scheme).page
    wrong: dict[str, Any] = {}
    for path in PATHS:
        page.goto(path)
        found = Axe().run(page, options=RULES).response["violations"]
        sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        small = page.evaluate(SMALL)
        if found or sideways or small:
            wrong[path] = ([each["id"] for each in found], sideways, small)

    assert wrong == {}


def test_hours_are_set_without_a_script(
    browser: Any, agent: Callable[..., Person], demo: Demo
) -> None:
    """A slip is said and loses nothing; mended, it is kept; and always open again."""
    agent()
    person = Person(
        browser, demo.url, storage_state=demo.sessions[demo.email], java_script_enabled=False
    )
    person.allow("status of 400")
    page = person.page
    page.goto("/staff/desk/hours")
    all_desks = page.get_by_role("region", name="All desks")
    all_desks.get_by_label("Time zone").fill("Europe/Berlin")
    all_desks.get_by_label("Monday").fill("00:00-24:00")
    all_desks.get_by_label("Tuesday").fill("9 to 5")
    all_desks.get_by_role("button", name="Save the hours").click()

    expect(page.get_by_role("alert")).to_contain_text("Tuesday")
    expect(all_desks.get_by_label("Monday")).to_have_value("00:00-24:00")
    for day in ("Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        all_desks.get_by_label(day).fill("0:00 - 24:00")
    all_desks.get_by_role("button", name="Save the hours").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    expect(all_desks.get_by_label("Sunday")).to_have_value("00:00–24:00")
    all_desks.get_by_role("button", name="Be always open").click()
    expect(all_desks).to_contain_text("Always open: no hours are set.")
    person.close()


def test_a_face_is_shown_and_taken_away(agent: Callable[..., Person]) -> None:
    """Chosen, cut to a square, seen; and gone again."""
    person = agent()
    page = person.page
    page.goto("/staff/me")
    picture = page.get_by_label("Picture", exact=True)
    picture.set_input_files([a_file("me.jpg", photograph(), "image/jpeg")])
    page.get_by_role("button", name="Save").click()
    face = page.get_by_role("img", name="Your picture")
    expect(face).to_be_visible()
    size = face.evaluate(
        "async (image) => (await image.decode(), [image.naturalWidth, image.naturalHeight])"
    )
    page.get_by_label("Show no picture").check()
    page.get_by_role("button", name="Save").click()

    assert size == [256, 256]
    expect(face).to_have_count(0)
