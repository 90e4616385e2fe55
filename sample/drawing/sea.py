"""Harbours, ships, rivers and what lies on the sea floor."""

from __future__ import annotations

import math

from .canvas import Canvas, Pen, curve
from .palette import (
    AMBER,
    APRICOT,
    CORAL,
    CREAM,
    DAWN,
    DUSK,
    FOG,
    GOLD,
    INK,
    NAVY,
    PETROL,
    SAND,
    STORM,
    TEAL,
    blend,
)


def _crane(pen: Pen, x: float, base: float, size: float, boom: float = 0) -> None:
    """A ship-to-shore crane seen from the side; ``boom`` raises the jib (radians)."""
    s = size
    top, sill = base - 0.62 * s, base - 0.24 * s
    for leg in (0.0, 0.26 * s):
        pen.poly(
            [
                (x + leg, base),
                (x + leg + 0.022 * s, base),
                (x + leg + 0.022 * s, top),
                (x + leg, top),
            ]
        )
    pen.rect(x, sill, 0.28 * s, 0.022 * s)
    pen.line([(x + 0.01 * s, sill), (x + 0.27 * s, top)], 0.011 * s)
    pen.rect(x - 0.1 * s, top - 0.012 * s, 0.45 * s, 0.034 * s)
    apex = (x + 0.05 * s, top - 0.27 * s)
    pen.line([(x + 0.012 * s, top), apex, (x + 0.27 * s, top)], 0.014 * s)
    reach = 0.62 * s
    tip = (x - reach * math.cos(boom), top - reach * math.sin(boom))
    pen.line([(x + 0.02 * s, top), tip], 0.024 * s)
    pen.line([apex, ((x + tip[0]) / 2, (top + tip[1]) / 2)], 0.006 * s)
    pen.line([apex, tip], 0.006 * s)
    pen.line([apex, (x + 0.34 * s, top)], 0.006 * s)
    pen.rect(x + 0.17 * s, top - 0.07 * s, 0.13 * s, 0.07 * s)
    if boom < 0.2:
        trolley = x - 0.33 * s
        pen.line([(trolley, top), (trolley, top + 0.2 * s)], 0.005 * s)
        pen.rect(trolley - 0.05 * s, top + 0.2 * s, 0.1 * s, 0.042 * s)


def _boxes(
    canvas: Canvas,
    x: float,
    base: float,
    columns: int,
    tallest: int,
    unit: float,
    colours: list[str],
) -> None:
    """Stacks of containers of uneven height."""
    for column in range(columns):
        for level in range(canvas.rng.randint(max(1, tallest - 2), tallest)):
            with canvas.shape(canvas.rng.choice(colours)) as pen:
                pen.rect(
                    x + column * unit * 2.3, base - (level + 1) * unit, unit * 2.22, unit * 0.94
                )


def harbour_dawn() -> Canvas:
    """Cranes at a container quay before sunrise."""
    c = Canvas(11)
    c.sky(DAWN, 640)
    c.glow(1060, 600, 620, AMBER, 0.75)
    with c.shape(CREAM, 0.95, 1, light=True) as pen:
        pen.disc(1060, 560, 56)
    c.land(c.ridge(575, 26, 0.5), [(0, "#b9bcae"), (1, "#cdbfa5")], 0.75)
    c.land(c.ridge(605, 14, 0.5), [(0, "#92a4a3"), (1, "#a9aea0")], 0.8)
    with c.shape("#7c949a") as pen:
        for x, s, b in ((140, 300, 0), (400, 300, 1.05), (1250, 280, 0), (1420, 280, 1.05)):
            _crane(pen, x, 640, s, b)
    c.haze(470, 642, "#ecd7b6", 0.65)
    with c.shape([(0, "#3c6272"), (1, "#2a4a5c")]) as pen:
        _crane(pen, 470, 640, 560)
        _crane(pen, 905, 640, 560, 1.1)
    _boxes(c, 560, 640, 9, 4, 21, ["#a9604c", "#355a6b", "#c48a5d", "#4a7a82", "#2d4759"])
    c.mirror(640, [(0, "#d9bd98"), (0.4, "#6f929a"), (1, "#24475c")], 0.55, 4)
    c.glints(1060, 640, 70, CREAM, 150, 0.55)
    with c.shape([(0, NAVY), (1, INK)]) as pen:
        pen.poly([(-10, 905), (470, 880), (520, 1010), (-10, 1010)])
        for x in (90, 240, 390):
            pen.rect(x, 850, 26, 50, radius=8)
            pen.rect(x - 8, 846, 42, 13, radius=6)
    with c.shape(INK) as pen:
        pen.line(curve((250, 870), (470, 950), (820, 1010)), 4)
    return c


