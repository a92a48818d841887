"""A page of Hugging Face daily papers saved as text: a title's line, an abstract's, page furniture around them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.read.faults import Fault
from kg.read.fields import to_paper
from kg.records import Paper

if TYPE_CHECKING:
    from kg.read.sources import Source

#: An abstract's line is longer than any title's or button's.
_ABSTRACT = 250
#: Lines of the page itself.
_FURNITURE = ("new", "subscribe", "daily papers", "get trending papers", "by ak and", "byak and", "trending papers",
              "sign up", "log in", "upvote", "submitted by", "authored by")  # fmt: skip


def read_page(source: "Source") -> Iterator[Paper | Fault]:
    """Yield the paper of each abstract and the title before it."""
    title, title_line = "", 0
    for number, line in enumerate(source.lines(), 1):
        line = line.strip()
        if not line:
            continue
        if len(line) < _ABSTRACT:
            if title and len(title.split()) > 3:
                yield Fault(line=title_line, reason="no 'abstract'; required", raw=title)
            title, title_line = ("" if line.lower().startswith(_FURNITURE) else line), number
        elif title:
            yield to_paper({"title": title, "abstract": line}, source.name)
            title = ""
        else:
            yield Fault(line=number, reason="no 'title'; required", raw=line)
