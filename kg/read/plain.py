"""Plain text and Markdown: one paper a file."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.read.faults import Fault
from kg.read.fields import to_paper
from kg.records import Paper

if TYPE_CHECKING:
    from kg.read.sources import Source

_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_FIELD = re.compile(r"^([A-Za-z_]+):\s*(.+)$", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s*(?:abstract)?\s*:?\s*", re.IGNORECASE)
_MARK = re.compile(r"^(?:#+\s*|\*\*)?abstract(?:\*\*)?\s*[:.—-]?\s*", re.IGNORECASE)


def read_text(source: "Source") -> Iterator[Paper | Fault]:
    """Yield the paper of a file: its first line is the title, the rest the abstract; simple front matter is taken.

    The file's name, without its ending, is the paper's id, unless the front matter gives one.
    """
    text = source.text().lstrip("\ufeff")
    fields: dict[str, object] = {}
    if matter := _MATTER.match(text):
        fields = {key.lower(): value.strip().strip("\"'") for key, value in _FIELD.findall(matter.group(1))}
        text = text[matter.end() :]
    first, _, rest = text.strip().partition("\n")
    if "title" not in fields:
        fields["title"] = re.sub(r"^#+\s*|^title:\s*", "", first, flags=re.IGNORECASE)
    else:
        rest = text
    fields.setdefault("abstract", _MARK.sub("", "\n".join(_HEADING.sub("", line) for line in rest.strip().split("\n"))))
    if source.path != "-":
        fields.setdefault("id", Path(source.path).name.removesuffix(".gz").rpartition(".")[0])
    try:
        yield to_paper(fields, source.name)
    except ValueError as error:
        yield Fault(line=1, reason=str(error), raw=text)