def container_ship() -> Canvas:
    """A loaded ship leaving at dusk."""
    c = Canvas(12)
    c.sky(DUSK, 610)
    c.glow(430, 590, 560, AMBER, 0.8)
    with c.shape("#ffe9bd", 0.95, 1) as pen:
        pen.disc(430, 572, 62)
    for y, colour, alpha in ((300, "#7c4a66", 0.55), (380, "#b5635f", 0.5), (455, "#dd855f", 0.5)):
        with c.shape(colour, alpha, 5) as pen:
            for _ in range(7):
                x, half = c.rng.uniform(-100, 1700), c.rng.uniform(120, 420)
                pen.disc(x, y + c.rng.uniform(-30, 30), half, c.rng.uniform(4, 12))
    c.land(c.ridge(585, 22, 0.48), [(0, "#7b4f66"), (1, "#a3636a")])
    _boxes(c, 690, 612, 15, 7, 19, ["#3a3355", "#4f3d61", "#6d4660", "#2b2b4a", "#8a5058"])
    with c.shape([(0, "#2a2746"), (1, "#161a33")]) as pen:
        pen.poly([(590, 600), (1440, 606), (1425, 668), (680, 668), (640, 650)])
        pen.poly([(590, 600), (590, 572), (672, 572), (700, 604)])
        pen.rect(1330, 430, 82, 180)
        pen.rect(1300, 430, 140, 16)
        pen.rect(1355, 388, 36, 44)
        pen.rect(622, 500, 6, 80)
    with c.shape(AMBER, 0.95) as pen:
        for x in range(1338, 1405, 14):
            for y in (438, 466, 492):
                if c.rng.random() < 0.7:
                    pen.rect(x, y, 6, 6)
    c.mirror(662, [(0, "#c77a62"), (0.3, "#6b4363"), (1, "#161c38")], 0.55, 5, 0.8)
    c.glints(430, 662, 90, "#ffdca0", 190, 0.6)
    with c.shape("#f0b990", 0.5, 1.5) as pen:
        pen.poly([(1425, 664), (1600, 672), (1600, 682), (1440, 674)])
        pen.poly([(640, 660), (600, 668), (690, 672)])
    return c


def breakwater() -> Canvas:
    """A light at the end of a mole, in weather (panorama)."""
    c = Canvas(13, (2000, 800))
    c.sky(STORM, 520)
    for y in (90, 170, 260, 330):
        with c.shape(blend("#1f3244", "#a8b6b2", y / 420), 0.55, 16) as pen:
            for _ in range(9):
                pen.disc(
                    c.rng.uniform(-100, 2100),
                    y + c.rng.uniform(-40, 40),
                    c.rng.uniform(160, 420),
                    c.rng.uniform(18, 46),
                )
    c.glow(1480, 330, 560, "#f5e3bd", 0.55)
    c.land(c.ridge(500, 34, 0.52), [(0, "#70878c"), (1, "#9aaaa6")], 0.8)
    for i in range(7):
        y = 505 + i * i * 6.6
        tone = blend("#83999a", "#15293c", i / 6)
        line = []
        phase = c.rng.uniform(0, 6)
        for x in range(-20, 2041, 10):
            swell = math.sin(x / (95 + 26 * i) + phase) * (4 + 5 * i) + math.sin(
                x / (37 + 9 * i) + phase * 2
            ) * (2 + 1.8 * i)
            line.append((x, y - abs(swell)))
        c.land(line, [(0, blend(tone, FOG, 0.16)), (0.3, tone), (1, blend(tone, INK, 0.35))])
        if i >= 2:
            with c.shape("#e8ece4", 0.42, 1.2) as pen:
                for k in range(0, len(line) - 6, c.rng.randint(9, 14)):
                    pen.line(
                        [(x, py + 1) for x, py in line[k : k + c.rng.randint(3, 7)]], 1.2 + i * 0.4
                    )
        if i == 3:
            _mole(c)
    return c


