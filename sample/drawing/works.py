"""Halls, benches, racks and the things made there."""

from __future__ import annotations

import math

from .canvas import Canvas, curve
from .palette import (
    AMBER,
    APRICOT,
    CORAL,
    CREAM,
    FOG,
    INK,
    MIST,
    PETROL,
    ROSE,
    SAND,
    SEA,
    TEAL,
    blend,
)


def factory_hall() -> Canvas:
    """A long production hall with light through the roof."""
    c = Canvas(41)
    vx, vy = 800.0, 520.0
    c.sky([(0, "#33586a"), (0.5, "#9fb1a5"), (0.52, "#8a9a92"), (1, "#22384a")])
    with c.shape([(0, "#4b7482"), (1, "#e9dcbd")]) as pen:
        pen.poly([(0, 0), (1600, 0), (980, 400), (620, 400)])
    c.glow(vx, 430, 560, "#ffe9bd", 0.8)
    for side in (-1, 1):
        with c.shape([(0, "#2a4c60"), (0.6, "#557a80"), (1, "#2d4758")]) as pen:
            edge = 0 if side < 0 else 1600
            pen.poly([(edge, 0), (vx + side * 180, 400), (vx + side * 180, 585), (edge, 1000)])
    with c.shape([(0, "#d8ccab"), (0.3, "#8a9690"), (1, "#2b4152")]) as pen:
        pen.poly([(620, 585), (980, 585), (1600, 1000), (0, 1000)])
    with c.shape("#f7e4b8", 0.9) as pen:
        pen.rect(650, 420, 300, 120)
    with c.shape("#6f8784") as pen:
        for x in range(650, 951, 50):
            pen.rect(x, 420, 4, 165)
        for y in (420, 460, 500, 540):
            pen.rect(650, y, 300, 3)
    for i in range(8):
        z = 1 / (1 + i * 0.42)
        x1, x2 = vx - 800 * z * 1.05, vx + 800 * z * 1.05
        top, base = vy - 560 * z, vy + 480 * z
        tone = blend("#132738", "#8fa39b", i / 8.5)
        with c.shape(tone) as pen:
            w = 30 * z
            for x in (x1, x2 - w):
                pen.rect(x, top + 40 * z, w, base - top - 40 * z)
            pen.poly(
                [
                    (x1, top + 70 * z),
                    (vx, top - 60 * z),
                    (x2, top + 70 * z),
                    (x2, top + 96 * z),
                    (vx, top - 36 * z),
                    (x1, top + 96 * z),
                ]
            )
            pen.rect(x1, top + 150 * z, x2 - x1, 16 * z)
            for k in range(-6, 7):
                x = vx + k * 125 * z
                pen.line([(x, top + 150 * z), (x + 62 * z, top + 10 * z + abs(k) * 18 * z)], 5 * z)
                pen.line([(x, top + 150 * z), (x - 62 * z, top + 10 * z + abs(k) * 18 * z)], 5 * z)
    for i in range(6, -1, -1):
        z = 1 / (1 + i * 0.55)
        tone = blend("#1b3549", "#9aa79a", i / 8)
        for side in (-1, 1):
            x, y = vx + side * 430 * z, vy + 400 * z
            with c.shape([(0, blend(tone, CREAM, 0.25)), (1, tone)]) as pen:
                pen.rect(x - 95 * z, y - 190 * z, 190 * z, 190 * z, radius=12 * z)
                pen.rect(x - 60 * z, y - 250 * z, 76 * z, 66 * z, radius=6 * z)
            with c.shape(blend(CORAL if (i + side) % 3 else AMBER, tone, i / 9)) as pen:
                pen.rect(x - 95 * z, y - 130 * z, 190 * z, 20 * z)
            with c.shape(blend("#bfe3d3", tone, i / 9)) as pen:
                pen.rect(x + 20 * z, y - 172 * z, 52 * z, 30 * z, radius=3)
    c.rays(vx - 90, -40, [((-40, 820), (260, 930)), ((330, 760), (470, 820))], "#fff0c8", 0.30)
    c.rays(
        vx + 120,
        -40,
        [((700, 760), (860, 900)), ((1060, 720), (1240, 860)), ((1460, 820), (1660, 900))],
        "#fff0c8",
        0.30,
    )
    with c.shape([(0, "#203a4c"), (1, "#0e1c2b")]) as pen:
        for x, y, s in ((705, 690, 0.8), (742, 688, 0.76), (905, 640, 0.5)):
            pen.disc(x, y - 82 * s, 11 * s, 13 * s)
            pen.disc(x, y - 90 * s, 14 * s, 9 * s)
            pen.poly(
                [
                    (x - 19 * s, y - 62 * s),
                    (x + 19 * s, y - 62 * s),
                    (x + 14 * s, y),
                    (x + 11 * s, y + 60 * s),
                    (x - 11 * s, y + 60 * s),
                    (x - 14 * s, y),
                ]
            )
    with c.shape("#fff4d4", 0.5, 0.8, light=True) as pen:
        for _ in range(140):
            pen.disc(c.rng.uniform(100, 1500), c.rng.uniform(150, 800), c.rng.uniform(0.7, 1.9))
    return c


