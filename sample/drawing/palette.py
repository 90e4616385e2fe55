"""The few colours all pictures share, and the skies made of them."""

from __future__ import annotations

INK = "#0f1b2d"
NAVY = "#1a2e4a"
PETROL = "#1f4b5e"
TEAL = "#3c7e88"
SEA = "#6aa3a6"
MIST = "#a8c4c4"
FOG = "#d8e1dc"
CREAM = "#f6eddd"
SAND = "#ead2ab"
AMBER = "#f2b866"
APRICOT = "#ea9c6d"
CORAL = "#d1603f"
ROSE = "#b35a6c"
PLUM = "#54416b"
MOSS = "#5d7b62"

Stops = list[tuple[float, str]]
"""A gradient: (place between 0 and 1, colour), in order."""

DAWN: Stops = [
    (0, "#35577a"),
    (0.35, "#7fa0ab"),
    (0.62, "#e5c9ac"),
    (0.82, "#f6dcb4"),
    (1, "#f9e8cc"),
]
DUSK: Stops = [
    (0, "#1b2746"),
    (0.3, "#483c66"),
    (0.55, "#a3566a"),
    (0.75, "#e58c62"),
    (1, "#f8cf8d"),
]
DAY: Stops = [(0, "#5f97a8"), (0.45, "#a3c6c8"), (0.8, "#dfe6da"), (1, "#f4ecdb")]
NIGHT: Stops = [(0, "#0a1424"), (0.5, "#16294a"), (0.85, "#2c4c6d"), (1, "#4b6f86")]
STORM: Stops = [(0, "#24384c"), (0.4, "#4a6676"), (0.75, "#8fa6a8"), (1, "#c9d1c6")]
GOLD: Stops = [(0, "#c98257"), (0.35, "#e6ab70"), (0.7, "#f5d39c"), (1, "#fbecc8")]


def blend(first: str, second: str, share: float) -> str:
    """Mix two colours; ``share`` 0 gives the first, 1 the second."""
    pairs = zip(channels(first), channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def channels(colour: str) -> tuple[int, int, int]:
    """Split ``#rrggbb`` into three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
