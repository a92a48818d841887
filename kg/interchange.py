"""Documents on the wire: one JSON object a paper, as `kg extract` writes them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from kg.files import written_whole
from kg.records import Document, to_plain


def to_interchange(document: Document) -> dict[str, Any]:
    """Return a document as the JSON object that `kg extract` writes; absent values are left out."""
    paper = document.paper
    plain = to_plain(paper)
    top: dict[str, Any] = {"id": paper.id, "title": paper.title, "abstract": paper.abstract}
    for name in ("ids", "year", "date", "url", "doi", "arxiv_id", "authors", "venue", "keywords", "sources"):
        if plain[name] not in (None, "", []) and not (name == "ids" and len(plain[name]) < 2):
            top[name] = plain[name]

    def inner(record: Any, *without: str) -> dict[str, Any]:
        return {key: value for key, value in to_plain(record).items() if key not in ("paper", *without)}

    top["sentences"] = [inner(s) for s in document.sentences]
    top["mentions"] = [inner(m, "name") | {"entity": m.name} for m in document.mentions]
    top["entities"] = [inner(e) for e in document.entities]
    top["claims"] = [_claim_json(inner(c)) for c in document.claims]
    top["relations"] = []
    for relation in document.relations:
        plain = inner(relation, "start", "end")
        top["relations"].append(plain | {"evidence": {"start": relation.start, "end": relation.end}})
    return top


def _claim_json(claim: dict[str, Any]) -> dict[str, Any]:
    claim["values"] = [{k: v for k, v in value.items() if v not in (None, "")} for value in claim["values"]]
    return claim


def write_documents(documents: Iterable[Document], target: Path | TextIO) -> int:
    """Write documents as JSON lines; return how many. A file is written through a temporary one.

    Raises:
        StoreError: the file cannot be written.
    """
    if not isinstance(target, Path):
        return _write_lines(documents, target)
    with written_whole(target) as part, part.open("w", encoding="utf-8", newline="\n") as lines:
        return _write_lines(documents, lines)


def _write_lines(documents: Iterable[Document], lines: TextIO) -> int:
    count = 0
    for document in documents:
        lines.write(json.dumps(to_interchange(document), ensure_ascii=False) + "\n")
        count += 1
    return count
