"""`python -m kg.train.agreement`: how far two readings of the same papers agree, by the figures of a model.

A model cannot be asked to agree with a reader more than a second reader does, who did not look at the first reading.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.errors import KGError
from kg.evaluate.documents import evaluate_documents
from kg.records import Claim, ClaimPredicate, Document, DocumentEntity, Paper, Relation
from kg.train.calibrate import as_gold
from kg.train.corpora import read_readings

_HERE = Path(__file__).parent
_SOURCE = "reading"
#: The readings whose papers were read again.
_FIRST = ("readings", "readings-2", "readings-3")


def to_read_document(item: Mapping[str, Any]) -> Document:
    """Return an annotated paper (the gold's format) as if it had been extracted, each finding with the score 1."""
    paper = Paper(id=item["id"], title=item["title"], abstract=item["abstract"])
    shift = len(item["title"]) + 2
    entities = tuple(
        DocumentEntity(
            paper=paper.id, name=e["name"], kind=e["labels"][0], role=e["roles"][0], surfaces=tuple(e["surfaces"]),
            score=1.0, source=_SOURCE,
        )
        for e in item["entities"]
    )  # fmt: skip
    claims = []
    for claim in item["claims"]:
        sentence = item["sentences"][claim["sentence"]]
        start, end = sentence["start"] + shift, sentence["end"] + shift
        claims.append(
            Claim(
                paper=paper.id, start=start, end=end, text=paper.text[start:end], type=claim["types"][0],
                predicate=ClaimPredicate.NONE.value, score=1.0, source=_SOURCE,
            )
        )  # fmt: skip
    relations = tuple(
        Relation(
            paper=paper.id, subject=r["subject"], predicate=r["predicate"], object=r["object"], start=0, end=0,
            score=1.0, source=_SOURCE,
        )
        for r in item["relations"]
    )  # fmt: skip
    return Document(paper=paper, entities=entities, claims=tuple(claims), relations=relations)


def measure_agreement(first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the figures of the second readings against the first, over the papers that both hold."""
    again = {item["id"]: to_read_document(item) for item in second}
    both = [as_gold(item) for item in first if item["id"] in again]
    plain = evaluate_documents(both, again.values()).plain
    figures = {name: plain[name]["f1"] for name in ("entity", "relaxed", "kind-blind", "claim", "relation")}
    return {"papers": len(both), **figures, **{name: plain[name] for name in plain if name.endswith("accuracy")}}


def main(words: Sequence[str] | None = None) -> int:
    """Print the agreement as JSON; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m kg.train.agreement", description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the annotated corpora")
    parser.add_argument("--papers", type=Path, required=True, help="folder with arxiv-cs.jsonl.gz, for the texts")
    given = parser.parse_args(words)
    texts = [given.corpora / "silver" / "to-annotate.jsonl.gz", given.papers / "arxiv-cs.jsonl.gz"]
    first = [item for name in _FIRST for item in read_readings(_HERE / f"{name}.jsonl.gz", texts)]
    second = list(read_readings(_HERE / "readings-again.jsonl.gz", texts))
    sys.stdout.write(json.dumps(measure_agreement(first, second), indent=2) + "\n")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KGError as error:
        sys.stderr.write(f"kg.train.agreement: {error}\n")
        sys.exit(1)
