"""BibTeX, by bibtexparser 2."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.read.faults import Fault
from kg.read.fields import to_paper
from kg.records import Paper

if TYPE_CHECKING:
    from kg.read.sources import Source


def read_bibtex(source: "Source") -> Iterator[Paper | Fault]:
    """Yield the paper of each entry; an entry that does not parse, or lacks title or abstract, is a fault."""
    import logging

    import bibtexparser
    from bibtexparser.model import Entry, ParsingFailedBlock

    # The parser logs each block that fails; we tell of them ourselves.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    library = bibtexparser.parse_string(source.text())
    for block in library.blocks:
        line = (block.start_line or 0) + 1
        raw = block.raw or ""
        if isinstance(block, Entry):
            fields = {field.key: _unbraced(str(field.value)) for field in block.fields}
            if fields.get("archiveprefix", "arxiv").lower() != "arxiv":
                fields.pop("eprint", None)
            try:
                yield to_paper({"citekey": block.key, **_without_ids(fields)}, source.name)
            except ValueError as error:
                yield Fault(line=line, reason=f"entry '{block.key}': {error}", raw=raw)
        elif isinstance(block, ParsingFailedBlock):
            reason = str(block.error).splitlines()[0] if str(block.error) else "does not parse"
            yield Fault(line=line, reason=f"not an entry: {reason}", raw=raw)


def _without_ids(fields: dict[str, str]) -> dict[str, str]:
    """Drop what is called an id in the entry: the citation key is the paper's."""
    return {key: value for key, value in fields.items() if key.lower() not in {"id", "key", "uid", "identifier"}}


def _unbraced(value: str) -> str:
    """Return a value without the braces that only protect capitals; LaTeX's own are decoded later."""
    if "\\" in value:
        return value
    return value.replace("{", "").replace("}", "")
