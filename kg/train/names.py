"""`python -m kg.train.names`: the weights of the score of a pair of names, trained on our readings.

The surface forms of one entity of a paper are pairs of one thing, those of two entities of one kind are pairs of two.
Logistic regression weighs what tells a pair apart; how often each last word adds nothing is counted, for each paper
from the others. A share of the papers is held out, on which precision and recall are told.
"""

import argparse
import itertools
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.resolve.acronyms import Meanings
from kg.resolve.keys import name_key
from kg.resolve.score import Differences, find_differences
from kg.resolve.shapes import Shape, find_shape
from kg.text import one_line
from kg.train.corpora import is_held_out, read_lines, read_readings

#: A last word is taken to add something at odds of two to one before it is counted.
_PRIOR_SAME, _PRIOR_OTHER = 0.5, 1.0
#: What counts come to less is one paper's own.
_LEAST = 2
#: Parts of the papers for counting each part's last words from the others.
_FOLDS = 5
#: A pair of two things weighs as so many: a reader seldom meets two names of one paper that are nearly alike and two
#: things, a corpus often.
_AGAINST = 2.0
#: Every way of differing has so much of a pair of two things to begin with: what is seldom met is less sure.
_UNSEEN = 0.25
#: Strength of the L2 penalty: the inverse of the variance of a weight.
_PENALTY = 1.0

#: (paper, kind, shape, shape, one thing)
Judged = tuple[str, str, Shape, Shape, bool]


def read_entities(readings: Path, texts: Iterable[Path]) -> Iterator[tuple[str, list[tuple[str, frozenset[str]]]]]:
    """Yield (paper, its entities: kind and surface forms), each paper once, sorted.

    Args:
        readings: our readings, standoff, or a file of papers annotated whole (the gold's format).
        texts: the papers that the standoff readings point into; none for papers annotated whole.
    """
    texts = list(texts)
    papers = read_readings(readings, texts) if texts else read_lines(readings)
    found: dict[str, Mapping[str, Any]] = {paper["id"]: paper for paper in papers}
    for name, paper in sorted(found.items()):
        yield (
            name,
            [
                (entity["labels"][0], frozenset(one_line(form) for form in [entity["name"], *entity["surfaces"]]))
                for entity in paper["entities"]
            ],
        )


def find_judged(entities: Iterable[tuple[str, Sequence[tuple[str, frozenset[str]]]]]) -> list[Judged]:
    """Return the pairs of names of one kind that a reading judges, each normal form once a paper.

    What two entities of a paper both are called says nothing.
    """
    meanings = Meanings()
    judged: list[Judged] = []
    for paper, found in entities:
        owners: dict[tuple[str, str], set[int]] = defaultdict(set)
        forms: dict[tuple[str, str], str] = {}
        for number, (kind, names) in enumerate(found):
            for name in sorted(names):
                owners[kind, name_key(name)].add(number)
                forms.setdefault((kind, name_key(name)), name)
        clear = sorted(key for key, numbers in owners.items() if len(numbers) == 1)
        shapes = {key: find_shape(forms[key], key[0], meanings) for key in clear}
        for a, b in itertools.combinations(clear, 2):
            if a[0] == b[0]:
                judged.append((paper, a[0], shapes[a], shapes[b], owners[a] == owners[b]))
    return judged


def count_tails(judged: Iterable[Judged]) -> dict[str, float]:
    """Return last word -> log-odds that a name with it is what the name without it is, with a prior against it."""
    every = _AnyTail()
    same, other = Counter[str](), Counter[str]()
    for _, kind, a, b, one in judged:
        found = find_differences(a, b, kind, every)
        if found is not None and "tail" in found.features:
            tail = max(a.core, b.core, key=len)[-1]
            (same if one else other)[tail] += 1
    return {
        word: math.log((same[word] + _PRIOR_SAME) / (other[word] + _PRIOR_OTHER)) - math.log(2)
        for word in sorted(same.keys() | other.keys())
        if same[word] + other[word] >= _LEAST
    }


