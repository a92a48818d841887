"""Where everything of a picture goes, before any library draws it; in points."""

import dataclasses
import math
from collections.abc import Sequence

from kg.page.contents import ROLES, Contents
from kg.page.groups import rarity
from kg.page.layout import place
from kg.page.picture import PAPER_SHAPE, shape_of
from kg.plot.chosen import Chosen
from kg.plot.labels import LED, Box, Wanted, place_labels
from kg.plot.legend import ROW, draw_legend, to_entries, to_rows, wrapped
from kg.plot.marks import KINDS, LINES, MUTED, PAPER, SMALL, TEXT, Label, Line, Mark, measure, to_line, to_mark

#: Sizes of type: labels of entities, of papers, of seeds.
_ENTITY, _PAPER, _SEED = 7.0, 6.5, 8.5
#: The margin around everything.
_MARGIN = 6.0
#: Half width of an entity of one paper, and what the one of most papers in the picture has more: areas tell papers.
_NODE, _MORE = 2.6, 4.6


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """All of a picture. `note` says what is left out, labels that found no room included."""

    marks: tuple[Mark, ...]
    edges: tuple[tuple[Line, tuple[tuple[float, float, float, float], ...]], ...]
    arrows: tuple[tuple[Line, tuple[float, float, float, float], tuple[float, float]], ...]
    leaders: tuple[tuple[float, float, float, float], ...]
    labels: tuple[Label, ...]
    note: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """What is drawn of one paper or entity, before it has a place."""

    key: tuple[str, int]
    text: str
    size: float
    bold: bool
    radius: float
    shape: str
    colours: tuple[str, str]
    rank: tuple[float, ...]


def _nodes(contents: Contents, chosen: Chosen, seeds: Sequence[str]) -> list[_Node]:
    found = []
    most = max(max((contents.entities[number][3] for number in chosen.entities), default=0) - 1, 1)
    for place_, (number, label) in enumerate(zip(chosen.papers, chosen.paper_labels, strict=True)):
        seed = contents.papers[number][0] in seeds
        found.append(
            _Node(key=("p", number), text=label, size=_SEED if seed else _PAPER, bold=seed, radius=3.4,
                  shape=PAPER_SHAPE, colours=PAPER, rank=(not seed, 1, place_))
        )  # fmt: skip
    for place_, (number, label) in enumerate(zip(chosen.entities, chosen.entity_labels, strict=True)):
        identifier, _, kind, having, _ = contents.entities[number]
        seed = identifier in seeds
        found.append(
            _Node(key=("e", number), text=label, size=_SEED if seed else _ENTITY, bold=seed,
                  radius=round(_NODE + _MORE * math.sqrt((max(having, 1) - 1) / most), 2), shape=shape_of(kind),
                  colours=KINDS[kind % len(KINDS)], rank=(not seed, 0, place_))
        )  # fmt: skip
    return found


