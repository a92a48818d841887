"""A large graph as communities inside communities, from the links between papers."""

import heapq
import math
from collections import defaultdict

from kg.page.contents import Contents
from kg.page.groups import RADIUS, Arrangement, Group, entities_of, name_apart, radius_of, rarity, telling
from kg.page.layout import Point, band, bundle, find_communities, place

#: A community with more papers than this opens as its parts: with their entities some 400 nodes.
LEAF = 200
#: A community of fewer papers is joined to a neighbour: a map of hundreds of tiny discs says nothing.
_LEAST = 6
#: Discs that one view shows; more do not fit with legible labels.
_MOST = 48
#: Entities that an opened community shows beside its papers, those that tell most.
_TELLING = 160


class Nested:
    """Builds communities inside communities, from the links between papers."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.users = entities_of(contents)
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
        home = {paper: number for number, part in enumerate(found) for paper in part}
        parts, rest = _merged(found, bundle((home[a], home[b], w) for a, b, w in links))
        if len(parts) + bool(rest) < 2:
            # One community, or none: cut what there is, in the papers' order.
            size = max(LEAF, math.ceil(len(papers) / _MOST))
            parts, rest = [papers[i : i + size] for i in range(0, len(papers), size)], []
        first = len(self.groups)
        listed = [*parts, rest] if rest else parts
        labels = name_apart(self.contents, [telling(self.contents, part, self.users) for part in parts])
        for number, part in enumerate(listed):
            label = labels[number] if number < len(parts) else ()
            self.groups.append(Group(parent=parent, label=label, other=number == len(parts), size=len(part)))
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
        places = place(radii[: len(parts)], pairs)
        if rest:
            # Nothing ties these to the others: at the lower right corner, beside them.
            right = max((x + r for (x, _), r in zip(places, radii, strict=False)), default=0.0)
            floor = max((y + r for (_, y), r in zip(places, radii, strict=False)), default=0.0)
            places.append((round(right + radii[-1] + 20), round(floor - radii[-1])))
        for offset, (x, y) in enumerate(places):
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
        named = [e for e in telling(self.contents, papers, self.users) if len(here[e]) > 1][:_TELLING]
        tied = sorted({paper for entity in named for paper in here[entity]})
        bare = [paper for paper in papers if paper not in set(tied)]
        count = len(tied)
        radii = [RADIUS] * count + [radius_of(len(here[e])) for e in named]
        place_of = {paper: i for i, paper in enumerate(tied)}
        ties = [
            (place_of[paper], count + i, rarity(count, len(here[entity])))
            for i, entity in enumerate(named)
            for paper in here[entity]
        ]
        places = place(radii, ties)
        group.papers = dict(zip(tied, places[:count], strict=True))
        group.entities = dict(zip(named, places[count:], strict=True))
        self._put_under(group, bare, places)

    def _put_under(self, group: Group, bare: list[int], places: list[Point]) -> None:
        """Place papers that share no drawn entity in rows under the others."""
        left, right = min((x for x, _ in places), default=0), max((x for x, _ in places), default=0)
        floor = max((y for _, y in places), default=-60) + 60
        width = max(right - left, 60 * math.sqrt(len(bare)))
        rows = band([RADIUS + 12] * len(bare), width=width)
        for paper, (x, y) in zip(bare, rows, strict=True):
            group.papers[paper] = (x + round((left + right - width) / 2), y + floor)


def _merged(found: list[list[int]], ties: dict[tuple[int, int], float]) -> tuple[list[list[int]], list[int]]:
    """Return the communities to show, the largest first, and the papers of those that nothing ties to another.

    Small ones, and those beyond what one view holds, go one after the other, the smallest first, into the one that
    they are tied to most for its size.
    """
    members = {number: list(part) for number, part in enumerate(found)}
    tied: dict[int, dict[int, float]] = {number: {} for number in members}
    for (a, b), w in ties.items():
        tied[a][b] = tied[b][a] = w
    rest: list[int] = []
    queue = sorted((len(part), number) for number, part in members.items())
    heapq.heapify(queue)
    while queue:
        size, number = heapq.heappop(queue)
        if number not in members or len(members[number]) != size:
            continue
        if size >= _LEAST and len(members) < _MOST:
            break
        part, to = members.pop(number), tied.pop(number)
        for other in to:
            tied[other].pop(number)
        if not to:
            rest += part
            continue
        best = min(to, key=lambda other: (-to[other] / math.sqrt(len(members[other])), other))
        members[best] += part
        for other, w in to.items():
            if other != best:
                tied[best][other] = tied[other][best] = tied[best].get(other, 0.0) + w
        heapq.heappush(queue, (len(members[best]), best))
    parts = sorted((sorted(part) for part in members.values()), key=lambda part: (-len(part), part[0]))
    return parts, sorted(rest)
