"""Mountains, masts, power lines and railways."""

from __future__ import annotations

import itertools
import math

from .canvas import Canvas, Pen, Point, curve
from .palette import (
    AMBER,
    APRICOT,
    CORAL,
    CREAM,
    DAWN,
    DAY,
    FOG,
    INK,
    MOSS,
    blend,
)


def _firs(
    canvas: Canvas,
    line: list[Point],
    tone: str,
    count: int,
    size: float,
    left: float = 0,
    right: float = 1600,
) -> None:
    """Stand fir trees along a line of hills."""
    with canvas.shape(tone) as pen:
        for _ in range(count):
            x = canvas.rng.uniform(left, right)
            y = min(line, key=lambda p: abs(p[0] - x))[1] + 6
            tall = canvas.rng.uniform(0.6, 1.25) * size
            for k in range(3):
                half, top = tall * (0.10 + 0.06 * k), y - tall + k * tall * 0.24
                pen.poly([(x, top), (x - half, top + tall * 0.4), (x + half, top + tall * 0.4)])
            pen.rect(x - 1.5, y - tall * 0.2, 3, tall * 0.25)


def rail_viaduct() -> Canvas:
    """A train on a viaduct in a snow-covered pass (panorama)."""
    c = Canvas(21, (2000, 900))
    c.sky([(0, "#6f9db3"), (0.5, "#b9cfce"), (0.85, "#efe3cc"), (1, "#f6e7cd")])
    c.glow(1560, 190, 560, "#ffeecb", 0.7)
    peaks = [
        (-120, 300),
        (90, 250),
        (330, 150),
        (560, 240),
        (800, 130),
        (1040, 250),
        (1300, 175),
        (1500, 260),
        (1740, 140),
        (2000, 230),
        (2160, 200),
    ]
    for drop, grow, light, shade in (
        (0, 1.0, "#dfe5e0", "#a7bec8"),
        (120, 0.8, "#c3d2d4", "#84a2b1"),
    ):
        for k, (px, py) in enumerate(peaks):
            x, y = px + drop * 0.9, py + drop + 20 * (k % 3)
            high, half = 620 - y, (620 - y) * grow
            crest = [
                (x + step * high * 0.1 * (-1) ** step * 0.35 + step * 6, y + step * high / 5)
                for step in range(6)
            ]
            with c.shape([(0, light), (0.7, blend(light, "#eef0e6", 0.6)), (1, "#eef0e6")]) as pen:
                pen.poly([(x - half, 620), *crest])
            with c.shape([(0, shade), (0.7, blend(shade, "#eef0e6", 0.6)), (1, "#eef0e6")]) as pen:
                pen.poly([(x + half, 620), *crest])
        c.haze(340 + drop, 620, "#eef0e6", 0.85)
    back = c.ridge(600, 60, 0.5)
    c.land(back, [(0, "#5c8292"), (1, "#b6c9c9")])
    _firs(c, back, "#4a7080", 110, 46, 0, 2000)
    c.haze(600, 800, "#e8ede6", 0.7)
    with c.shape([(0, "#8c8478"), (1, "#c4c3b8")]) as pen:
        pen.rect(-10, 505, 2020, 34)
        for x in range(40, 2000, 168):
            pen.poly([(x, 530), (x + 44, 530), (x + 54, 910), (x - 10, 910)])
            for side in (-1, 1):
                middle = x + 22 + side * 84
                pen.poly(
                    [
                        (x + 22, 536),
                        (middle, 536),
                        (middle, 546),
                        *[
                            (
                                middle - side * 62 * math.sin(a / 20 * 1.57),
                                608 - 62 * math.cos(a / 20 * 1.57),
                            )
                            for a in range(21)
                        ],
                        (x + 22, 640),
                    ]
                )
    with c.shape("#5f625f", 0.55) as pen:
        for x in range(40, 2000, 168):
            pen.poly([(x + 30, 540), (x + 44, 540), (x + 54, 910), (x + 36, 910)])
        pen.rect(-10, 531, 2020, 8)
    with c.shape("#f4f1e8") as pen:
        pen.rect(-10, 500, 2020, 7)
    for i in range(9):
        x = 420 + i * 138
        with c.shape([(0, "#d8694a"), (1, "#a3473a")]) as pen:
            if i == 8:
                pen.poly([(x, 440), (x + 84, 440), (x + 126, 474), (x + 132, 496), (x, 496)])
            else:
                pen.rect(x, 440, 133, 56, radius=5)
        with c.shape([(0, "#2a4053"), (1, "#16283a")]) as pen:
            for k in range(5 if i < 8 else 3):
                pen.rect(x + 10 + k * 24, 452, 17, 16, radius=2)
            if i == 8:
                pen.poly([(x + 88, 450), (x + 108, 466), (x + 88, 466)])
            for k in (16, 34, 92, 110):
                pen.disc(x + k, 497, 6)
        with c.shape(CREAM, 0.85) as pen:
            pen.rect(x, 476, 133 if i < 8 else 125, 4)
    with c.shape("#4b6472") as pen:
        for x in range(60, 2000, 240):
            pen.rect(x, 378, 5, 124)
            pen.rect(x, 392, 46, 3)
        pen.line([(0, 410), (2000, 410)], 1.5)
    front = c.ridge(810, 44, 0.5)
    c.land(front, [(0, "#eef0e9"), (0.5, "#c3d3d5"), (1, "#84a2ae")])
    _firs(c, front, "#2d5264", 60, 120, 0, 620)
    _firs(c, front, "#274a5c", 50, 130, 1380, 2000)
    _firs(c, front, "#35596a", 22, 80, 620, 1380)
    with c.shape("#fbfaf4", 0.8, 0.4) as pen:
        for _ in range(160):
            pen.disc(c.rng.uniform(0, 2000), c.rng.uniform(0, 900), c.rng.uniform(0.8, 2.4))
    return c