def _mole(c: Canvas) -> None:
    """Breakwater stones, the tower, and its beam."""
    with c.shape([(0, "#4a5a63"), (1, "#16222f")]) as pen:
        pen.poly([(2010, 520), (1440, 538), (1400, 560), (1360, 610), (2010, 640)])
    for tone in ("#5e6d72", "#33434f", "#4b5b63", "#22313e"):
        with c.shape(tone) as pen:
            for _ in range(34):
                x = c.rng.uniform(1370, 2000)
                y = c.rng.uniform(555, 620) if x > 1410 else c.rng.uniform(585, 625)
                s = c.rng.uniform(14, 30)
                pen.poly(
                    [
                        (x - s, y + s * 0.5),
                        (x - s * 0.6, y - s * 0.5),
                        (x + s * 0.5, y - s * 0.6),
                        (x + s, y + s * 0.3),
                        (x + 3, y + s * 0.8),
                    ]
                )
    with c.shape([(0, "#f3ebdc"), (0.6, "#ccd0c8"), (1, "#6a7478")], across=True) as pen:
        pen.poly([(1456, 545), (1468, 330), (1502, 330), (1514, 545)])
    with c.shape([(0, CORAL), (1, "#7c3b35")], across=True) as pen:
        pen.poly([(1460, 470), (1464, 410), (1506, 410), (1510, 470)])
    with c.shape(NAVY) as pen:
        pen.rect(1458, 322, 54, 9)
        pen.rect(1468, 286, 34, 8)
        pen.poly([(1468, 287), (1485, 266), (1502, 287)])
        pen.line([(1485, 268), (1485, 246)], 3)
    with c.shape("#ffe7b0") as pen:
        pen.rect(1472, 294, 26, 28)
    with c.shape("#fff0c8", 0.34, 9, light=True) as pen:
        pen.poly([(1484, 308), (-40, 150), (-40, 330)])
    with c.shape("#fff0c8", 0.2, 9, light=True) as pen:
        pen.poly([(1486, 308), (2040, 272), (2040, 345)])
    c.glow(1485, 308, 150, "#ffe3a4", 0.9)


