"""Maps, charts and other pictures of ideas."""

from __future__ import annotations

import itertools
import math

from PIL import Image, ImageDraw

from .canvas import Canvas, Point, curve
from .palette import AMBER, APRICOT, CORAL, CREAM, INK, MIST, NAVY, ROSE, SEA, TEAL, blend

Coast = list[tuple[float, float]]

MAINLAND: Coast = [
    (-9.5, 43),
    (-9, 37),
    (-5.6, 36),
    (-2, 36.8),
    (0, 38.7),
    (0.6, 40.7),
    (3.2, 42),
    (4, 43.5),
    (6.5, 43.1),
    (8.8, 44.4),
    (10.3, 43.5),
    (12.3, 41.7),
    (14.2, 40.7),
    (15.7, 40),
    (15.7, 37.9),
    (17.2, 39),
    (16.8, 40.4),
    (18.5, 40.1),
    (16, 41.5),
    (14, 42.5),
    (12.4, 44.2),
    (12.4, 45.4),
    (13.7, 45.6),
    (13.9, 44.9),
    (15.2, 44.2),
    (17.5, 42.9),
    (19.4, 41.8),
    (19.4, 40.4),
    (21, 38.8),
    (21.6, 36.9),
    (23, 36.6),
    (23.9, 38),
    (22.9, 39.3),
    (23, 40.4),
    (24.3, 40.4),
    (26, 40.8),
    (26.2, 40),
    (27, 38.6),
    (27.4, 37),
    (29.5, 36.2),
    (31, 36.8),
    (33, 36.1),
    (36, 36.8),
    (36, 35),
    (46, 35),
    (46, 43),
    (41.5, 41.5),
    (38, 41),
    (35, 42),
    (31.3, 41.1),
    (28.9, 41.1),
    (28, 42),
    (28.6, 44),
    (30, 45.7),
    (32.5, 46.2),
    (33.5, 44.6),
    (36.5, 45.3),
    (38, 47),
    (46, 47),
    (46, 72),
    (33, 70),
    (41, 66.8),
    (37, 64.2),
    (34.5, 66.5),
    (30, 69.8),
    (25.5, 71),
    (18, 69.6),
    (14, 67),
    (10.5, 64),
    (5, 62),
    (5.3, 59),
    (7.5, 58),
    (10.6, 59.2),
    (12.5, 56.2),
    (14.2, 55.5),
    (16.4, 57),
    (18.8, 60),
    (17.3, 61),
    (17.8, 62.6),
    (21.6, 64.8),
    (24.5, 65.8),
    (25.2, 64.9),
    (21.4, 62.5),
    (21.5, 61),
    (23, 59.9),
    (28, 60.4),
    (30, 59.9),
    (24, 59.4),
    (24, 57.2),
    (21.3, 57.3),
    (21, 55.3),
    (18.6, 54.5),
    (14.2, 53.9),
    (10.9, 54),
    (10.2, 56.2),
    (10.5, 57.6),
    (8.3, 57),
    (8.6, 54.2),
    (7, 53.5),
    (4.8, 52.9),
    (3.5, 51.4),
    (1.6, 50.5),
    (0, 49.4),
    (-1.6, 49.6),
    (-1.5, 48.7),
    (-4.7, 48.4),
    (-1.2, 46),
    (-1.4, 43.5),
    (-4, 43.5),
]
ISLANDS: list[Coast] = [
    [
        (-5.5, 50.1),
        (1.3, 51.2),
        (1.7, 52.7),
        (0, 53.2),
        (-1.7, 55.5),
        (-3, 56),
        (-2, 57.6),
        (-3.2, 58.6),
        (-5, 58.5),
        (-6, 57),
        (-4.8, 54.9),
        (-3, 54),
        (-4.5, 53.2),
        (-5.2, 51.8),
        (-3, 51.4),
    ],
    [(-10, 52), (-6.3, 52.2), (-5.7, 54.6), (-7.5, 55.3), (-10, 54)],
    [(12.5, 38), (15.5, 38.2), (15, 36.7)],
    [(8.2, 41), (9.6, 41), (9.4, 39.2), (8.4, 39)],
    [(-24, 65.5), (-22, 64), (-18.5, 63.4), (-13.7, 65), (-16, 66.5), (-21, 66.3)],
    [
        (-10, 35.8),
        (-6, 35.7),
        (-2, 35.2),
        (5, 36.8),
        (10, 37.2),
        (11, 33.5),
        (20, 30.5),
        (32, 31),
        (35, 33),
        (40, 25),
        (-10, 25),
    ],
]
ROUTES: list[list[tuple[float, float]]] = [
    [(4.3, 51.9), (9.5, 52.4), (14.3, 52.3), (21, 52.2)],
    [(13.3, 44.2), (14.5, 46), (16.2, 45.8), (19, 47.4)],
    [(22.9, 40.6), (22, 43.2), (20.4, 45.2), (19, 47.4)],
    [(28.9, 41), (25.5, 42.4), (22, 43.2)],
    [(10.4, 63.4), (14.5, 63.2), (18, 63.2)],
    [(10.4, 63.4), (17, 66.2), (22.1, 65.8), (25.5, 65), (27.6, 62.9)],
]


