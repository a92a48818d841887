"""What one paper adds to the figures: entities, claims and relations matched with gold."""

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from kg.records import Document

#: A claim is met by one that covers half of it, or lies half inside it; relaxed matches share half of their words.
_HALF = 0.5
#: Bins of the calibration error (Naeini et al. 2015).
_BINS = 10
#: Forms that are kept with their key and their words: the same papers are scored at each threshold that is tried.
_KEPT = 2**17

_WORDS = re.compile(r"[^0-9a-z]+")


@dataclasses.dataclass(slots=True)
class Tally:
    """Hits, false finds and misses; adds up over papers."""

    hit: int = 0
    extra: int = 0
    missed: int = 0

    def add(self, hit: int, extra: int, missed: int) -> None:
        """Count some more."""
        self.hit += hit
        self.extra += extra
        self.missed += missed

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return self.hit / max(1, self.hit + self.extra)

    @property
    def recall(self) -> float:
        """Share of what is there that was found."""
        return self.hit / max(1, self.hit + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.hit / max(1, 2 * self.hit + self.extra + self.missed)


@dataclasses.dataclass(slots=True)
class PaperScore:
    """What one paper adds to the figures."""

    tallies: dict[str, Tally]
    shares: dict[str, tuple[int, int]]
    errors: list[tuple[str, str]]
    judged: list[tuple[float, bool]]


@lru_cache(maxsize=_KEPT)
def form_key(surface: str) -> str:
    """Return the key under which the scorer compares surface forms.

    >>> form_key("Vision-Transformers")
    'vision transformer'
    """
    words = _WORDS.sub(" ", surface.lower()).split()
    if words and len(words[-1]) > 3 and words[-1].endswith("s") and not words[-1].endswith("ss"):
        words[-1] = words[-1][:-1]
    return " ".join(words)


def _forms(name: str, surfaces: Iterable[str]) -> set[str]:
    return {form_key(surface) for surface in (name, *surfaces)} - {""}


def _alike(a: set[str], b: set[str], loose: bool) -> bool:
    if a & b:
        return True
    if not loose:
        return False
    pairs = ((_words_of(x), _words_of(y)) for x in a for y in b)
    return any(len(x & y) / len(x | y) >= _HALF for x, y in pairs)


@lru_cache(maxsize=_KEPT)
def _words_of(form: str) -> frozenset[str]:
    return frozenset(form.split())


Gold = tuple[set[str], Mapping[str, Any]]
Found = tuple[set[str], str]


def match(
    gold: Sequence[Gold], found: Sequence[Found], *, relaxed: bool = False, any_kind: bool = False
) -> list[tuple[int, int]]:
    """Return pairs (gold, found), one to one; exact before relaxed, required before optional."""
    pairs: list[tuple[int, int]] = []
    free_gold, free_found = set(range(len(gold))), set(range(len(found)))
    for loose in (False, True) if relaxed else (False,):
        for required in (True, False):
            for f in sorted(free_found):
                forms, kind = found[f]
                for g in sorted(free_gold):
                    wanted, item = gold[g]
                    if item["required"] is not required or not (any_kind or kind in item["labels"]):
                        continue
                    if _alike(wanted, forms, loose):
                        pairs.append((g, f))
                        free_gold.discard(g)
                        free_found.discard(f)
                        break
    return pairs


def _required(gold: Sequence[Gold], pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    hits = sum(bool(gold[g][1]["required"]) for g, _ in pairs)
    return hits, sum(bool(item["required"]) for _, item in gold) - hits


def score_paper(gold: Mapping[str, Any], document: Document) -> PaperScore:
    """Return what one paper adds to the figures."""
    result = PaperScore(tallies={}, shares={}, errors=[], judged=[])
    _score_entities(gold, document, result)
    _score_claims(gold, document, result)
    text = document.paper.text
    valid = sum(text[m.start : m.end] == m.text for m in document.mentions)
    result.shares["offsets valid"] = (valid, len(document.mentions))
    return result


def _score_entities(gold: Mapping[str, Any], document: Document, result: PaperScore) -> None:
    wanted: list[Gold] = [(_forms(e["name"], e["surfaces"]), e) for e in gold["entities"]]
    found: list[Found] = [(_forms(e.name, e.surfaces), e.kind) for e in document.entities]
    for name, options in (("entity", {}), ("relaxed", {"relaxed": True}), ("kind-blind", {"any_kind": True})):
        pairs = match(wanted, found, **options)
        hits, missed = _required(wanted, pairs)
        result.tallies.setdefault(name, Tally()).add(hits, len(found) - len(pairs), missed)
    pairs = match(wanted, found)
    kinds = {e.kind for e in document.entities} | {label for e in gold["entities"] for label in e["labels"]}
    for kind in sorted(kinds):
        of_kind = [(forms, item) for forms, item in wanted if kind in item["labels"]]
        some = [one for one in found if one[1] == kind]
        kind_pairs = match(of_kind, some)
        hits, missed = _required(of_kind, kind_pairs)
        result.tallies.setdefault(f"entity/{kind}", Tally()).add(hits, len(some) - len(kind_pairs), missed)
    right = {f: g for g, f in pairs}
    judged = [(g, f) for g, f in pairs if wanted[g][1]["required"]]
    role_right = sum(document.entities[f].role in wanted[g][1]["roles"] for g, f in judged)
    result.shares["role accuracy"] = (role_right, len(judged))
    result.judged = [(e.score, f in right) for f, e in enumerate(document.entities)]
    _list_errors(wanted, found, document, pairs, result)
    # Relations are compared under the gold's names for what was matched.
    name_of = {form_key(document.entities[f].name): str(wanted[g][1]["name"]) for g, f in pairs}
    truth = {(r["subject"], r["predicate"], r["object"]): r["required"] for r in gold["relations"]}
    stated = {
        (name_of.get(form_key(r.subject), r.subject), r.predicate, name_of.get(form_key(r.object), r.object))
        for r in document.relations
    }
    hits = sum(bool(truth.get(r)) for r in stated)
    result.tallies["relation"] = Tally(hits, sum(r not in truth for r in stated), sum(truth.values()) - hits)


def _list_errors(
    wanted: Sequence[Gold],
    found: Sequence[Found],
    document: Document,
    pairs: Sequence[tuple[int, int]],
    result: PaperScore,
) -> None:
    whatever = {f: g for g, f in match(wanted, found, relaxed=True, any_kind=True)}
    right = {f for _, f in pairs}
    for f, entity in enumerate(document.entities):
        if f in right:
            continue
        g = whatever.get(f)
        if g is None:
            result.errors.append((f"not an entity ({entity.kind})", entity.name))
        elif entity.kind not in wanted[g][1]["labels"]:
            labels = "/".join(wanted[g][1]["labels"])
            result.errors.append((f"{labels} taken for {entity.kind}", entity.name))
        else:
            result.errors.append((f"other bounds ({entity.kind})", f"{entity.name} for {wanted[g][1]['name']}"))
    met = set(whatever.values())
    for g, (_, item) in enumerate(wanted):
        if g not in met and item["required"]:
            result.errors.append((f"missed ({'/'.join(item['labels'])})", str(item["name"])))


def _score_claims(gold: Mapping[str, Any], document: Document, result: PaperScore) -> None:
    shift = len(gold["title"]) + 2
    spans = [(s["start"] + shift, s["end"] + shift) for s in gold["sentences"]]
    met: dict[int, Mapping[str, Any]] = {}
    extra = type_right = type_all = 0
    for claim in document.claims:
        best: tuple[float, Mapping[str, Any] | None] = (0.0, None)
        for item in gold["claims"]:
            start, end = spans[item["sentence"]]
            common = min(end, claim.end) - max(start, claim.start)
            cover = common / max(1, min(end - start, claim.end - claim.start))
            if cover > best[0]:
                best = cover, item
        if best[1] is None or best[0] < _HALF:
            extra += 1
            result.errors.append(("not a claim", claim.text[:80]))
        elif best[1]["sentence"] not in met:
            met[best[1]["sentence"]] = best[1]
            if best[1]["required"]:
                type_all += 1
                type_right += claim.type in best[1]["types"]
    hits = sum(bool(item["required"]) for item in met.values())
    result.tallies["claim"] = Tally(hits, extra, sum(bool(c["required"]) for c in gold["claims"]) - hits)
    result.shares["claim type accuracy"] = (type_right, type_all)


def calibration_error(judged: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error of (probability, right) pairs over ten equal bins.

    >>> calibration_error([(0.9, True), (0.9, False)])
    0.4
    """
    bins: dict[int, list[tuple[float, bool]]] = {}
    for score, right in judged:
        bins.setdefault(min(_BINS - 1, int(score * _BINS)), []).append((score, right))
    gaps = (abs(sum(s for s, _ in some) - sum(r for _, r in some)) for some in bins.values())
    return round(sum(gaps) / max(1, len(judged)), 4)


def match_document(gold: Mapping[str, Any], document: Document) -> dict[str, list[tuple[float, bool]]]:
    """Return (score, right) of each entity, claim and relation of a document, for calibration.

    What only one of two readers saw counts as right.
    """
    wanted: list[Gold] = [(_forms(e["name"], e["surfaces"]), e) for e in gold["entities"]]
    found: list[Found] = [(_forms(e.name, e.surfaces), e.kind) for e in document.entities]
    right = {f: g for g, f in match(wanted, found)}
    name_of = {document.entities[f].name: str(wanted[g][1]["name"]) for f, g in right.items()}
    shift = len(gold["title"]) + 2
    claimed = [gold["sentences"][c["sentence"]] for c in gold["claims"]]
    truth = {(r["subject"], r["predicate"], r["object"]) for r in gold["relations"]}

    def is_claim(start: int, end: int) -> bool:
        return any(
            min(s["end"] + shift, end) - max(s["start"] + shift, start)
            >= _HALF * max(1, min(s["end"] - s["start"], end - start))
            for s in claimed
        )

    return {
        "entity": [(entity.score, f in right) for f, entity in enumerate(document.entities)],
        "claim": [(claim.score, is_claim(claim.start, claim.end)) for claim in document.claims],
        "relation": [
            (r.score, (name_of.get(r.subject), r.predicate, name_of.get(r.object)) in truth) for r in document.relations
        ],
    }