def warehouse() -> Canvas:
    """An aisle of high racks with a guided vehicle."""
    c = Canvas(42)
    vx, vy = 760.0, 500.0
    c.sky([(0, "#162a40"), (0.5, "#8fa4a0"), (0.52, "#b3b5a2"), (1, "#3a4a55")])
    c.glow(vx, vy, 520, "#fff0cf", 0.9)
    with c.shape([(0, "#e3d9c0"), (0.25, "#a8aca2"), (1, "#34475a")]) as pen:
        pen.poly([(vx - 60, vy + 30), (vx + 60, vy + 30), (1330, 1010), (120, 1010)])
    with c.shape(AMBER, 0.9) as pen:
        for side in (-1, 1):
            pen.poly(
                [
                    (vx + side * 50, vy + 32),
                    (vx + side * 53, vy + 32),
                    (vx + side * 440, 1010),
                    (vx + side * 415, 1010),
                ]
            )
    for side in (-1, 1):
        with c.shape([(0, "#12243a"), (1, "#0f1b2d")]) as pen:
            pen.rect(0 if side < 0 else vx + 630, 0, vx - 630 if side < 0 else 300, 1000)
    palette = ["#c98a5d", "#d9a878", "#a9664c", "#e5c79c", "#6d9296", "#3f6d7a", "#b97a58"]
    for i in range(15, -1, -1):
        z1, z2 = 1 / (1 + i * 0.30), 1 / (1 + (i + 1) * 0.30)
        dim = i / 15
        for side in (-1, 1):
            x1, x2 = vx + side * 640 * z1, vx + side * 640 * z2
            for level in range(6):

                def height(z: float, k: float) -> float:
                    return vy + 520 * z - k * 205 * z

                a1, a2 = height(z1, level), height(z2, level)
                b1, b2 = height(z1, level + 0.78), height(z2, level + 0.78)
                if c.rng.random() < 0.9:
                    tone = blend(c.rng.choice(palette), "#dccfb2", dim * 0.75)
                    fill = [
                        (0, blend(tone, INK, 0.05)),
                        (1, blend(tone, INK, 0.42 * (1 - dim * 0.7))),
                    ]
                    m1, m2 = x1 + (x2 - x1) * 0.12, x1 + (x2 - x1) * 0.9
                    c1, c2 = b1 + (b2 - b1) * 0.12, b1 + (b2 - b1) * 0.9
                    f1, f2 = a1 + (a2 - a1) * 0.12, a1 + (a2 - a1) * 0.9
                    with c.shape(fill) as pen:
                        pen.poly([(m1, c1), (m2, c2), (m2, f2), (m1, f1)])
                    with c.shape(CREAM, 0.45 * (1 - dim)) as pen:
                        u1, u2 = m1 + (m2 - m1) * 0.55, m1 + (m2 - m1) * 0.75
                        pen.poly(
                            [
                                (u1, c1 + (f1 - c1) * 0.55),
                                (u2, c1 + (f1 - c1) * 0.53),
                                (u2, c1 + (f1 - c1) * 0.70),
                                (u1, c1 + (f1 - c1) * 0.74),
                            ]
                        )
                with c.shape(blend("#d1603f", "#e8d2ab", dim)) as pen:
                    pen.poly([(x1, a1), (x2, a2), (x2, a2 + 15 * z2), (x1, a1 + 15 * z1)])
            with c.shape(blend("#1d3850", "#cfc6ac", dim)) as pen:
                pen.rect(x1 - 9 * z1, vy - 800 * z1, 18 * z1, 1330 * z1)
    for i in range(9, -1, -1):
        z = 1 / (1 + i * 0.5)
        with c.shape("#fff3d3", 0.95) as pen:
            y = vy - 470 * z
            pen.poly(
                [
                    (vx - 90 * z, y),
                    (vx + 90 * z, y),
                    (vx + 74 * z, y + 16 * z),
                    (vx - 74 * z, y + 16 * z),
                ]
            )
        c.glow(vx, vy - 462 * z, 230 * z, "#fff0cb", 0.35)
    with c.shape(INK, 0.4, 10) as pen:
        pen.disc(700, 905, 210, 26)
    with c.shape([(0, "#3a7f88"), (0.5, "#1f5364"), (1, "#12293c")]) as pen:
        pen.rect(520, 820, 360, 78, radius=16)
    with c.shape([(0, "#d9a878"), (1, "#8f5d45")]) as pen:
        pen.rect(548, 664, 150, 152)
        pen.rect(706, 700, 146, 116)
    with c.shape("#f1dcb8", 0.7) as pen:
        pen.rect(614, 664, 18, 152)
        pen.rect(771, 700, 16, 116)
    with c.shape("#a9f0d0") as pen:
        pen.rect(540, 850, 320, 7, radius=3)
    c.glow(700, 853, 220, "#8fe0b8", 0.4)
    with c.shape(INK) as pen:
        for x in (572, 828):
            pen.disc(x, 898, 22, 17)
    return c