def rail_convoy() -> Canvas:
    """Flat wagons with covered loads, waiting at first light."""
    c = Canvas(22)
    c.sky([(0, "#2d4460"), (0.4, "#6b7f8e"), (0.7, "#d3b595"), (1, "#f0d6a8")], 680)
    c.glow(520, 640, 560, AMBER, 0.6)
    for y, tone in ((200, "#51677c"), (290, "#8d8d8c"), (380, "#cfae8f")):
        with c.shape(tone, 0.5, 9) as pen:
            for _ in range(6):
                pen.disc(
                    c.rng.uniform(-100, 1700),
                    y + c.rng.uniform(-30, 30),
                    c.rng.uniform(180, 460),
                    c.rng.uniform(6, 16),
                )
    c.land(c.ridge(560, 40, 0.5), [(0, "#8b8f8f"), (1, "#bfa98c")], 0.8)
    back = c.ridge(610, 22, 0.5)
    c.land(back, [(0, "#5f7072"), (1, "#8d8672")])
    _firs(c, back, "#55676a", 120, 44)
    c.haze(520, 690, "#e6cba4", 0.6)
    c.land([(0, 690), (1600, 690)], [(0, "#5a5a52"), (0.2, "#3f4647"), (1, "#141f2b")])
    with c.shape("#26323c") as pen:
        for x in range(110, 1600, 330):
            pen.rect(x, 270, 9, 425)
            pen.rect(x - 4, 300, 130, 5)
            pen.line([(x + 4, 350), (x + 104, 302)], 3)
        pen.line([(0, 372), (1600, 372)], 2)
        pen.line([(0, 310), (1600, 316)], 2)
    for i in range(4):
        _wagon(c, -120 + i * 440, 690, i)
    for y, width in ((716, 5), (742, 7), (820, 10), (880, 14)):
        with c.shape([(0, "#f4d9ab"), (1, "#8f8271")], 0.85) as pen:
            pen.rect(0, y, 1600, width)
    with c.shape("#1c2731", 0.75) as pen:
        for y, tall, step in ((725, 16, 38), (834, 46, 74)):
            for x in range(-60, 1660, step):
                pen.poly(
                    [
                        (x, y),
                        (x + step * 0.45, y),
                        (x + step * 0.35, y + tall),
                        (x - step * 0.2, y + tall),
                    ]
                )
    return c


