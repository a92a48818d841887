"""Merges under constraints: those that people made, and of the resolver's own all that no decision forbids.

What scores and guards joined is a forest: each name with the one that it was joined to. Merges that are decided are
made first; then the forest's own are taken over, the surest first, but those that a decision forbids (clustering under
must-link and cannot-link constraints: Wagstaff et al., ICML 2001, with the order of Kruskal's algorithm). So a decision
breaks no more than it has to, and nothing depends on the order of the lines.
"""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Protocol

from kg.errors import ResolveError
from kg.records import Decision, Rejection, Verdict
from kg.resolve.contradictions import NameId
from kg.resolve.keys import name_key

#: The component that the ledger names for what people decided.
SOURCE = "decisions@1"


@dataclasses.dataclass(slots=True)
class Applied:
    """What the decisions made of the merges: each name with the one that it is joined to, and score and reason.

    `decided` are the names that a person joined, or whose merge a person confirmed; `names` holds the decision for a
    cluster's name, by its centre; `broader` pairs of names, the narrower first; `rejections` merges that are forbidden.
    """

    target: dict[NameId, NameId]
    why: dict[NameId, tuple[float, str]]
    decided: set[NameId] = dataclasses.field(default_factory=set)
    names: dict[NameId, Decision] = dataclasses.field(default_factory=dict)
    broader: list[tuple[NameId, NameId]] = dataclasses.field(default_factory=list)
    rejections: list[Rejection] = dataclasses.field(default_factory=list)
    decisions: list[Decision] = dataclasses.field(default_factory=list)

    def root(self, name: NameId) -> NameId:
        """Return the centre of the cluster that a name is in."""
        return _top(self.target, name)


def _top(target: Mapping[NameId, NameId], name: NameId) -> NameId:
    if name not in target:
        return name
    seen = {name}
    while name in target and target[name] not in seen:
        name = target[name]
        seen.add(name)
    return name


class Moving(Protocol):
    """What moves names to other kinds, or leaves them out."""

    def to_name(self, kind: str, name: str) -> NameId | None:
        """Return kind and key of a name as decided; None for what is no entity."""

    def was_met(self, decision: Decision) -> bool:
        """Say whether a paper has the name that a decision moves or leaves out."""


