"""Extracted documents against annotated ones: the figures of the gold's own scorer, with intervals and errors.

Gold is JSON lines: ``id``, ``title``, ``abstract``, ``sentences`` (offsets into the abstract), ``entities``
(``name``, ``surfaces``, ``labels``, ``roles``, ``required``), ``claims`` (``sentence``, ``types``, ``required``)
and ``relations`` (``subject``, ``predicate``, ``object``, ``required``). What is not required was seen by one of
two readers only: finding it is neither rewarded nor punished.
"""

import dataclasses
import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.config import Config
from kg.errors import ReadError
from kg.evaluate.scores import PaperScore, Tally, calibration_error, score_paper
from kg.extract import extract_documents
from kg.records import Document, Paper

#: Resamples of the papers for an interval (Efron 1979), and its ends.
_RESAMPLES = 1000
_ENDS = (0.025, 0.975)
#: Errors of each sort that are listed.
_LISTED = 8


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The figures as JSON's types (`plain`) and as text for a terminal."""

    plain: dict[str, Any]
    text: str


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
