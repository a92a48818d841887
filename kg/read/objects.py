"""JSON: lines, arrays, and objects that hold papers, in any source's field names.

What an object is (OpenAlex, Semantic Scholar, arXiv's snapshot, or plain) is seen from its own fields.
"""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.read.faults import Fault
from kg.read.fields import to_paper
from kg.read.sources import decode_line
from kg.records import Paper

if TYPE_CHECKING:
    from kg.read.sources import Source

#: Fields of an object that hold the papers of a page of results.
_HOLDERS = ("papers", "results", "data", "items", "works", "records", "entries", "documents")
#: Characters of a broken record that are kept for the rejects file.
_KEPT = 1_000_000
_TOO_DEEP = "JSON nested too deeply for papers"


def to_plain_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object's fields with those of OpenAlex, Semantic Scholar and arXiv under the common names."""
    fields = dict(item)
    if isinstance(item.get("abstract_inverted_index"), dict):
        fields["abstract"] = from_inverted(item["abstract_inverted_index"])
        fields["title"] = item.get("title") or item.get("display_name")
        fields["authors"] = [_object(a, "author") for a in _objects(item, "authorships")]
        location = _object(item, "primary_location")
        fields["venue"] = _object(location, "source").get("display_name")
        fields["url"] = location.get("landing_page_url") or item.get("id")
        fields["keywords"] = [k.get("display_name") for k in _objects(item, "keywords")]
    elif isinstance(item.get("externalIds"), dict):
        known = {str(key).lower(): value for key, value in item["externalIds"].items()}
        fields["doi"], fields["arxiv_id"] = known.get("doi"), known.get("arxiv")
        fields["id"] = item.get("paperId") or item.get("corpusId")
        fields["date"] = item.get("publicationDate")
        fields["keywords"] = item.get("fieldsOfStudy")
    elif isinstance(item.get("authors_parsed"), list):
        fields["authors"] = item["authors_parsed"]
        fields["arxiv_id"] = item.get("id")
        fields["keywords"] = str(item.get("categories") or "").split()
        versions = item.get("versions")
        if isinstance(versions, list) and versions and isinstance(versions[0], dict):
            fields["date"] = _iso_date(str(versions[0].get("created", ""))) or item.get("update_date")
    elif isinstance(item.get("paper"), dict) and "title" not in item:
        return to_plain_fields(item["paper"])
    return fields


def _object(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the object in a field, or an empty one where there is something else."""
    value = item.get(name)
    return value if isinstance(value, dict) else {}


def _objects(item: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the objects of the array in a field; what else there is does not count."""
    value = item.get(name)
    return [some for some in value if isinstance(some, dict)] if isinstance(value, list) else []


def _iso_date(text: str) -> str:
    """Return a date of a mail header ("Mon, 2 Apr 2007 19:18:42 GMT") as ISO 8601, or ``""``."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (TypeError, ValueError):
        return ""


def from_inverted(index: Mapping[str, Any]) -> str:
    """Return the text of an inverted index: word -> places.

    >>> from_inverted({"world": [1], "Hello": [0]})
    'Hello world'
    """
    placed = [
        (at, word) for word, places in index.items() if isinstance(places, list) for at in places if isinstance(at, int)
    ]
    return " ".join(word for _, word in sorted(placed))


def _paper_of(item: Any, name: str) -> Paper:
    if not isinstance(item, dict):
        raise ValueError(f"a JSON {type(item).__name__}, not an object; one paper an object")
    return to_paper(to_plain_fields(item), name, verbatim=_carries_offsets(item))


def _carries_offsets(item: Mapping[str, Any]) -> bool:
    """Say whether a record holds offsets into its own text, as annotated papers and `kg extract`'s documents do."""
    sentences = item.get("sentences")
    return (
        isinstance(sentences, list) and bool(sentences) and isinstance(sentences[0], dict) and "start" in sentences[0]
    )


def read_json_lines(source: "Source") -> Iterator[Paper | Fault]:
    """Yield the paper of each line."""
    for number, line in enumerate(source.byte_lines(), 1):
        if not line.strip():
            continue
        try:
            text = decode_line(line)
            yield _paper_of(json.loads(text), source.name)
        except json.JSONDecodeError as error:
            yield Fault(line=number, reason=f"not JSON: {error.msg} at column {error.colno}", raw=text[:_KEPT])
        except ValueError as error:
            yield Fault(line=number, reason=str(error), raw=line.decode("utf-8", "replace")[:_KEPT])
        except RecursionError:
            yield Fault(line=number, reason=_TOO_DEEP, raw=line.decode("utf-8", "replace")[:_KEPT])


def read_json(source: "Source") -> Iterator[Paper | Fault]:
    """Yield the papers of one JSON value: an array, a page of results, a mapping from ids, or one paper."""
    text = source.text()
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        yield Fault(line=error.lineno, reason=f"not JSON: {error.msg} at column {error.colno}", raw="")
        return
    except ValueError as error:
        yield Fault(line=1, reason=f"not JSON for papers: {error}", raw="")
        return
    except RecursionError:
        yield Fault(line=1, reason=_TOO_DEEP, raw="")
        return
    for number, item in enumerate(_items(value), 1):
        try:
            yield _paper_of(item, source.name)
        except ValueError as error:
            raw = json.dumps(item, ensure_ascii=False)
            yield Fault(line=_line_of(text, item), reason=f"paper {number}: {error}", raw=raw)
        except RecursionError:
            yield Fault(line=1, reason=f"paper {number}: {_TOO_DEEP}", raw="")


def read_any_json(source: "Source") -> Iterator[Paper | Fault]:
    """Yield the papers of JSON lines or of one JSON value, whichever it is."""
    from kg.read.formats import find_format

    yield from read_json_lines(source) if find_format(source.head) == "jsonl" else read_json(source)


def _items(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        for holder in _HOLDERS:
            if isinstance(value.get(holder), list):
                return list(value[holder])
        if value and all(isinstance(item, dict) for item in value.values()):
            return [{"id": key, **item} for key, item in value.items()]
    return [value]


def _line_of(text: str, item: Any) -> int:
    """Return the line on which an object's first distinctive value stands; 1 where that cannot be told."""
    if isinstance(item, dict):
        for value in item.values():
            if isinstance(value, str) and len(value) > 3:
                at = text.find(json.dumps(value, ensure_ascii=False))
                if at >= 0:
                    return text.count("\n", 0, at) + 1
    return 1
