"""Pictures looked at closer, and films that are pressed."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Comes
from tests.browser.test_looks import RULES

pytestmark = pytest.mark.browser

GALLERY = "/news/company-news/what-eleven-winters-on-a-breakwater-taught-us"
FILM = "/news/product-updates/how-to-read-a-vibration-spectrum"
SIZES = """(selector) => {
  return [...document.querySelectorAll(selector)].map((image) => {
    const said = image.sizes.split(',').map((each) => each.trim().match(/^(?:\\((.*)\\) )?(\\S+)$/))
      .find(([, query]) => !query || matchMedia(`(${query})`).matches)[2];
    const px = parseFloat(said) * (said.endsWith('vw') ? innerWidth / 100 : 16);
    return [image.clientWidth, px];
  });
}"""


def opened(page: Page, number: int) -> Any:
    """Press a picture of the gallery; return the dialog."""
    page.locator(".gallery a").nth(number).press("Enter")
    dialog = page.get_by_role("dialog", name="Pictures")
    expect(dialog).to_be_visible()
    return dialog


def test_a_keyboard_turns_the_pictures_and_comes_back(comes: Comes) -> None:
    """Place, caption and credit are told; Escape leads back to the picture that was pressed."""
    person = comes()
    page = person.page
    page.goto(GALLERY)
    asked = len(person.requests)
    assert not [each for each in person.requests if "light-box" in each]
    dialog = opened(page, 0)
    scripts = {each.rpartition("/")[2] for each in person.requests[asked:]}

    assert {"closer.js", "light-box.js", "light-box.css"} <= scripts
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    expect(dialog.get_by_role("status")).to_have_text("Picture 3 of 6")
    expect(dialog.get_by_text("Illustration: HiFred")).to_be_visible()

    page.keyboard.press("ArrowRight")

    expect(dialog.get_by_role("status")).to_have_text("Picture 4 of 6")
    expect(dialog.get_by_role("img")).to_have_attribute("alt", "White wind turbines on green "
        "rolling hills in low evening sun, with a winding path")  # fmt: skip
    violations = Axe().run(page, context=".light-box", options=RULES).response["violations"]

    assert [] == [each["id"] for each in violations]

    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")

    expect(dialog.get_by_role("status")).to_have_text("Picture 6 of 6")
    expect(dialog.get_by_role("button", name="Next picture")).to_have_attribute(
        "aria-disabled", "true"
    )

    page.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    expect(page.locator(".gallery a").first).to_be_focused()


def test_a_finger_turns_the_pictures(comes: Comes) -> None:
    """A telephone: across turns; nothing stands outside the screen."""
    page = comes(viewport={"width": 390, "height": 800}, has_touch=True).page
    page.goto(GALLERY)
    dialog = opened(page, 1)
    figure = dialog.locator("figure")
    for kind, x in (("pointerdown", 300), ("pointerup", 120)):
        figure.dispatch_event(
            kind, {"pointerType": "touch", "isPrimary": True, "clientX": x, "clientY": 400}
        )

    expect(dialog.get_by_role("status")).to_have_text("Picture 5 of 6")
    box = dialog.get_by_role("img").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["y"] + box["height"] <= 800


def test_without_a_script_a_picture_is_a_link(comes: Comes) -> None:
    """To its largest rendition, which the browser shows by itself."""
    page = comes(java_script_enabled=False).page
    page.goto(GALLERY)
    page.locator(".gallery a").first.click()

    expect(page).to_have_url(re.compile(r"/media/[0-9a-f]{16}-1600\.jpg$"))
    expect(page.locator("img")).to_be_visible()


def test_a_film_is_fetched_when_it_is_played(comes: Comes) -> None:
    """Not a byte of it before; it plays from our own origin under our own policy."""
    person = comes()
    page = person.page
    page.goto(FILM)
    film = page.locator("video")
    film.scroll_into_view_if_needed()

    assert not [each for each in person.requests if each.endswith((".webm", ".mp4"))]

    film.evaluate("film => { film.muted = true; film.play(); }")
    person.until("() => document.querySelector('video').currentTime > 0.2")

    assert [each for each in person.requests if each.endswith(".webm")]


@pytest.mark.parametrize("width", [390, 960, 1152, 1440])
def test_sizes_say_how_wide_pictures_stand(comes: Comes, width: int) -> None:
    """Within a quarter: else a browser fetches too much, or shows a blur."""
    page = comes(viewport={"width": width, "height": 800}).page
    page.goto(GALLERY)
    measured = page.evaluate(SIZES, ".article__image, .prose img")

    assert len(measured) == 6
    assert [] == [(is_, said) for is_, said in measured if not 0.75 < is_ / said < 1.3]
