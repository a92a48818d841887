"""What a picture is put together from: marks, lines and labels, in points.

Colours, shapes and dashes are those of the page (``kg/page/style.js``, light): Okabe and Ito's colours (2008), told
apart with any colour vision, and a shape for each type as the second cue.
"""

import dataclasses
import math

from kg.plot.labels import Box

#: Fill and line of each kind, in their order, and of papers.
KINDS = (
    ("#0072b2", "#00517f"), ("#e69f00", "#9a6a00"), ("#009e73", "#006b4e"), ("#cc79a7", "#94426f"),
    ("#56b4e9", "#2b7fb0"), ("#d55e00", "#8f3f00"),
)  # fmt: skip
PAPER = ("#6b7686", "#4a5361")
TEXT, MUTED = "#1d2430", "#5c6675"
#: Size of type in legend and note, in points. Journals ask for 6 or more.
SMALL = 6.5


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """How a line is drawn."""

    colour: str
    width: float
    dashes: tuple[float, ...] = ()


#: Lines by what they say.
LINES = {
    "introduces": Line("#3b4656", 1.3),
    "uses": Line("#a3acb8", 0.6),
    "mentions": Line("#a3acb8", 0.6, (2.0, 2.5)),
    "relation": Line("#c25400", 0.6),
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A node: its corners, or none for a circle."""

    x: float
    y: float
    radius: float
    fill: str
    line: str
    outline: tuple[tuple[float, float], ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Text in its box, whose baseline is ``descent`` above the bottom; ``backed`` by white where lines may cross."""

    text: str
    box: Box
    descent: float
    size: float
    colour: str
    bold: bool = False
    backed: bool = False


def measure(text: str, size: float, *, bold: bool = False) -> tuple[float, float, float]:
    """Return a text's width, height and descent, in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    # Lines of one height stand on one baseline, whatever letters they hold.
    return float(width) + 1.0, size * 1.15, size * 0.28


def outline(shape: str, x: float, y: float, r: float) -> tuple[tuple[float, float], ...]:
    """Return the corners of a shape as the page draws it; none for a circle."""
    if shape == "square":
        return ((x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r))
    corners, turn = {
        "diamond": (4, 0.0), "triangle": (3, math.pi / 2), "triangleDown": (3, -math.pi / 2), "hexagon": (6, 0.0),
        "star": (10, math.pi / 2),
    }.get(shape, (0, 0.0))  # fmt: skip
    found = []
    for i in range(corners):
        far = r * ((0.6 if i % 2 else 1.2) if shape == "star" else 1.1)
        angle = turn + 2 * math.pi * i / corners
        found.append((round(x + far * math.cos(angle), 3), round(y + far * math.sin(angle), 3)))
    return tuple(found)


def to_mark(shape: str, x: float, y: float, radius: float, colours: tuple[str, str]) -> Mark:
    """Return a node of a shape, in its fill and line."""
    return Mark(x=x, y=y, radius=radius, fill=colours[0], line=colours[1], outline=outline(shape, x, y, radius))


def to_line(text: str, x: float, y: float) -> Label:
    """Return a line of small type whose lower left corner is given."""
    width, height, descent = measure(text, SMALL)
    return Label(text=text, box=Box(x, y, x + width, y + height), descent=descent, size=SMALL, colour=MUTED)
