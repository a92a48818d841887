"""Extracted documents against annotated ones: the figures of the gold's own scorer, with intervals and errors.

Gold is JSON lines: ``id``, ``title``, ``abstract``, ``sentences`` (offsets into the abstract), ``entities``
(``name``, ``surfaces``, ``labels``, ``roles``, ``required``), ``claims`` (``sentence``, ``types``, ``required``)
and ``relations`` (``subject``, ``predicate``, ``object``, ``required``). What is not required was seen by one of
two readers only: finding it is neither rewarded nor punished.
"""

import dataclasses
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.config import Config
from kg.errors import ReadError
from kg.extract import extract_documents
from kg.records import Document, Paper

#: Resamples of the papers for an interval (Efron 1979), and its ends.
_RESAMPLES = 1000
_ENDS = (0.025, 0.975)
#: Errors of each sort that are listed.
_LISTED = 8
#: A claim is met by one that covers half of it, or lies half inside it; relaxed matches share half of their words.
_HALF = 0.5
#: Bins of the calibration error (Naeini et al. 2015).
_BINS = 10

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


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures as JSON's types (`plain`) and as text for a terminal."""

    plain: dict[str, Any]
    text: str


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
    pairs = ((set(x.split()), set(y.split())) for x in a for y in b)
    return any(len(x & y) / len(x | y) >= _HALF for x, y in pairs)


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


def _sum(scores: Sequence[PaperScore]) -> tuple[dict[str, Tally], dict[str, tuple[int, int]]]:
    tallies: dict[str, Tally] = {}
    shares: dict[str, tuple[int, int]] = {}
    for score in scores:
        for name, tally in score.tallies.items():
            tallies.setdefault(name, Tally()).add(tally.hit, tally.extra, tally.missed)
        for name, (right, total) in score.shares.items():
            before = shares.get(name, (0, 0))
            shares[name] = (before[0] + right, before[1] + total)
    return tallies, shares


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


def evaluate_documents(
    gold: Sequence[Mapping[str, Any]], documents: Iterable[Document], *, intervals: bool = True
) -> Report:
    """Return the figures of extracted documents against gold, matched by id; a paper that is missing found nothing."""
    by_id = {document.paper.id: document for document in documents}
    scores, missing = [], 0
    for item in gold:
        document = by_id.get(item["id"])
        missing += document is None
        paper = Paper(id=item["id"], title=item["title"], abstract=item["abstract"])
        scores.append(score_paper(item, document or Document(paper=paper)))
    tallies, shares = _sum(scores)
    ends = _intervals(scores) if intervals else {}
    plain: dict[str, Any] = {}
    order = ["entity", "relaxed", "kind-blind", *sorted(n for n in tallies if "/" in n), "claim", "relation"]
    for name in order:
        tally = tallies.get(name, Tally())
        plain[name] = {
            "p": round(tally.precision, 3),
            "r": round(tally.recall, 3),
            "f1": round(tally.f1, 3),
            "gold": tally.hit + tally.missed,
            "interval": ends.get(name, [0.0, 0.0]),
        }
    for name, (right, total) in shares.items():
        plain[name] = round(right / max(1, total), 4)
    plain["calibration error"] = calibration_error([pair for score in scores for pair in score.judged])
    plain["papers missing"] = missing
    errors = Counter(error for score in scores for error, _ in score.errors)
    examples: dict[str, list[str]] = {}
    for score in scores:
        for error, example in score.errors:
            examples.setdefault(error, []).append(example)
    plain["errors"] = dict(sorted(errors.items(), key=lambda pair: (-pair[1], pair[0])))
    return Report(plain=plain, text=_to_text(plain, examples))


def _intervals(scores: Sequence[PaperScore]) -> dict[str, list[float]]:
    """Return the 95 % bootstrap interval of each F1, resampling papers with a fixed seed."""
    chance = random.Random(0)  # noqa: S311 - resampling, not secrecy
    drawn: dict[str, list[float]] = {}
    if not scores:
        return {}
    for _ in range(_RESAMPLES):
        tallies, _ = _sum(chance.choices(scores, k=len(scores)))
        for name, tally in tallies.items():
            drawn.setdefault(name, []).append(tally.f1)
    ends: dict[str, list[float]] = {}
    for name, values in drawn.items():
        values.sort()
        ends[name] = [round(values[min(len(values) - 1, int(end * len(values)))], 3) for end in _ENDS]
    return ends


def _to_text(plain: Mapping[str, Any], examples: Mapping[str, Sequence[str]]) -> str:
    lines = [f"{'':22} {'P':>6} {'R':>6} {'F1':>6}  {'95 % of F1':<14} gold"]
    for name, value in plain.items():
        if isinstance(value, dict) and "f1" in value:
            low, high = value["interval"]
            figures = f"{value['p']:6.3f} {value['r']:6.3f} {value['f1']:6.3f}"
            lines.append(f"{name:22} {figures}  {low:.3f}..{high:.3f}   {value['gold']}")
        elif name != "errors":
            lines.append(f"{name:22} {value}")
    lines.append("\nThe commonest errors")
    for error, count in list(plain["errors"].items())[: _LISTED * 2]:
        shown = "; ".join(sorted(set(examples[error]))[:_LISTED])
        lines.append(f"{count:5}  {error}: {shown}")
    return "\n".join(lines) + "\n"


def read_gold(path: Path) -> list[dict[str, Any]]:
    """Return the annotated papers of a JSON-lines file.

    Raises:
        ReadError: a line is not an annotated paper; names it and what it lacks.
    """
    papers = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"{path}: cannot be read: {error}; give a UTF-8 file of JSON lines") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            paper = json.loads(line)
        except json.JSONDecodeError as error:
            raise ReadError(f"{path}:{number}: not JSON: {error.msg}; one annotated paper a line") from error
        needed = ("id", "title", "abstract", "sentences", "entities", "claims", "relations")
        lacking = [name for name in needed if not isinstance(paper, dict) or name not in paper]
        if lacking:
            raise ReadError(f"{path}:{number}: no '{lacking[0]}'; an annotated paper has {', '.join(needed)}")
        for item in (*paper["entities"], *paper["claims"], *paper["relations"]):
            item.setdefault("required", True)
        papers.append(paper)
    if not papers:
        raise ReadError(f"{path}: empty; give annotated papers, one a line")
    return papers


def evaluate_file(path: Path, config: Config | None = None) -> Report:
    """Extract the papers of a gold file and return the figures against it.

    Raises:
        ReadError: the file is not gold.
        ModelError: the model does not load.
    """
    gold = read_gold(path)
    config = config or Config()
    papers = [Paper(id=p["id"], title=p["title"], abstract=p["abstract"]) for p in gold]
    return evaluate_documents(gold, extract_documents(papers, config=config.extract, workers=config.extract.workers))
