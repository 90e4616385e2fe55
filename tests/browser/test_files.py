"""Files in a chat, on two screens: chosen, pasted and dropped, shown, stored, and never run."""

import io
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import STORY, Comes
from tests.browser.test_looks import RULES
from tests.support.browser import Person, open_chat, say

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REFUSED = r"status of 4\d\d"
"""What a browser says by itself of a refused request."""
SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" onload="top.ran = 1"><script>top.ran = 1</script>
<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><script>top.ran = 1</script></body>
</foreignObject></svg>"""


def photograph() -> bytes:
    """A photograph of 4000 × 3000, lying on its side, that tells where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (53.0, 33.0, 5.0)
    content = io.BytesIO()
    Image.linear_gradient("L").resize((4000, 3000)).convert("RGB").save(
        content, "JPEG", exif=exif, quality=60
    )
    return content.getvalue()


def bomb() -> bytes:
    """A PNG of 30,000 × 30,000 pixels in a few bytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def a_file(name: str, content: bytes, kind: str = "") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def choose(page: Page, *files: FilePayload) -> None:
    """Press the clip and choose."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach a file").click()
    chooser.value.set_files(list(files))


def chips(page: Page) -> Locator:
    return page.locator("file-tray .file-chip")


def paste_screenshot(page: Page, field: Locator) -> None:
    """Paste what a browser puts on the clipboard for a screenshot."""
    field.evaluate(
        """async (field) => {
            const canvas = new OffscreenCanvas(320, 200);
            const brush = canvas.getContext("2d");
            brush.fillStyle = "teal";
            brush.fillRect(0, 0, 320, 200);
            const blob = await canvas.convertToBlob({ type: "image/png" });
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File([blob], "image.png", { type: "image/png" }));
            const paste = { clipboardData, bubbles: true, cancelable: true };
            field.dispatchEvent(new ClipboardEvent("paste", paste));
        }"""
    )


def drop(zone: Locator, name: str, words: str) -> None:
    zone.evaluate(
        """(zone, [name, words]) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([words], name));
            const drag = { dataTransfer, bubbles: true, cancelable: true };
            for (const type of ["dragover", "drop"]) zone.dispatchEvent(new DragEvent(type, drag));
        }""",
        [name, words],
    )


def shown(place: Locator) -> Any:
    """Wait until a picture is drawn; return its natural size."""
    image = place.locator("chat-file img").first
    expect(image).to_be_visible()
    return image.evaluate(
        """async (image) => {
            await image.decode();
            return [image.naturalWidth, image.naturalHeight];
        }"""
    )


def own(page: Page) -> Locator:
    return page.locator(".chat-log__row--own")


