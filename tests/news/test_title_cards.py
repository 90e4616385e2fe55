"""Cards for articles without a picture."""

from pathlib import Path

import pytest
from PIL import Image

from portal.news import title_cards
from portal.pictures import title_card
from portal.storage.media import Media

HOUSE = "HiFred"


def test_a_card_is_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """1200 × 630; the second time it is taken from where it was kept."""
    cache = tmp_path / "cache"
    cache.mkdir()
    first = title_cards.make(["A story"], HOUSE, Media(tmp_path / "one"), cache)
    monkeypatch.setattr("subprocess.run", lambda *_, **__: pytest.fail("drawn again"))
    second = title_cards.make(["A story"], HOUSE, Media(tmp_path / "two"), cache)

    assert first == second
    with Image.open(tmp_path / "two" / second["A story"]) as image:
        assert ("JPEG", (1200, 630)) == (image.format, image.size)


def test_another_title_or_house_is_another_card(tmp_path: Path) -> None:
    """What a card says is in its name."""
    media = Media(tmp_path / "media")
    made = title_cards.make(["One", "Two", "One"], HOUSE, media, None)
    other = title_cards.make(["One"], "Elsewhere", media, None)

    assert 3 == len({*made.values(), *other.values()})
    assert 3 == len(list(media.folder.iterdir()))


def test_letters_no_font_has_make_no_card(tmp_path: Path) -> None:
    """The house's own stands for it: better than boxes."""
    title = "\U00012000\U00012001"  # cuneiform

    assert {} == title_cards.make([title], HOUSE, Media(tmp_path / "media"), None)


def test_long_titles_stay_within_the_card(tmp_path: Path) -> None:
    """In any script: nothing is drawn into the margins, and at most four lines."""
    titles = ["Words and words " * 20, "W" * 200, "港口将于周六夜间恢复通航：" * 12]
    media = Media(tmp_path / "media")
    made = title_cards.make(titles, HOUSE, media, None)

    for name in made.values():
        with Image.open(media.folder / name) as image:
            margin = image.crop((0, 0, 40, 630)), image.crop((1160, 0, 1200, 630))
            for edge in margin:
                lowest, highest = edge.convert("L").getextrema()
                assert isinstance(lowest, int)
                assert isinstance(highest, int)
                assert highest - lowest < 12


def test_a_line_does_not_begin_with_what_ends_one() -> None:
    """A full stop or a colon of a wide script stays with the sign before it."""
    assert ["港", "口：", "将"] == title_card._UNIT.findall("港口：将")
