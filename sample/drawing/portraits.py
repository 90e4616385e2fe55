"""Authors as busts without faces, each in colours of his own."""

from __future__ import annotations

from .canvas import Canvas, curve
from .palette import (
    AMBER,
    APRICOT,
    CORAL,
    CREAM,
    INK,
    MIST,
    NAVY,
    PETROL,
    PLUM,
    ROSE,
    SAND,
    SEA,
    TEAL,
    blend,
)

LOOKS = {
    "ingrid-solheim": (1, [(0, SEA), (1, PETROL)], AMBER, "#e9c3a0", "#d8b26a", NAVY, "bob"),
    "daniel-okafor": (2, [(0, AMBER), (1, CORAL)], CREAM, "#7a4a38", "#1c1a24", PETROL, "short"),
    "wei-lan": (3, [(0, ROSE), (1, PLUM)], APRICOT, "#edc7a5", "#1d1a28", CREAM, "long"),
    "elise-marchand": (4, [(0, MIST), (1, TEAL)], CORAL, "#f0cdb0", "#8a4a35", "#24405a", "bun"),
    "rohan-pillai": (5, [(0, "#3d5a80"), (1, NAVY)], TEAL, "#a46a4a", "#15161f", SAND, "short"),
    "zeynep-arslan": (6, [(0, SAND), (1, APRICOT)], SEA, "#dcae88", "#3b2730", ROSE, "long"),
}


def portrait(name: str) -> Canvas:
    """Draw the bust of one author."""
    seed, ground, disc, skin, hair, coat, cut = LOOKS[name]
    c = Canvas(60 + seed, (400, 400))
    c.sky(ground)
    with c.shape(disc, 0.55) as pen:
        pen.disc(200 + (seed % 3 - 1) * 46, 170, 128)
    if cut in ("long", "bob"):
        with c.shape([(0, hair), (1, blend(hair, INK, 0.25))]) as pen:
            pen.disc(200, 158, 84, 88)
            pen.rect(116, 156, 168, 150 if cut == "long" else 74, radius=34)
    if cut == "bun":
        with c.shape(hair) as pen:
            pen.disc(200, 62, 32)
    with c.shape([(0, blend(skin, INK, 0.14)), (1, blend(skin, INK, 0.26))]) as pen:
        pen.rect(168, 210, 64, 118, radius=20)
    with c.shape([(0, coat), (1, blend(coat, INK, 0.3))]) as pen:
        pen.poly(
            [
                *curve((40, 410), (60, 286), (168, 268)),
                *curve((168, 268), (200, 330), (232, 268)),
                *curve((232, 268), (340, 286), (360, 410)),
            ]
        )
    with c.shape(blend(coat, INK, 0.35), 0.8) as pen:
        pen.poly(
            [(168, 268), (150, 282), (196, 410), (204, 410), (250, 282), (232, 268), (200, 318)]
        )
    with c.shape([(0, blend(skin, CREAM, 0.12)), (1, skin)]) as pen:
        pen.disc(200, 172, 62, 76)
    with c.shape(blend(skin, INK, 0.5), 0.18, 3) as pen:
        pen.disc(228, 182, 34, 62)
    with c.shape([(0, hair), (1, blend(hair, CREAM, 0.10))]) as pen:
        if cut == "short":
            pen.poly(
                [
                    *curve((136, 170), (126, 84), (200, 84)),
                    *curve((200, 84), (276, 84), (264, 170)),
                    *curve((262, 150), (240, 118), (190, 124)),
                    *curve((190, 124), (150, 128), (138, 168)),
                ]
            )
        else:
            pen.poly(
                [
                    *curve((132, 190), (120, 84), (206, 84)),
                    *curve((206, 84), (284, 90), (268, 190)),
                    *curve((266, 176), (262, 120), (214, 112)),
                    *curve((214, 112), (176, 160), (134, 176)),
                ]
            )
    return c
