"""The feed of arXiv's API (Atom)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError, tostring

from kg.errors import ReadError
from kg.read.faults import Fault
from kg.read.fields import to_paper
from kg.records import Paper

if TYPE_CHECKING:
    from kg.read.sources import Source


def elements(source: "Source", name: str) -> Iterator[tuple[int, Element]]:
    """Yield (number, element) of each element called ``name``, whatever its namespace, and forget it afterwards.

    Raises:
        ReadError: the XML is broken, or tries what papers have no need of (external entities, bombs).
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    count = 0
    try:
        for _, element in iterparse(source.stream(), events=("end",)):
            if element.tag.rpartition("}")[2] == name:
                count += 1
                yield count, element
                element.clear()
    except ParseError as error:
        line, column = error.position
        raise ReadError(f"{source.path}:{line}: broken XML at column {column}; fetch the file again") from error
    except DefusedXmlException as error:
        raise ReadError(f"{source.path}: XML with entities of its own ({type(error).__name__}); remove them") from error


def child_text(element: Element, name: str) -> str:
    """Return the text of the first child called ``name``, whatever its namespace."""
    for child in element:
        if child.tag.rpartition("}")[2] == name:
            return "".join(child.itertext())
    return ""


def read_atom(source: "Source") -> Iterator[Paper | Fault]:
    """Yield the paper of each entry."""
    for number, entry in elements(source, "entry"):
        local = [(child.tag.rpartition("}")[2], child) for child in entry]
        address = child_text(entry, "id").strip()
        fields = {
            "id": address.rpartition("/abs/")[2] or address,
            "arxiv_id": address,
            "title": child_text(entry, "title"),
            "abstract": child_text(entry, "summary") or child_text(entry, "content"),
            "date": child_text(entry, "published") or child_text(entry, "updated"),
            "authors": [{"name": child_text(child, "name")} for name, child in local if name == "author"],
            "doi": child_text(entry, "doi"),
            "venue": child_text(entry, "journal_ref"),
            "keywords": [child.get("term", "") for name, child in local if name == "category"],
            "url": address,
        }
        try:
            yield to_paper(fields, source.name)
        except ValueError as error:
            yield Fault(line=number, reason=f"entry {number}: {error}", raw=tostring(entry, encoding="unicode"))