def sea_floor() -> Canvas:
    """A repair ship above, its grapnel and the cable below."""
    c = Canvas(14)
    c.sky([(0, "#9fc0bd"), (1, "#e9e4d0")], 230)
    c.glow(1120, 150, 330, AMBER, 0.5)
    with c.shape([(0, "#2b4a5d"), (1, "#1a3145")]) as pen:
        pen.poly([(640, 172), (960, 172), (1010, 150), (1030, 150), (985, 226), (665, 226)])
        pen.rect(690, 120, 118, 56)
        pen.rect(712, 92, 70, 30)
        pen.rect(744, 50, 5, 44)
        pen.line([(944, 172), (1000, 112), (1022, 152)], 7)
    with c.shape(CREAM, 0.9) as pen:
        for x in range(700, 800, 16):
            pen.rect(x, 132, 8, 9)
        for x in range(720, 775, 14):
            pen.rect(x, 100, 8, 9)
    with c.shape([(0, "#5f9a9d"), (0.25, "#2f6b79"), (0.6, "#183f57"), (1, "#0a1c30")]) as pen:
        line = [(x, 214 + 3 * math.sin(x / 31) + 2 * math.sin(x / 13)) for x in range(-10, 1621, 6)]
        pen.poly([*line, (1610, 1010), (-10, 1010)])
    for left, width in ((300, 90), (520, 150), (820, 70), (1020, 170), (1290, 100)):
        with c.shape([(0, "#b8d8cf"), (1, "#0a1c30")], 0.20, 18, light=True) as pen:
            lean = (left - 820) * 0.5
            pen.poly(
                [
                    (left, 216),
                    (left + width * 0.6, 216),
                    (left + width * 1.6 + lean, 860),
                    (left - width * 0.5 + lean, 860),
                ]
            )
    c.land(c.ridge(735, 50, 0.55), [(0, "#1d4a5f"), (1, "#0d2438")], 0.8)
    c.land(c.ridge(812, 34, 0.55), [(0, "#173d52"), (1, "#0a1c2e")], 0.95)
    floor = c.ridge(885, 22, 0.5)
    c.land(floor, [(0, "#2a4a55"), (0.25, "#152e40"), (1, "#081626")])
    with c.shape("#dfe8dc", 0.75) as pen:
        pen.line(curve((1022, 152), (1060, 560), (1240, 868)), 2.6)
    path = (
        curve((-20, 905), (420, 800), (700, 900))
        + curve((700, 900), (860, 955), (1080, 905))
        + curve((1080, 905), (1180, 880), (1240, 868))
    )
    with c.shape("#07121f", 0.6, 4) as pen:
        pen.line([(x, y + 10) for x, y in path], 13)
    with c.shape([(0, AMBER), (1, CORAL)]) as pen:
        pen.line(path, 9)
    with c.shape("#ffe2ae", 0.8) as pen:
        pen.line([(x, y - 2.4) for x, y in path], 2)
    with c.shape(CREAM) as pen:
        pen.disc(1240, 868, 10)
        pen.line([(1240, 868), (1222, 892), (1208, 884)], 4)
        pen.line([(1240, 868), (1258, 892), (1272, 884)], 4)
    c.glow(1240, 868, 130, AMBER, 0.5)
    with c.shape(FOG, 0.35, 0.8, light=True) as pen:
        for _ in range(120):
            pen.disc(c.rng.uniform(0, 1600), c.rng.uniform(240, 880), c.rng.uniform(0.7, 2.2))
    with c.shape("#0e2a3d", 0.8, 1) as pen:
        for x, y, s in (
            (330, 480, 1.0),
            (372, 505, 0.8),
            (300, 520, 0.9),
            (410, 470, 0.7),
            (350, 545, 0.75),
        ):
            pen.disc(x, y, 17 * s, 5.5 * s)
            pen.poly([(x + 12 * s, y), (x + 26 * s, y - 7 * s), (x + 26 * s, y + 7 * s)])
    return c


def river_barge() -> Canvas:
    """A barge on a low river between vineyard slopes."""
    c = Canvas(15)
    c.sky(GOLD, 560)
    c.glow(1240, 250, 420, "#ffedc2", 0.8)
    with c.shape("#fff3d3") as pen:
        pen.disc(1240, 250, 50)
    c.land(c.ridge(420, 60, 0.45), [(0, "#c99a72"), (1, "#e0b583")], 0.85)
    with c.shape([(0, "#9a7a62"), (1, "#c19a72")]) as pen:
        pen.poly([(-5, 250), (180, 290), (420, 400), (640, 500), (900, 566), (-5, 566)])
    with c.shape([(0, "#8a7764"), (1, "#ab8d6a")]) as pen:
        pen.poly([(1605, 330), (1400, 390), (1180, 480), (960, 566), (1605, 566)])
    for i in range(15):
        with c.shape("#6f6a52", 0.5) as pen:
            y = 300 + i * 18
            pen.line([(0, y + 6), (min(880, 120 + i * 52), y + 30 + i * 2)], 2.4)
    with c.shape([(0, "#5d4a46"), (1, "#6e5a4c")]) as pen:
        pen.poly([(150, 300), (150, 246), (250, 262), (250, 330)])
        pen.rect(120, 196, 40, 110)
        for x in (114, 130, 146, 162):
            pen.rect(x, 184, 9, 16)
        pen.rect(232, 236, 34, 90)
        pen.poly([(228, 238), (249, 196), (270, 238)])
        pen.rect(1290, 505, 16, 46)
        pen.poly([(1286, 506), (1298, 462), (1310, 506)])
        for x in range(1200, 1420, 34):
            pen.poly([(x, 560), (x, 530), (x + 14, 516), (x + 28, 530), (x + 28, 560)])
    c.mirror(562, [(0, "#efcf9a"), (0.35, "#b99b78"), (1, "#45565a")], 0.6, 4, 0.9)
    with c.shape([(0, "#ead0a0"), (1, "#b08f68")]) as pen:
        pen.poly([(-5, 770), (260, 748), (520, 790), (660, 842), (560, 880), (300, 900), (-5, 960)])
        pen.poly([(1605, 640), (1420, 652), (1330, 676), (1430, 702), (1605, 716)])
    with c.shape("#8a6d51", 0.7) as pen:
        for _ in range(60):
            x = c.rng.uniform(0, 520)
            pen.disc(x, c.rng.uniform(790, 860), c.rng.uniform(3, 10), c.rng.uniform(2, 5))
    with c.shape([(0, "#3a4750"), (1, "#202e3a")]) as pen:
        pen.poly(
            [(560, 648), (1190, 648), (1240, 632), (1246, 640), (1196, 706), (600, 706), (560, 690)]
        )
        pen.rect(590, 598, 108, 54)
        pen.rect(606, 572, 74, 30)
        pen.rect(690, 540, 4, 60)
    with c.shape([(0, "#c27a52"), (1, "#8c4f3d")]) as pen:
        for x in range(740, 1160, 84):
            pen.poly([(x, 649), (x + 22, 622), (x + 60, 622), (x + 80, 649)])
    with c.shape("#ffe4ad", 0.9) as pen:
        for x in (614, 636, 658):
            pen.rect(x, 580, 14, 12)
    with c.shape("#f8dfb0", 0.5, 1.5) as pen:
        pen.poly([(1200, 704), (1300, 712), (1190, 716), (560, 714), (430, 722), (560, 706)])
    with c.shape(CREAM) as pen:
        pen.rect(196, 640, 26, 190)
    with c.shape("#33464f") as pen:
        for i in range(10):
            pen.rect(196, 644 + i * 19, 26 if i % 5 == 0 else 13, 7)
    return c