def _place(lon: float, lat: float) -> Point:
    """Project degrees to the picture (a plain conic-like squeeze towards north)."""
    narrow = math.cos(math.radians(lat)) * 0.55 + 0.42
    return 700 + (lon - 13) * 43 * narrow, 1000 - (lat - 35.2) * 28.5


def routes_map() -> Canvas:
    """Europe in points, with lines of movement across it (seed story)."""
    c = Canvas(51)
    c.sky([(0, "#10243b"), (0.5, "#1a3c54"), (1, "#12283f")])
    c.glow(760, 470, 800, "#3c7e88", 0.55)
    land = Image.new("L", (c.w, c.h))
    draw = ImageDraw.Draw(land)
    for coast in (MAINLAND, *ISLANDS):
        draw.polygon([_place(*degree) for degree in coast], fill=255)
    step = 15.0
    for bright in (0, 1, 2):
        with c.shape(("#4f8990", "#7fb0ad", "#cfdccb")[bright], (0.55, 0.65, 0.8)[bright]) as pen:
            for row in range(int(c.h / (step * 0.866)) + 1):
                for col in range(int(c.w / step) + 1):
                    x, y = col * step + (row % 2) * step / 2, row * step * 0.866
                    if (
                        x < c.w
                        and y < c.h
                        and land.getpixel((int(x), int(y)))
                        and c.rng.choice((0, 0, 0, 1, 1, 2)) == bright
                    ):
                        pen.disc(x, y, 4.6)
    with c.shape(MIST, 0.10) as pen:
        for r in range(160, 1500, 140):
            pen.arc(760, 1250, r, 180, 360, 1.5)
    ends: set[Point] = set()
    for route in ROUTES:
        points: list[Point] = []
        spots = [_place(*degree) for degree in route]
        for (x1, y1), (x2, y2) in itertools.pairwise(spots):
            points += curve(
                (x1, y1),
                ((x1 + x2) / 2 + (y1 - y2) * 0.10, (y1 + y2) / 2 - abs(x2 - x1) * 0.12),
                (x2, y2),
                24,
            )
        with c.shape("#0a1626", 0.5, 5) as pen:
            pen.line([(x + 3, y + 9) for x, y in points], 7)
        with c.shape(AMBER, 0.6, 9, light=True) as pen:
            pen.line(points, 12)
        with c.shape([(0, "#ffd998"), (1, CORAL)]) as pen:
            pen.line(points, 5)
        ends |= {spots[0], spots[-1]}
        with c.shape(CREAM) as pen:
            for spot in spots[1:-1]:
                pen.disc(*spot, 5.5)
    for x, y in sorted(ends):
        c.glow(x, y, 70, AMBER, 0.8)
        with c.shape(CREAM) as pen:
            pen.disc(x, y, 9)
        with c.shape(CORAL) as pen:
            pen.disc(x, y, 4.5)
        with c.shape(CREAM, 0.6) as pen:
            pen.arc(x, y, 19, 0, 360, 2)
    return c