def server_corridor() -> Canvas:
    """A corridor between racks, seen down its middle."""
    c = Canvas(43)
    vx, vy = 800.0, 470.0
    c.sky([(0, "#0b1628"), (0.47, "#2b5c70"), (1, "#0a1422")])
    c.glow(vx, vy, 460, "#bfe6dc", 0.9)
    for i in range(13, -1, -1):
        z1, z2 = 1 / (1 + i * 0.36), 1 / (1 + (i + 0.93) * 0.36)
        dim = i / 13
        for side in (-1, 1):
            x1, x2 = vx + side * 800 * z1 * 0.95, vx + side * 800 * z2 * 0.95
            t1, t2 = vy - 520 * z1, vy - 520 * z2
            b1, b2 = vy + 560 * z1, vy + 560 * z2
            tone = blend("#13263b", "#6aa3a6", dim)
            with c.shape(
                [(0, blend(tone, INK, 0.25)), (0.5, tone), (1, blend(tone, INK, 0.4))]
            ) as pen:
                pen.poly([(x1, t1), (x2, t2), (x2, b2), (x1, b1)])
            with c.shape(blend("#28506a", "#a8c4c4", dim), 0.8) as pen:
                for k in range(1, 22):
                    v = k / 22
                    pen.line([(x1, t1 + (b1 - t1) * v), (x2, t2 + (b2 - t2) * v)], 1.6 * z1 + 0.4)
            for tone, chance in (("#8fe0b8", 0.42), (AMBER, 0.15), ("#e8f5ee", 0.12)):
                with c.shape(tone, 1 - dim * 0.4) as pen:
                    for k in range(21):
                        v = (k + 0.5) / 22
                        for u in (0.2, 0.35, 0.5, 0.75):
                            if c.rng.random() < chance * 0.6:
                                x = x1 + (x2 - x1) * u
                                y = (t1 + (t2 - t1) * u) + (
                                    (b1 + (b2 - b1) * u) - (t1 + (t2 - t1) * u)
                                ) * v
                                pen.disc(x, y, 4.4 * z1 + 0.4, 2.8 * z1 + 0.4)
            with c.shape(blend("#081220", "#5d9196", dim)) as pen:
                pen.line([(x2, t2), (x2, b2)], 7 * z2)
    with c.shape([(0, "#9ccac4"), (0.2, "#3d7280"), (1, "#0e2033")]) as pen:
        pen.poly([(vx - 130, vy + 90), (vx + 130, vy + 90), (1540, 1010), (60, 1010)])
    with c.shape("#0e2033", 0.5) as pen:
        for k in range(-6, 7):
            pen.line([(vx + k * 20, vy + 92), (vx + k * 125, 1010)], 2)
        for i in range(12):
            y = vy + 92 + 440 * (i / 11) ** 1.9
            pen.line([(0, y), (1600, y)], 1.5)
    with c.shape("#c9efe2", 0.35, 16, light=True) as pen:
        pen.poly([(vx - 30, vy + 95), (vx + 30, vy + 95), (vx + 150, 1010), (vx - 150, 1010)])
    for i in range(8):
        z = 1 / (1 + i * 0.5)
        with c.shape("#e8fbf3", 0.95) as pen:
            pen.rect(vx - 52 * z, vy - 455 * z, 104 * z, 13 * z)
        c.glow(vx, vy - 450 * z, 190 * z, "#c9efe2", 0.5)
    with c.shape([(0, "#12263a"), (1, "#081220")]) as pen:
        pen.disc(vx + 30, 448, 16, 19)
        pen.poly(
            [
                (vx + 2, 482),
                (vx + 30, 466),
                (vx + 58, 482),
                (vx + 52, 560),
                (vx + 46, 664),
                (vx + 33, 664),
                (vx + 30, 580),
                (vx + 26, 664),
                (vx + 13, 664),
                (vx + 8, 560),
            ]
        )
    return c


