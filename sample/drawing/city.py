"""Streets, towers, the head office and a hall full of listeners."""

from __future__ import annotations

import math

from .canvas import Canvas, curve
from .palette import (
    AMBER,
    APRICOT,
    CORAL,
    CREAM,
    INK,
    NAVY,
    ROSE,
    TEAL,
    blend,
)


def skyline_dusk() -> Canvas:
    """A city of towers across the bay at dusk."""
    c = Canvas(31)
    c.sky(
        [(0, "#18264a"), (0.35, "#4d4370"), (0.6, "#a6607a"), (0.85, "#eb9a76"), (1, "#f7cd97")],
        690,
    )
    c.glow(900, 660, 620, APRICOT, 0.6)
    c.stars(90, 260)
    for y, tone in ((330, "#6e4a75"), (430, "#bb6c77")):
        with c.shape(tone, 0.45, 8) as pen:
            for _ in range(6):
                pen.disc(
                    c.rng.uniform(0, 1600),
                    y + c.rng.uniform(-30, 30),
                    c.rng.uniform(160, 380),
                    c.rng.uniform(5, 12),
                )
    c.land(c.ridge(620, 46, 0.5), [(0, "#8d5a78"), (1, "#b87a7e")], 0.8)
    for depth, (tone, low, high, wide, share) in enumerate(
        (
            ("#7a547b", 90, 230, 52, 0.0),
            ("#4c3d68", 110, 330, 66, 0.35),
            ("#2a2a50", 80, 400, 84, 0.6),
        )
    ):
        x = -40.0
        while x < 1620:
            w = c.rng.uniform(0.6, 1.25) * wide
            bias = math.exp(-(((x - 820) / 420) ** 2))
            h = low + (high - low) * bias * c.rng.uniform(0.55, 1.1) + c.rng.uniform(0, 50)
            top = 692 - h
            with c.shape([(0, tone), (1, blend(tone, "#c9826f", 0.28))]) as pen:
                kind = c.rng.randint(0, 4)
                pen.rect(x, top, w, h)
                if kind == 0:
                    pen.poly([(x, top + 1), (x + w, top + 1), (x + w, top - w * 0.5)])
                elif kind == 1:
                    pen.rect(x + w * 0.25, top - 22, w * 0.5, 24)
                    pen.rect(x + w * 0.48, top - 66, 3, 46)
                elif kind == 2:
                    pen.disc(x + w / 2, top, w / 2, w * 0.36)
            if share:
                with c.shape("#ffdf9f", 0.85) as pen:
                    for wx in range(int(x) + 7, int(x + w) - 8, 11):
                        for wy in range(int(top) + 12, 680, 14):
                            if c.rng.random() < share * 0.45:
                                pen.rect(wx, wy, 5, 7)
            x += w + c.rng.uniform(0, 14 - depth * 3)
        c.haze(480, 694, "#e79a80", 0.3 - depth * 0.08)
    with c.shape([(0, "#3a3664"), (0.6, "#1f2347"), (1, "#1a2046")], across=True) as pen:
        pen.poly([(790, 692), (796, 230), (826, 160), (856, 230), (862, 692)])
    with c.shape("#ffe6ae", 0.9) as pen:
        for y in range(240, 680, 15):
            pen.rect(804, y, 44 if c.rng.random() < 0.6 else 20, 4)
        pen.rect(824.5, 90, 3, 74)
    c.glow(826, 92, 60, CORAL, 1)
    c.mirror(692, [(0, "#c97e78"), (0.35, "#54426e"), (1, "#141c3c")], 0.5, 6, 0.9)
    c.glints(880, 694, 230, "#ffdba2", 200, 0.4)
    with c.shape([(0, "#1a2044"), (1, "#0d1430")]) as pen:
        pen.poly([(-5, 935), (500, 918), (1605, 944), (1605, 1005), (-5, 1005)])
        pen.rect(-5, 884, 1610, 4)
        for x in range(10, 1600, 46):
            pen.rect(x, 884, 3.5, 60)
        for x, s in ((420, 1.0), (462, 0.92), (1180, 1.0)):
            pen.disc(x, 826, 12 * s, 14 * s)
            pen.poly(
                [
                    (x - 18 * s, 850),
                    (x, 838),
                    (x + 18 * s, 850),
                    (x + 15 * s, 912),
                    (x + 12 * s, 970),
                    (x - 12 * s, 970),
                    (x - 15 * s, 912),
                ]
            )
    return c