class Constrained:
    """One application of decisions to a forest of merges."""

    def __init__(
        self,
        decisions: Mapping[Decision, str],
        decided: Moving,
        forms: Mapping[NameId, Mapping[str, int]],
        shorts: Mapping[NameId, Mapping[str, int]],
        applied: Applied,
    ) -> None:
        """Find the names that the decisions, each with its place, mean; ``applied`` holds the merges and is changed."""
        self.places, self.decided, self.forms, self.applied = decisions, decided, forms, applied
        self.full: dict[NameId, list[NameId]] = defaultdict(list)
        for (kind, key), found in sorted(shorts.items()):
            for short in {name_key(form) for form in found}:
                self.full[kind, short].append((kind, key))
        self.ends = {d: (self._find(d.kind, d.name), self._find(d.other_kind, d.other)) for d in decisions}
        self.parent: dict[NameId, NameId] = {}
        self.members: dict[NameId, list[NameId]] = {}
        self.musts: list[tuple[NameId, NameId, Decision]] = []
        self.cannots: dict[NameId, dict[NameId, Decision]] = defaultdict(dict)
        self.alone: dict[NameId, Decision] = {}
        self.named: dict[NameId, Decision] = {}
        self.kind: dict[NameId, Decision] = {}

    def _find(self, kind: str, name: str) -> NameId | None:
        """Return the name of the corpus that a decision means: it itself, or the one full form that it is short for."""
        place = self.decided.to_name(kind, name) if kind else None
        if place is None or place in self.forms:
            return place
        fulls = self.full.get(place, [])
        return fulls[0] if len(fulls) == 1 else None

    def run(self) -> None:
        """Apply them.

        Raises:
            ResolveError: names that decisions keep apart are one by others.
        """
        for decision, (a, b) in self.ends.items():
            self._take(decision, a, b)
        for a, b, _ in self.musts:
            self._unite(self._cluster(a), self._cluster(b))
        self._order()
        merges = sorted(self.applied.target.items(), key=lambda pair: (-self.applied.why[pair[0]][0], pair))
        self.applied.target = {}
        forbidden: dict[frozenset[NameId], float] = {}
        for name, onto in merges:
            against = self._against(name, onto)
            if against is None:
                self.applied.target[name] = onto
                self._unite(self._cluster(name), self._cluster(onto))
            else:
                score, _ = self.applied.why.pop(name)
                forbidden[frozenset((name, onto))] = score
                self._reject(name, onto, score, against)
        for decision, (a, b) in self.ends.items():
            if decision.verdict == Verdict.DIFFERENT and a and b and frozenset((a, b)) not in forbidden:
                forbidden[frozenset((a, b))] = 0.0
                self._reject(a, b, 0.0, decision)
        self._join()
        for name, decision in sorted(self.named.items()):
            self.applied.names.setdefault(self.applied.root(name), decision)
        self.applied.rejections.sort(key=lambda r: (r.a, r.b, r.a_kind, r.b_kind))

    def _take(self, decision: Decision, a: NameId | None, b: NameId | None) -> None:
        """Note what a decision asks of the names that it means; tell which of them no paper has."""
        missing = [] if a or decision.verdict == Verdict.DROPPED else [decision.name]
        if decision.verdict in (Verdict.DROPPED, Verdict.KIND):
            missing = [] if self.decided.was_met(decision) else [decision.name]
            if a and decision.verdict == Verdict.KIND:
                self.kind[a] = decision
        elif decision.verdict == Verdict.ALONE and a:
            self.alone[a] = decision
        elif decision.verdict == Verdict.RENAMED and a:
            self.named[a] = decision
            same = a[0], name_key(decision.other)
            if same in self.forms and same != a:
                self.musts.append((a, same, decision))
        elif decision.other_kind:
            missing += [] if b else [decision.other]
            if a and b and a != b:
                self._relate(decision, a, b)
            elif a and a == b and decision.verdict != Verdict.SAME:
                # One of them is printed only as what the other is short for.
                missing.append(decision.other)
        self.applied.decisions.append(dataclasses.replace(decision, missing=tuple(missing)))

    def _relate(self, decision: Decision, a: NameId, b: NameId) -> None:
        if decision.verdict == Verdict.SAME:
            self.musts.append((a, b, decision))
            return
        self.cannots[a][b] = self.cannots[b][a] = decision
        if decision.verdict == Verdict.BROADER:
            self.applied.broader.append((a, b))

    def _order(self) -> None:
        """Keep apart what is broader by any number of decisions; check that nothing kept apart is one."""
        above: dict[NameId, dict[NameId, Decision]] = defaultdict(dict)
        for decision, (a, b) in self.ends.items():
            if a and b and a != b and decision.verdict in (Verdict.DIFFERENT, Verdict.BROADER):
                if self._cluster(a) == self._cluster(b):
                    raise ResolveError(f"{self.places[decision]}: {decision.told}, but other lines make them one; "
                                       "delete one of the lines")  # fmt: skip
                if decision.verdict == Verdict.BROADER:
                    above[self._cluster(a)].setdefault(self._cluster(b), decision)
        for start in sorted(above):
            waiting = list(above[start])
            for one in waiting:
                for wider, said in above.get(one, {}).items():
                    if wider not in waiting:
                        waiting.append(wider)
                        self.cannots[start].setdefault(wider, said)
                        self.cannots[wider].setdefault(start, said)

    def _cluster(self, name: NameId) -> NameId:
        while (above := self.parent.get(name, name)) != name:
            self.parent[name] = self.parent.get(above, above)
            name = above
        return name

    def _unite(self, a: NameId, b: NameId) -> None:
        if a == b:
            return
        mine, its = self.members.setdefault(a, [a]), self.members.setdefault(b, [b])
        if (len(mine), b) < (len(its), a):
            a, b, mine, its = b, a, its, mine
        self.parent[b] = a
        mine += its

    def _members(self, cluster: NameId) -> list[NameId]:
        return self.members.get(cluster, [cluster])

    def _against(self, name: NameId, onto: NameId) -> Decision | None:
        """Return the decision that forbids a merge, or None."""
        a, b = self._cluster(name), self._cluster(onto)
        if a == b:
            return None
        if name in self.alone or onto in self.alone:
            return self.alone.get(name) or self.alone[onto]
        mine, its = self._members(a), self._members(b)
        if len(mine) > len(its):
            mine, its = its, mine
        for one in mine:
            for no, decision in sorted(self.cannots.get(one, {}).items()):
                if self._cluster(no) in (a, b) and self._cluster(no) != self._cluster(one):
                    return decision
        called = [self._first(self.named, cluster) for cluster in (a, b)]
        if called[0] and called[1] and called[0].other != called[1].other:
            return called[0]
        first, second = (self._first(self.kind, cluster) for cluster in (a, b))
        if first and first.other != (second.other if second else _top(self.applied.target, onto)[0]):
            return first
        return None

    def _first(self, told: Mapping[NameId, Decision], cluster: NameId) -> Decision | None:
        return min(((name, told[name]) for name in self._members(cluster) if name in told), default=(None, None))[1]

    def _join(self) -> None:
        """Join what decisions made one: under the kind that is decided, else of the name that others are said to be."""
        applied = self.applied
        for a, b, decision in self.musts:
            # A merge that a person confirmed is as sure as one that a person made.
            for one, two in ((a, b), (b, a)):
                if applied.target.get(one) == two:
                    applied.why[one] = 1.0, decision.reason
                    applied.decided.add(one)
        papers: Counter[NameId] = Counter()
        for name, forms in self.forms.items():
            papers[_top(applied.target, name)] += sum(forms.values())
        tops = {name: _top(applied.target, name) for must in self.musts for name in must[:2]}
        groups: dict[NameId, set[NameId]] = defaultdict(set)
        for name, top in tops.items():
            groups[self._cluster(name)].add(top)
        yielding = {tops[a] for a, b, d in self.musts if d.verdict == Verdict.SAME and tops[a][0] != tops[b][0]}
        joined: dict[NameId, tuple[NameId, str]] = {}
        for cluster, found in groups.items():
            kind = self._first(self.kind, cluster)
            wanted = {top for top in found if kind and top[0] == kind.other} or found - yielding or found
            centre = min(wanted, key=lambda top: (-papers[top], top))
            for top in sorted(found - {centre}):
                decision = next(d for a, b, d in self.musts if top in (tops[a], tops[b]) and tops[a] != tops[b])
                joined[top] = centre, decision.reason
        for top, (centre, reason) in joined.items():
            applied.target[top] = centre
            applied.why[top] = 1.0, reason
            applied.decided.add(top)

    def _reject(self, a: NameId, b: NameId, score: float, decision: Decision) -> None:
        first, second = sorted((a, b), key=lambda name: (-sum(self.forms[name].values()), name))
        self.applied.rejections.append(
            Rejection(
                a=usual(self.forms[first]),
                a_kind=first[0],
                b=usual(self.forms[second]),
                b_kind=second[0],
                score=score,
                reason=decision.reason,
                source=SOURCE,
            )
        )


def usual(forms: Mapping[str, int]) -> str:
    """Return the form that most papers print."""
    return min(forms, key=lambda form: (-forms[form], form))