def lab_bench() -> Canvas:
    """A bench with instruments under a lamp, before a window."""
    c = Canvas(44)
    c.sky([(0, "#1d3a50"), (1, "#2c5264")])
    with c.shape([(0, "#4d7f93"), (0.55, "#c7cdbd"), (1, "#f3cf9a")]) as pen:
        pen.rect(150, 90, 820, 470)
    c.glow(420, 500, 330, APRICOT, 0.6)
    for y, tone in ((440, "#9db0a8"), (485, "#6f9190"), (525, "#436c78")):
        line = c.ridge(y, 34, 0.5, 150, 970)
        with c.shape(tone) as pen:
            pen.poly([*line, (970, 560), (150, 560)])
    with c.shape("#13293b") as pen:
        pen.rect(140, 80, 840, 14)
        pen.rect(140, 556, 840, 16)
        for x in (140, 415, 690, 968):
            pen.rect(x, 80, 13, 490)
    with c.shape([(0, "#35596b"), (1, "#294a5c")]) as pen:
        pen.rect(1060, 120, 430, 14)
        pen.rect(1060, 290, 430, 14)
    for x, y, w, h, tone in (
        (1080, 40, 60, 80, CORAL),
        (1148, 56, 40, 64, SAND),
        (1196, 30, 34, 90, TEAL),
        (1238, 52, 90, 68, "#8b6a5a"),
        (1350, 44, 50, 76, SEA),
        (1420, 60, 50, 60, APRICOT),
        (1090, 222, 110, 68, "#7d9a94"),
        (1220, 200, 50, 90, ROSE),
        (1290, 232, 80, 58, SAND),
        (1390, 206, 74, 84, "#46707c"),
    ):
        with c.shape([(0, tone), (1, blend(tone, INK, 0.35))]) as pen:
            pen.rect(x, y, w, h, radius=5)
    with c.shape([(0, "#d7b487"), (0.1, "#b98c64"), (1, "#4d3b3d")]) as pen:
        pen.rect(-5, 742, 1610, 270)
    with c.shape("#f3d9ae", 0.8) as pen:
        pen.rect(-5, 738, 1610, 9)
    with c.shape([(0, "#e6e3d5"), (1, "#9eadac")]) as pen:
        pen.rect(170, 500, 400, 240, radius=16)
    with c.shape([(0, "#0f2b3a"), (1, "#123b48")]) as pen:
        pen.rect(192, 522, 256, 180, radius=8)
    with c.shape("#3c7e88", 0.6) as pen:
        for k in range(1, 8):
            pen.rect(192 + k * 32, 522, 1, 180)
        for k in range(1, 6):
            pen.rect(192, 522 + k * 30, 256, 1)
    wave = [
        (
            196 + i,
            612
            + 52 * math.sin(i / 13) * math.exp(-((i - 120) ** 2) / 5200)
            + 10 * math.sin(i / 4.1),
        )
        for i in range(249)
    ]
    with c.shape("#9ff0cc") as pen:
        pen.line(wave, 3)
    with c.shape("#9ff0cc", 0.5, 6, light=True) as pen:
        pen.line(wave, 7)
    with c.shape("#44606b") as pen:
        for x in (480, 530):
            for y in (546, 602, 658):
                pen.disc(x, y, 15)
    with c.shape(CREAM) as pen:
        for x in (480, 530):
            for y in (546, 602, 658):
                pen.rect(x - 1.5, y - 14, 3, 13)
    with c.shape([(0, "#32566a"), (1, "#172f42")]) as pen:
        pen.rect(610, 610, 230, 130, radius=10)
    with c.shape(AMBER) as pen:
        pen.rect(630, 630, 100, 40, radius=4)
    with c.shape(INK) as pen:
        for i, h in enumerate((12, 22, 17, 27, 20)):
            pen.rect(640 + i * 17, 664 - h, 9, h)
    with c.shape(MIST) as pen:
        for x in (652, 700, 748, 796):
            pen.disc(x, 706, 10)
    with c.shape([(0, CORAL), (1, "#7a3a3a")]) as pen:
        pen.line(curve((652, 706), (690, 860), (960, 800), 40), 6)
    with c.shape([(0, "#1c2f42"), (1, "#0f1b2d")]) as pen:
        pen.line(curve((748, 706), (790, 830), (985, 790), 40), 6)
    with c.shape([(0, "#4f9580"), (1, "#2c6358")]) as pen:
        pen.poly([(930, 772), (1180, 772), (1220, 842), (900, 842)])
    for x, y, w, h in (
        (972, 784, 52, 22),
        (1054, 782, 66, 30),
        (1140, 800, 34, 20),
        (960, 818, 40, 14),
        (1070, 822, 90, 12),
    ):
        with c.shape([(0, "#2b3d49"), (1, "#101c28")]) as pen:
            pen.rect(x, y, w, h, radius=2)
    with c.shape(AMBER) as pen:
        for x in range(920, 1200, 22):
            pen.rect(x, 835, 9, 5)
    with c.shape("#15283a") as pen:
        pen.rect(1270, 722, 160, 20, radius=8)
        pen.line([(1350, 724), (1400, 520)], 12)
        pen.line([(1400, 520), (1210, 420)], 12)
        pen.disc(1400, 520, 15)
        pen.poly([(1238, 404), (1188, 396), (1110, 476), (1210, 520)])
    with c.shape("#ffe9b8", 0.42, 16, light=True) as pen:
        pen.poly([(1112, 478), (1208, 520), (1290, 850), (850, 850)])
    c.glow(1160, 500, 220, "#ffe2a4", 0.9)
    with c.shape([(0, CREAM), (1, "#b9a78c")], across=True) as pen:
        pen.rect(1460, 660, 74, 82, radius=8)
        pen.arc(1536, 700, 26, 270, 90, 9)
    return c