class _AnyTail(dict[str, float]):
    """Every word, so that all pairs that differ by one are looked at."""

    def __contains__(self, word: object) -> bool:
        return True

    def __missing__(self, word: str) -> float:
        return 0.0


def find_features(judged: Sequence[Judged], tails: Mapping[str, float]) -> list[tuple[Differences, bool]]:
    """Return the differences of the pairs that are candidates, with what the reading says."""
    found = ((find_differences(a, b, kind, tails), one) for _, kind, a, b, one in judged)
    return [(differences, one) for differences, one in found if differences is not None]


def fit(rows: Sequence[tuple[Differences, bool]]) -> tuple[dict[str, float], float]:
    """Return feature -> weight, and the bias."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    names = sorted({name for found, _ in rows for name in found.features})
    x = np.array([[float(found.features.get(name, 0)) for name in names] for found, _ in rows])
    y = np.array([one for _, one in rows])
    weight = np.where(y, 1.0, _AGAINST)
    x, y = np.vstack([x, np.eye(len(names))]), np.append(y, np.zeros(len(names), dtype=bool))
    weight = np.append(weight, np.full(len(names), _UNSEEN))
    model = LogisticRegression(C=1 / _PENALTY, max_iter=1000).fit(x, y, weight)
    return {name: round(float(w), 4) for name, w in zip(names, model.coef_[0], strict=True)}, round(
        float(model.intercept_[0]), 4
    )


def train(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return the weights as `kg.resolve.weights` reads them."""
    papers = sorted({paper for paper, *_ in judged})
    fold_of = {paper: number % _FOLDS for number, paper in enumerate(papers)}
    rows: list[tuple[Differences, bool]] = []
    for fold in range(_FOLDS):
        tails = count_tails(one for one in judged if fold_of[one[0]] != fold)
        rows += find_features([one for one in judged if fold_of[one[0]] == fold], tails)
    features, bias = fit(rows)
    tails = {word: round(odds, 4) for word, odds in count_tails(judged).items() if odds > 0}
    return {"bias": bias, "features": features, "tails": tails}


def measure(judged: Sequence[Judged], weights: Mapping[str, Any], threshold: float) -> dict[str, float]:
    """Return precision and recall of the score over the candidates among the pairs, with their numbers."""
    right = claimed = true = 0
    for found, one in find_features(judged, weights["tails"]):
        total = weights["bias"] + sum(weights["features"].get(n, 0.0) * by for n, by in found.features.items())
        said = 1 / (1 + math.exp(-total)) >= threshold
        right, claimed, true = right + (said and one), claimed + said, true + one
    return {
        "precision": round(right / max(1, claimed), 4), "recall": round(right / max(1, true), 4), "candidates": true,
        "merged": claimed,
    }  # fmt: skip


def main() -> None:
    """Train on the readings, tell of the share that is held out, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readings", type=Path, default=Path(__file__).with_name("readings.jsonl.gz"))
    parser.add_argument("--texts", type=Path, nargs="*", default=[], help="the papers that the readings were made of")
    parser.add_argument("--annotated", type=Path, nargs="*", default=[], help="papers annotated whole, besides")
    parser.add_argument("--threshold", type=float, default=0.9)
    parser.add_argument("--out", type=Path, default=Path("kg/resolve/weights.json"))
    given = parser.parse_args()
    entities = dict(read_entities(given.readings, given.texts)) if given.texts else {}
    for path in given.annotated:
        entities.update(read_entities(path, []))
    judged = find_judged(sorted(entities.items()))
    kept, held = ([one for one in judged if is_held_out(one[0]) is out] for out in (False, True))
    weights = train(kept)
    for name, some in (("trained on", kept), ("held out", held)):
        print(name, len({one[0] for one in some}), "papers", measure(some, weights, given.threshold))  # noqa: T201
    given.out.write_text(json.dumps(weights, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