def _wagon(c: Canvas, x: float, rail: float, turn: int) -> None:
    """One flat wagon; loads differ but all are under canvas."""
    loads = (
        [(40, 0), (52, -96), (96, -112), (250, -118), (300, -92), (372, -84), (384, 0)],
        [(30, 0), (36, -126), (150, -132), (164, -96), (382, -102), (390, 0)],
        [
            (44, 0),
            (60, -80),
            (140, -88),
            (170, -130),
            (290, -132),
            (322, -86),
            (378, -76),
            (384, 0),
        ],
    )
    load = [(x + px, rail - 40 + py) for px, py in loads[turn % 3]]
    with c.shape([(0, "#7a8064"), (0.5, "#59634f"), (1, "#38443c")]) as pen:
        pen.poly(load)
    with c.shape("#2c372f", 0.5) as pen:
        for (x1, y1), (x2, _y2) in itertools.pairwise(load[1:-1]):
            pen.line([(x1, y1), (x1 + (x2 - x1) * 0.3, rail - 44)], 2.5)
    with c.shape("#d9b98c", 0.55, 1) as pen:
        pen.line(load[1:-1], 3)
    with c.shape([(0, "#2c3943"), (1, "#16212c")]) as pen:
        pen.rect(x, rail - 42, 424, 18)
        pen.rect(x + 424, rail - 34, 20, 5)
        for k in (46, 104, 320, 378):
            pen.disc(x + k, rail - 10, 19)
    with c.shape("#5d6a70") as pen:
        for k in (46, 104, 320, 378):
            pen.disc(x + k, rail - 10, 7)


def mast_dawn() -> Canvas:
    """A lattice antenna mast above valley mist."""
    c = Canvas(23)
    c.sky(DAWN)
    c.glow(560, 610, 700, AMBER, 0.65)
    with c.shape("#fff1d2", 0.95, 1) as pen:
        pen.disc(560, 590, 58)
    for i, (y, high) in enumerate(((600, 70), (670, 58), (740, 50), (820, 42))):
        tone = blend("#a8b4b0", "#22465a", i / 3.2)
        line = c.ridge(y, high, 0.5)
        c.land(line, [(0, tone), (1, blend(tone, "#f2dcb8", 0.45))])
        if i >= 2:
            _firs(c, line, blend(tone, INK, 0.12), 110, 30 + 12 * i)
        c.haze(y, y + 170, "#f4dfbd", 0.5 - i * 0.07)
    hill = [
        (700, 1010),
        (800, 930),
        (960, 858),
        (1090, 826),
        (1220, 834),
        (1400, 880),
        (1610, 930),
        (1610, 1010),
    ]
    with c.shape([(0, "#27465a"), (1, INK)]) as pen:
        pen.poly(hill)
    _firs(c, [p for p in hill if p[1] < 1000], "#15283b", 60, 88, 760, 1600)
    with c.shape([(0, "#2c4a60"), (1, "#15273a")]) as pen:
        _lattice(pen, 1130, 836, 90, 62, 11)
        pen.rect(1127, 40, 6, 60)
        pen.rect(1020, 790, 70, 46)
    for x, y, r in ((1088, 270, 34), (1172, 340, 27), (1096, 430, 24)):
        with c.shape([(0, CREAM), (1, "#8ea3a8")], across=True) as pen:
            pen.disc(x, y, r * 0.55, r)
        with c.shape("#2c4a60") as pen:
            pen.line([(x, y), (1130, y)], 4)
    with c.shape([(0, "#e8e2d2"), (1, "#9db0b0")]) as pen:
        for x in (1108, 1124, 1142):
            pen.rect(x, 136, 9, 62, radius=3)
    for y in (60, 460):
        c.glow(1130, y, 60, CORAL, 1)
        with c.shape("#ffd9c6") as pen:
            pen.disc(1130, y, 4)
    with c.shape("#fff4dc", 0.35, 1) as pen:
        for r in (120, 190, 265):
            pen.arc(1130, 166, r, 195, 235, 3)
            pen.arc(1130, 166, r, 305, 345, 3)
    with c.shape("#2f4d61") as pen:
        for x, y, s in ((330, 300, 1.0), (392, 330, 0.8), (290, 352, 0.7), (455, 290, 0.7)):
            pen.line([(x - 18 * s, y - 7 * s), (x, y), (x + 18 * s, y - 8 * s)], 3 * s)
    return c


