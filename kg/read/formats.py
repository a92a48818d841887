"""The table of formats, and recognising one by content."""

import json
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from kg.errors import UnknownFormatError
from kg.read.faults import Fault
from kg.records import Paper

if TYPE_CHECKING:
    from kg.read.sources import Source

#: What reads a format: yields a paper or a fault for each record of a source.
Reader = Callable[["Source"], Iterator[Paper | Fault]]

#: Format -> (module, function, description). A third party adds one through the entry point group `kg.readers`, whose
#: object is a `Reader`; it is used where `--format` names it.
FORMATS: dict[str, tuple[str, str, str]] = {
    "jsonl": ("kg.read.objects", "read_json_lines", "JSON lines, one paper an object: any source's field names"),
    "json": ("kg.read.objects", "read_json", "JSON: an array of papers, or an object that holds one"),
    "arxiv": ("kg.read.objects", "read_json_lines", "arXiv metadata snapshot (JSON lines)"),
    "openalex": ("kg.read.objects", "read_any_json", "OpenAlex works"),
    "semanticscholar": ("kg.read.objects", "read_any_json", "Semantic Scholar papers"),
    "csv": ("kg.read.tables", "read_csv", "table with commas or semicolons; the first line names the columns"),
    "tsv": ("kg.read.tables", "read_tsv", "table with tabs; the first line names the columns"),
    "bibtex": ("kg.read.bibtex", "read_bibtex", "BibTeX and BibLaTeX"),
    "ris": ("kg.read.ris", "read_ris", "RIS: EndNote, Zotero, Web of Science"),
    "atom": ("kg.read.atom", "read_atom", "arXiv API feed (Atom)"),
    "pubmed": ("kg.read.pubmed", "read_pubmed", "PubMed XML"),
    "dailypapers": ("kg.read.dailypapers", "read_page", "a page of Hugging Face daily papers saved as text"),
    "text": ("kg.read.plain", "read_text", "plain text or Markdown: the title, an empty line, the abstract"),
}

_BIBTEX = re.compile(r"^\s*@[A-Za-z]+\s*[{(]", re.MULTILINE)
_RIS = re.compile(r"^(?:TY|ER)  ?- ?", re.MULTILINE)
_DAILY = ("Get trending papers in your email inbox", "AK and the research community")


def find_readers() -> dict[str, str]:
    """Return every format's name with its description, those of other packages included."""
    known = {name: description for name, (_, _, description) in FORMATS.items()}
    for point in sorted(entry_points(group="kg.readers"), key=lambda p: p.name):
        known.setdefault(point.name, f"from {point.value}")
    return known


def find_reader(name: str) -> Reader:
    """Return what reads the format ``name``.

    Raises:
        UnknownFormatError: there is no such format; lists the known ones.
    """
    if name in FORMATS:
        module, function, _ = FORMATS[name]
        reader: Reader = getattr(import_module(module), function)
        return reader
    for point in entry_points(group="kg.readers", name=name):
        loaded: Reader = point.load()
        return loaded
    raise UnknownFormatError(f"no input format '{name}'; known: {', '.join(find_readers())}")


def find_format(head: bytes, path: str = "") -> str | None:
    """Return the name of the format that a file's first bytes are in, or None.

    Args:
        head: the first bytes, some tens of kilobytes where there are so many.
        path: the file's name, which decides only for plain text (.txt, .md), since any text is that.

    >>> find_format(b'@article{a, title={B}}')
    'bibtex'
    """
    text = head.decode("utf-8", "replace").removeprefix("\ufeff").lstrip("\ufeff \t\r\n").replace("\r\n", "\n")
    if text.startswith("<"):
        return _xml_format(text)
    if text.startswith(("{", "[")):
        return _json_format(text)
    if any(mark in text for mark in _DAILY):
        return "dailypapers"
    if _RIS.match(text):
        return "ris"
    if (_BIBTEX.match(text) or (text.startswith("%") and _BIBTEX.search(text))) and "=" in text:
        return "bibtex"
    if table := _table_format(text):
        return table
    if _BIBTEX.search(text) and re.search(r"^\s*(?:title|author)\s*=", text, re.MULTILINE | re.IGNORECASE):
        return "bibtex"
    return "text" if path.lower().removesuffix(".gz").endswith((".txt", ".md", ".text", ".markdown")) else None


def _xml_format(text: str) -> str | None:
    if "PubmedArticle" in text:
        return "pubmed"
    if re.search(r"<(?:\w+:)?(?:feed|entry)\b", text):
        return "atom"
    return None


def _json_format(text: str) -> str:
    first, newline, rest = text.partition("\n")
    if not text.startswith("{"):
        return "json"
    try:
        whole = json.loads(first)
    except ValueError:
        # One object over many lines, or the first line of JSON lines is broken or longer than what was looked at.
        if not newline:
            return "jsonl"
        return "jsonl" if rest.lstrip().startswith("{") else "json"
    if not rest.strip() and isinstance(whole, dict) and not any(key.lower() == "title" for key in whole):
        return "json"
    return "jsonl"


def _table_format(text: str) -> str | None:
    from kg.read.fields import NAMES, to_key

    first = text.partition("\n")[0]
    for name, separators in (("tsv", "\t"), ("csv", ",;")):
        for separator in separators:
            columns = {to_key(column.strip().strip('"')) for column in first.split(separator)}
            if columns & set(NAMES["title"]) and columns & set(NAMES["abstract"]):
                return name
    return None
