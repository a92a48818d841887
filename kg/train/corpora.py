"""Annotated corpora, read into examples. Texts stay where they are; only our own readings are part of the project.

The readings are standoff: `readings.jsonl.gz` says for an arXiv id where entities, sentences, claims and relations are,
by offsets into title, empty line and abstract (white space folded), and holds none of the text.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.errors import ReadError
from kg.text import one_line
from kg.train.examples import Example, example_of_paper, example_of_sentences, example_of_spans
from kg.train.labels import Labels

#: One paper in this many percent is held out: for thresholds, temperatures and for choosing between recipes.
HELD_OUT_PERCENT = 12

#: Labels of corpora -> ours.
_KIND_OF = {
    "Method": "Method", "Material": "Dataset", "Dataset": "Dataset", "Task": "Task", "Metric": "Metric",
    "TASK": "Task", "DATASET": "Dataset", "METRIC": "Metric",
}  # fmt: skip


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON-lines file, gzipped or not.

    Raises:
        ReadError: the file is missing, or a line is not JSON.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        yield json.loads(line)
                    except json.JSONDecodeError as error:
                        raise ReadError(f"{path}:{number}: not JSON: {error.msg}; one object a line") from error
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror}; name a file that is there and can be read") from error


def is_held_out(name: str) -> bool:
    """Say whether the paper ``name`` is held out: a function of its id alone."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 100 < HELD_OUT_PERCENT


def read_broad(corpora: Path, labels: Labels, names: Iterable[str]) -> list[Example]:
    """Return the examples of the corpora of the first stage.

    `scirex` (all four kinds), `tdmsci` (no methods: unmarked words may be methods), `csabstruct` (sentence roles,
    weighted by the readers' agreement).
    """
    found: list[Example] = []
    for name in names:
        for split in ("train", "dev") if name != "csabstruct" else ("train",):
            for item in read_lines(corpora / name / f"{split}.jsonl.gz"):
                found.append(_broad_example(name, item, labels))
    return found


def _broad_example(corpus: str, item: Mapping[str, Any], labels: Labels) -> Example:
    if corpus == "csabstruct":
        spans = [(s["start"], s["end"]) for s in item["sentences"]]
        # 0.7 is about the mean agreement, for the sentences whose readers' agreement is not given.
        roles = [(labels.sentence_roles.index(s["label"]), s.get("conf") or 0.7) for s in item["sentences"]]
        return example_of_sentences(item["id"], item["text"], spans, roles)
    spans_of_kind = [
        (s["start"], s["end"], labels.kinds.index(_KIND_OF[s["label"]]))
        for s in item["spans"]
        if s["label"] in _KIND_OF
    ]
    marked = ("Dataset", "Task", "Metric") if corpus == "tdmsci" else ("Method", "Dataset", "Task", "Metric")
    return example_of_spans(item["id"], item["text"], spans_of_kind, [labels.kinds.index(kind) for kind in marked])


def read_papers_annotated(paths: Iterable[Path], labels: Labels) -> list[Example]:
    """Return the examples of papers annotated whole (the gold's format), each id once."""
    found: dict[str, Example] = {}
    for path in paths:
        for paper in read_lines(path):
            if paper["id"] not in found and paper["sentences"]:
                found[paper["id"]] = example_of_paper(paper, labels)
    return list(found.values())


def read_readings(readings: Path, texts: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Yield our readings as annotated papers (the gold's format), joined with the texts they point into.

    Raises:
        ReadError: a text is not in the files given, or is another than the one that was read.
    """
    wanted = {item["id"]: item for item in read_lines(readings)}
    for path in texts:
        for paper in read_lines(path):
            item = wanted.get(paper["id"])
            if item is None:
                continue
            title, abstract = one_line(paper["title"]), one_line(paper["abstract"])
            text = f"{title}\n\n{abstract}"
            if hashlib.sha256(text.encode()).hexdigest()[:16] != item["text"]:
                continue
            del wanted[paper["id"]]
            yield _joined(item, title, abstract, text)
    if wanted:
        raise ReadError(f"{readings}: {len(wanted)} papers, the first {min(wanted)}, are not among the texts given; "
                        "give the files that the readings were made of")  # fmt: skip


def _joined(item: Mapping[str, Any], title: str, abstract: str, text: str) -> dict[str, Any]:
    entities = []
    for label, role, places in item["entities"]:
        surfaces = [text[start:end] for start, end in places]
        entities.append({"name": surfaces[0], "labels": [label], "roles": [role], "surfaces": surfaces})
    return {
        "id": item["id"],
        "title": title,
        "abstract": abstract,
        "sentences": [{"start": start, "end": end} for start, end in item["sentences"]],
        "entities": entities,
        "claims": [{"sentence": number, "types": [kind]} for number, kind in item["claims"]],
        "relations": [
            {"subject": entities[a]["name"], "predicate": predicate, "object": entities[b]["name"]}
            for a, predicate, b in item["relations"]
        ],
    }


def to_standoff(paper: Mapping[str, Any]) -> dict[str, Any]:
    """Return an annotated paper without its text: what `read_readings` joins with it again.

    Each surface form is given by the offsets of its first occurrence.
    """
    from kg.train.examples import find_form

    text = f"{paper['title']}\n\n{paper['abstract']}"
    number_of = {entity["name"]: number for number, entity in enumerate(paper["entities"])}
    entities = []
    for entity in paper["entities"]:
        forms = dict.fromkeys([entity["name"], *entity["surfaces"]])
        entities.append([entity["labels"][0], entity["roles"][0], [next(iter(find_form(f, text))) for f in forms]])
    return {
        "id": paper["id"],
        "text": hashlib.sha256(text.encode()).hexdigest()[:16],
        "sentences": [[s["start"], s["end"]] for s in paper["sentences"]],
        "entities": entities,
        "claims": [[c["sentence"], c["types"][0]] for c in paper["claims"]],
        "relations": [
            [number_of[r["subject"]], r["predicate"], number_of[r["object"]]]
            for r in paper["relations"]
            if r["subject"] in number_of and r["object"] in number_of
        ],
    }
