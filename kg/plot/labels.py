"""Where labels go: beside their nodes, over no other label and no node, nearest and least crossed first.

The greedy rule of cartography (Christensen, Marks and Shieber 1995, "An empirical study of algorithms for point-feature
label placement", section 3.1), over twelve directions and growing distances, the most important label first.
"""

import dataclasses
from collections.abc import Sequence

#: Directions of a label from its node, the preferred first: below, above, right, left, then between.
_DIRECTIONS = (
    (0.0, -1.0), (0.0, 1.0), (1.0, 0.0), (-1.0, 0.0), (0.8, -0.8), (-0.8, -0.8), (0.8, 0.8), (-0.8, 0.8),
    (0.5, -1.0), (-0.5, -1.0), (0.5, 1.0), (-0.5, 1.0),
)  # fmt: skip
#: Distances between node and label, in points; beyond the first few a thin line leads to the node.
_DISTANCES = (1.5, 4.0, 8.0, 13.0, 19.0, 26.0)
#: From this distance on, in points, one no longer sees whose label it is.
LED = 8.0
#: What a crossed edge weighs against nearness, in points; by eye.
_CROSSED = 2.0


@dataclasses.dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in points."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "Box") -> bool:
        """Say whether the two overlap."""
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )

    def within(self, other: "Box") -> bool:
        """Say whether this one lies in the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.bottom >= other.bottom
            and self.top <= other.top
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A label to place: its node's centre and half width, and its own size, in points. `rank`: the smallest first."""

    x: float
    y: float
    radius: float
    width: float
    height: float
    rank: tuple[float, ...]


def around_node(x: float, y: float, radius: float) -> Box:
    """Return the box of a node."""
    return Box(x - radius, y - radius, x + radius, y + radius)


def place_labels(
    wanted: Sequence[Wanted], *, frame: Box, edges: Sequence[tuple[float, float, float, float]] = ()
) -> list[tuple[Box, float] | None]:
    """Return each label's box with its distance from the node, or ``None`` where it finds no room.

    Args:
        wanted: the labels with their nodes; all nodes are kept free, those without a label (width 0) too.
        frame: what labels must stay within.
        edges: lines (x, y, x, y) that labels would rather not cover.
    """
    nodes = [around_node(one.x, one.y, one.radius) for one in wanted]
    placed: list[Box] = []
    found: list[tuple[Box, float] | None] = [None] * len(wanted)
    for index in sorted(range(len(wanted)), key=lambda i: (wanted[i].rank, i)):
        if not wanted[index].width:
            continue
        best: tuple[float, int, Box, float] | None = None
        for turn, (box, distance) in enumerate(_candidates(wanted[index])):
            if best is not None and distance >= best[0]:
                break
            others = (node for i, node in enumerate(nodes) if i != index)
            if not box.within(frame) or any(box.meets(b) for b in placed) or any(box.meets(b) for b in others):
                continue
            cost = distance + _CROSSED * min(4, sum(_crosses(box, edge) for edge in edges))
            if best is None or (cost, turn) < best[:2]:
                best = (cost, turn, box, distance)
        if best is not None:
            placed.append(best[2])
            found[index] = (best[2], best[3])
    return found


def _candidates(one: Wanted) -> list[tuple[Box, float]]:
    boxes = []
    for distance in _DISTANCES:
        for dx, dy in _DIRECTIONS:
            x = one.x + dx * (one.radius + distance) + (dx * one.width / 2 if abs(dx) > 0.6 else dx * one.width * 0.4)
            y = one.y + dy * (one.radius + distance + one.height / 2)
            boxes.append((Box(x - one.width / 2, y - one.height / 2, x + one.width / 2, y + one.height / 2), distance))
    return boxes


def _crosses(box: Box, edge: tuple[float, float, float, float]) -> bool:
    """Say whether a line passes through a box (Liang and Barsky 1984)."""
    x, y, to_x, to_y = edge
    dx, dy = to_x - x, to_y - y
    enter, leave = 0.0, 1.0
    for way, room in ((-dx, x - box.left), (dx, box.right - x), (-dy, y - box.bottom), (dy, box.top - y)):
        if way == 0:
            if room < 0:
                return False
        elif way < 0:
            enter = max(enter, room / way)
        else:
            leave = min(leave, room / way)
    return enter < leave
