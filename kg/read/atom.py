"""The feed of arXiv's API (Atom)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO
from xml.etree.ElementTree import Element, ParseError, tostring

from kg.errors import ReadError
from kg.read.faults import Fault
from kg.read.fields import to_paper
from kg.records import Paper

if TYPE_CHECKING:
    from kg.read.sources import Source


def elements(source: "Source", name: str) -> Iterator[tuple[int, Element]]:
    """Yield (line, element) of each element called ``name``, whatever its namespace, and forget it afterwards.

    The line is that on which the element begins.

    Raises:
        ReadError: the XML is broken, or tries what papers have no need of (external entities, bombs).
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    lines = _Lines(source.stream())
    begun = 0
    try:
        with source.told():
            for event, element in iterparse(lines, events=("start", "end")):
                if element.tag.rpartition("}")[2] != name:
                    continue
                if event == "start":
                    begun = lines.number
                else:
                    yield begun, element
                    element.clear()
    except ParseError as error:
        line, column = error.position
        raise ReadError(f"{source.path}:{line}: broken XML at column {column}; fetch the file again") from error
    except DefusedXmlException as error:
        raise ReadError(f"{source.path}: XML with entities of its own ({type(error).__name__}); remove them") from error
    except (LookupError, ValueError) as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(f"{source.path}: XML in an encoding that cannot be read ({error}); save it as UTF-8") from error


class _Lines:
    """A stream that a parser of XML reads line by line, so that an element's line is known when it begins."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.number = 0
        self._ended = True

    def read(self, size: int) -> bytes:
        """Return the next line, or what fits in ``size`` of it."""
        line = self._stream.readline(size)
        self.number += self._ended
        self._ended = line.endswith(b"\n")
        return line


def child_text(element: Element, name: str) -> str:
    """Return the text of the first child called ``name``, whatever its namespace."""
    for child in element:
        if child.tag.rpartition("}")[2] == name:
            return "".join(child.itertext())
    return ""


def read_atom(source: "Source") -> Iterator[Paper | Fault]:
    """Yield the paper of each entry."""
    for line, entry in elements(source, "entry"):
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
            yield Fault(line=line, reason=str(error), raw=tostring(entry, encoding="unicode"))
