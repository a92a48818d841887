"""A person's last word, applied: names moved to another kind or left out, merges made and forbidden, names given.

What people said of names, in `kg.records.Decision`; who reads it from where is not this room's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from kg.records import Decision, Verdict
from kg.resolve.constrained import Applied, Constrained
from kg.resolve.contradictions import NameId, check_decisions, named
from kg.resolve.keys import name_key


class Decided:
    """The decisions that a graph is resolved under; they are checked against each other once."""

    def __init__(self, decisions: Mapping[Decision, str]) -> None:
        """Take decisions, each with its place.

        Raises:
            ResolveError: they contradict each other; names the places.
        """
        check_decisions(decisions)
        order = sorted(decisions, key=lambda d: (d.kind, d.name, d.verdict, d.other_kind, d.other, d.comment))
        self._all = {decision: decisions[decision] for decision in order}
        self._kinds = {named(d): d for d in self._all if d.verdict == Verdict.KIND}
        self._dropped = {named(d): d for d in self._all if d.verdict == Verdict.DROPPED}
        #: Names that are moved or left out, with the kinds that the papers give: those that were met.
        self._met: dict[NameId, Counter[str]] = defaultdict(Counter)

    def __bool__(self) -> bool:
        """Say whether anything is decided."""
        return bool(self._all)

    def to_name(self, kind: str, name: str, *, met: bool = False) -> NameId | None:
        """Return kind and key of a name that a paper has, as decided; None for what is no entity.

        Args:
            kind: as extracted.
            name: as printed.
            met: remember that a paper has it.
        """
        own = kind, name_key(name)
        if met and (own in self._dropped or own in self._kinds):
            self._met[own][name] += 1
        if own in self._dropped:
            return None
        return (self._kinds[own].other, own[1]) if own in self._kinds else own

    def names(self) -> frozenset[NameId]:
        """Return the names that decisions are about, on either side."""
        return frozenset(name for d in self._all for name in (named(d), (d.other_kind or d.kind, name_key(d.other))))

    def moved(self) -> Iterable[tuple[NameId, str, str, str]]:
        """Yield (name, printed form, kind as extracted, reason) of each form that has another kind by decision."""
        for (kind, key), decision in sorted(self._kinds.items()):
            if decision.other != kind:
                for form in sorted(self._met.get((kind, key), ())):
                    yield (decision.other, key), form, kind, decision.reason

    def apply(
        self,
        forms: Mapping[NameId, Mapping[str, int]],
        shorts: Mapping[NameId, Mapping[str, int]],
        target: Mapping[NameId, NameId],
        why: Mapping[NameId, tuple[float, str]],
    ) -> Applied:
        """Return what the decisions leave of the merges and add to them.

        Args:
            forms: name -> printed forms with the number of their papers.
            shorts: name -> acronyms that papers define beside it.
            target: name -> the name that it was joined to; no circles.
            why: name -> score and reason of that.
        """
        applied = Applied(target=dict(target), why=dict(why))
        if self._all:
            Constrained(self._all, self, forms, shorts, applied).run()
        return applied

    def was_met(self, decision: Decision) -> bool:
        """Say whether a paper has the name that a decision moves or leaves out."""
        return named(decision) in self._met
