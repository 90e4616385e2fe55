"""What is written about a picture."""

import pytest

from portal.news import caption, focus
from portal.news.caption import Caption
from portal.news.focus import MIDDLE, Focus


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("", Caption()),
        ("At dawn", Caption("At dawn")),
        ("At dawn | Credit: Ada", Caption("At dawn", "Ada")),
        ("CREDIT: Ada|At dawn|FOCUS 62% 30%", Caption("At dawn", "Ada", Focus(62, 30))),
        ("decorative", Caption(decorative=True)),
        ("A decorative wall", Caption("A decorative wall")),
        ("Focus on dawn", Caption("Focus on dawn")),
        ("focus 162% 30%", Caption("focus 162% 30%")),
        ("One | two", Caption("One | two")),
        ("It clicks | poster a.jpg", Caption("It clicks", poster="a.jpg")),
        ("poster child", Caption("poster child")),
        (" | | ", Caption()),
    ],
)
def test_a_title_says_several_things(title: str, expected: Caption) -> None:
    """In any order; whatever cannot be meant otherwise is the caption."""
    assert expected == caption.read(title)


def test_a_point_is_two_percentages() -> None:
    """Written back as it is read; the middle is written as nothing."""
    assert Focus(62, 30) == focus.read("62% 30%") == focus.read(" 62 %, 30 % ")
    assert ("62% 30%", "-62-30", "focus-x-6 focus-y-3") == (
        Focus(62, 30).written,
        Focus(62, 30).mark,
        Focus(62, 30).classes,
    )
    assert MIDDLE == focus.read("") == focus.read("50% 40%")
    assert ("", "", "") == (MIDDLE.written, MIDDLE.mark, MIDDLE.classes)


@pytest.mark.parametrize("written", ["62", "62 30", "left top", "101% 3%", "-1% 3%", "6%" * 9])
def test_what_is_no_point_is_refused(written: str) -> None:
    """It names what was expected."""
    with pytest.raises(ValueError, match="62% 30%"):
        focus.read(written)
