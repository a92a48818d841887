"""Names that people's own vocabularies give: a cluster that is a vocabulary's term is called as the vocabulary does."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from kg.resolve.names import find_canonical
from kg.text import normalise
from kg.vocabulary import Term, read_vocabulary

NameId = tuple[str, str]

#: Aliases of so few characters mean too many things to name by, as in `kg.ground`.
_SHORTEST_ALIAS = 4


def read_given(paths: Sequence[str]) -> list[Term]:
    """Return the terms of all these vocabularies, in their order.

    Raises:
        ConfigError: one cannot be read or is faulty; names the line.
    """
    return [term for path in paths for term in read_vocabulary(Path(path))]


def find_given(
    terms: Sequence[Term],
    members: Mapping[NameId, Sequence[NameId]],
    forms: Mapping[NameId, Mapping[str, int]],
    taken: Collection[NameId],
) -> dict[NameId, str]:
    """Return the names that vocabularies give to clusters, by their centres; a cluster that matches none is left out.

    A cluster is a term where its own best name is one of the term's names, or half of its mentions are printed so; and
    the kind is the same, or the term has none. Nothing is merged: of several clusters that are one term, the one that
    has the term's name itself gets it, then that of most mentions.

    Args:
        terms: the terms, those of the first vocabulary first.
        members: the names of each cluster, by its centre.
        forms: the printed forms of each name, with their counts.
        taken: (kind, normal form) of names that are given already.
    """
    places: dict[NameId, list[tuple[int, int]]] = defaultdict(list)
    for number, term in enumerate(terms):
        places[term.kind, normalise(term.name)].append((0, number))
        for alias in term.aliases:
            if len(alias) >= _SHORTEST_ALIAS:
                places[term.kind, normalise(alias)].append((1, number))
    claims = []
    for centre, names in members.items():
        printed: Counter[str] = Counter()
        for name in names:
            printed.update(forms[name])
        fits = _fitting(centre[0], printed, lambda key: places.get(key, ()))
        claims += [(rank, -count, number, centre) for rank, count, number in fits]
    found: dict[NameId, str] = {}
    held = set(taken)
    for _, _, number, centre in sorted(claims):
        place = centre[0], normalise(terms[number].name)
        if centre not in found and place not in held:
            found[centre] = terms[number].name
            held.add(place)
    return found


def _fitting(
    kind: str, printed: Counter[str], find: Callable[[NameId], Sequence[tuple[int, int]]]
) -> list[tuple[int, int, int]]:
    """Return (0 by name or 1 by alias, mentions, term) of each term that a cluster of these forms is."""
    counts: Counter[str] = Counter()
    for form, count in printed.items():
        counts[normalise(form)] += count
    of_term: dict[int, tuple[int, int]] = {}
    best = normalise(find_canonical(printed)) if printed else ""
    is_best = set()
    for key, count in sorted(counts.items()):
        for rank, number in {*find((kind, key)), *find(("", key))}:
            held = of_term.get(number, (1, 0))
            of_term[number] = min(held[0], rank), held[1] + count
            if key == best:
                is_best.add(number)
    total = sum(counts.values())
    return [
        (rank, count, number)
        for number, (rank, count) in sorted(of_term.items())
        if number in is_best or 2 * count >= total
    ]