def shore_power() -> Canvas:
    """A ferry at the quay at night, lit from the land."""
    c = Canvas(16)
    c.sky([(0, "#101c36"), (0.5, "#2d3c63"), (0.85, "#7a6a82"), (1, "#c99a86")], 620)
    c.stars(150, 380)
    c.land(c.ridge(560, 46, 0.5), [(0, "#323d61"), (1, "#5a5a78")], 0.9)
    with c.shape(AMBER, 0.75, 0.5, light=True) as pen:
        for _ in range(90):
            pen.disc(c.rng.uniform(0, 620), c.rng.uniform(572, 612), c.rng.uniform(0.8, 2))
    with c.shape([(0, "#f0e7d6"), (0.55, "#b9bfc4"), (1, "#77869a")]) as pen:
        pen.poly(
            [
                (330, 520),
                (1330, 520),
                (1330, 440),
                (1290, 400),
                (1180, 384),
                (520, 384),
                (450, 440),
                (350, 452),
            ]
        )
        pen.poly([(560, 384), (600, 316), (1130, 316), (1150, 384)])
        pen.poly([(650, 316), (680, 270), (900, 270), (930, 316)])
    with c.shape([(0, TEAL), (1, PETROL)]) as pen:
        pen.poly([(990, 316), (1000, 228), (1088, 228), (1108, 316)])
    with c.shape([(0, "#28435c"), (1, "#142238")]) as pen:
        pen.poly([(300, 520), (1340, 520), (1330, 640), (380, 640)])
    with c.shape("#ffe2a3") as pen:
        for row, (y, left, right) in enumerate(
            (
                (404, 540, 1190),
                (440, 480, 1270),
                (478, 380, 1300),
                (338, 620, 1120),
                (286, 690, 890),
            )
        ):
            for x in range(left, right, 26):
                if c.rng.random() < 0.84:
                    pen.rect(x, y, 14, 11 if row < 3 else 15, radius=2)
    with c.shape(CORAL) as pen:
        pen.poly([(306, 540), (1340, 540), (1339, 552), (312, 552)])
    c.glow(760, 420, 520, APRICOT, 0.25)
    c.mirror(632, [(0, "#7b7488"), (0.4, "#26365a"), (1, "#0c1528")], 0.45, 6, 0.9)
    with c.shape([(0, "#2a3850"), (1, "#0d1626")]) as pen:
        pen.poly([(1605, 590), (1390, 600), (1360, 640), (1240, 1005), (1605, 1005)])
    with c.shape("#46556c") as pen:
        pen.poly([(1605, 590), (1390, 600), (1384, 608), (1605, 600)])
    with c.shape([(0, FOG), (1, "#7f93a0")]) as pen:
        pen.rect(1432, 640, 104, 210, radius=10)
    with c.shape(NAVY) as pen:
        pen.rect(1450, 664, 68, 60, radius=6)
    with c.shape("#8fd6b4") as pen:
        pen.disc(1484, 694, 13)
    c.glow(1484, 694, 120, "#8fd6b4", 0.8)
    for i, lift in enumerate((120, 165, 210)):
        with c.shape([(0, AMBER), (1, CORAL)]) as pen:
            pen.line(curve((1322, 566 + i * 16), (1330, 660 + lift), (1446 + i * 30, 838)), 7)
    with c.shape(INK) as pen:
        for x in (1300, 1576):
            pen.rect(x, 300 if x > 1400 else 690, 7, 420)
    c.glow(1579, 300, 260, AMBER, 0.75)
    return c


