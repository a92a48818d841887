"""Decisions that cannot all hold: told before anything is made of them, with the lines."""

from collections.abc import Iterator, Mapping

from kg.errors import ResolveError
from kg.records import Decision, Verdict
from kg.resolve.keys import name_key

NameId = tuple[str, str]


def named(decision: Decision) -> NameId:
    """Return kind and key of the name that a decision is about."""
    return decision.kind, name_key(decision.name)


def other(decision: Decision) -> NameId:
    """Return kind and key of a decision's other name."""
    return decision.other_kind, name_key(decision.other)


def check_decisions(decisions: Mapping[Decision, str]) -> None:
    """Check that all decisions can hold at once.

    Args:
        decisions: each with its place, which the message tells.

    Raises:
        ResolveError: two decisions contradict each other, or several go round in a circle; all of them, one a line.
    """
    faults = list(dict.fromkeys(_Check(decisions).faults()))
    if faults:
        raise ResolveError("\n".join(faults))


class _Check:
    def __init__(self, decisions: Mapping[Decision, str]) -> None:
        self.places = decisions
        self.of: dict[str, list[Decision]] = {}
        for decision in decisions:
            self.of.setdefault(decision.verdict, []).append(decision)
        self.kinds = {named(d): d for d in self.of.get(Verdict.KIND, ())}
        #: Name -> the names that lines say are the same, with the line that says so.
        self.same: dict[NameId, dict[NameId, Decision]] = {}
        for decision in (*self.of.get(Verdict.SAME, ()), *self.of.get(Verdict.RENAMED, ())):
            a = self.moved(named(decision))
            # Two things of one kind have no one name: what is called like another is that.
            b = self.moved(other(decision)) if decision.verdict == Verdict.SAME else (a[0], name_key(decision.other))
            if a != b:
                self.same.setdefault(a, {}).setdefault(b, decision)
                self.same.setdefault(b, {}).setdefault(a, decision)
        #: Name -> the first of the names that lines say it is.
        self.first: dict[NameId, NameId] = {}
        for start in sorted(self.same):
            waiting = [] if start in self.first else [start]
            for one in waiting:
                if one not in self.first:
                    self.first[one] = start
                    waiting += self.same[one]

    def moved(self, name: NameId) -> NameId:
        """Return a name under the kind that is decided for it."""
        return (self.kinds[name].other, name[1]) if name in self.kinds else name

    def faults(self) -> Iterator[str]:
        yield from self._kinds()
        yield from self._dropped()
        yield from self._labels()
        yield from self._different()
        yield from self._circles()

    def _against(self, *decisions: Decision) -> str:
        said = list(dict.fromkeys(f"{self.places[decision]}: {decision.told}" for decision in decisions))
        return f"{said[0]}, but {' and '.join(said[1:])}; delete one of the lines"

    def _kinds(self) -> Iterator[str]:
        for decision in self.of.get(Verdict.KIND, ()):
            first = self.kinds[named(decision)]
            if first.other != decision.other:
                yield self._against(first, decision)
            after = self.kinds.get((decision.other, named(decision)[1]))
            if after is not None and after.other != decision.other:
                yield self._against(decision, after)

    def _dropped(self) -> Iterator[str]:
        dropped = {named(d): d for d in self.of.get(Verdict.DROPPED, ())}
        for decision in self.places:
            if decision.verdict in (Verdict.DROPPED, Verdict.DIFFERENT, Verdict.ALONE):
                continue
            ends = [named(decision), self.moved(named(decision))]
            ends += [other(decision), self.moved(other(decision))] if decision.other_kind else []
            yield from (self._against(dropped[end], decision) for end in ends if end in dropped)

    def _path(self, start: NameId, goal: NameId) -> list[Decision] | None:
        """Return the lines by which two names are one, the shortest chain of them; None where they are not."""
        if self.first.get(start, start) != self.first.get(goal, goal):
            return None
        chains: dict[NameId, list[Decision]] = {start: []}
        waiting = [start]
        for one in waiting:
            if one == goal:
                return chains[one]
            for near, decision in self.same.get(one, {}).items():
                if near not in chains:
                    chains[near] = [*chains[one], decision]
                    waiting.append(near)
        return None

    def _labels(self) -> Iterator[str]:
        """Yield names that are one and have two names, or two kinds."""
        for verdict in (Verdict.RENAMED, Verdict.KIND):
            told: dict[NameId, list[Decision]] = {}
            for decision in self.of.get(verdict, ()):
                name = self.moved(named(decision))
                told.setdefault(self.first.get(name, name), []).append(decision)
            for first, *more in told.values():
                for second in more:
                    if first.other != second.other:
                        chain = self._path(self.moved(named(first)), self.moved(named(second)))
                        yield self._against(first, second, *(chain or ()))

    def _different(self) -> Iterator[str]:
        for decision in (*self.of.get(Verdict.DIFFERENT, ()), *self.of.get(Verdict.BROADER, ())):
            a, b = self.moved(named(decision)), self.moved(other(decision))
            chain = self._path(a, b)
            if a == b:
                yield f"{self.places[decision]}: {decision.told}: these are spellings of one name; delete the line"
            elif chain is not None:
                yield self._against(decision, *chain)

    def _circles(self) -> Iterator[str]:
        """Yield circles of broader names, over names that lines say are one."""
        above: dict[NameId, list[tuple[NameId, Decision]]] = {}
        for decision in self.of.get(Verdict.BROADER, ()):
            a, b = self.moved(named(decision)), self.moved(other(decision))
            start, goal = self.first.get(a, a), self.first.get(b, b)
            chains: dict[NameId, list[Decision]] = {goal: []}
            waiting = [goal]
            for one in waiting:
                for near, wider in above.get(one, ()):
                    if near not in chains:
                        chains[near] = [*chains[one], wider]
                        waiting.append(near)
            if start in chains and start != goal:
                yield self._against(*chains[start], decision)
            else:
                above.setdefault(start, []).append((goal, decision))