def paper_mill() -> Canvas:
    """Rollers of a paper machine and the running web."""
    c = Canvas(45, (1600, 900))
    c.sky([(0, "#16304a"), (0.6, "#3f6b7a"), (1, "#1a3348")])
    c.glow(1150, 120, 640, "#ffe3b0", 0.6)
    with c.shape("#12283e", 0.75) as pen:
        for x in range(0, 1600, 200):
            pen.rect(x, 0, 22, 900)
        pen.rect(0, 92, 1600, 26)
        pen.rect(0, 150, 1600, 8)
    rolls = [
        (180, 560, 120),
        (430, 380, 120),
        (680, 560, 120),
        (930, 380, 120),
        (1180, 560, 120),
        (1430, 380, 120),
    ]
    path = [(-20, 440)]
    for i, (x, y, r) in enumerate(rolls):
        sign = -1 if i % 2 == 0 else 1
        lower = i % 2 == 0
        span = range(200, 345, 5) if not lower else range(160, 15, -5)
        del sign
        path += [
            (x + r * math.cos(math.radians(a)), y + r * math.sin(math.radians(a))) for a in span
        ]
    path.append((1620, 470))
    for shift, tone in ((34, "#b9ae96"), (22, "#cdc2a8"), (11, "#e0d6bf"), (0, "#f8f1e1")):
        with c.shape(tone) as pen:
            pen.line([(x + shift, y - shift * 0.7) for x, y in path], 15)
    for x, y, r in rolls:
        with c.shape(INK, 0.4, 14) as pen:
            pen.disc(x + 16, y + 22, r)
        with c.shape([(0, "#c9d6d3"), (0.25, "#7f9aa2"), (0.6, "#3d6070"), (1, "#1a3246")]) as pen:
            pen.disc(x, y, r - 8)
        with c.shape([(0, "#32566a"), (1, "#7795a0")]) as pen:
            pen.disc(x, y, r * 0.62)
        with c.shape([(0, "#8ba6ac"), (1, "#28475a")]) as pen:
            pen.disc(x, y, r * 0.5)
        with c.shape("#173044") as pen:
            for k in range(8):
                a = k * math.pi / 4 + 0.2
                pen.disc(x + r * 0.36 * math.cos(a), y + r * 0.36 * math.sin(a), 7)
            pen.disc(x, y, 18)
        with c.shape(FOG, 0.65, 2) as pen:
            pen.arc(x, y, r - 13, 215, 300, 5)
    with c.shape([(0, "#21405a"), (1, "#0d1d2e")]) as pen:
        pen.rect(-5, 740, 1610, 170)
        for x, y, _ in rolls:
            pen.poly([(x - 24, y + 60), (x + 24, y + 60), (x + 52, 760), (x - 52, 760)])
    with c.shape("#3f6b7a") as pen:
        pen.rect(-5, 740, 1610, 7)
    for x, y in ((680, 660), (1180, 660), (180, 660)):
        with c.shape([(0, "#f2e6cf"), (1, "#b7ab96")]) as pen:
            pen.rect(x - 22, y, 44, 52, radius=9)
        with c.shape(PETROL) as pen:
            pen.rect(x - 12, y + 26, 24, 14, radius=3)
        c.glow(x, y + 12, 60, "#8fe0b8", 0.9)
        with c.shape("#d6ffe9") as pen:
            pen.disc(x, y + 12, 5)
        with c.shape("#bff0d8", 0.45, 0.6) as pen:
            for r in (46, 66, 86):
                pen.arc(x, y + 12, r, 205, 335, 2.5)
    with c.shape("#ffeccb", 0.16, 24, light=True) as pen:
        pen.poly([(1040, -10), (1250, -10), (900, 900), (420, 900)])
    return c


