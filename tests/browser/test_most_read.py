"""The most read, in order while one looks at them."""

from playwright.sync_api import Page

from tests.browser.conftest import Comes

TURNED = """document.addEventListener("DOMContentLoaded", () => {
    const list = document.querySelector(".ranking__list");
    list.append(...[...list.children].reverse());
})"""
# In one go: the true numbers come once a second, and put back what is invented here.
READ_MOST = """async ([at, around]) => {
    const script = document.querySelector("script[type=module]").src;
    const lists = await import(new URL("audience/most-read.js", script).href);
    const list = document.querySelector(".ranking__list");
    const titles = () => [...list.querySelectorAll("a")].map((each) => each.textContent);
    const sides = () => list.offsetHeight;
    const most = Math.max(...[...list.querySelectorAll("live-count")]
        .map((each) => Number(each.getAttribute("clicks"))));
    const [before, box] = [titles(), sides()];
    if (around === "focus") list.querySelectorAll("a")[0].focus();
    list.children[at].querySelector("live-count").setAttribute("clicks", String(most + 1000));
    lists.settle();
    const then = titles();
    document.activeElement.blur();
    await new Promise((resolve) => setTimeout(resolve));
    return [before, then, titles(), box === sides()];
}"""


def read_most(page: Page, at: int, around: str = "") -> tuple[list[str], ...]:
    """Let one be read most; return the titles before, then, and when no focus is there."""
    before, then, after, still = page.evaluate(READ_MOST, [at, around])

    assert still
    assert len(before) > 3
    return before, then, after


def test_rows_change_places_when_nobody_is_among_them(comes: Comes) -> None:
    """Nothing else moves; under a focus or a pointer they stay, and while numbers are paused."""
    reader = comes()
    page = reader.page
    page.goto(reader.origin + "/")
    page.mouse.move(0, 0)
    before, then, _ = read_most(page, 2)
    first, held, let_go = read_most(page, 3, "focus")
    page.locator(".ranking__list a").first.hover()
    there, hovered, _ = read_most(page, 1)
    page.locator("[data-pause-counts]").click()
    was, paused, _ = read_most(page, 2)

    assert [before[2], before[0], before[1], *before[3:]] == then
    assert (first, first[3]) == (held, let_go[0])
    assert (there, was) == (hovered, paused)
    assert 0 == page.locator(".ranking [aria-live], .ranking[aria-live]").count()


def test_a_page_that_was_kept_is_put_in_order(comes: Comes) -> None:
    """As soon as the true numbers are told; only then what does it is loaded."""
    reader = comes()
    reader.page.add_init_script(TURNED)
    reader.page.goto(reader.origin + "/")
    counts = reader.page.locator(".ranking__list live-count")

    reader.until(
        """() => {
            const all = [...document.querySelectorAll(".ranking__list live-count")];
            const clicks = all.map((each) => Number(each.getAttribute("clicks")));
            return clicks.every((each, at) => !at || each <= clicks[at - 1]);
        }"""
    )
    assert counts.count() > 3
