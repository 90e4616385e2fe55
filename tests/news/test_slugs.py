"""Slugs and addresses."""

import pytest

from portal.news.slugs import Address, is_reserved, is_slug, location, read_address, slugify


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        (
            "NATO maps land corridors, newspaper reports",
            "nato-maps-land-corridors-newspaper-reports",
        ),
        ("Élise's café", "élises-café"),
        ("E\u0301lise", "élise"),
        ("İstanbul", "istanbul"),
        ("中文 新闻", "中文-新闻"),
        ("../../etc/passwd", "etc-passwd"),
        ("a.b.c", "a-b-c"),
        ("😀", ""),
        ("x" * 200, "x" * 80),
    ],
)
def test_a_title_becomes_a_slug(title: str, slug: str) -> None:
    """A slug keeps a title's letters and digits, in one spelling."""
    assert slug == slugify(title)
    assert not slug or is_slug(slug)


@pytest.mark.parametrize(
    "text", ["", "-a", "A", "a.b", "a b", "a_b", "e\u0301", "a" * 81, "..", "a/b"]
)
def test_what_is_no_slug_is_told(text: str) -> None:
    """Dots, capitals, other spellings of one letter and long names are no slugs."""
    assert not is_slug(text)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", Address("", True, True)),
        ("//", Address("", True, False)),
        ("/news/", Address("news", True, True)),
        ("/news/a-b", Address("news/a-b", False, True)),
        ("/News//A-B", Address("news/a-b", False, False)),
        ("/e\u0301", Address("é", False, False)),
    ],
)
def test_an_address_is_put_right(path: str, expected: Address) -> None:
    """Doubled slashes, capitals and spellings lead to one key."""
    assert expected == read_address(path)


@pytest.mark.parametrize(
    "path",
    [
        "/../etc/passwd",
        "/news/..",
        "/news/.git",
        "/..;/a",
        "/..\\a",
        "/%2e%2e/a",
        "/a\0b",
        "/a\ufffd",
        "//evil.example/",
        "/\\evil",
        "/a b",
        "/😀",
        "/\u202egpj",
        "/" + "a" * 81,
        "/" + "a/" * 9,
        "/" + "a" * 100_000,
        "news",
    ],
)
def test_a_path_that_can_be_nobodys_is_refused(path: str) -> None:
    """Nothing of it reaches the database."""
    assert read_address(path) is None


def test_an_encoded_slash_is_no_slash() -> None:
    """A path that hides one is nobody's."""
    assert read_address("/news/a", b"/news%2Fa") is None


def test_first_segments_of_the_portal_are_reserved() -> None:
    """Neither rooms of the portal nor languages can be categories."""
    assert is_reserved("staff")
    assert is_reserved("zh-cn", ("en", "zh-CN"))
    assert not is_reserved("news", ("en",))


def test_a_location_header_is_plain_ascii() -> None:
    """Letters beyond ASCII are escaped."""
    assert location("/news/é") == "/news/%C3%A9"