def repair_bench() -> Canvas:
    """A repair place from straight above."""
    c = Canvas(46)
    c.sky([(0, "#c99a72"), (0.5, "#b98a66"), (1, "#9a7058")])
    with c.shape("#7d5746", 0.25, 1) as pen:
        for y in range(0, 1000, 166):
            pen.rect(0, y, 1600, 3)
        for _ in range(70):
            y = c.rng.uniform(0, 1000)
            x = c.rng.uniform(-200, 1500)
            pen.disc(x, y, c.rng.uniform(80, 260), 1)
    with c.shape("#3a2530", 0.4, 16) as pen:
        pen.rect(344, 146, 932, 742, radius=20)
    with c.shape([(0, "#2f6b74"), (1, "#1c4a58")]) as pen:
        pen.rect(330, 120, 932, 742, radius=20)
    with c.shape("#5b969a", 0.35) as pen:
        for x in range(370, 1262, 46):
            pen.rect(x, 132, 1.2, 718)
        for y in range(166, 850, 46):
            pen.rect(342, y, 908, 1.2)
    with c.shape(INK, 0.45, 12) as pen:
        pen.rect(468, 252, 660, 480, radius=14)
    with c.shape([(0, "#e4e2d6"), (1, "#b3bab6")]) as pen:
        pen.rect(455, 232, 660, 480, radius=14)
    with c.shape([(0, "#3d8a74"), (1, "#245a52")]) as pen:
        pen.rect(485, 262, 600, 420, radius=6)
    with c.shape("#7fc0a0", 0.5) as pen:
        for _ in range(26):
            x, y = c.rng.uniform(500, 1000), c.rng.uniform(290, 650)
            a, b = c.rng.uniform(40, 150), c.rng.choice([-36, -20, 20, 36])
            y = min(max(y, 310), 630)
            pen.line([(x, y), (min(1070, x + a), y), (min(1076, x + a + abs(b)), y + b)], 2.4)
    for x, y, w, h in (
        (640, 380, 150, 150),
        (860, 320, 110, 80),
        (860, 450, 110, 70),
        (540, 320, 60, 90),
        (540, 470, 60, 60),
        (680, 580, 190, 44),
    ):
        with c.shape(INK, 0.4, 5) as pen:
            pen.rect(x + 5, y + 7, w, h, radius=4)
        with c.shape([(0, "#3a4c58"), (1, "#17242f")]) as pen:
            pen.rect(x, y, w, h, radius=4)
    with c.shape(MIST) as pen:
        for k in range(12):
            pen.rect(646 + k * 12, 370, 5, 9)
            pen.rect(646 + k * 12, 531, 5, 9)
            pen.rect(630, 386 + k * 12, 9, 5)
            pen.rect(791, 386 + k * 12, 9, 5)
    for k in range(8):
        with c.shape([(0, "#d8d8cf"), (1, "#8f9a9c")]) as pen:
            pen.rect(505 + k * 70, 640, 52, 50, radius=3)
        with c.shape("#1a2a38") as pen:
            pen.rect(513 + k * 70, 652, 36, 38)
    for x, y in ((1010, 560), (1030, 600), (985, 606), (900, 560)):
        with c.shape([(0, AMBER), (1, "#a9653f")]) as pen:
            pen.disc(x, y, 15)
    c.glow(715, 455, 260, AMBER, 0.22)
    for x, tone, tip in ((1340, CORAL, 220), (1408, AMBER, 260), (1476, TEAL, 200)):
        with c.shape("#3a2530", 0.4, 8) as pen:
            pen.rect(x + 8, 160, 34, 520, radius=16)
        with c.shape(
            [(0, tone), (0.5, blend(tone, CREAM, 0.25)), (1, blend(tone, INK, 0.3))], across=True
        ) as pen:
            pen.rect(x, 140, 36, tip, radius=15)
        with c.shape([(0, "#7d8c92"), (0.5, "#e3e6df"), (1, "#6f7f86")], across=True) as pen:
            pen.rect(x + 13, 136 + tip, 10, 250)
    with c.shape("#3a2530", 0.4, 10) as pen:
        pen.disc(176, 268, 104)
    with c.shape([(0, "#efe5d0"), (1, "#c9b998")]) as pen:
        pen.disc(165, 252, 104)
    with c.shape([(0, "#5a3a30"), (1, "#3d2726")]) as pen:
        pen.disc(165, 252, 78)
    with c.shape("#8a5b44", 0.5, 4) as pen:
        pen.disc(148, 232, 40, 26)
    for i in range(4):
        for j in range(2):
            x, y = 62 + j * 118, 470 + i * 112
            with c.shape([(0, "#6d4b3f"), (1, "#8d6450")]) as pen:
                pen.rect(x, y, 106, 100, radius=8)
            with c.shape(c.rng.choice([AMBER, MIST, CORAL, SAND, SEA])) as pen:
                for _ in range(13):
                    pen.disc(
                        x + c.rng.uniform(16, 90), y + c.rng.uniform(16, 84), c.rng.uniform(4, 9)
                    )
    with c.shape([(0, CORAL), (1, "#8c3f38")]) as pen:
        pen.line(
            curve((1000, 1010), (1120, 900), (1010, 760))
            + curve((1010, 760), (960, 690), (930, 560)),
            10,
        )
    with c.shape([(0, "#2b3d4b"), (1, "#13202c")]) as pen:
        pen.line([(930, 560), (946, 612)], 9)
    with c.shape("#fff0cf", 0.13, 60, light=True) as pen:
        pen.poly([(0, 0), (900, 0), (400, 1000), (0, 1000)])
    return c