def _lattice(pen: Pen, x: float, base: float, top: float, half: float, bays: int) -> None:
    """A tapering lattice tower."""
    edges = []
    for i in range(bays + 1):
        share = i / bays
        y = base + (top - base) * share
        edges.append((x - half * (1 - share * 0.86), x + half * (1 - share * 0.86), y))
    for (l1, r1, y1), (l2, r2, y2) in itertools.pairwise(edges):
        for a, b in (((l1, y1), (l2, y2)), ((r1, y1), (r2, y2))):
            pen.line([a, b], 5.5)
        pen.line([(l1, y1), (r2, y2)], 2.6)
        pen.line([(r1, y1), (l2, y2)], 2.6)
        pen.line([(l2, y2), (r2, y2)], 2.6)


def wind_farm() -> Canvas:
    """Turbines on rolling hills in the evening."""
    c = Canvas(24)
    c.sky([(0, "#4b7f93"), (0.4, "#9cc0bd"), (0.75, "#f2dfb8"), (1, "#f7cf9c")])
    c.glow(330, 640, 640, APRICOT, 0.7)
    with c.shape("#fff0cf", 0.95, 1) as pen:
        pen.disc(330, 560, 70)
    with c.shape("#f5ead3", 0.55, 12) as pen:
        for _ in range(8):
            pen.disc(
                c.rng.uniform(500, 1600),
                c.rng.uniform(120, 330),
                c.rng.uniform(120, 300),
                c.rng.uniform(8, 18),
            )
    c.land(c.ridge(640, 40, 0.45), [(0, "#9db5a9"), (1, "#d9d2b0")])
    for x, y, s, a in (
        (700, 640, 0.34, 0.2),
        (840, 650, 0.32, 1.0),
        (985, 640, 0.36, 0.6),
        (1480, 640, 0.34, 0.4),
        (190, 655, 0.3, 0.9),
    ):
        _turbine(c, x, y, s, a, "#e9ebe0")
    c.land(c.ridge(715, 36, 0.42), [(0, "#6f9484"), (1, "#b9bd96")])
    _turbine(c, 560, 740, 0.62, 0.75, "#eef0e6")
    _turbine(c, 1330, 700, 0.66, 0.15, "#eef0e6")
    with c.shape([(0, "#527d72"), (0.5, "#8da586"), (1, "#5d7b62")]) as pen:
        pen.poly(
            [
                *curve((-10, 860), (500, 700), (1000, 850)),
                *curve((1000, 850), (1300, 930), (1610, 820)),
                (1610, 1010),
                (-10, 1010),
            ]
        )
    _turbine(c, 1050, 862, 1.0, 0.12, "#f7f3e8")
    with c.shape([(0, "#38625f"), (1, "#1f3f48")]) as pen:
        pen.poly(
            [
                *curve((-10, 930), (420, 800), (900, 960)),
                *curve((900, 960), (1250, 1040), (1610, 930)),
                (1610, 1010),
                (-10, 1010),
            ]
        )
    with c.shape("#f1dcae", 0.6) as pen:
        road = curve((1046, 866), (930, 890), (1010, 930)) + curve(
            (1010, 930), (1090, 968), (1000, 1010)
        )
        pen.poly([*road, *[(x + 10 + (y - 860) * 0.16, y) for x, y in reversed(road)]])
    return c


def _turbine(c: Canvas, x: float, base: float, size: float, turn: float, tone: str) -> None:
    """One wind turbine of height 560·size."""
    hub = base - 560 * size
    with c.shape([(0, tone), (1, blend(tone, "#7f9a98", 0.75))], across=True) as pen:
        pen.poly(
            [
                (x - 5 * size - 1, hub),
                (x + 5 * size + 1, hub),
                (x + 13 * size + 1, base + 4),
                (x - 13 * size - 1, base + 4),
            ]
        )
    with c.shape([(0, tone), (1, blend(tone, "#8ea8a6", 0.5))]) as pen:
        for k in range(3):
            a = turn + k * 2 * math.pi / 3
            along, across = (math.cos(a), math.sin(a)), (-math.sin(a), math.cos(a))

            def at(far: float, side: float, along: Point = along, across: Point = across) -> Point:
                return x + (along[0] * far + across[0] * side) * size, hub + (
                    along[1] * far + across[1] * side
                ) * size

            pen.poly([at(0, -6), at(60, -15), at(300, -3), at(304, 2), at(60, 8), at(0, 6)])
        pen.disc(x, hub, 14 * size + 1)


