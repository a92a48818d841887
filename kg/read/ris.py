"""RIS, by rispy."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kg.read.faults import Fault
from kg.read.fields import to_paper
from kg.records import Paper

if TYPE_CHECKING:
    from kg.read.sources import Source

_START = re.compile(r"^TY {1,2}- ?", re.MULTILINE)


def read_ris(source: "Source") -> Iterator[Paper | Fault]:
    """Yield the paper of each record; each is parsed alone, so that a broken one spoils no other."""
    import rispy

    text = source.text()
    starts = [found.start() for found in _START.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=False):
        raw = text[start:end]
        line = text.count("\n", 0, start) + 1
        if not re.search(r"^ER {1,2}-", raw, re.MULTILINE):
            yield Fault(line=line, reason="the record has no end (ER  -)", raw=raw)
            continue
        try:
            [entry] = rispy.loads(re.sub(r"^([A-Z][A-Z0-9]) ?- ?", r"\1  - ", raw, flags=re.MULTILINE))
            yield to_paper(_fields(entry), source.name)
        except (ValueError, OSError, KeyError, IndexError) as error:
            yield Fault(line=line, reason=str(error) or "not a RIS record", raw=raw)


def _fields(entry: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": entry.get("id") or entry.get("accession_number"),
        "title": entry.get("title") or entry.get("primary_title"),
        "abstract": entry.get("abstract") or entry.get("notes_abstract") or entry.get("notes"),
        "authors": entry.get("authors") or entry.get("first_authors"),
        "venue": entry.get("journal_name") or entry.get("secondary_title") or entry.get("alternate_title3"),
        "year": entry.get("year") or entry.get("publication_year"),
        "date": str(entry.get("date") or "").replace("/", "-").strip("-"),
        "doi": entry.get("doi"),
        "url": entry.get("urls") or entry.get("url"),
        "keywords": entry.get("keywords"),
    }
    return {key: value for key, value in fields.items() if value}