def gateway() -> Canvas:
    """An edge gateway on a plinth: the product portrait."""
    c = Canvas(47)
    c.sky([(0, "#2a5468"), (0.6, "#76a0a2"), (1, "#cfd6c6")], 690)
    with c.shape([(0, "#e6d3b0"), (1, "#b98f6b")]) as pen:
        pen.rect(-5, 690, 1610, 320)
    with c.shape([(0, AMBER), (1, CORAL)], 0.92) as pen:
        pen.disc(1090, 420, 250)
    with c.shape("#f7e5c3", 0.28, 3) as pen:
        pen.disc(1090, 420, 310)
        pen.disc(1090, 420, 262, ink=0)
    with c.shape("#59382f", 0.5, 22) as pen:
        pen.poly([(470, 850), (1200, 850), (1420, 900), (700, 920)])
    with c.shape([(0, "#f6eddd"), (1, "#d2c3a6")]) as pen:
        pen.poly([(420, 745), (1050, 745), (1050, 860), (420, 860)])
    with c.shape([(0, "#bfa987"), (1, "#95795f")]) as pen:
        pen.poly([(1050, 745), (1210, 700), (1210, 812), (1050, 860)])
    with c.shape("#fdf7ea") as pen:
        pen.poly([(420, 745), (580, 700), (1210, 700), (1050, 745)])
    with c.shape("#59382f", 0.35, 10) as pen:
        pen.poly([(520, 742), (980, 742), (1120, 706), (1080, 700), (600, 706)])
    with c.shape([(0, "#27495c"), (0.5, "#1a3448"), (1, "#101f31")]) as pen:
        pen.rect(500, 330, 450, 405, radius=10)
    with c.shape([(0, "#14283a"), (1, "#0a1523")]) as pen:
        pen.poly([(948, 334), (1075, 296), (1075, 694), (948, 732)])
    with c.shape([(0, "#426a7c"), (1, "#335868")]) as pen:
        pen.poly([(506, 332), (640, 294), (1075, 294), (948, 334)])
    with c.shape("#0a1523", 0.8) as pen:
        for k in range(9):
            pen.poly(
                [
                    (965 + k * 12, 380 - k * 3.5),
                    (969 + k * 12, 379 - k * 3.5),
                    (969 + k * 12, 640 - k * 3.5),
                    (965 + k * 12, 641 - k * 3.5),
                ]
            )
    with c.shape(TEAL) as pen:
        pen.rect(500, 392, 450, 10)
    for i in range(4):
        for j in range(2):
            with c.shape([(0, "#8fa3a8"), (1, "#54707c")]) as pen:
                pen.rect(534 + i * 74, 560 + j * 74, 58, 54, radius=4)
            with c.shape("#0a1523") as pen:
                pen.rect(543 + i * 74, 572 + j * 74, 40, 36)
                pen.rect(554 + i * 74, 566 + j * 74, 18, 8)
    with c.shape([(0, "#d9b35f"), (1, "#8d6a38")]) as pen:
        for y in (574, 648):
            pen.disc(880, y + 14, 21)
    with c.shape("#3d2d22") as pen:
        for y in (574, 648):
            pen.disc(880, y + 14, 7)
    for i, tone in enumerate(("#8fe0b8", "#8fe0b8", AMBER, "#8fe0b8", "#54707c")):
        if i < 4:
            c.glow(552 + i * 46, 462, 46, tone, 0.85)
        with c.shape(tone) as pen:
            pen.disc(552 + i * 46, 462, 8)
    with c.shape("#54707c") as pen:
        for i in range(5):
            pen.rect(540 + i * 46, 492, 24, 4)
        for i in range(3):
            pen.rect(800, 440 + i * 18, 110 - i * 24, 5)
    with c.shape([(0, "#22384a"), (1, "#101c2b")]) as pen:
        for x in (700, 990):
            pen.rect(x - 6, 110, 12, 206, radius=6)
            pen.rect(x - 11, 296, 22, 24, radius=4)
    for i, tone in enumerate((CORAL, AMBER, SEA)):
        x = 563 + i * 74
        with c.shape([(0, tone), (1, blend(tone, INK, 0.4))]) as pen:
            pen.line(curve((x, 664), (x - 40, 880), (x - 330 - i * 60, 1020)), 15)
        with c.shape("#efe6d2") as pen:
            pen.rect(x - 17, 650, 34, 40, radius=4)
    with c.shape("#ffffff", 0.10, 12, light=True) as pen:
        pen.poly([(520, 335), (680, 335), (600, 730), (505, 730)])
    return c


