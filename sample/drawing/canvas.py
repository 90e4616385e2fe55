"""Paper and brushes: a picture drawn twice as large and made small at the end.

Every coordinate is in pixels of the finished picture.  A shape is first a mask
in grey, then the mask is filled with a colour or a gradient; so edges are
smooth, shapes may be cut out of each other, and light can be added by blurring
the mask and screening it.  All chance comes from one seeded generator: the
same seed gives the same picture.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .palette import Stops, channels

SCALE = 2
"""Supersampling: edges drawn at twice the size look clean when halved."""

DITHER_COLUMNS = 48
"""Width of the dithered gradient strip; wide enough that its repeat is unseen."""

RIM = 178
"""Value of Pillow's radial gradient at the middle of its sides (255 is only in the corners)."""

QUALITY = 83
"""With the grain, no difference to 90 is seen, and all pictures together stay below 6 MB."""

Point = tuple[float, float]
Fill = str | Stops


class Pen:
    """Draws into one mask; ``ink`` 255 adds to the shape, 0 cuts out of it."""

    def __init__(self, mask: Image.Image) -> None:
        self._draw = ImageDraw.Draw(mask)

    def poly(self, points: Sequence[Point], ink: int = 255) -> None:
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=ink)

    def rect(
        self, x: float, y: float, w: float, h: float, ink: int = 255, radius: float = 0
    ) -> None:
        box = [x * SCALE, y * SCALE, (x + w) * SCALE, (y + h) * SCALE]
        if radius:
            self._draw.rounded_rectangle(box, radius * SCALE, fill=ink)
        else:
            self._draw.rectangle(box, fill=ink)

    def line(self, points: Sequence[Point], width: float, ink: int = 255) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._draw.line(scaled, fill=ink, width=max(1, round(width * SCALE)), joint="curve")

    def disc(self, x: float, y: float, rx: float, ry: float | None = None, ink: int = 255) -> None:
        ry = rx if ry is None else ry
        box = [(x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE]
        self._draw.ellipse(box, fill=ink)

    def arc(
        self, x: float, y: float, r: float, start: float, end: float, width: float, ink: int = 255
    ) -> None:
        box = [(x - r) * SCALE, (y - r) * SCALE, (x + r) * SCALE, (y + r) * SCALE]
        self._draw.arc(box, start, end, fill=ink, width=max(1, round(width * SCALE)))


class Canvas:
    """One picture while it is being drawn."""

    def __init__(self, seed: int, size: tuple[int, int] = (1600, 1000)) -> None:
        self.w, self.h = size
        self.rng = random.Random(seed)
        self.image = Image.new("RGB", (self.w * SCALE, self.h * SCALE))

    @contextmanager
    def shape(
        self,
        fill: Fill,
        alpha: float = 1,
        blur: float = 0,
        *,
        across: bool = False,
        light: bool = False,
    ) -> Iterator[Pen]:
        """Draw a shape and fill it when the block ends.

        Args:
            fill: a colour, or gradient stops laid over the shape's own height.
            alpha: 0 unseen … 1 opaque.
            blur: radius in pixels by which the edge is softened.
            across: lay the gradient from left to right instead.
            light: add to what is beneath (screen) instead of covering it.
        """
        mask = Image.new("L", self.image.size)
        yield Pen(mask)
        self._pour(mask, fill, alpha, blur, across=across, light=light)

    def sky(self, stops: Stops, bottom: float | None = None) -> None:
        """Fill from the top to ``bottom`` (the whole picture when not given)."""
        with self.shape(stops) as pen:
            pen.rect(0, 0, self.w, self.h if bottom is None else bottom)

    def glow(self, x: float, y: float, radius: float, colour: str, alpha: float = 1) -> None:
        """Add round, soft light."""
        side = round(radius * 2 * SCALE)
        falloff = [round(255 * alpha * max(0, 1 - i / RIM) ** 1.8) for i in range(256)]
        disc = Image.radial_gradient("L").point(falloff)
        disc = disc.resize((side, side), Image.Resampling.BICUBIC)
        mask = Image.new("L", self.image.size)
        mask.paste(disc, (round((x - radius) * SCALE), round((y - radius) * SCALE)))
        self._pour(mask, colour, 1, 0, across=False, light=True)

    def haze(
        self, top: float, bottom: float, colour: str, alpha: float, *, rising: bool = False
    ) -> None:
        """Lay mist that thickens downwards (or upwards when ``rising``)."""
        height = round((bottom - top) * SCALE)
        strip = Image.linear_gradient("L").resize(
            (self.image.width, height), Image.Resampling.BICUBIC
        )
        if rising:
            strip = strip.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        mask = Image.new("L", self.image.size)
        mask.paste(strip, (0, round(top * SCALE)))
        self._pour(mask, colour, alpha, 0, across=False, light=False)

    def ridge(
        self,
        y: float,
        height: float,
        rough: float = 0.5,
        start: float = 0,
        end: float | None = None,
    ) -> list[Point]:
        """Return a mountain line from left to right around ``y`` (midpoint displacement)."""
        heights = [self.rng.uniform(-1, 1) * height for _ in range(3)]
        swing = height
        for _ in range(7):
            swing *= rough
            halves = [
                (a + b) / 2 + self.rng.uniform(-swing, swing)
                for a, b in itertools.pairwise(heights)
            ]
            heights = [h for pair in zip(heights, halves, strict=False) for h in pair] + [
                heights[-1]
            ]
        end = self.w if end is None else end
        step = (end - start) / (len(heights) - 1)
        return [(start + i * step, y + h) for i, h in enumerate(heights)]

    def land(self, line: Sequence[Point], fill: Fill, alpha: float = 1) -> None:
        """Fill everything under a line."""
        with self.shape(fill, alpha) as pen:
            pen.poly([*line, (line[-1][0], self.h + 2), (line[0][0], self.h + 2)])

    def mirror(
        self, horizon: float, tint: Stops, alpha: float = 0.5, ripple: float = 5, squash: float = 1
    ) -> None:
        """Turn everything under ``horizon`` into water that reflects what stands above it."""
        width, top = self.image.width, round(horizon * SCALE)
        depth = self.image.height - top
        source = self.image.crop((0, max(0, top - round(depth * squash)), width, top))
        source = source.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((width, depth))
        water = Image.new("RGB", source.size)
        row, phase = 0, 0.0
        while row < depth:
            share = row / depth
            thick = 2 + round(10 * share)
            phase += self.rng.uniform(0.5, 1.5)
            shift = round(math.sin(phase) * ripple * SCALE * (0.3 + 1.7 * share))
            band = source.crop((0, row, width, min(depth, row + thick)))
            water.paste(ImageChops.offset(band, shift, 0), (0, row))
            row += thick
        water = water.filter(ImageFilter.GaussianBlur(1.6 * SCALE))
        self.image.paste(water, (0, top))
        with self.shape(tint, alpha) as pen:
            pen.rect(0, horizon, self.w, self.h - horizon)

    def glints(
        self, x: float, horizon: float, spread: float, colour: str, count: int, alpha: float = 0.7
    ) -> None:
        """Scatter the broken path of light that a low sun leaves on water."""
        with self.shape(colour, alpha, 0.6, light=True) as pen:
            for _ in range(count):
                depth = self.rng.random() ** 1.4
                y = horizon + 4 + depth * (self.h - horizon)
                half = self.rng.uniform(4, 26) * (0.4 + depth * 1.6)
                middle = x + self.rng.gauss(0, spread * (0.25 + depth))
                pen.disc(middle, y, half, 0.9 + depth * 1.8)

    def rays(
        self, x: float, y: float, targets: Sequence[tuple[Point, Point]], colour: str, alpha: float
    ) -> None:
        """Throw shafts of light from a source to pairs of floor points."""
        for left, right in targets:
            with self.shape(colour, alpha, 14, light=True) as pen:
                pen.poly([(x - 8, y), (x + 8, y), right, left])

    def stars(self, count: int, bottom: float, colour: str = "#f6eddd") -> None:
        """Sprinkle small stars above ``bottom``, fewer towards it."""
        for bright in (0.35, 0.6, 0.9):
            with self.shape(colour, bright, light=True) as pen:
                for _ in range(count // 3):
                    pen.disc(
                        self.rng.uniform(0, self.w),
                        bottom * self.rng.random() ** 1.5,
                        self.rng.uniform(0.6, 1.0 + bright),
                    )

    def save(self, path: Path, grain: int = 7, vignette: float = 0.22) -> None:
        """Darken the corners, make small, add grain, write the JPEG."""
        dark = Image.radial_gradient("L").resize(
            (self.w // 4, self.h // 4), Image.Resampling.BICUBIC
        )
        dark = dark.point(
            [round(255 * vignette * max(0, (i - 120) / 135) ** 1.6) for i in range(256)]
        )
        small = self.image.resize((self.w, self.h), Image.Resampling.LANCZOS)
        small.paste(
            Image.new("RGB", small.size, "#0b1626"),
            (0, 0),
            dark.resize(small.size, Image.Resampling.BICUBIC),
        )
        small = ImageChops.add(small, self._grain(grain), 1, -grain)
        path.parent.mkdir(parents=True, exist_ok=True)
        small.save(path, "JPEG", quality=QUALITY, optimize=True, progressive=True)

    def _grain(self, strength: int) -> Image.Image:
        """Return grey noise around ``strength``, softened so that it stays cheap to store."""
        count = self.w * self.h
        rough = Image.frombytes("L", (self.w, self.h), self.rng.randbytes(count))
        soft = rough.filter(ImageFilter.GaussianBlur(0.9))
        table = [
            round(min(2 * strength, max(0, strength + (i - 127.5) / 90 * strength)))
            for i in range(256)
        ]
        return soft.point(table).convert("RGB")

    def _pour(
        self, mask: Image.Image, fill: Fill, alpha: float, blur: float, *, across: bool, light: bool
    ) -> None:
        """Fill the mask and lay it on the picture."""
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * SCALE))
        box = mask.getbbox()
        if box is None:
            return
        mask = mask.crop(box)
        if alpha < 1:
            mask = mask.point([round(i * alpha) for i in range(256)])
        colour = self._fill(fill, mask.size, across=across)
        if light:
            colour = ImageChops.screen(self.image.crop(box), colour)
        self.image.paste(colour, box[:2], mask)

    def _fill(self, fill: Fill, size: tuple[int, int], *, across: bool) -> Image.Image:
        """Return a sheet of one colour, or a gradient dithered against banding."""
        if isinstance(fill, str):
            return Image.new("RGB", size, fill)
        length = size[0] if across else size[1]
        strip = Image.new("RGB", (DITHER_COLUMNS, length))
        chance = [self.rng.random() for _ in range(997)]
        pixels, turn = bytearray(), 0
        for i in range(length):
            exact = _between(fill, i / max(1, length - 1))
            for _ in range(DITHER_COLUMNS):
                turn = (turn + 1) % 997
                pixels += bytes(min(255, int(value + chance[turn])) for value in exact)
        strip.frombytes(bytes(pixels))
        if across:
            strip = strip.transpose(Image.Transpose.TRANSPOSE)
        sheet = Image.new("RGB", size)
        wide, high = strip.size
        for x in range(0, size[0], wide):
            for y in range(0, size[1], high):
                sheet.paste(strip, (x, y))
        return sheet


def _between(stops: Stops, place: float) -> tuple[float, float, float]:
    """Return the colour of a gradient at a place between 0 and 1."""
    before = stops[0]
    for after in stops:
        if place <= after[0]:
            span = after[0] - before[0]
            share = (place - before[0]) / span if span else 0
            pairs = zip(channels(before[1]), channels(after[1]), strict=True)
            mixed = [a + (b - a) * share for a, b in pairs]
            return mixed[0], mixed[1], mixed[2]
        before = after
    last = channels(stops[-1][1])
    return float(last[0]), float(last[1]), float(last[2])


def curve(start: Point, bend: Point, end: Point, steps: int = 60) -> list[Point]:
    """Return a quadratic Bézier as points."""
    points = []
    for i in range(steps + 1):
        t = i / steps
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        points.append(
            (a * start[0] + b * bend[0] + c * end[0], a * start[1] + b * bend[1] + c * end[1])
        )
    return points