def sketch(
    contents: Contents, chosen: Chosen, *, seeds: Sequence[str], width: float, height: float, note: bool
) -> Sketch:
    """Return the picture: nodes by forces, stretched to the frame; then labels; then the legend below."""
    nodes = _nodes(contents, chosen, seeds)
    at = {node.key: i for i, node in enumerate(nodes)}
    uses = [(at["p", p], at["e", e], role) for p, e, role in contents.uses if ("p", p) in at and ("e", e) in at]
    stated = sorted(
        {(at["e", s], at["e", o]) for s, _, o, _ in contents.relations if ("e", s) in at and ("e", o) in at}
    )
    sizes = [measure(node.text, node.size, bold=node.bold) for node in nodes]
    entries = to_entries(
        contents,
        papers=any(node.key[0] == "p" for node in nodes),
        kinds=sorted({contents.entities[node.key[1]][2] for node in nodes if node.key[0] == "e"}),
        roles=sorted({role for _, _, role in uses}),
        related=bool(stated),
    )
    rows = to_rows(entries, width - 2 * _MARGIN)
    # The note may get a sentence more, once the names have their places: its room is kept for two lines at least.
    noted = max(2, len(wrapped(chosen.told, width - 2 * _MARGIN))) if note and chosen.told else int(note)
    foot = 4.0 + ROW * (len(rows) + noted)
    frame = Box(_MARGIN, foot + _MARGIN, width - _MARGIN, height - _MARGIN)
    places = _places(contents, nodes, uses, sizes, frame)
    lines = [(*places[a], *places[b]) for a, b, _ in uses]
    wanted = [
        Wanted(x=x, y=y, radius=node.radius * 1.1, width=size[0], height=size[1], rank=node.rank)
        for node, (x, y), size in zip(nodes, places, sizes, strict=True)
    ]
    boxes = place_labels(wanted, frame=frame, edges=[*lines, *((*places[a], *places[b]) for a, b in stated)])
    labels, leaders, missing = [], [], 0
    for node, (x, y), size, found in zip(nodes, places, sizes, boxes, strict=True):
        if found is None:
            missing += 1
            continue
        box, distance = found
        colour = MUTED if node.key[0] == "p" and not node.bold else TEXT
        labels.append(
            Label(text=node.text, box=box, descent=size[2], size=node.size, colour=colour, bold=node.bold, backed=True)
        )
        if distance >= LED:
            leaders.append((x, y, *_nearest(box, x, y)))
    told = " ".join(part for part in (chosen.told, f"{missing} without room for a name." if missing else "") if part)
    legend_marks, legend_lines, legend_labels = draw_legend(rows, width, foot - ROW)
    if note:
        for turn, line in enumerate(wrapped(told, width - 2 * _MARGIN)):
            y = foot - ROW * (len(rows) + turn + 1)
            legend_labels.append(to_line(line, (width - measure(line, SMALL)[0]) / 2, y))
    return Sketch(
        marks=tuple(
            to_mark(node.shape, x, y, node.radius, node.colours) for node, (x, y) in zip(nodes, places, strict=True)
        )
        + tuple(legend_marks),
        edges=tuple(
            (LINES[role], tuple(line for line, (_, _, r) in zip(lines, uses, strict=True) if ROLES[r] == role))
            for role in reversed(ROLES)
        )
        + tuple(legend_lines),
        arrows=tuple(
            (LINES["relation"], (*places[a], *places[b]), (nodes[a].radius + 0.5, nodes[b].radius + 0.8))
            for a, b in stated
        ),
        leaders=tuple(leaders),
        labels=(*labels, *legend_labels),
        note=told,
    )


def _nearest(box: Box, x: float, y: float) -> tuple[float, float]:
    return min(max(x, box.left), box.right), min(max(y, box.bottom), box.top)


def _places(
    contents: Contents,
    nodes: Sequence[_Node],
    uses: Sequence[tuple[int, int, int]],
    sizes: Sequence[tuple[float, float, float]],
    frame: Box,
) -> list[tuple[float, float]]:
    """Return where nodes stand: as discs with room for their labels, the picture then stretched to fill the frame."""
    total = max(len(contents.papers), 1)
    radii = [max(node.radius + 8.0, size[0] * 0.36) for node, size in zip(nodes, sizes, strict=True)]
    ties = [(a, b, rarity(total, max(contents.entities[nodes[b].key[1]][3], 1))) for a, b, _ in uses]
    rough = place(radii, ties)
    found = []
    # Names at the sides and at the foot stay in the frame.
    side, foot = min(34.0, (frame.right - frame.left) / 6), 14.0
    for axis, (low, high) in enumerate(
        ((frame.left + side, frame.right - side), (frame.bottom + foot, frame.top - 10))
    ):
        line = [at[axis] for at in rough] or [0]
        least, most = min(line), max(line)
        scale = (high - low) / (most - least) if most > least else 0.0
        middle = (low + high) / 2
        found.append([round(middle + (value - (least + most) / 2) * min(scale, 2.2), 2) for value in line])
    return list(zip(found[0], found[1], strict=True))[: len(nodes)]