def dam() -> Canvas:
    """An arch dam with its lake, from the air."""
    c = Canvas(25)
    c.sky(DAY, 420)
    c.land(c.ridge(260, 100, 0.55), [(0, "#8fa9ae"), (1, "#c4d0c8")])
    c.land(c.ridge(330, 70, 0.55), [(0, "#6f8f92"), (1, "#a9bfb4")])
    c.haze(280, 430, "#e9ece0", 0.6)
    with c.shape([(0, "#b8d3cd"), (0.4, "#6aa3a6"), (1, "#2f6b79")]) as pen:
        pen.poly([(560, 405), (1060, 405), (1330, 560), (1240, 590), (360, 590), (260, 560)])
    with c.shape(CREAM, 0.25, 2) as pen:
        for _ in range(30):
            pen.disc(c.rng.uniform(480, 1140), c.rng.uniform(420, 560), c.rng.uniform(20, 90), 1.6)
    left = [
        (-10, 260),
        (140, 300),
        (330, 372),
        (560, 400),
        (470, 450),
        (330, 545),
        (330, 640),
        (420, 830),
        (520, 1010),
        (-10, 1010),
    ]
    right = [
        (1610, 240),
        (1420, 300),
        (1240, 366),
        (1050, 402),
        (1130, 450),
        (1270, 545),
        (1270, 640),
        (1180, 830),
        (1090, 1010),
        (1610, 1010),
    ]
    with c.shape([(0, "#6c8a70"), (0.4, "#48685c"), (1, "#1c3540")]) as pen:
        pen.poly(left)
        pen.poly(right)
    for side, sign in ((left, -1), (right, 1)):
        with c.shape([(0, "#8aa37f"), (1, "#2b4a4b")], 0.6) as pen:
            edge = side[3:9]
            pen.poly(
                [*edge, *[(x + sign * (90 + 40 * math.sin(y)), y + 26) for x, y in reversed(edge)]]
            )
    rim = curve((322, 548), (800, 700), (1278, 548))
    foot = curve((500, 960), (800, 1010), (1100, 960))
    with c.shape([(0, "#e9e3d2"), (0.5, "#c2c1b6"), (1, "#77858a")]) as pen:
        pen.poly([*rim, *reversed(foot)])
    with c.shape("#5d6d76", 0.32) as pen:
        for i in range(1, 14):
            k = round(i / 14 * 60)
            pen.line([rim[k], foot[k]], 2)
        for share in (0.3, 0.55, 0.78):
            pen.line(
                [
                    (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
                    for a, b in zip(rim, foot, strict=True)
                ],
                2,
            )
    with c.shape([(0, "#24405a"), (1, "#1c3147")], 0.30, 8) as pen:
        pen.poly([*rim[:24], *reversed(foot[:16])])
    with c.shape("#f7f1e2") as pen:
        pen.line([(x, y - 4) for x, y in rim], 17)
    with c.shape("#7e8b8f") as pen:
        pen.line([(x, y - 4) for x, y in rim], 6)
    for k in (26, 30, 34):
        x, y = rim[k]
        with c.shape([(0, "#f5f5ea"), (1, "#dfe9e4")], 0.95, 2) as pen:
            pen.poly([(x - 12, y + 14), (x + 12, y + 14), (x + 34, 990), (x - 34, 990)])
    c.haze(840, 1000, "#e9f0ea", 0.85)
    for k in (10, 20, 40, 50):
        x, y = rim[k]
        c.glow(x, y + 40, 44, AMBER, 0.9)
        with c.shape(CORAL) as pen:
            pen.disc(x, y + 40, 7)
    with c.shape("#223c48") as pen:
        for x, y, s in ((1000, 180, 1.0), (1060, 200, 0.8), (1110, 172, 0.7)):
            pen.line([(x - 18 * s, y - 7 * s), (x, y), (x + 18 * s, y - 8 * s)], 3 * s)
    return c


def pylons() -> Canvas:
    """Power lines towards a substation at dusk."""
    c = Canvas(26)
    c.sky(
        [(0, "#22345a"), (0.35, "#6a5575"), (0.6, "#c9726a"), (0.82, "#f0aa74"), (1, "#f8d9a0")],
        760,
    )
    c.glow(800, 730, 620, AMBER, 0.7)
    for y, tone in ((210, "#4f4669"), (320, "#96596f"), (420, "#d2806a")):
        with c.shape(tone, 0.5, 7) as pen:
            for _ in range(7):
                pen.disc(
                    c.rng.uniform(-100, 1700),
                    y + c.rng.uniform(-40, 40),
                    c.rng.uniform(140, 380),
                    c.rng.uniform(5, 13),
                )
    c.land(c.ridge(690, 32, 0.5), [(0, "#9c6268"), (1, "#c98a72")])
    c.land(c.ridge(738, 16, 0.5), [(0, "#6b4a61"), (1, "#7d5660")])
    c.land([(0, 768), (1600, 768)], [(0, "#4b3d57"), (1, "#141a2e")])
    spots = ((1395, 960, 760.0), (1130, 850, 420.0), (985, 802, 240.0), (905, 780, 140.0))
    for (x, base, size), (x2, base2, size2) in itertools.pairwise(spots):
        for arm, level in ((-0.23, 0.66), (0.23, 0.66), (-0.18, 0.83), (0.18, 0.83)):
            a = (x + arm * size, base - level * size + 0.06 * size)
            b = (x2 + arm * size2, base2 - level * size2 + 0.06 * size2)
            with c.shape("#1a2038", 0.85) as pen:
                pen.line(curve(a, ((a[0] + b[0]) / 2, max(a[1], b[1]) + 24), b), 2)
    for arm, level in ((-0.23, 0.66), (0.23, 0.66), (-0.18, 0.83), (0.18, 0.83)):
        a = (1395 + arm * 760, 960 - level * 760 + 46)
        with c.shape("#1a2038", 0.85) as pen:
            pen.line(curve((1700, a[1] - 190), (1560, a[1] + 20), a), 2.5)
    for i, (x, base, size) in enumerate(reversed(spots)):
        tone = blend("#7a5068", "#151b31", i / 3)
        with c.shape([(0, tone), (1, blend(tone, INK, 0.3))]) as pen:
            _lattice(pen, x, base, base - size, size * 0.12, 9)
            for level, reach in ((0.66, 0.24), (0.83, 0.19)):
                y = base - level * size
                pen.poly(
                    [
                        (x - reach * size, y),
                        (x, y - 0.035 * size),
                        (x + reach * size, y),
                        (x, y + 0.015 * size),
                    ]
                )
                for arm in (-reach * 0.96, reach * 0.96):
                    pen.line(
                        [(x + arm * size, y), (x + arm * size, y + 0.06 * size)],
                        max(1.5, size * 0.006),
                    )
    with c.shape([(0, "#2f2c4a"), (1, "#121a2e")]) as pen:
        pen.rect(120, 700, 150, 96)
        pen.rect(300, 724, 84, 72)
        for x in (330, 350):
            pen.rect(x - 4, 690, 8, 36)
            for k in range(4):
                pen.disc(x, 694 + k * 8, 8, 2.5)
        for x in (430, 520, 610):
            pen.rect(x, 620, 6, 178)
        pen.rect(420, 630, 206, 5)
        pen.rect(420, 655, 206, 3)
        for x in range(60, 700, 26):
            pen.rect(x, 775, 2.5, 46)
        pen.rect(60, 778, 640, 2.5)
    with c.shape("#ffdf9e") as pen:
        pen.rect(146, 726, 36, 18)
        pen.rect(200, 726, 36, 18)
    c.glow(190, 736, 130, AMBER, 0.7)
    with c.shape("#0f1730", 0.9) as pen:
        for _ in range(420):
            x = c.rng.uniform(-10, 1610)
            y = c.rng.uniform(930, 1010)
            pen.line([(x, y + 20), (x + c.rng.uniform(-9, 9), y - c.rng.uniform(16, 54))], 2)
    return c


def hillside() -> Canvas:
    """A hillside town above the sea (upright)."""
    c = Canvas(27, (1200, 1500))
    c.sky([(0, "#5f9ab0"), (0.5, "#b5d2cd"), (1, "#f6e6c8")], 620)
    c.glow(300, 330, 460, "#fff0cb", 0.75)
    with c.shape("#fff4da") as pen:
        pen.disc(300, 330, 62)
    c.land(c.ridge(560, 40, 0.5), [(0, "#8fb0b5"), (1, "#bccfc8")])
    with c.shape([(0, "#8fc0bf"), (0.4, "#4d929a"), (1, "#246073")]) as pen:
        pen.rect(0, 590, 1200, 920)
    c.glints(300, 596, 80, CREAM, 110, 0.5)
    with c.shape(CREAM) as pen:
        for x, y, s in ((180, 690, 1.0), (420, 650, 0.6), (330, 800, 1.3)):
            pen.poly([(x, y), (x, y - 60 * s), (x + 34 * s, y)])
            pen.poly([(x - 5, y), (x - 5, y - 46 * s), (x - 26 * s, y)])
            pen.poly(
                [
                    (x - 30 * s, y + 4),
                    (x + 38 * s, y + 4),
                    (x + 28 * s, y + 13 * s),
                    (x - 20 * s, y + 13 * s),
                ]
            )
    with c.shape([(0, MOSS), (0.5, "#49685c"), (1, "#26424a")]) as pen:
        pen.poly(
            [
                (1210, 380),
                (1060, 470),
                (900, 600),
                (760, 780),
                (560, 960),
                (300, 1090),
                (-10, 1200),
                (-10, 1510),
                (1210, 1510),
            ]
        )
    walls = ["#f4e8d4", "#ecd3ad", "#e5b58c", "#dcc9b0", "#f0dcc0", "#d98b6a", "#cfd6cc"]
    for row in range(15):
        base = 560 + row * 64
        edge = 960 - row * 72
        x = max(-60.0, edge + c.rng.uniform(0, 40))
        while x < 1210:
            wide, tall = c.rng.uniform(58, 104), c.rng.uniform(58, 108)
            wall = c.rng.choice(walls)
            if c.rng.random() < 0.16:
                with c.shape([(0, "#4c7a63"), (1, "#284c4b")]) as pen:
                    pen.disc(x + 14, base - 36, 13, 56)
                x += 34
                continue
            with c.shape([(0, wall), (1, blend(wall, "#7d6a68", 0.28))]) as pen:
                pen.rect(x, base - tall, wide, tall + 40)
            with c.shape(blend(wall, "#4c4a5a", 0.30), 0.75) as pen:
                pen.rect(x + wide * 0.74, base - tall, wide * 0.26, tall + 40)
            if c.rng.random() < 0.72:
                with c.shape([(0, "#cf6f4c"), (1, "#a84f3f")]) as pen:
                    pen.poly(
                        [
                            (x - 5, base - tall),
                            (x + wide * 0.5, base - tall - 24),
                            (x + wide + 5, base - tall),
                        ]
                    )
            with c.shape("#2f5468", 0.85) as pen:
                for wx in (0.14, 0.44):
                    for wy in (18, 50):
                        if wy < tall - 10:
                            pen.rect(x + wide * wx, base - tall + wy, wide * 0.15, 19, radius=4)
            x += wide + c.rng.uniform(-4, 16)
    with c.shape([(0, "#f7efdf"), (1, "#c9c0ae")], across=True) as pen:
        pen.rect(905, 330, 20, 260)
        pen.rect(897, 420, 36, 9)
        pen.poly([(903, 332), (915, 276), (927, 332)])
        pen.poly(
            [
                (960, 560),
                (960, 520),
                *[
                    (
                        1020 + 60 * math.cos(math.pi + a / 20 * math.pi),
                        520 + 54 * math.sin(math.pi + a / 20 * math.pi),
                    )
                    for a in range(21)
                ],
                (1080, 560),
            ]
        )
    with c.shape([(0, "#3f7f86"), (1, "#27566a")]) as pen:
        pen.poly(
            [
                *[
                    (
                        1020 + 60 * math.cos(math.pi + a / 20 * math.pi),
                        520 + 54 * math.sin(math.pi + a / 20 * math.pi),
                    )
                    for a in range(21)
                ],
                (1080, 524),
                (960, 524),
            ]
        )
        pen.rect(1018, 440, 4, 30)
    with c.shape([(0, "#2f5a4e"), (1, "#142c35")]) as pen:
        for x, y, s in ((60, 1500, 1.5), (140, 1520, 1.1), (1130, 1520, 1.6), (1050, 1530, 1.0)):
            pen.disc(x, y - 130 * s, 34 * s, 150 * s)
    return c


def aurora() -> Canvas:
    """A weather mast under northern lights (upright)."""
    c = Canvas(28, (1200, 1500))
    c.sky([(0, "#081222"), (0.6, "#12304a"), (1, "#2b5a68")])
    c.stars(420, 1000)
    for base, tall, tone, alpha, phase in (
        (760, 420, "#4fb79a", 0.20, 0.3),
        (620, 520, "#79c7b4", 0.17, 1.7),
        (520, 460, "#7f6fae", 0.15, 2.6),
    ):
        for layer in range(3):
            with c.shape(
                [(0, "#081222"), (0.65, tone), (0.93, "#d5f2dc"), (1, tone)],
                alpha,
                20 - layer * 6,
                light=True,
            ) as pen:
                for x in range(-20, 1221, 5):
                    y = base + 110 * math.sin(x / 210 + phase) + 46 * math.sin(x / 83 + phase * 2)
                    pen.rect(
                        x,
                        y - tall * (0.6 + 0.4 * math.sin(x / 47 + phase + layer)),
                        5,
                        tall * (0.6 + 0.4 * math.sin(x / 47 + phase + layer)),
                    )
    c.land(c.ridge(1090, 90, 0.55), [(0, "#1c3c52"), (1, "#3d6b76")])
    line = c.ridge(1190, 40, 0.5)
    c.land(line, [(0, "#88aab0"), (0.3, "#4f7c8a"), (1, "#1c3c52")])
    _firs(c, line, "#0f2436", 70, 120, 0, 1200)
    front = c.ridge(1330, 30, 0.5)
    c.land(front, [(0, "#c6d8d6"), (0.4, "#7fa3ab"), (1, "#2a4d60")])
    with c.shape([(0, "#20384c"), (1, "#0a1726")]) as pen:
        _lattice(pen, 640, 1345, 330, 58, 14)
        pen.rect(637, 280, 6, 60)
        pen.rect(560, 420, 160, 5)
        pen.rect(560, 396, 4, 28)
        pen.rect(716, 396, 4, 28)
        pen.poly([(640, 500), (700, 486), (706, 496), (640, 512)])
        for r in (0, 1, 2):
            a = r * 2.09
            pen.disc(562 + 16 * math.cos(a), 396, 6)
        pen.poly([(702, 396), (740, 388), (740, 400)])
        for x in (300, 980):
            pen.line([(640, 620), (x, 1345)], 1.6)
    with c.shape([(0, FOG), (1, "#7d98a0")]) as pen:
        pen.rect(604, 1070, 72, 96, radius=8)
    c.glow(640, 1096, 80, "#8fe0b8", 0.9)
    with c.shape("#d9ffe8") as pen:
        pen.disc(640, 1096, 6)
    c.glow(640, 300, 70, CORAL, 1)
    _firs(c, front, "#0b1c2b", 26, 190, 0, 380)
    _firs(c, front, "#0b1c2b", 22, 180, 880, 1200)
    return c


PICTURES = {
    "rail-viaduct": rail_viaduct,
    "rail-convoy": rail_convoy,
    "mast-dawn": mast_dawn,
    "wind-farm": wind_farm,
    "dam": dam,
    "pylons": pylons,
    "hillside": hillside,
    "aurora": aurora,
}
