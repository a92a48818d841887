"""Decides what opens as what: everything at once, or communities inside communities; and where each thing stands."""

import math
from collections import defaultdict
from collections.abc import Sequence

from kg.page.contents import Contents
from kg.page.groups import RADIUS, Arrangement, Group, entities_of, name_apart, radius_of, rarity, telling
from kg.page.layout import band, find_communities, pack, place, ring
from kg.page.nested import Nested

#: Up to so many nodes are drawn at once; beyond, a picture is a hairball and drawing is slow (design: view.md).
WHOLE = 1_500
#: Room of an entity that one paper alone has, on the ring around that paper.
_SATELLITE = 22.0


#: Room around what a part was chosen around, which stands in the middle: its label and edges want some.
_MIDDLE_ROOM = 46.0


def arrange(contents: Contents, *, seeds: Sequence[str] = ()) -> Arrangement:
    """Return where everything stands.

    Args:
        contents: what there is.
        seeds: ids of papers and entities that a part of a graph was chosen around. They stand in the middle, and tell
            no communities apart, since everything is tied to them.
    """
    shared = sum(entity[3] > 1 for entity in contents.entities)
    if len(contents.papers) + len(contents.entities) <= WHOLE:
        return _arrange_whole(contents, fold=False, seeds=seeds)
    if len(contents.papers) + shared <= WHOLE:
        return _arrange_whole(contents, fold=True, seeds=seeds)
    return Nested(contents).arranged()


def _arrange_whole(contents: Contents, *, fold: bool, seeds: Sequence[str]) -> Arrangement:
    count = len(contents.papers)
    middle = {n for n, paper in enumerate(contents.papers) if paper[0] in seeds}
    middle |= {count + n for n, entity in enumerate(contents.entities) if entity[0] in seeds}
    having: dict[int, int] = defaultdict(int)
    for _, entity, _ in contents.uses:
        having[entity] += 1
    ties = [
        (paper, count + entity, rarity(count, having[entity]))
        for paper, entity, _ in contents.uses
        if having[entity] > 1 and not {paper, count + entity} & middle
    ]
    alone: dict[int, list[int]] = defaultdict(list)
    for paper, entity, _ in contents.uses:
        if having[entity] == 1 and count + entity not in middle:
            alone[paper].append(entity)
    if fold:
        alone.clear()
    users = entities_of(contents)
    groups: list[Group] = []
    told: list[list[int]] = []
    lonely: list[Group] = []
    backbone = {node for a, b, _ in ties for node in (a, b)} | set(range(count))
    for members in find_communities(count + len(contents.entities), ties):
        if members[0] not in backbone or members[0] in middle:
            continue
        papers = [node for node in members if node < count]
        group = _laid_out(contents, members, ties if len(members) > 1 else [], alone)
        if len(members) > 1:
            told.append(telling(contents, papers, users) if papers else [])
        group.size = len(papers)
        (groups if len(members) > 1 else lonely).append(group)
    for group, label in zip(groups, name_apart(contents, told), strict=True):
        group.label = label
    centre = _laid_out(contents, sorted(middle), [], alone) if middle else None
    radii = ([centre.radius + _MIDDLE_ROOM] if centre else []) + [float(g.radius) for g in groups]
    places = pack(radii, first=bool(centre))
    for group, (x, y) in zip(groups, places[bool(centre) :], strict=True):
        _move(group, x, y)
    drawn = groups + _side_band(groups, lonely)
    if centre:
        # The middle has no disc of its own: it belongs to all, and is listed with the first.
        drawn = drawn or [Group()]
        drawn[0].papers |= centre.papers
        drawn[0].entities |= centre.entities
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
        own = radius_of(contents.entities[node - count][3]) if node >= count else RADIUS
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