def headquarters() -> Canvas:
    """The head office with flags in front of it."""
    c = Canvas(32)
    c.sky([(0, "#5c93aa"), (0.5, "#aecbca"), (1, "#f4e6cb")], 780)
    c.glow(260, 260, 520, "#fff0cd", 0.6)
    with c.shape("#fbf5e6", 0.6, 13) as pen:
        for _ in range(10):
            pen.disc(
                c.rng.uniform(0, 1600),
                c.rng.uniform(110, 330),
                c.rng.uniform(110, 300),
                c.rng.uniform(8, 22),
            )
    c.land(c.ridge(640, 50, 0.5), [(0, "#8fb0b0"), (1, "#c9d2c0")])
    with c.shape([(0, "#7f9b92"), (1, "#5d7b72")]) as pen:
        for _ in range(60):
            pen.disc(
                c.rng.uniform(-20, 1620),
                c.rng.uniform(720, 770),
                c.rng.uniform(30, 60),
                c.rng.uniform(26, 56),
            )
    with c.shape([(0, "#2a5a70"), (0.5, "#3f8290"), (1, "#9cc4bf")]) as pen:
        pen.poly([(470, 250), (1010, 180), (1010, 790), (470, 790)])
    with c.shape([(0, "#173a52"), (1, "#2f6878")]) as pen:
        pen.poly([(1010, 180), (1330, 262), (1330, 790), (1010, 790)])
    with c.shape("#f4ead6", 0.75) as pen:
        for i in range(12):
            a, b, d = 250 + i * 45, 180 + i * 50.8, 262 + i * 44
            pen.poly([(470, a), (1010, b), (1010, b + 7), (470, a + 7)])
            pen.poly([(1010, b), (1330, d), (1330, d + 6), (1010, b + 7)])
    for column in range(14):
        x1 = 470 + column * 540 / 14
        for i in range(11):
            if c.rng.random() < 0.32:

                def edge(x: float, k: int = i) -> float:
                    return 250 + k * 45 + (x - 470) / 540 * (180 + k * 50.8 - 250 - k * 45)

                tone = c.rng.choice(["#ffe0a0", "#d9efe6", "#f3c98f", "#8fc4c6"])
                with c.shape(tone, c.rng.uniform(0.35, 0.85)) as pen:
                    x2 = x1 + 540 / 14 - 3
                    pen.poly(
                        [
                            (x1 + 2, edge(x1) + 9),
                            (x2, edge(x2) + 9),
                            (x2, edge(x2) + 45),
                            (x1 + 2, edge(x1) + 44),
                        ]
                    )
    with c.shape("#16374d", 0.5) as pen:
        for column in range(15):
            x = 470 + column * 540 / 14
            pen.rect(x - 1, 250 - (x - 470) * 70 / 540, 2, 600)
        for column in range(9):
            pen.rect(1010 + column * 40, 182 + column * 10, 2, 620)
    with c.shape("#fff6df", 0.22, 10, light=True) as pen:
        pen.poly([(560, 238), (690, 222), (980, 790), (850, 790)])
    with c.shape([(0, "#efe3cc"), (1, "#c9b99c")]) as pen:
        pen.poly([(240, 610), (600, 590), (600, 790), (240, 790)])
    with c.shape([(0, "#2b5468"), (1, "#7db0b0")]) as pen:
        for x in range(262, 580, 40):
            pen.rect(x, 640, 27, 120)
    with c.shape([(0, "#d8d2c0"), (0.3, "#c7bfaa"), (1, "#8b8d88")]) as pen:
        pen.rect(-5, 786, 1610, 220)
    with c.shape("#f5ecd9", 0.6) as pen:
        pen.poly([(640, 1005), (760, 790), (930, 790), (1100, 1005)])
    with c.shape("#24455a", 0.22, 10) as pen:
        pen.poly([(470, 790), (1330, 790), (1605, 860), (1605, 905), (900, 880)])
    for x, tone in ((1150, CORAL), (1265, CREAM), (1380, TEAL)):
        with c.shape([(0, "#f3efe3"), (1, "#8b989b")]) as pen:
            pen.rect(x, 380, 6, 520)
            pen.disc(x + 3, 378, 7)
        wave = [(x + 6 + i * 1.5, 392 + 9 * math.sin(i / 11) * i / 90) for i in range(91)]
        with c.shape(
            [
                (0, blend(tone, "#ffffff", 0.1)),
                (0.4, tone),
                (0.7, blend(tone, NAVY, 0.25)),
                (1, tone),
            ],
            across=True,
        ) as pen:
            pen.poly([*wave, *[(px, py + 88) for px, py in reversed(wave)]])
    for x, s in ((150, 1.0), (30, 0.8), (1500, 1.05)):
        with c.shape("#4a4a44") as pen:
            pen.rect(x - 5, 700, 10, 120)
        with c.shape([(0, "#7d9a75"), (1, "#36584f")]) as pen:
            for _ in range(9):
                pen.disc(
                    x + c.rng.uniform(-40, 40) * s, 640 + c.rng.uniform(-70, 70) * s, 50 * s, 46 * s
                )
    with c.shape(INK, 0.9) as pen:
        for x, y, s in ((820, 836, 0.9), (858, 838, 0.86), (690, 880, 1.1), (1020, 826, 0.8)):
            pen.disc(x, y - 52 * s, 7 * s, 8 * s)
            pen.poly(
                [
                    (x - 11 * s, y - 40 * s),
                    (x + 11 * s, y - 40 * s),
                    (x + 8 * s, y - 10 * s),
                    (x + 7 * s, y + 22 * s),
                    (x - 7 * s, y + 22 * s),
                    (x - 8 * s, y - 10 * s),
                ]
            )
    return c