def test_files_go_both_ways(comes: Comes, agent: Callable[..., Person], tmp_path: Path) -> None:
    """A screenshot pasted, a photograph chosen, a drawing that would run, an answer with a form."""
    visitor, staff = comes(accept_downloads=True), agent(accept_downloads=True)
    visitor.page.goto(STORY)
    field = open_chat(visitor.page)

    # A screenshot, pasted; it is said with words, and Enter need not wait for it.
    field.fill("Where is this button?")
    paste_screenshot(visitor.page, field)
    expect(chips(visitor.page)).to_have_count(1)
    visitor.page.keyboard.press("Enter")
    expect(own(visitor.page).last).to_contain_text("Where is this button?")
    expect(chips(visitor.page)).to_have_count(0)
    assert shown(own(visitor.page).last) == [320, 200]

    # At the desk: the list names it, the thread shows it.
    desk = staff.page
    desk.locator(".row", has_text="Where is this button?").click()
    assert shown(desk.locator(".line", has_text="Where is this button?")) == [320, 200]

    # A photograph and a drawing, chosen, without a word.
    choose(
        visitor.page,
        a_file("IMG_0001.jpg", photograph(), "image/jpeg"),
        a_file("plan.svg", SVG, "image/svg+xml"),
    )
    expect(visitor.page.locator(".file-chip--there")).to_have_count(2)
    visitor.page.get_by_role("button", name="Send", exact=True).click()
    last = desk.locator(".line", has=desk.get_by_role("button", name="IMG_0001.jpg, show large"))
    assert shown(last) == [480, 640]
    expect(last.get_by_role("button", name=re.compile(r"Download plan\.svg"))).to_be_visible()

    # Large, on a click; Escape closes it and gives the keyboard back.
    picture = last.get_by_role("button", name="IMG_0001.jpg, show large")
    picture.click()
    dialog = desk.get_by_role("dialog", name="IMG_0001.jpg")
    expect(dialog).to_be_visible()
    staff.until("() => document.querySelector('.file-viewer__picture').naturalWidth === 1920", None)
    desk.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(picture).to_be_focused()

    # The drawing is stored, whole, and runs nowhere: not even at its own address.
    with desk.expect_download() as download:
        last.get_by_role("button", name=re.compile(r"Download plan\.svg")).click()
    assert download.value.suggested_filename == "plan.svg"
    assert Path(download.value.path()).read_bytes() == SVG
    address = next(url for url in reversed(staff.requests) if "/chat/files/" in url)
    raw = staff.context.new_page()
    with raw.expect_download():
        raw.evaluate("(address) => { location.href = address; }", address)
    assert raw.evaluate("window.ran") is None
    raw.close()

    # The answer: a form, dropped into the thread, and a picture chosen.
    drop(desk.locator(".thread__log"), "form.txt", "Fill me in")
    choose(desk, a_file("map.png", png(1000, 700), "image/png"))
    expect(desk.locator(".file-chip--there")).to_have_count(2)
    choose(desk, a_file("slow.bin", b"x" * 5_000_000))
    desk.get_by_role("textbox", name="Your answer").fill("Here is the form")
    desk.keyboard.press("Enter")
    reply = visitor.page.locator(".chat-log__row", has_text="Here is the form")
    assert shown(reply) == [640, 448]
    with visitor.page.expect_download() as download:
        reply.get_by_role("button", name=re.compile(r"Download form\.txt")).click()
    assert Path(download.value.path()).read_text() == "Fill me in"

    # All of it is there again after a reload, on both sides.
    visitor.page.reload()
    expect(visitor.page.locator("chat-file")).to_have_count(6)
    desk.reload()
    expect(desk.locator(".line chat-file")).to_have_count(6)


def png(width: int, height: int) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(content, "PNG")
    return content.getvalue()


