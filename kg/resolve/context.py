"""A bare acronym of several meanings, decided paper by paper: by what else the paper names.

Naive Bayes over the names that papers of each meaning name (as Schuetze 1998 parts senses by their neighbours): a paper
means what papers with the same neighbours mean, or stays apart where that is not sure.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from kg.resolve.acronyms import ONE_MEANING
from kg.resolve.decided import Decided
from kg.resolve.evidence import Evidence
from kg.resolve.keys import name_key

if TYPE_CHECKING:
    from kg.store import Store

NameId = tuple[str, str]

#: Names that a paper must share with the papers of a meaning: one may be there by chance.
_SHARED = 2
#: Added to the papers of a meaning that have a name, and to those that have it not.
_SMOOTHING = 0.5


def find_senses(
    evidence: Evidence, root: Callable[[NameId], NameId], joined: Collection[NameId]
) -> dict[NameId, dict[NameId, float]]:
    """Return bare acronym -> the clusters that it means here -> share of the papers that define it so.

    Args:
        evidence: the names.
        root: name -> its cluster.
        joined: names that are part of a cluster with others, which stay there.
    """
    found: dict[NameId, dict[NameId, float]] = {}
    for name in evidence.bare_acronyms():
        if name in joined:
            continue
        votes = Counter[NameId]()
        for key, count in evidence.meanings.defined(*name).items():
            if (name[0], key) in evidence.forms:
                votes[root((name[0], key))] += count
        if votes and name not in votes:
            total = sum(votes.values())
            found[name] = {centre: count / total for centre, count in sorted(votes.items())}
    return found


def one_sense(senses: Mapping[NameId, float]) -> tuple[NameId, float] | None:
    """Return the cluster that nearly all papers define an acronym as, with their share, or None."""
    centre, share = min(senses.items(), key=lambda item: (-item[1], item[0]))
    return (centre, share) if share >= ONE_MEANING else None


def decide_by_paper(
    store: "Store",
    senses: Mapping[NameId, Mapping[NameId, float]],
    root: Callable[[NameId], NameId],
    decided: Decided,
    threshold: float,
) -> dict[tuple[str, NameId], tuple[NameId, float]]:
    """Return (paper, bare acronym) -> (the cluster that it means there, probability), where that is sure.

    Args:
        store: the graph, whose papers' names are the context.
        senses: what `find_senses` found, of acronyms with more than one meaning.
        root: name -> its cluster.
        decided: the decisions, for the names' kinds.
        threshold: less sure papers are left out.
    """
    if not senses:
        return {}
    wanted = {centre for meant in senses.values() for centre in meant}
    papers = Counter[NameId]()
    beside: dict[NameId, Counter[NameId]] = defaultdict(Counter)
    open_papers: list[tuple[str, list[NameId], set[NameId]]] = []
    rows = store.stream("SELECT paper, kind, name FROM document_entities ORDER BY paper, kind, name")
    for paper, group in groupby(rows, key=lambda row: row[0]):
        names = {place for _, kind, name in group if (place := decided.to_name(kind, name)) is not None}
        clusters = {root(name) for name in names}
        for centre in sorted(clusters & wanted):
            papers[centre] += 1
            beside[centre].update(sorted(clusters - {centre}))
        bare = sorted(name for name in names if name in senses and not clusters & senses[name].keys())
        if bare:
            open_papers.append((paper, bare, clusters))
    found = {}
    for paper, bare, clusters in open_papers:
        for name in bare:
            said = _likeliest(clusters - {name}, senses[name], papers, beside)
            if said is not None and said[1] >= threshold:
                found[paper, name] = said
    return found


def _likeliest(
    clusters: set[NameId],
    senses: Mapping[NameId, float],
    papers: Mapping[NameId, int],
    beside: Mapping[NameId, Mapping[NameId, int]],
) -> tuple[NameId, float] | None:
    """Return the likeliest meaning with its probability, None where the paper shares too little with its papers."""
    shared = sorted(one for one in clusters if any(one in beside.get(centre, {}) for centre in senses))
    logs = {
        centre: math.log(share)
        + sum(
            math.log((beside.get(centre, {}).get(one, 0) + _SMOOTHING) / (papers.get(centre, 0) + 2 * _SMOOTHING))
            for one in shared
        )
        for centre, share in senses.items()
    }
    best = min(logs, key=lambda centre: (-logs[centre], centre))
    if sum(one in beside.get(best, {}) for one in shared) < _SHARED:
        return None
    return best, 1 / sum(math.exp(log - logs[best]) for log in logs.values())


def move_forms(
    store: "Store", evidence: Evidence, moved: Mapping[tuple[str, NameId], tuple[NameId, float]], decided: Decided
) -> dict[tuple[NameId, str], tuple[float, str]]:
    """Take the decided papers' prints from the bare acronym, and return (cluster, printed form) -> (score, reason).

    A bare acronym of which no paper is left is no name of its own any more.
    """
    told: dict[tuple[NameId, str], list[float]] = defaultdict(list)
    papers = sorted({paper for paper, _ in moved})
    rows = store.stream(
        "SELECT paper, kind, name, surfaces FROM document_entities WHERE list_contains(?::VARCHAR[], paper) "
        "ORDER BY paper, kind, name",
        [papers],
    )
    for paper, kind, name, surfaces in rows:
        place = decided.to_name(kind, name)
        if place is None or (paper, place) not in moved:
            continue
        centre, score = moved[paper, place]
        for form in {name, *(s for s in surfaces if name_key(s) == place[1])}:
            evidence.forms[place][form] -= 1
            told[centre, form].append(score)
    for place in sorted({name for _, name in moved}):
        evidence.forms[place] = {form: count for form, count in evidence.forms[place].items() if count > 0}
        if not evidence.forms[place]:
            del evidence.forms[place]
    return {
        (centre, form): (
            round(min(scores), 4),
            f"acronym of several meanings; by what else they name, this one in {len(scores)} papers that define none",
        )
        for (centre, form), scores in sorted(told.items())
    }
