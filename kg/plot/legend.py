"""The foot of a picture: the legend, and in words what was left out."""

from collections.abc import Sequence

from kg.page.contents import ROLES, Contents
from kg.page.picture import PAPER_SHAPE, shape_of
from kg.plot.chosen import shorten
from kg.plot.marks import KINDS, LINES, PAPER, SMALL, Label, Line, Mark, measure, to_line, to_mark

#: Height of a row of the legend and of a line of the note, and room between two entries.
ROW, _BETWEEN = 11.0, 8.0
#: An entry of the legend: its text, its shape ("" for a line), its colours or its line, its width.
Entry = tuple[str, str, tuple[str, str] | Line, float]


def to_entries(
    contents: Contents, *, papers: bool, kinds: Sequence[int], roles: Sequence[int], related: bool
) -> list[Entry]:
    """Return what the legend explains: what the picture shows, and nothing else.

    Args:
        contents: names of kinds.
        papers: whether it shows papers.
        kinds: the numbers of the kinds that it shows.
        roles: the numbers of the roles that it shows.
        related: whether it shows relations.
    """
    shown: list[tuple[str, str, tuple[str, str] | Line]] = []
    if papers:
        shown.append(("Paper", PAPER_SHAPE, PAPER))
    shown += [(shorten(contents.kinds[kind]), shape_of(kind), KINDS[kind % len(KINDS)]) for kind in kinds]
    shown += [(role, "", LINES[role]) for i, role in enumerate(ROLES) if i in roles]
    shown += [("relation of entities", "", LINES["relation"])] if related else []
    return [(text, shape, look, (12.0 if shape else 21.0) + measure(text, SMALL)[0]) for text, shape, look in shown]


def to_rows(entries: Sequence[Entry], width: float) -> list[list[Entry]]:
    """Return the legend's entries in rows that are at most ``width`` wide."""
    rows: list[list[Entry]] = []
    for entry in entries:
        if rows and sum(one[3] + _BETWEEN for one in rows[-1]) + entry[3] <= width:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    return rows


def wrapped(text: str, width: float) -> list[str]:
    """Return ``text`` broken between words into lines of at most ``width``."""
    lines: list[str] = []
    for word in text.split():
        if lines and measure(f"{lines[-1]} {word}", SMALL)[0] <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def draw_legend(
    rows: Sequence[Sequence[Entry]], width: float, top: float
) -> tuple[list[Mark], list[tuple[Line, tuple[tuple[float, float, float, float], ...]]], list[Label]]:
    """Return the legend's marks, lines and labels, its rows centred, the first at ``top``."""
    marks: list[Mark] = []
    lines: list[tuple[Line, tuple[tuple[float, float, float, float], ...]]] = []
    labels: list[Label] = []
    for turn, row in enumerate(rows):
        x = (width - sum(one[3] for one in row) - _BETWEEN * (len(row) - 1)) / 2
        y = top - ROW * turn
        for text, shape, look, space in row:
            if isinstance(look, Line):
                lines.append((look, ((x + 2, y + 3.6, x + 17, y + 3.6),)))
            else:
                marks.append(to_mark(shape, x + 6, y + 3.6, 3.0, look))
            labels.append(to_line(text, x + (21 if isinstance(look, Line) else 12), y))
            x += space + _BETWEEN
    return marks, lines, labels