def sensor() -> Canvas:
    """A round vibration sensor on a pump's bearing housing."""
    c = Canvas(48)
    c.sky([(0, "#12263a"), (0.6, "#274c5e"), (1, "#3f6a74")])
    c.glow(1180, 250, 640, APRICOT, 0.45)
    with c.shape([(0, "#6b8d95"), (0.2, "#b7c6c1"), (0.45, "#6f9099"), (1, "#183247")]) as pen:
        pen.rect(-10, 560, 1620, 300)
    with c.shape([(0, "#7f9da3"), (0.22, "#d3dbd3"), (0.5, "#7a99a0"), (1, "#152d41")]) as pen:
        pen.rect(430, 500, 620, 420, radius=26)
        pen.rect(1180, 520, 90, 380, radius=12)
        pen.rect(210, 520, 90, 380, radius=12)
    with c.shape([(0, "#20394c"), (1, "#4f727e")]) as pen:
        for x in (255, 1225):
            for y in (570, 650, 730, 810):
                pen.disc(x, y, 19)
    with c.shape([(0, "#dfe3d9"), (1, "#7a96a0")]) as pen:
        for x in (255, 1225):
            for y in (570, 650, 730, 810):
                pen.disc(x - 2, y - 3, 12)
    with c.shape("#0d1e2e", 0.55, 16) as pen:
        pen.disc(758, 518, 215, 46)
    with c.shape(
        [(0, "#31505f"), (0.3, "#8fa7aa"), (0.6, "#45646f"), (1, "#152a3b")], across=True
    ) as pen:
        pen.rect(600, 452, 280, 66)
        pen.disc(740, 518, 140, 30)
    with c.shape(
        [(0, "#b94f36"), (0.25, "#ee9670"), (0.5, "#d1603f"), (1, "#6d2d2b")], across=True
    ) as pen:
        pen.rect(562, 268, 356, 176)
        pen.disc(740, 444, 178, 40)
    with c.shape(
        [(0, "#f4e9d6"), (0.3, "#fffaf0"), (0.7, "#d6cbb6"), (1, "#a3998a")], across=True
    ) as pen:
        pen.rect(562, 228, 356, 48)
        pen.disc(740, 274, 178, 40)
    with c.shape([(0, "#fffaf0"), (1, "#d9cfbb")]) as pen:
        pen.disc(740, 228, 178, 42)
    with c.shape([(0, "#c8bda8"), (1, "#e9dfcb")]) as pen:
        pen.disc(740, 228, 120, 27)
    c.glow(740, 226, 110, "#8fe0b8", 0.9)
    with c.shape("#c6ffe2") as pen:
        pen.disc(740, 227, 13, 4.5)
    with c.shape("#ffd9bd", 0.5, 6, light=True) as pen:
        pen.rect(628, 290, 22, 140, radius=11)
    with c.shape("#5f2a2a", 0.5) as pen:
        for y in (330, 362, 394):
            pen.line(
                [
                    (
                        562 + 178 - 178 * math.cos(a / 40 * math.pi),
                        y + 40 * math.sin(a / 40 * math.pi),
                    )
                    for a in range(41)
                ],
                4,
            )
    with c.shape("#f6e3c2", 0.5, 1, light=True) as pen:
        for r in (260, 350, 450, 560):
            pen.arc(740, 226, r, 186, 212, 3.5)
            pen.arc(740, 226, r, 328, 354, 3.5)
    with c.shape([(0, "#13293b"), (1, "#08131f")]) as pen:
        pen.poly([(-10, 900), (1610, 880), (1610, 1010), (-10, 1010)])
    with c.shape("#7fb3b0", 0.5) as pen:
        line = [
            (
                x,
                950
                + 22 * math.sin(x / 23) * math.exp(-(((x - 740) / 330) ** 2))
                + 3 * math.sin(x / 9),
            )
            for x in range(-10, 1611, 4)
        ]
        pen.line(line, 3)
    return c


def patch_panel() -> Canvas:
    """Cables leaving a row of switches."""
    c = Canvas(49, (1600, 900))
    c.sky([(0, "#0e1d30"), (1, "#18344a")])
    c.glow(300, 120, 640, TEAL, 0.5)
    for row in range(3):
        y = 60 + row * 190
        with c.shape([(0, "#3b5d6e"), (0.08, "#26465a"), (1, "#142a3d")]) as pen:
            pen.rect(60, y, 1480, 150, radius=8)
        with c.shape("#0c1928") as pen:
            for x in (76, 1506):
                pen.disc(x + 8, y + 24, 8)
                pen.disc(x + 8, y + 126, 8)
        for port in range(20):
            x = 130 + port * 68
            with c.shape([(0, "#9fb2b3"), (1, "#5b7680")]) as pen:
                pen.rect(x, y + 56, 48, 60, radius=4)
            with c.shape("#0a1420") as pen:
                pen.rect(x + 7, y + 70, 34, 40)
                pen.rect(x + 16, y + 63, 16, 9)
            lit = c.rng.random() < 0.8
            if lit:
                c.glow(x + 13, y + 38, 22, "#8fe0b8", 0.8)
            with c.shape("#9ff0cc" if lit else "#3b5d6e") as pen:
                pen.disc(x + 13, y + 38, 4.5)
            with c.shape(AMBER if c.rng.random() < 0.5 else "#3b5d6e") as pen:
                pen.disc(x + 35, y + 38, 4.5)
    tones = [CORAL, AMBER, SEA, CREAM, ROSE, TEAL, APRICOT]
    for row in range(3):
        for port in range(20):
            if c.rng.random() < 0.55:
                x, y = 154 + port * 68, 60 + row * 190 + 96
                tone = c.rng.choice(tones)
                end = (800 + (x - 800) * 0.35 + c.rng.uniform(-50, 50), 930)
                path = curve((x, y), (x + c.rng.uniform(-30, 30), y + 330 - row * 40), end)
                with c.shape("#050c16", 0.4, 4) as pen:
                    pen.line([(px + 6, py + 8) for px, py in path], 12)
                with c.shape(
                    [(0, tone), (0.6, blend(tone, INK, 0.18)), (1, blend(tone, INK, 0.55))]
                ) as pen:
                    pen.line(path, 12)
                with c.shape("#ffffff", 0.22) as pen:
                    pen.line([(px - 2.5, py) for px, py in path[:45]], 2)
                with c.shape([(0, "#f2ecdd"), (1, "#b0aca0")]) as pen:
                    pen.rect(x - 14, y - 14, 28, 42, radius=4)
    return c


PICTURES = {
    "factory-hall": factory_hall,
    "warehouse": warehouse,
    "server-corridor": server_corridor,
    "lab-bench": lab_bench,
    "paper-mill": paper_mill,
    "repair-bench": repair_bench,
    "gateway": gateway,
    "sensor": sensor,
    "patch-panel": patch_panel,
}
