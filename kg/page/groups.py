"""Communities as the page draws them: their discs, their places, the entities that name them, their ties."""

import dataclasses
import math
from collections import defaultdict
from collections.abc import Sequence

from kg.page.contents import Contents
from kg.page.layout import Point
from kg.text import normalise, singular

#: Entities that name a community.
NAMES = 3
#: How many of a community's entities are looked at for its name.
_CONSIDERED = 30
#: Radius of a node in pixels, before what its importance adds.
RADIUS = 9.0


@dataclasses.dataclass(slots=True, kw_only=True)
class Group:
    """A community: its disc in the view that shows it, and for one that opens to papers where they stand.

    `label` are numbers of entities, `parent` is the number of the group that holds it or -1. `papers` and `entities`
    map numbers to places; `size` counts the papers.
    """

    parent: int = -1
    label: tuple[int, ...] = ()
    other: bool = False
    size: int = 0
    x: int = 0
    y: int = 0
    radius: int = 0
    papers: dict[int, Point] = dataclasses.field(default_factory=dict)
    entities: dict[int, Point] = dataclasses.field(default_factory=dict)
    ties: tuple[tuple[int, int, float], ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """All groups. `whole` says that one view shows all of them; `top` are the ties between groups without parent.

    `folded` counts the entities that no view draws (search and panels have them).
    """

    whole: bool
    folded: int
    groups: tuple[Group, ...]
    top: tuple[tuple[int, int, float], ...]


def radius_of(papers: int) -> float:
    """Return a node's radius in pixels: its area grows with the papers that have it.

    >>> radius_of(1) < radius_of(10) < radius_of(1000)
    True
    """
    return round(min(RADIUS + 2.2 * math.sqrt(max(papers - 1, 0)), 36.0), 1)


def rarity(total: int, having: int) -> float:
    """Return how much it tells that a paper has an entity that ``having`` of ``total`` papers have, in bits."""
    return round(math.log2(1 + total / having), 4)


def telling(contents: Contents, papers: Sequence[int], users: Sequence[Sequence[int]]) -> list[int]:
    """Return the entities of ``papers``, those first that are frequent here and rare elsewhere (count x log ratio)."""
    here: dict[int, int] = defaultdict(int)
    for paper in papers:
        for entity in users[paper]:
            here[entity] += 1
    total = max(len(contents.papers), 1)

    def score(entity: int) -> float:
        everywhere = contents.entities[entity][3] or 1
        lift = (here[entity] / len(papers)) / (everywhere / total)
        # What is as frequent everywhere tells nothing; the second term orders where nothing does.
        return round(here[entity] * (math.log2(max(lift, 1.0)) + 0.05), 6)

    return sorted(here, key=lambda e: (-score(e), -here[e], contents.entities[e][0]))


def name_apart(contents: Contents, told: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """Return the entities that name each of some communities beside each other, `NAMES` at most.

    A name that several would have is the one's whose list has it earliest, the earlier listed of two; the others take
    what comes next. Nor does a name say again what an earlier one of the same community says: "language models" beside
    "large language models".

    Args:
        contents: what there is.
        told: for each community its entities, the most telling first (`telling`).
    """
    owner: dict[int, tuple[int, int]] = {}
    for number, entities in enumerate(told):
        for place, entity in enumerate(entities[:_CONSIDERED]):
            owner[entity] = min(owner.get(entity, (place, number)), (place, number))
    named = []
    for number, entities in enumerate(told):
        chosen: list[int] = []
        # What others have is better than no name at all: it comes last.
        considered = sorted(entities[:_CONSIDERED], key=lambda entity: owner[entity][1] != number)
        for entity in considered:
            words = _words(contents, entity)
            if owner[entity][1] != number and chosen:
                break
            if not any(words <= _words(contents, other) or words >= _words(contents, other) for other in chosen):
                chosen.append(entity)
            if len(chosen) == NAMES:
                break
        named.append(tuple(chosen))
    return named


def _words(contents: Contents, entity: int) -> set[str]:
    return {singular(word) for word in normalise(contents.entities[entity][1]).split()}


def entities_of(contents: Contents) -> list[list[int]]:
    """Return, paper by paper, its entities."""
    found: list[list[int]] = [[] for _ in contents.papers]
    for paper, entity, _ in contents.uses:
        found[paper].append(entity)
    return found


def community_of(groups: Sequence[Group]) -> tuple[dict[int, int], dict[int, int]]:
    """Return paper -> group and entity -> group, for groups that hold places; an entity's is where it is first."""
    papers = {paper: number for number, group in enumerate(groups) for paper in group.papers}
    entities: dict[int, int] = {}
    for number, group in enumerate(groups):
        for entity in group.entities:
            entities.setdefault(entity, number)
    return papers, entities


def strongest(ties: Sequence[tuple[int, int, float]], each: int) -> list[tuple[int, int, float]]:
    """Return the ties that are among the ``each`` strongest of one of their ends, sorted."""
    by_end: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
    for a, b, w in ties:
        by_end[a].append((-w, a, b))
        by_end[b].append((-w, a, b))
    kept = {tie for found in by_end.values() for tie in sorted(found)[:each]}
    return sorted((a, b, -w) for w, a, b in kept)