def typhoon() -> Canvas:
    """A tropical storm and its eye, from above."""
    c = Canvas(17)
    c.sky([(0, "#1c4a63"), (0.6, "#173a55"), (1, "#0e2238")])
    with c.shape([(0, "#86997a"), (1, "#5d7b62")], 0.9) as pen:
        pen.poly(
            [
                (-5, -5),
                (420, -5),
                (380, 70),
                (300, 120),
                (310, 200),
                (210, 260),
                (190, 360),
                (90, 400),
                (60, 520),
                (-5, 560),
            ]
        )
    with c.shape(SAND, 0.5) as pen:
        pen.line(
            [
                (420, -5),
                (380, 70),
                (300, 120),
                (310, 200),
                (210, 260),
                (190, 360),
                (90, 400),
                (60, 520),
                (-5, 560),
            ],
            4,
        )
    middle_x, middle_y = 930, 520
    for turn in range(26):
        share = turn / 25
        tone = blend("#7fa3b0", "#f6f1e4", share)
        with c.shape(tone, 0.30 + 0.28 * share, 13 - 9 * share) as pen:
            offset = turn * 2.399
            for arm in range(3):
                points = []
                for i in range(280):
                    a = i / 279
                    r = 52 + (700 - share * 420) * a**1.25
                    angle = offset + arm * 2.094 - 3.4 * (1 - a) ** 0.8
                    points.append(
                        (
                            middle_x + r * math.cos(angle) * 1.12,
                            middle_y + r * math.sin(angle) * 0.86,
                        )
                    )
                for (x, y), i in zip(points, range(280), strict=True):
                    width = 10 + 46 * math.sin(math.pi * i / 279) * (1 - share * 0.45)
                    pen.disc(x, y, width, width * 0.62)
    with c.shape([(0, "#1a4258"), (1, "#0f2a40")], 0.97, 3) as pen:
        pen.disc(middle_x, middle_y, 46, 36)
    c.glow(middle_x + 250, middle_y - 220, 620, "#ffe9c4", 0.28)
    with c.shape(CREAM, 0.75) as pen:
        for i in range(14):
            a, b = curve((1640, 900), (1240, 720), (900, 530), 28)[2 * i : 2 * i + 2]
            pen.line([a, b], 3)
        track = curve((900, 530), (640, 430), (300, 250), 30)
        for i in range(0, 30, 2):
            pen.line(track[i : i + 2], 3)
    with c.shape(CORAL) as pen:
        pen.disc(*track[-2], 11)
    with c.shape(CREAM, 0.8) as pen:
        pen.arc(*track[-2], 26, 0, 360, 3)
        pen.arc(*track[-2], 42, 0, 360, 2)
    return c


PICTURES = {
    "harbour-dawn": harbour_dawn,
    "container-ship": container_ship,
    "breakwater": breakwater,
    "sea-floor": sea_floor,
    "river-barge": river_barge,
    "shore-power": shore_power,
    "typhoon": typhoon,
}
