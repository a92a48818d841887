"""Decides what opens as what: everything at once, or communities inside communities; and where each thing stands."""

import dataclasses
import math
from collections import defaultdict
from collections.abc import Sequence

from kg.page.contents import Contents
from kg.page.layout import Point, band, bundle, find_communities, pack, place, ring

#: Up to so many nodes are drawn at once; beyond, a picture is a hairball and drawing is slow (design: view.md).
WHOLE = 1_500
#: A community with more papers than this opens as its parts: with their entities some 400 nodes.
LEAF = 200
#: A part of fewer papers is shown under "other papers": a map of hundreds of tiny discs says nothing.
_LEAST = 6
#: Discs that one view shows, "other papers" included; more do not fit with legible labels.
_MOST = 48
#: Entities that an opened community shows beside its papers, those that tell most.
_TELLING = 160
#: Entities that name a community.
_NAMES = 3
#: Radius of a node in pixels, before what its importance adds.
_RADIUS = 9.0
#: Room of an entity that one paper alone has, on the ring around that paper.
_SATELLITE = 22.0


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
    return round(min(_RADIUS + 2.2 * math.sqrt(max(papers - 1, 0)), 36.0), 1)


def arrange(contents: Contents) -> Arrangement:
    """Return where everything stands."""
    shared = sum(entity[3] > 1 for entity in contents.entities)
    if len(contents.papers) + len(contents.entities) <= WHOLE:
        return _arrange_whole(contents, fold=False)
    if len(contents.papers) + shared <= WHOLE:
        return _arrange_whole(contents, fold=True)
    return _Nested(contents).arranged()


def _rarity(total: int, having: int) -> float:
    return math.log2(1 + total / having)


def _telling(contents: Contents, papers: Sequence[int], users: Sequence[Sequence[int]]) -> list[int]:
    """Return the entities of ``papers``, those first that are frequent here and rare elsewhere (count x log ratio)."""
    here: dict[int, int] = defaultdict(int)
    for paper in papers:
        for entity in users[paper]:
            here[entity] += 1
    total = max(len(contents.papers), 1)

    def score(entity: int) -> float:
        everywhere = contents.entities[entity][3] or 1
        lift = (here[entity] / len(papers)) / (everywhere / total)
        return round(here[entity] * math.log2(1 + lift), 6)

    return sorted(here, key=lambda e: (-score(e), -here[e], contents.entities[e][0]))


def _entities_of(contents: Contents) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in contents.papers]
    for paper, entity, _ in contents.uses:
        found[paper].append(entity)
    return found


def _arrange_whole(contents: Contents, *, fold: bool) -> Arrangement:
    count = len(contents.papers)
    having: dict[int, int] = defaultdict(int)
    for _, entity, _ in contents.uses:
        having[entity] += 1
    ties = [
        (paper, count + entity, round(_rarity(count, having[entity]), 4))
        for paper, entity, _ in contents.uses
        if having[entity] > 1
    ]
    alone: dict[int, list[int]] = defaultdict(list)
    for paper, entity, _ in contents.uses:
        if having[entity] == 1:
            alone[paper].append(entity)
    if fold:
        alone.clear()
    users = _entities_of(contents)
    groups: list[Group] = []
    lonely: list[Group] = []
    backbone = {node for a, b, _ in ties for node in (a, b)} | set(range(count))
    for members in find_communities(count + len(contents.entities), ties):
        if members[0] not in backbone:
            continue
        papers = [node for node in members if node < count]
        group = _laid_out(contents, members, ties if len(members) > 1 else [], alone)
        if papers:
            group.label = tuple(_telling(contents, papers, users)[:_NAMES])
        group.size = len(papers)
        (groups if len(members) > 1 else lonely).append(group)
    for group, (x, y) in zip(groups, pack([float(g.radius) for g in groups]), strict=True):
        _move(group, x, y)
    drawn = groups + _side_band(groups, lonely)
    seen = {entity for group in drawn for entity in group.entities}
    return Arrangement(whole=True, folded=len(contents.entities) - len(seen), groups=tuple(drawn), top=())


def _laid_out(
    contents: Contents,
    members: Sequence[int],
    ties: Sequence[tuple[int, int, float]],
    alone: dict[int, list[int]],
) -> Group:
    """Return a group with its nodes placed around (0, 0): papers and shared entities by forces, the rest on rings."""
    count = len(contents.papers)
    place_of = {node: i for i, node in enumerate(members)}
    rings = {}
    radii = []
    for node in members:
        own = radius_of(contents.entities[node - count][3]) if node >= count else _RADIUS
        satellites = alone.get(node, []) if node < count else []
        if satellites:
            rings[node], outer = ring(len(satellites), inner=34.0, each=_SATELLITE)
            own = max(own, outer)
        radii.append(own)
    inside = [(place_of[a], place_of[b], w) for a, b, w in ties if a in place_of and b in place_of]
    group = Group()
    reach = 0.0
    for node, radius, (x, y) in zip(members, radii, place(radii, inside), strict=True):
        reach = max(reach, math.hypot(x, y) + radius)
        if node >= count:
            group.entities[node - count] = (x, y)
            continue
        group.papers[node] = (x, y)
        for entity, (dx, dy) in zip(alone.get(node, []), rings.get(node, []), strict=True):
            group.entities[entity] = (x + dx, y + dy)
    group.radius = round(reach + 12)
    return group


