"""The resolver's judgement of pairs of names against people's: same, narrower, broader, different.

Pairs are JSON lines of ``a``, ``a_kind``, ``b``, ``b_kind`` and ``label``; ``a`` is narrower or broader than ``b``. All
names of the file are resolved as one corpus in which each was met in a paper of its own, so that nothing but the names
tells what they mean.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.config import Config
from kg.errors import ReadError
from kg.records import DocumentEntity, Entity, Role
from kg.resolve import resolve_entities
from kg.resolve.explained import are_candidates
from kg.store import Store

#: What a pair can be judged; ``unsure`` is not counted.
LABELS = ("same", "narrower", "broader", "different", "unsure")
_FIELDS = ("a", "a_kind", "b", "b_kind", "label")
#: Errors of each sort that are listed.
_LISTED = 12


def read_pairs(path: Path) -> list[dict[str, str]]:
    """Return the judged pairs of a file of JSON lines.

    Raises:
        ReadError: the file cannot be read, or a line is not a judged pair; names the line and what it lacks.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"{path}: cannot be read: {error}; give a UTF-8 file of JSON lines") from error
    pairs: list[dict[str, str]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            pair = json.loads(line)
        except json.JSONDecodeError as error:
            raise ReadError(f"{path}:{number}: not JSON: {error.msg}; one judged pair a line") from error
        for name in _FIELDS:
            if not isinstance(pair, dict) or not isinstance(pair.get(name), str) or not pair[name].strip():
                raise ReadError(f"{path}:{number}: no '{name}'; a judged pair has {', '.join(_FIELDS)}")
        if pair["label"] not in LABELS:
            raise ReadError(f"{path}:{number}: label '{pair['label']}' is unknown; known: {', '.join(LABELS)}")
        pairs.append(pair)
    if not pairs:
        raise ReadError(f"{path}: empty; give judged pairs, one a line")
    return pairs


def judge_pairs(pairs: Sequence[Mapping[str, str]], config: Config) -> list[str]:
    """Return what the resolver says of each pair: ``same``, ``narrower``, ``broader`` or ``different``."""
    names = sorted({(pair[side], pair[f"{side}_kind"]) for pair in pairs for side in "ab"})
    with tempfile.TemporaryDirectory(prefix="kg-") as folder, Store(Path(folder) / "pairs.duckdb") as store:
        store.add(
            DocumentEntity,
            (
                DocumentEntity(
                    paper=f"{i}", name=name, kind=kind, role=Role.USES, surfaces=(name,), score=1.0, source="pairs"
                )
                for i, (name, kind) in enumerate(names)
            ),
        )
        resolve_entities(store, config.resolve)
        denoted = dict(store.rows("SELECT paper, entity FROM denotations"))
        above = {entity.id: entity.broader for entity in store.fetch(Entity)}
    entity_of = {name: denoted[f"{i}"] for i, name in enumerate(names)}
    ends = ((entity_of[p["a"], p["a_kind"]], entity_of[p["b"], p["b_kind"]]) for p in pairs)
    return [
        "same" if a == b else "narrower" if b in _all_above(a, above) else "broader" if a in _all_above(b, above)
        else "different"
        for a, b in ends
    ]  # fmt: skip


def _all_above(entity: str, above: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(above.get(entity, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += above.get(one, ())
    return found


def evaluate_pairs(pairs: Sequence[Mapping[str, str]], config: Config) -> dict[str, Any]:
    """Return ``same`` (precision, recall), ``hierarchy`` (precision, recall, f1) and ``blocking`` (recall) of pairs.

    Pairs that are unsure do not count.

    A pair of the hierarchy is right only when its direction is. Figures are rounded to four digits; 0 where there is
    nothing to divide by.
    """
    found = _figures([(pair["label"], said) for pair, said in zip(pairs, judge_pairs(pairs, config), strict=True)])
    return {**found, "blocking": _blocking(pairs)}


def _blocking(pairs: Iterable[Mapping[str, str]]) -> dict[str, float]:
    """Return the share of the pairs of one thing whose names blocking lets meet: no score can merge the others."""
    same = [pair for pair in pairs if pair["label"] == "same"]
    met = sum(are_candidates((pair["a"], pair["a_kind"]), (pair["b"], pair["b_kind"])) for pair in same)
    return {"recall": round(met / max(1, len(same)), 4)}


def _figures(judged: Iterable[tuple[str, str]]) -> dict[str, Any]:
    counts = Counter((gold, said) for gold, said in judged if gold != "unsure")

    def score(labels: tuple[str, ...]) -> tuple[float, float]:
        right = sum(counts[label, label] for label in labels)
        claimed = sum(n for (_, said), n in counts.items() if said in labels)
        true = sum(n for (gold, _), n in counts.items() if gold in labels)
        return right / max(1, claimed), right / max(1, true)

    same = score(("same",))
    precision, recall = score(("narrower", "broader"))
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {
        "same": {"precision": round(same[0], 4), "recall": round(same[1], 4)},
        "hierarchy": {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)},
    }


def evaluate_pairs_file(path: Path, config: Config) -> tuple[dict[str, Any], str]:
    """Return the figures of a file of judged pairs, and the same with the errors by sort as text for a terminal.

    Raises:
        ReadError: the file does not hold judged pairs.
    """
    pairs = read_pairs(path)
    judged = [(pair["label"], said) for pair, said in zip(pairs, judge_pairs(pairs, config), strict=True)]
    plain = {**_figures(judged), "blocking": _blocking(pairs)}
    lines = [f"{name:10} " + "  ".join(f"{k} {v:.3f}" for k, v in plain[name].items()) for name in plain]
    errors: dict[tuple[str, str], list[str]] = {}
    for pair, (gold, said) in zip(pairs, judged, strict=True):
        if gold not in (said, "unsure"):
            errors.setdefault((gold, said), []).append(f"{pair['a']} / {pair['b']}")
    for (gold, said), found in sorted(errors.items(), key=lambda item: (-len(item[1]), item[0])):
        lines.append(f"{len(found):5}  {gold}, taken for {said}: {'; '.join(sorted(found)[:_LISTED])}")
    return plain, "\n".join(lines) + "\n"