def night_market() -> Canvas:
    """A covered street of component stalls at night."""
    c = Canvas(33)
    c.sky([(0, "#121a35"), (0.5, "#2b2b52"), (1, "#5a3f5f")])
    c.glow(800, 470, 700, CORAL, 0.5)
    vx, vy = 800.0, 470.0
    for side in (-1, 1):
        for i in range(7):
            near, far = 1.0 - i * 0.13, 1.0 - (i + 1) * 0.13
            x1, x2 = vx + side * 820 * near**1.5, vx + side * 820 * far**1.5
            top1, top2 = vy - 640 * near**1.3, vy - 640 * far**1.3
            base1, base2 = vy + 520 * near**1.5, vy + 520 * far**1.5
            tone = blend("#20264c", "#7a4a66", i / 7)
            with c.shape([(0, tone), (1, blend(tone, "#c96f58", 0.35))]) as pen:
                pen.poly([(x1, top1), (x2, top2), (x2, base2), (x1, base1)])
            with c.shape(AMBER, 0.55) as pen:
                for row in range(6):
                    for col in range(3):
                        if c.rng.random() < 0.4:
                            a, b = 0.15 + col * 0.28, 0.15 + col * 0.28 + 0.16
                            p1, p2 = 0.06 + row * 0.07, 0.06 + row * 0.07 + 0.035

                            def at(
                                u: float,
                                v: float,
                                box: tuple[float, ...] = (x1, x2, top1, top2, base1, base2),
                            ) -> tuple[float, float]:
                                left, right, t1, t2, b1, b2 = box
                                t, b = t1 + (t2 - t1) * u, b1 + (b2 - b1) * u
                                return left + (right - left) * u, t + (b - t) * v

                            pen.poly([at(a, p1), at(b, p1), at(b, p2), at(a, p2)])
            awn = c.rng.choice([CORAL, TEAL, AMBER, ROSE, "#d9b48a"])
            depth = side * -70 * near
            with c.shape([(0, awn), (1, blend(awn, INK, 0.4))]) as pen:
                a1, a2 = base1 - 330 * near**1.4, base2 - 330 * far**1.4
                pen.poly(
                    [
                        (x1, a1),
                        (x2, a2),
                        (x2 + depth * far, a2 + 46 * far),
                        (x1 + depth, a1 + 58 * near),
                    ]
                )
            with c.shape([(0, "#ffdf9f"), (1, "#f0a063")], 0.85) as pen:
                pen.poly(
                    [
                        (x1, a1 + 60 * near),
                        (x2, a2 + 50 * far),
                        (x2, base2 - 120 * far**1.5),
                        (x1, base1 - 120 * near**1.5),
                    ]
                )
            with c.shape("#3a2d4d", 0.7) as pen:
                for k in range(5):
                    u = 0.1 + k * 0.18
                    x = x1 + (x2 - x1) * u
                    h = (base1 + (base2 - base1) * u) - 120 * near**1.5
                    pen.rect(x, h - c.rng.uniform(24, 80) * near, 11 * near, 90 * near)
            with c.shape([(0, "#54395a"), (1, "#241f3f")]) as pen:
                b1, b2 = base1 - 126 * near**1.5, base2 - 126 * far**1.5
                pen.poly(
                    [
                        (x1, b1),
                        (x2, b2),
                        (x2 + depth * far * 0.7, b2 + 8),
                        (x1 + depth * 0.7, b1 + 12),
                        (x1 + depth * 0.7, base1 + 4),
                        (x2 + depth * far * 0.7, base2 + 4),
                        (x2, base2),
                        (x1, base1),
                    ]
                )
    with c.shape([(0, "#8a5560"), (0.2, "#4d3a58"), (1, "#12172f")]) as pen:
        pen.poly([(762, 485), (838, 485), (1330, 1010), (270, 1010)])
    with c.shape(AMBER, 0.30, 9, light=True) as pen:
        for _ in range(26):
            depth = c.rng.random() ** 2
            pen.disc(
                800 + c.rng.uniform(-1, 1) * (60 + 380 * depth),
                500 + 490 * depth,
                20 + 70 * depth,
                2 + 7 * depth,
            )
    for k in range(4):
        y, droop = 120 + k * 92, 90 - k * 18
        left, right = (80 + k * 170, y), (1520 - k * 170, y)
        rope = curve(left, (800, y + droop * 1.7), right, 48)
        with c.shape("#1a1f3d") as pen:
            pen.line(rope, 2)
        for x, ly in rope[3:-2:6]:
            size = 22 - k * 4
            c.glow(x, ly + size, size * 4.5, AMBER, 0.55)
            with c.shape([(0, "#ffd48a"), (1, "#d9573c")]) as pen:
                pen.disc(x, ly + size, size * 0.9, size)
    with c.shape([(0, "#1b1d38"), (1, "#0d1126")]) as pen:
        for x, y, s in (
            (700, 640, 0.8),
            (905, 600, 0.62),
            (845, 560, 0.45),
            (610, 860, 1.5),
            (990, 760, 1.15),
            (770, 545, 0.4),
        ):
            pen.disc(x, y - 88 * s, 14 * s, 16 * s)
            pen.poly(
                [
                    (x - 24 * s, y - 60 * s),
                    (x, y - 76 * s),
                    (x + 24 * s, y - 60 * s),
                    (x + 18 * s, y),
                    (x + 13 * s, y + 70 * s),
                    (x + 2, y + 70 * s),
                    (x, y + 8 * s),
                    (x - 2, y + 70 * s),
                    (x - 13 * s, y + 70 * s),
                    (x - 18 * s, y),
                ]
            )
    return c


