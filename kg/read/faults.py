"""Records that could not be read: told with their place, kept so that they can be mended and fed back."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a format's reader yields in place of a paper. `line` is 1-based; `head` is what must precede the raw record
    for it to be read alone (the header line of a table).
    """  # noqa: D205 - one sentence a line would say less

    line: int
    reason: str
    raw: str = ""
    head: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A record that was skipped: its place ("file:line"), why, the record itself and the format it is in."""

    place: str
    reason: str
    raw: str
    head: str
    format: str


#: Format -> ending of its rejects file, and what stands before and after its records.
_FRAMES = {
    "jsonl": (".jsonl", "", ""),
    "json": (".jsonl", "", ""),
    "csv": (".csv", "", ""),
    "tsv": (".tsv", "", ""),
    "bibtex": (".bib", "", ""),
    "ris": (".ris", "", ""),
    "atom": (".atom", '<feed xmlns="http://www.w3.org/2005/Atom">', "</feed>"),
    "pubmed": (".xml", "<PubmedArticleSet>", "</PubmedArticleSet>"),
    "dailypapers": (".txt", "Get trending papers in your email inbox!\n", ""),
}


def write_rejects(path: Path, rejects: Sequence[Reject]) -> list[Path]:
    """Write the skipped records beside ``path``, one file a format, each readable by that format's reader.

    The reasons stand in ``<path>.reasons.txt``, a line a record.

    Returns:
        The files written; the reasons' is the last.

    Raises:
        OSError: the place cannot be written.
    """
    of_format: dict[str, list[Reject]] = {}
    for reject in rejects:
        of_format.setdefault(reject.format if reject.format in _FRAMES else "text", []).append(reject)
    written = []
    for name, some in sorted(of_format.items()):
        ending, before, after = _FRAMES.get(name, (".txt", "", ""))
        heads = [head for head in dict.fromkeys(reject.head for reject in some) if head]
        records = [reject.raw.rstrip("\n") for reject in some if reject.raw.strip()]
        parts = [part for part in (before, *heads[:1], *records, after) if part]
        if records:
            written.append(_write(path.with_name(path.name + ending), "\n".join(parts) + "\n"))
    reasons = "".join(f"{reject.place}: {reject.reason}\n" for reject in rejects)
    written.append(_write(path.with_name(f"{path.name}.reasons.txt"), reasons))
    return written


def _write(path: Path, text: str) -> Path:
    part = path.with_name(f".{path.name}.partial")
    part.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    part.replace(path)
    return path
