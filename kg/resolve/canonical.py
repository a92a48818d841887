"""The canonical name of each cluster: as people decided, as vocabularies give it, or as papers print it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from kg.errors import ResolveError
from kg.resolve.clusters import usual_form
from kg.resolve.constrained import Applied
from kg.resolve.evidence import Evidence
from kg.resolve.given import find_given
from kg.resolve.keys import name_key
from kg.resolve.names import find_canonical
from kg.text import normalise
from kg.vocabulary import Term

NameId = tuple[str, str]

_NONE: Mapping[str, int] = {}


def choose_names(
    evidence: Evidence, members: dict[NameId, list[NameId]], applied: Applied, terms: Sequence[Term]
) -> dict[NameId, str]:
    """Return the canonical name of each cluster; no two of one kind have the same normal form.

    What a person decided comes first, then what `terms` give, then what the papers print.
    """
    chosen = {centre: decision.other for centre, decision in sorted(applied.names.items())}
    owner = {name: centre for centre, names in members.items() for name in names}
    taken: set[tuple[str, str]] = set()
    for centre, given in chosen.items():
        if (centre[0], normalise(given)) in taken:
            raise ResolveError(f"decisions: two things of the kind {centre[0]} are called '{given}'; decide that they "
                               "are one, or give one another name")  # fmt: skip
        taken.add((centre[0], normalise(given)))
    others = {centre: names for centre, names in members.items() if centre not in chosen}
    for centre, given in find_given(terms, others, evidence.forms, taken).items() if terms else ():
        chosen[centre] = given
        taken.add((centre[0], normalise(given)))
    papers = {centre: sum([sum(evidence.forms[n].values()) for n in names]) for centre, names in members.items()}
    for centre in sorted((one for one in members if one not in chosen), key=lambda c: (-papers[c], c)):
        kind = centre[0]
        if (only := only_form(evidence, members[centre])) and (place := (kind, normalise(only))) not in taken:
            taken.add(place)
            chosen[centre] = only
            continue
        forms: Counter[str] = Counter()
        for name in members[centre]:
            forms.update(evidence.forms[name])
            if name[0] == kind:
                # Acronyms that stand beside the full form count for the choice of the name.
                for short, count in evidence.shorts.get(name, _NONE).items():
                    if owner.get((kind, name_key(short)), centre) == centre:
                        forms[short] = max(forms[short], count)
        while forms:
            best = find_canonical(forms) if len(forms) > 1 else next(iter(forms))
            if (kind, normalise(best)) not in taken:
                break
            del forms[best]
        else:
            best = f"{usual_form(evidence.forms[centre])} ({centre[1]})"
        taken.add((kind, normalise(best)))
        chosen[centre] = best
    return chosen


def only_form(evidence: Evidence, names: Sequence[NameId]) -> str | None:
    """Return the form that a cluster is printed in, where that is one: most are of one name in one form."""
    if len(names) > 1 or len(evidence.forms[names[0]]) > 1 or names[0] in evidence.shorts:
        return None
    return next(iter(evidence.forms[names[0]]))