def test_what_cannot_go_is_said_and_the_rest_goes(comes: Comes) -> None:
    """Too large before it is sent, a bomb when it is looked at; each says why, and can be taken
    off; what was written stays."""
    visitor = comes()
    visitor.allow(REFUSED)
    visitor.page.goto(STORY)
    field = open_chat(visitor.page)
    say(visitor.page, "Hello")
    field.fill("See this")
    choose(
        visitor.page,
        a_file("film.mp4", b"x" * (11 * 2**20)),
        a_file("bomb.png", bomb(), "image/png"),
        a_file("note.txt", b"fine"),
    )
    tray = visitor.page.locator("file-tray")

    expect(tray.get_by_role("alert")).to_contain_text("film.mp4 is too large")
    expect(tray.locator(".file-chip--failed")).to_contain_text("the picture cannot be opened")
    expect(tray.locator(".file-chip--there")).to_contain_text("note.txt")
    assert not any("film" in url for url in visitor.requests)
    tray.get_by_role("button", name="Remove bomb.png").click()
    visitor.page.get_by_role("button", name="Send", exact=True).click()
    expect(own(visitor.page).last).to_contain_text("See this")
    expect(own(visitor.page).last.locator("chat-file")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_files_look_as_they_should(comes: Comes, scheme: Any) -> None:
    """axe finds nothing in a full tray, in a thread with files, and in the picture's dialog; on
    320 pixels, by keyboard."""
    visitor = comes(viewport={"width": 320, "height": 700}, color_scheme=scheme)
    visitor.allow(REFUSED)
    page = visitor.page
    page.goto(STORY)
    open_chat(page)
    choose(page, a_file("a long name of a map.png", png(900, 300)), a_file("form.pdf", b"%PDF-1.7"))
    expect(page.locator(".file-chip--there")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(own(page).locator("chat-file")).to_have_count(2)
    shown(own(page))
    choose(page, a_file("bomb.png", bomb()), a_file("note.txt", b"x"))
    expect(page.locator(".file-chip--failed, .file-chip--there")).to_have_count(2)
    found = {"panel": axe(page, "chat-panel")}
    sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth")

    # By keyboard: a chip is taken off, and the field has the keyboard again.
    page.get_by_role("button", name="Remove bomb.png").press("Enter")
    expect(page.get_by_role("textbox", name="Write a message")).to_be_focused()
    own(page).get_by_role("button", name=re.compile("map.png, show large")).press("Enter")
    expect(page.get_by_role("button", name="Close", exact=True)).to_be_focused()
    found["dialog"] = axe(page, ".file-viewer")
    page.keyboard.press("Escape")

    assert found == {"panel": [], "dialog": []}
    assert not sideways
    expect(page.locator("chat-panel")).to_be_visible()


def axe(page: Page, context: str) -> list[str]:
    violations = Axe().run(page, context=context, options=RULES).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in violations]


def test_a_file_waits_for_a_broken_line_and_a_reload(comes: Comes) -> None:
    """The network goes while it goes up, then the page is loaded anew: nothing is chosen twice."""
    visitor = comes()
    visitor.allow(r"net::ERR|WebSocket|Failed to (load|fetch)")
    visitor.page.goto(STORY)
    open_chat(visitor.page)
    say(visitor.page, "Hello")
    # The parts come with the first file; the one that is then cut off is the second.
    choose(visitor.page, a_file("first.txt", b"one"))
    expect(visitor.page.locator(".file-chip--there")).to_have_count(1)
    visitor.context.set_offline(True)
    choose(visitor.page, a_file("second.txt", b"two"))
    expect(visitor.page.locator(".file-chip--waiting")).to_contain_text("connection broke")
    visitor.context.set_offline(False)
    expect(visitor.page.locator(".file-chip--there")).to_have_count(2)
    visitor.page.reload()
    expect(visitor.page.locator(".file-chip--there")).to_have_count(2)
    visitor.page.get_by_role("button", name="Send", exact=True).click()

    expect(own(visitor.page).last.locator("chat-file")).to_have_count(2)
    expect(chips(visitor.page)).to_have_count(0)


def test_a_name_is_only_a_name(comes: Comes, agent: Callable[..., Person]) -> None:
    """Markup in a file's name runs nowhere, with the policy switched off: tray, panel, list,
    thread, dialog."""
    visitor, staff = comes(bypass_csp=True), agent(bypass_csp=True)
    evil = "'\"><img src=x onerror=window.ran=1><svg onload=window.ran=1>"
    visitor.page.goto(STORY)
    open_chat(visitor.page)
    choose(visitor.page, a_file(f"{evil}.txt", b"x"), a_file(f"{evil}.png", png(40, 40)))
    expect(visitor.page.locator(".file-chip--there")).to_have_count(2)
    visitor.page.keyboard.press("Enter")
    expect(own(visitor.page).locator("chat-file")).to_have_count(2)
    desk = staff.page
    desk.locator(".row", has_text="onerror=window.ran").first.click()
    shown(desk.locator(".line--visitor").last)
    desk.locator(".line--visitor .chat-file__picture").last.click()
    expect(desk.locator(".file-viewer__name")).to_contain_text("<img src=x onerror=window.ran=1>")

    assert visitor.page.evaluate("window.ran") is None
    assert desk.evaluate("window.ran") is None


def test_nobody_pays_for_files_before_the_first(comes: Comes) -> None:
    """An opened chat loads the door and nothing behind it."""
    visitor = comes()
    visitor.page.goto(STORY)
    open_chat(visitor.page)
    say(visitor.page, "Hello")
    loaded = {url.rpartition("/")[2] for url in visitor.requests if "/js/files/" in url}

    assert loaded == {"file-door.js"}
    assert not any(url.endswith("files.css") for url in visitor.requests)