def _move(group: Group, x: int, y: int) -> None:
    group.x, group.y = x, y
    group.papers = {n: (a + x, b + y) for n, (a, b) in group.papers.items()}
    group.entities = {n: (a + x, b + y) for n, (a, b) in group.entities.items()}


def _side_band(groups: Sequence[Group], lonely: Sequence[Group]) -> list[Group]:
    """Return one group of all papers that share nothing, in rows under the others."""
    if not lonely:
        return []
    left = min((g.x - g.radius for g in groups), default=0)
    right = max((g.x + g.radius for g in groups), default=0)
    floor = max((g.y + g.radius for g in groups), default=0)
    radii = [float(g.radius) for g in lonely]
    width = max(right - left, 3.2 * math.sqrt(sum(r * r for r in radii)))
    merged = Group(other=True, size=len(lonely), x=round((left + right) / 2), y=floor + 46)
    places = band(radii, width=width)
    span = max(x + r for (x, _), r in zip(places, radii, strict=True))
    for group, (x, y) in zip(lonely, places, strict=True):
        _move(group, round(x + (left + right - span) / 2), y + floor + 96)
        merged.papers |= group.papers
        merged.entities |= group.entities
    return [merged]


class _Nested:
    """Builds communities inside communities, from the links between papers."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.users = _entities_of(contents)
        self.groups: list[Group] = []
        self.home = [-1] * len(contents.papers)

    def arranged(self) -> Arrangement:
        """Return the tree of communities with every view's places."""
        top = self._split(list(range(len(self.contents.papers))), list(self.contents.links), parent=-1)
        drawn = {entity for group in self.groups for entity in group.entities}
        folded = len(self.contents.entities) - len(drawn)
        return Arrangement(whole=False, folded=folded, groups=tuple(self.groups), top=top)

    def _split(
        self, papers: list[int], links: list[tuple[int, int, float]], *, parent: int
    ) -> tuple[tuple[int, int, float], ...]:
        """Make groups of ``papers`` under ``parent``, place them, open each; return the ties between them."""
        place_of = {paper: i for i, paper in enumerate(papers)}
        inside = [(place_of[a], place_of[b], w) for a, b, w in links]
        found = [[papers[i] for i in members] for members in find_communities(len(papers), inside)]
        parts = [part for part in found if len(part) >= _LEAST][: _MOST - 1]
        rest = sorted(paper for part in found[len(parts) :] for paper in part)
        if len(parts) < 2 and not rest:
            # Louvain sees one community: cut it, in the papers' order.
            parts = [papers[i : i + LEAF] for i in range(0, len(papers), LEAF)]
        elif not parts and len(rest) == len(papers):
            parts, rest = [papers[i : i + LEAF] for i in range(0, len(papers), LEAF)], []
        first = len(self.groups)
        for part in [*parts, rest] if rest else parts:
            label = tuple(_telling(self.contents, part, self.users)[:_NAMES])
            self.groups.append(Group(parent=parent, label=label, other=part is rest, size=len(part)))
        listed = [*parts, rest] if rest else parts
        for offset, part in enumerate(listed):
            for paper in part:
                self.home[paper] = first + offset
        within: list[list[tuple[int, int, float]]] = [[] for _ in listed]
        between = []
        for a, b, w in links:
            ha, hb = self.home[a] - first, self.home[b] - first
            if ha == hb:
                within[ha].append((a, b, w))
            else:
                between.append((ha, hb, w))
        ties = bundle(between)
        radii = [round(24 + 5.5 * math.sqrt(len(part)) / max(1.0, math.sqrt(len(papers) / 4000)), 1) for part in listed]
        pairs = [(a, b, w) for (a, b), w in ties.items()]
        for offset, (x, y) in enumerate(place(radii, pairs)):
            group = self.groups[first + offset]
            group.x, group.y, group.radius = x, y, round(radii[offset])
        for offset, part in enumerate(listed):
            self._open(first + offset, part, within[offset])
        return tuple((first + a, first + b, round(w, 1)) for (a, b), w in ties.items())

    def _open(self, number: int, papers: list[int], links: list[tuple[int, int, float]]) -> None:
        group = self.groups[number]
        if len(papers) > LEAF:
            group.ties = self._split(papers, links, parent=number)
            return
        here: dict[int, list[int]] = defaultdict(list)
        for paper in papers:
            for entity in self.users[paper]:
                here[entity].append(paper)
        telling = [e for e in _telling(self.contents, papers, self.users) if len(here[e]) > 1][:_TELLING]
        count = len(papers)
        radii = [_RADIUS] * count + [radius_of(self.contents.entities[e][3]) for e in telling]
        place_of = {paper: i for i, paper in enumerate(papers)}
        ties = [
            (place_of[paper], count + i, round(_rarity(count, len(here[entity])), 4))
            for i, entity in enumerate(telling)
            for paper in here[entity]
        ]
        places = place(radii, ties)
        group.papers = dict(zip(papers, places[:count], strict=True))
        group.entities = dict(zip(telling, places[count:], strict=True))


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
