"""Where everything stands on the page: communities by networkx, each laid out alone, then packed.

The same numbers come out on every machine: networkx's Louvain runs on integers with a fixed seed, and the forces are
summed with operations that IEEE 754 rounds exactly (no BLAS, no einsum, no transcendental function inside the loop).

Sources: Blondel et al. (2008), "Fast unfolding of communities in large networks" (Louvain); Fruchterman and Reingold
(1991), "Graph drawing by force-directed placement" (the forces), here with discs instead of points.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

Point = tuple[int, int]

#: Seed of Louvain; any number does, it is fixed so that two exports are alike.
_SEED = 20
#: Steps of the forces. By eye, pictures of 30 to 500 nodes stop changing after some 120.
_STEPS = 150
#: Golden angle, in radians: successive points of a spiral never line up.
_GOLDEN = math.pi * (3 - math.sqrt(5))
#: Room between two discs, in pixels of the page at zoom 1.
_GAP = 14.0
#: Strength of repulsion and of the pull to the middle, chosen by looking at graphs of 9, 40 and 200 papers: a fifth of
#: each community's disc is covered by nodes, tied ones stay near, and labels find room.
_PUSH, _GRAVITY = 0.4, 0.12
#: A screen is wider than high: packing stretches its spiral by this, near 16:10.
_WIDE = 1.5


def find_communities(count: int, ties: Iterable[tuple[int, int, float]]) -> list[list[int]]:
    """Return the communities of nodes 0..``count``-1, the largest first, each sorted; a node without ties is alone.

    Args:
        count: number of nodes.
        ties: (node, node, weight) with weights over 0.
    """
    import networkx as nx

    network: Any = nx.Graph()
    network.add_nodes_from(range(count))
    network.add_weighted_edges_from(ties)
    lonely = [[node] for node in range(count) if not network.degree(node)]
    network.remove_nodes_from([node for [node] in lonely])
    found = [sorted(c) for c in nx.community.louvain_communities(network, seed=_SEED)] if len(network) else []
    return sorted(found, key=lambda c: (-len(c), c[0])) + lonely


def _spiral(count: int, step: float) -> list[tuple[float, float]]:
    """Return ``count`` points spread evenly over a disc (Vogel 1979), rounded so that every machine agrees."""
    return [
        (
            round(step * math.sqrt(i + 0.5) * math.cos(i * _GOLDEN), 1),
            round(step * math.sqrt(i + 0.5) * math.sin(i * _GOLDEN), 1),
        )
        for i in range(count)
    ]


def place(radii: Sequence[float], ties: Iterable[tuple[int, int, float]]) -> list[Point]:
    """Return positions for discs of given ``radii`` (pixels), tied ones near each other, none over another.

    Outline: start on a spiral; attract along ties, repel between all, with a falling limit on a step's length; then
    push apart what still overlaps; centre on the origin.
    """
    import numpy as np

    count = len(radii)
    if count < 2:
        return [(0, 0)] * count
    tied = sorted((min(a, b), max(a, b), w) for a, b, w in ties if a != b)
    size = np.array([round(r, 1) for r in radii])
    mean = float(math.fsum(float(r) for r in size)) / count
    ideal = round(mean + _GAP, 1)
    xy: Array = np.array(_spiral(count, ideal * 0.8)).T.copy()
    heads = np.array([a for a, _, _ in tied], dtype=np.int64)
    tails = np.array([b for _, b, _ in tied], dtype=np.int64)
    most = max((w for _, _, w in tied), default=1.0)
    pull = np.array([0.35 + 0.65 * round(w / most, 3) for _, _, w in tied])
    rest = size[heads] + size[tails] + _GAP if tied else size[:0]
    apart = size[:, None] + size[None, :]
    limit = ideal * 2
    for step in range(_STEPS):
        dx, dy = xy[0][:, None] - xy[0][None, :], xy[1][:, None] - xy[1][None, :]
        square = dx * dx + dy * dy + 0.01
        push = (ideal + apart) * ideal * _PUSH / square
        # Sums run down the columns: numpy adds whole rows one after the other there, in the same order everywhere.
        move_x, move_y = -(dx * push).sum(axis=0), -(dy * push).sum(axis=0)
        if tied:
            along_x, along_y = xy[0][heads] - xy[0][tails], xy[1][heads] - xy[1][tails]
            length = np.sqrt(along_x * along_x + along_y * along_y) + 0.01
            force = pull * np.maximum(length - rest, 0.0) / ideal
            for sign, ends in ((-1.0, heads), (1.0, tails)):
                move_x += sign * np.bincount(ends, weights=along_x * force, minlength=count)
                move_y += sign * np.bincount(ends, weights=along_y * force, minlength=count)
        # A weak pull to the middle keeps parts that nothing ties together.
        move_x -= xy[0] * _GRAVITY
        move_y -= xy[1] * _GRAVITY
        length = np.sqrt(move_x * move_x + move_y * move_y) + 0.01
        cap = np.minimum(length, limit * (1 - step / _STEPS) + 0.5) / length
        xy[0] += move_x * cap
        xy[1] += move_y * cap
    xy = _pushed_apart(np, xy, apart + _GAP)
    centre = [(float(line.min()) + float(line.max())) / 2 for line in xy]
    return [(round(float(x) - centre[0]), round(float(y) - centre[1])) for x, y in zip(xy[0], xy[1], strict=True)]


def _pushed_apart(np: Any, xy: "Array", wanted: "Array") -> "Array":
    """Move discs until none overlaps, each pair by half of what it lacks; 200 rounds at most."""
    wanted = wanted.copy()
    np.fill_diagonal(wanted, 0.0)
    for _ in range(200):
        dx, dy = xy[0][:, None] - xy[0][None, :], xy[1][:, None] - xy[1][None, :]
        far = np.sqrt(dx * dx + dy * dy)
        lacking = np.maximum(wanted - far, 0.0)
        if not (lacking > 0.5).any():
            break
        share = lacking * 0.3 / np.maximum(far, 0.1)
        xy = xy - np.stack([(dx * share).sum(axis=0), (dy * share).sum(axis=0)])
    return xy


def pack(radii: Sequence[float], *, first: bool = False) -> list[Point]:
    """Return centres for discs of given ``radii``: the largest in the middle, none over another.

    Each disc, the largest first, takes the first free place along a spiral. With ``first`` the disc that is listed
    first has the middle, whatever its size.
    """
    order = sorted(range(len(radii)), key=lambda i: (first and i > 0, -radii[i], i))
    placed: list[tuple[float, float, float]] = []
    found: list[Point] = [(0, 0)] * len(radii)
    start = 0
    last = -1.0
    for i in order:
        radius = radii[i]
        step = max(4.0, radius * 0.25)
        # Smaller discs may fit where larger ones did not; the search goes back to the start for each new size.
        start = start if radius == last else 0
        last = radius
        for turn in range(start, 200_000):
            far = step * math.sqrt(turn)
            x, y = round(far * math.cos(turn * _GOLDEN) * _WIDE), round(far * math.sin(turn * _GOLDEN))
            if all((x - a) ** 2 + (y - b) ** 2 >= (radius + r + _GAP * 2) ** 2 for a, b, r in placed):
                start = turn
                break
        placed.append((x, y, radius))
        found[i] = (x, y)
    return found


def band(radii: Sequence[float], *, width: float) -> list[Point]:
    """Return centres for discs of given ``radii`` in rows under each other, from (0, 0) to the right and down."""
    found: list[Point] = []
    x, y, high = 0.0, 0.0, 0.0
    for radius in radii:
        if found and x + 2 * radius > width:
            x, y, high = 0.0, y + high + _GAP, 0.0
        found.append((round(x + radius), round(y + radius)))
        x, high = x + 2 * radius + _GAP, max(high, 2 * radius)
    return found


def ring(count: int, *, inner: float, each: float) -> tuple[list[Point], float]:
    """Return ``count`` places on rings around the origin, and the radius of the disc that holds them.

    Args:
        count: how many.
        inner: radius of the first ring, in pixels.
        each: room that one place needs along the ring, and between two rings.
    """
    found: list[Point] = []
    radius = inner
    while len(found) < count:
        here = min(count - len(found), max(3, int(2 * math.pi * radius / each)))
        turn = 0.5 if len(found) else 0.0
        for i in range(here):
            angle = 2 * math.pi * (i + turn) / here - math.pi / 2
            found.append((round(radius * math.cos(angle)), round(radius * math.sin(angle))))
        radius += each
    return found, (radius - each + each / 2 if count else 0.0)


def bundle(ties: Iterable[tuple[int, int, float]]) -> dict[tuple[int, int], float]:
    """Return the sum of weights of each unordered pair of different nodes."""
    summed: dict[tuple[int, int], float] = defaultdict(float)
    for a, b, weight in ties:
        if a != b:
            summed[min(a, b), max(a, b)] += weight
    return dict(sorted(summed.items()))