def auditorium() -> Canvas:
    """Listeners before a lit stage."""
    c = Canvas(34, (1600, 900))
    c.sky([(0, "#101a30"), (1, "#16294a")])
    with c.shape([(0, "#1f4b5e"), (0.6, "#3c7e88"), (1, "#f2b866")]) as pen:
        pen.rect(330, 150, 940, 390, radius=8)
    with c.shape([(0, "#f6d79f"), (1, "#d1603f")], 0.9) as pen:
        pen.disc(800, 428, 108)
    for y, tone in ((440, "#2f6b79"), (475, "#215468"), (505, "#173d52")):
        line = c.ridge(y, 36, 0.5, 330, 1270)
        with c.shape(tone) as pen:
            pen.poly([*line, (1270, 540), (330, 540)])
    c.glow(800, 380, 760, "#f2b866", 0.35)
    with c.shape([(0, "#7a5b4a"), (1, "#3b2f3a")]) as pen:
        pen.poly([(220, 560), (1380, 560), (1480, 640), (120, 640)])
    for x, tone in ((280, AMBER), (800, CREAM), (1320, AMBER)):
        with c.shape(tone, 0.20, 22, light=True) as pen:
            pen.poly(
                [
                    (x - 10, -10),
                    (x + 10, -10),
                    (800 + (x - 800) * 0.6 + 150, 640),
                    (800 + (x - 800) * 0.6 - 150, 640),
                ]
            )
    with c.shape("#0e172b") as pen:
        pen.disc(640, 470, 17, 20)
        pen.poly(
            [(610, 510), (640, 494), (670, 510), (664, 580), (658, 620), (622, 620), (616, 580)]
        )
        pen.line([(664, 516), (712, 478)], 11)
        pen.poly([(930, 520), (1010, 520), (996, 622), (944, 622)])
        pen.rect(966, 490, 3, 32)
    for row in range(5):
        y, size = 660 + row * 62, 0.62 + row * 0.22
        tone = blend("#2a3550", "#0a1222", row / 4)
        with c.shape(
            [(0, blend(tone, APRICOT, 0.22 - row * 0.035)), (0.5, tone), (1, tone)]
        ) as pen:
            step = 74 * size
            x = -step * c.rng.random()
            while x < 1640:
                if c.rng.random() < 0.86:
                    lift = c.rng.uniform(-9, 9) * size
                    pen.disc(x, y + lift, 19 * size, 23 * size)
                    pen.poly(
                        [
                            (x - 8 * size, y + lift),
                            (x + 8 * size, y + lift),
                            (x + 8 * size, y + 40 * size),
                            (x - 8 * size, y + 40 * size),
                        ]
                    )
                    pen.disc(x, y + lift + 66 * size, 37 * size, 38 * size)
                x += step * c.rng.uniform(0.95, 1.25)
            pen.rect(-5, y + 62 * size, 1610, 300)
    return c


PICTURES = {
    "skyline-dusk": skyline_dusk,
    "headquarters": headquarters,
    "night-market": night_market,
    "auditorium": auditorium,
}