def circuit_city() -> Canvas:
    """A circuit board seen as the map of a city at night."""
    c = Canvas(52)
    c.sky([(0, "#12323f"), (0.6, "#17475a"), (1, "#0f2537")])
    c.glow(820, 480, 760, TEAL, 0.5)
    blocks = [(640, 330, 330, 330)]
    tries = 0
    while len(blocks) < 46 and tries < 4000:
        tries += 1
        w, h = c.rng.choice(
            [(60, 60), (110, 60), (60, 120), (150, 90), (90, 90), (46, 46), (180, 70)]
        )
        x, y = c.rng.randint(1, 38) * 40, c.rng.randint(0, 24) * 40
        if all(
            x + w + 34 < bx or bx + bw + 34 < x or y + h + 34 < by or by + bh + 34 < y
            for bx, by, bw, bh in blocks
        ):
            blocks.append((x, y, w, h))
    for _ in range(150):
        x, y = c.rng.randint(0, 40) * 40.0 + 20, c.rng.randint(0, 25) * 40.0 + 20
        a, b = (
            c.rng.choice([-1, 1]) * c.rng.randint(2, 7) * 40,
            c.rng.choice([-1, 1]) * c.rng.randint(1, 4) * 40,
        )
        path = [
            (x, y),
            (x + a, y),
            (x + a + math.copysign(abs(b), a), y + b),
            (x + a * 1.3 + math.copysign(abs(b), a), y + b),
        ]
        warm = c.rng.random()
        tone = AMBER if warm < 0.2 else (APRICOT if warm < 0.3 else "#5fa6a4")
        with c.shape(tone, 0.75 if warm < 0.3 else 0.45) as pen:
            pen.line(path, 3)
        with c.shape(tone) as pen:
            for px, py in (path[0], path[-1]):
                pen.disc(px, py, 7)
        with c.shape("#0f2537") as pen:
            for px, py in (path[0], path[-1]):
                pen.disc(px, py, 3)
    for x, y, w, h in sorted(blocks, key=lambda b: b[1]):
        lift = 46 if w > 300 else c.rng.uniform(12, 34)
        with c.shape("#061320", 0.6, 9) as pen:
            pen.rect(x + 10, y + 14, w + lift * 0.5, h + lift * 0.4)
        tone = blend("#1d4a5c", "#2f6b79", c.rng.random())
        with c.shape([(0, blend(tone, INK, 0.3)), (1, blend(tone, INK, 0.6))]) as pen:
            pen.poly([(x, y + h), (x + w, y + h), (x + w, y + h - lift), (x, y + h - lift)])
        with c.shape([(0, blend(tone, CREAM, 0.22)), (1, tone)]) as pen:
            pen.rect(x, y - lift, w, h)
        with c.shape(AMBER, 0.9) as pen:
            for k in range(int(w // 12)):
                if c.rng.random() < 0.55:
                    pen.rect(x + 5 + k * 12, y + h - lift * 0.72, 5, max(3, lift * 0.3))
        with c.shape("#bcd8cf", 0.5) as pen:
            pen.rect(x, y - lift, w, 2)
            pen.rect(x, y - lift, 2, h)
        if w > 300:
            for inset, shade in ((40, "#1a4052"), (92, "#3c7e88"), (120, "#f2b866")):
                with c.shape([(0, blend(shade, CREAM, 0.2)), (1, blend(shade, INK, 0.2))]) as pen:
                    pen.rect(x + inset, y - lift + inset, w - 2 * inset, h - 2 * inset, radius=10)
            c.glow(x + w / 2, y - lift + h / 2, 260, AMBER, 0.6)
    return c


def waves() -> Canvas:
    """Rows of measured spectra, one behind the other."""
    c = Canvas(53)
    c.sky([(0, "#152743"), (0.5, "#2c3f62"), (1, "#141f36")])
    c.glow(800, 320, 720, ROSE, 0.5)
    for row in range(30):
        share = row / 29
        base = 250 + row * 24
        peaks = [
            (c.rng.gauss(560, 26), c.rng.uniform(60, 120)),
            (c.rng.gauss(800, 34), c.rng.uniform(100, 210) * (1.2 - share * 0.5)),
            (c.rng.gauss(1060, 26), c.rng.uniform(40, 120)),
        ]
        line = []
        for x in range(170, 1431, 4):
            y = sum(
                high * math.exp(-(((x - place) / c_width) ** 2))
                for (place, high), c_width in zip(peaks, (46, 60, 38), strict=True)
            )
            y += (math.sin(x / 11 + row) + math.sin(x / 5.3 + row * 2)) * 2.4 + c.rng.uniform(
                -1.6, 1.6
            )
            fade = min(1, (x - 170) / 200, (1430 - x) / 200)
            line.append((x, base - y * fade))
        tone = (
            blend("#5c7fa0", "#f2b866", share)
            if share < 0.6
            else blend("#f2b866", CORAL, (share - 0.6) / 0.4)
        )
        with c.shape(
            [(0, blend("#2b3c5c", tone, 0.42)), (0.75, "#1a2844"), (1, "#172340")], 0.96
        ) as pen:
            pen.poly([*line, (1430, base + 40), (170, base + 40)])
        with c.shape(blend(tone, CREAM, 0.25)) as pen:
            pen.line(line, 3)
    c.haze(900, 1000, "#141f36", 1)
    return c


def bars() -> Canvas:
    """Columns like a row of towers, growing towards the light."""
    c = Canvas(54)
    c.sky([(0, "#e7d6b8"), (0.6, "#f1dfbf"), (1, "#e0bf95")])
    with c.shape([(0, AMBER), (1, CORAL)], 0.9) as pen:
        pen.disc(1180, 330, 190)
    c.glow(1180, 330, 520, "#fff0cf", 0.5)
    with c.shape("#8f6a56", 0.25) as pen:
        for k in range(5):
            pen.rect(130, 250 + k * 130, 1340, 2)
    with c.shape([(0, "#d9b78c"), (1, "#b98a67")]) as pen:
        pen.poly([(-5, 800), (1605, 800), (1605, 1005), (-5, 1005)])
    heights = [150, 196, 182, 250, 286, 262, 344, 398, 452, 540]
    tones = [
        "#8fb0ae",
        "#7ba3a6",
        "#6a969d",
        "#548892",
        "#3c7e88",
        "#336f7e",
        "#2a6072",
        "#225266",
        "#1d4459",
        "#1a364d",
    ]
    for i, (high, tone) in enumerate(zip(heights, tones, strict=True)):
        x, base = 170 + i * 124, 820.0
        with c.shape("#6e4c3e", 0.35, 12) as pen:
            pen.poly(
                [
                    (x + 70, base),
                    (x + 106, base - 16),
                    (x + 106 - high * 0.45, base + 70),
                    (x - high * 0.45, base + 92),
                ]
            )
        with c.shape([(0, blend(tone, CREAM, 0.18)), (1, tone)]) as pen:
            pen.rect(x, base - high, 72, high)
        with c.shape([(0, blend(tone, INK, 0.2)), (1, blend(tone, INK, 0.45))]) as pen:
            pen.poly(
                [
                    (x + 72, base - high),
                    (x + 102, base - high - 18),
                    (x + 102, base - 18),
                    (x + 72, base),
                ]
            )
        with c.shape(blend(tone, "#fff3d6", 0.55)) as pen:
            pen.poly(
                [
                    (x, base - high),
                    (x + 30, base - high - 18),
                    (x + 102, base - high - 18),
                    (x + 72, base - high),
                ]
            )
    spots = [(170 + i * 124 + 50, 820 - h - 70 - (i % 3) * 12) for i, h in enumerate(heights)]
    path: list[Point] = []
    for (x1, y1), (x2, y2) in itertools.pairwise(spots):
        path += [
            (x1 + (x2 - x1) * t / 20, y1 + (y2 - y1) * (1 - math.cos(math.pi * t / 20)) / 2)
            for t in range(21)
        ]
    with c.shape("#6e4c3e", 0.3, 6) as pen:
        pen.line([(x + 6, y + 14) for x, y in path], 6)
    with c.shape(CORAL) as pen:
        pen.line(path, 6)
        for spot in spots:
            pen.disc(*spot, 13)
    with c.shape("#fff3d6") as pen:
        for spot in spots:
            pen.disc(*spot, 6)
    return c


def dial() -> Canvas:
    """A great clock face between day and night."""
    c = Canvas(55, (1600, 900))
    c.sky([(0, "#13233f"), (0.5, "#34446b"), (1, "#c98773")])
    c.stars(160, 560)
    c.glow(800, 520, 760, APRICOT, 0.45)
    for r, tone, alpha in (
        (560, "#1b2d4c", 0.5),
        (470, "#263a5c", 0.6),
        (385, "#f2d3a0", 0.92),
        (368, "#1a2c4a", 1.0),
    ):
        with c.shape(tone, alpha) as pen:
            pen.disc(800, 470, r)
    with c.shape([(0, "#e9a877"), (0.5, "#b45f6d"), (1, "#3d3a66")]) as pen:
        pen.disc(800, 470, 356)
    with c.shape([(0, "#f7d59a"), (1, "#e78f63")]) as pen:
        pen.disc(800, 470, 118)
    for y, tone in ((560, "#6a5079"), (630, "#463c67"), (705, "#282b50")):
        line = c.ridge(y, 34, 0.5, 440, 1160)
        inside = [(x, yy) for x, yy in line if math.hypot(x - 800, yy - 470) < 355]
        rim = [
            (800 + 355 * math.cos(a), 470 + 355 * math.sin(a))
            for a in [
                math.atan2(inside[-1][1] - 470, inside[-1][0] - 800)
                + k
                / 40
                * (
                    math.atan2(inside[0][1] - 470, inside[0][0] - 800)
                    - math.atan2(inside[-1][1] - 470, inside[-1][0] - 800)
                )
                for k in range(41)
            ]
        ]
        with c.shape(tone) as pen:
            pen.poly([*inside, *rim])
    with c.shape(CREAM) as pen:
        for k in range(60):
            a = k * math.pi / 30
            inner, width = (312, 7) if k % 15 == 0 else ((328, 5) if k % 5 == 0 else (341, 2.2))
            pen.line(
                [
                    (800 + inner * math.cos(a), 470 + inner * math.sin(a)),
                    (800 + 352 * math.cos(a), 470 + 352 * math.sin(a)),
                ],
                width,
            )
    for angle, length, width, tone in (
        (-1.95, 190, 13, CREAM),
        (-0.55, 290, 8, CREAM),
        (1.15, 318, 3.5, CORAL),
    ):
        dx, dy = math.cos(angle), math.sin(angle)
        with c.shape(NAVY, 0.45, 5) as pen:
            pen.line(
                [
                    (800 - dx * 50 + 6, 470 - dy * 50 + 11),
                    (800 + dx * length + 6, 470 + dy * length + 11),
                ],
                width,
            )
        with c.shape(tone) as pen:
            pen.line(
                [(800 - dx * 50, 470 - dy * 50), (800 + dx * length, 470 + dy * length)], width
            )
    with c.shape(CORAL) as pen:
        pen.disc(800, 470, 15)
    with c.shape(SEA, 0.35) as pen:
        for r in (480, 600, 740):
            pen.arc(800, 470, r, 0, 360, 2)
    with c.shape(CREAM) as pen:
        for r, a in ((480, 3.5), (600, -0.5), (740, 2.85)):
            pen.disc(800 + r * math.cos(a), 470 + r * math.sin(a), 9)
    return c


PICTURES = {
    "routes-map": routes_map,
    "circuit-city": circuit_city,
    "waves": waves,
    "bars": bars,
    "dial": dial,
}
