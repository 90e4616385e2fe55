"""Draw the pictures of the sample newsroom.

Usage: python sample/draw.py [name …]

Writes the JPEG files that lie beside the articles in `sample/newsroom/`, and the
authors' portraits.  With names, only these pictures are drawn.  Needs Pillow,
nothing else; the same version of Pillow draws the same pictures every time.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from drawing import abstract, city, land, portraits, sea, works

NEWSROOM = Path(__file__).parent / "newsroom"
SCENES = {**sea.PICTURES, **land.PICTURES, **city.PICTURES, **works.PICTURES, **abstract.PICTURES}
PLACES = {
    "news/company-news": [
        "routes-map",
        "rail-convoy",
        "headquarters",
        "bars",
        "lab-bench",
        "auditorium",
        "repair-bench",
        "breakwater",
        "aurora",
        "hillside",
    ],
    "news/industry-news": ["circuit-city", "warehouse", "patch-panel"],
    "news/industry-news/manufacturing": ["paper-mill", "waves", "factory-hall"],
    "news/industry-news/energy": ["wind-farm", "dam", "pylons"],
    "news/product-updates": ["gateway", "mast-dawn", "sensor", "server-corridor"],
    "news/world": ["sea-floor", "dial"],
    "news/world/europe": [
        "rail-viaduct",
        "shore-power",
        "harbour-dawn",
        "container-ship",
        "river-barge",
    ],
    "news/world/asia": ["night-market", "skyline-dusk", "typhoon"],
    "authors": list(portraits.LOOKS),
}
"""Folder → the pictures its articles use."""

PORTRAIT_GRAIN = 4
"""Portraits are small; the grain of the large pictures would look like noise."""


def draw(place: tuple[str, str]) -> str:
    """Draw one picture into its folder; return what was written."""
    folder, name = place
    path = NEWSROOM / folder / f"{name}.jpg"
    if name in portraits.LOOKS:
        portraits.portrait(name).save(path, PORTRAIT_GRAIN)
    else:
        SCENES[name]().save(path)
    return f"{path.relative_to(NEWSROOM)}  {path.stat().st_size // 1024} KiB"


def main(names: list[str]) -> None:
    """Draw the named pictures, or all, several at a time."""
    places = [(folder, name) for folder, inside in PLACES.items() for name in inside]
    unknown = set(names) - {name for _, name in places}
    if unknown:
        sys.exit(f"No such picture: {', '.join(sorted(unknown))}")
    with ProcessPoolExecutor() as pool:
        for line in pool.map(draw, [place for place in places if not names or place[1] in names]):
            print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
