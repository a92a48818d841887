"""What people decided of names: a table that lies beside the graph, survives rebuilds and diffs well, one line each.

The file is SSSOM/TSV in its canonical form (https://mapping-commons.github.io/sssom/spec-formats-tsv/), but that its
columns are always the same, so that a decision more is a line more. A name stands in it as papers print it, with its
kind: ``name:Method/chain%20of%20thought``. How a line says what was decided:

    same        A  skos:exactMatch       B                 A and B are one thing; of two kinds, B's
    different   A  Not skos:exactMatch   B
    alone       A  skos:exactMatch       sssom:NoTermFound A is merged with nothing that no other line says
    broader     A  skos:broadMatch       B                 B is broader than A
    renamed     A  skos:prefLabel        "the name"
    kind        A  rdf:type              kg:Dataset
    dropped     A  Not rdf:type          skos:Concept      A is no entity

Deleting a line takes its decision back. In a line written by hand `subject_id` and `object_id` may be empty where the
label and `subject_category`, `object_category` (the kind) are given.
"""

import csv
import io
import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from kg.errors import ReadError, StoreError
from kg.records import Decision, Verdict
from kg.text import clean, one_line
from kg.vocab import KG

#: The file's name beside the graph.
DECISIONS = "decisions.tsv"

_HEAD = f"""\
#curie_map:
#  kg: {KG}
#  name: https://w3id.org/abstract-kg/name/
#mapping_set_id: https://w3id.org/abstract-kg/decisions
#mapping_set_description: What people decided of the names of a graph of papers. A deleted line is a decision undone.
#license: https://w3id.org/sssom/license/unspecified
"""
#: Columns that are always there, in SSSOM's order; those that a person added come behind them.
_COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label",
    "mapping_justification", "author_label", "object_type", "mapping_date", "comment",
)  # fmt: skip
_CURATED = "semapv:ManualMappingCuration"
_NO_TERM, _CONCEPT, _LITERAL = "sssom:NoTermFound", "skos:Concept", "rdfs literal"
_NAME, _KIND = "name:", "kg:"
_ESCAPED = re.compile(r"\\([\\|])")
#: Verdict -> (predicate, whether it is denied).
_SAID: dict[str, tuple[str, bool]] = {
    Verdict.SAME: ("skos:exactMatch", False),
    Verdict.DIFFERENT: ("skos:exactMatch", True),
    Verdict.ALONE: ("skos:exactMatch", False),
    Verdict.BROADER: ("skos:broadMatch", False),
    Verdict.RENAMED: ("skos:prefLabel", False),
    Verdict.KIND: ("rdf:type", False),
    Verdict.DROPPED: ("rdf:type", True),
}
_PREDICATES = ("skos:exactMatch", "skos:broadMatch", "skos:narrowMatch", "skos:prefLabel", "rdf:type")


class _Table(NamedTuple):
    """A file as it is: lines of metadata, columns, and rows with the line that each ends in."""

    head: str
    columns: tuple[str, ...]
    rows: list[tuple[int, dict[str, str]]]


def read_decisions(path: Path) -> dict[Decision, str]:
    """Return the decisions of a file, each with its place (``decisions.tsv:12``), in the order of their lines.

    Raises:
        ReadError: the file cannot be read, or a line says nothing that can be decided; names the line.
    """
    found: dict[Decision, str] = {}
    for line, row in _read(path).rows:
        found.setdefault(_to_decision(row, f"{path}:{line}"), f"{path}:{line}")
    return found


def add_decisions(path: Path, decisions: list[Decision]) -> list[Decision]:
    """Add decisions to a file, or begin it; return those that it did not hold. All other lines stay, sorted.

    Raises:
        ReadError: what is there cannot be read; nothing is written.
        StoreError: the file cannot be written; the old one stays.
    """
    table = _read(path) if path.exists() else _Table(_HEAD, _COLUMNS, [])
    held = {_essence(_to_decision(row, f"{path}:{line}")) for line, row in table.rows}
    new = [one for one in dict.fromkeys(map(_cleaned, decisions)) if _essence(one) not in held]
    if new:
        rows = [row for _, row in table.rows] + [_to_row(decision) for decision in new]
        columns = (*_COLUMNS, *(column for column in table.columns if column not in _COLUMNS))
        _write(path, table.head, columns, rows)
    return new


def _essence(decision: Decision) -> tuple[str, ...]:
    """Return what is decided, without who did and why."""
    return decision.name, decision.kind, decision.verdict, decision.other, decision.other_kind


def _cleaned(decision: Decision) -> Decision:
    """Return a decision whose every text is one line that no file breaks at."""
    name, kind, other, other_kind, comment, author, date = (
        one_line(clean(text))
        for text in (decision.name, decision.kind, decision.other, decision.other_kind, decision.comment,
                     decision.author, decision.date)
    )  # fmt: skip
    return Decision(
        name=name, kind=kind, verdict=str(decision.verdict), other=other, other_kind=other_kind, comment=comment,
        author=author, date=date,
    )  # fmt: skip


# ---- the file


def _read(path: Path) -> _Table:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise ReadError(f"{path}: cannot be read: {said}; give a UTF-8 file of decisions (SSSOM/TSV)") from error
    lines = text.replace("\r\n", "\n").split("\n")
    first = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    head = "".join(f"{line}\n" for line in lines[:first])
    reader = csv.reader(io.StringIO("\n".join(lines[first:])), delimiter="\t", strict=True)
    columns: tuple[str, ...] = ()
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        for cells in reader:
            place = f"{path}:{first + reader.line_num}"
            if not columns:
                columns = tuple(cell.strip() for cell in cells)
                if lacking := {"subject_label", "predicate_id", "object_label"} - set(columns):
                    raise ReadError(f"{place}: no column {', '.join(sorted(lacking))}; a decisions file has "
                                    f"{', '.join(_COLUMNS)}")  # fmt: skip
            elif len(cells) > len(columns):
                raise ReadError(f"{place}: {len(cells)} cells in {len(columns)} columns; part them by one tab each")
            elif any(cell.strip() for cell in cells):
                rows.append((first + reader.line_num, dict(zip(columns, cells, strict=False))))
    except csv.Error as error:
        raise ReadError(f"{path}:{first + reader.line_num}: {error}; double each quote in a quoted cell") from error
    return _Table(head or _HEAD, columns or _COLUMNS, rows)


def _write(path: Path, head: str, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    """Write the file beside its place and rename it: sorted by its columns, so that a line's place is its content's."""
    out = io.StringIO()
    out.write(head)
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(sorted([row.get(column, "") for column in columns] for row in rows))
    partial = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(out.getvalue(), encoding="utf-8", newline="\n")
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise StoreError(f"{path}: {error.strerror}; free some space, or name another file with --decisions") from error


# ---- rows and decisions


def name_id(name: str, kind: str) -> str:
    """Return a name's identifier in the file.

    >>> name_id("chain of thought", "Method")
    'name:Method/chain%20of%20thought'
    """
    return f"{_NAME}{quote(kind, safe='')}/{quote(name, safe='')}"


def _to_row(decision: Decision) -> dict[str, str]:
    predicate, denied = _SAID[decision.verdict]
    row = {
        "subject_id": name_id(decision.name, decision.kind),
        "subject_label": decision.name,
        "predicate_id": predicate,
        "predicate_modifier": "Not" if denied else "",
        "object_id": name_id(decision.other, decision.other_kind),
        "object_label": decision.other,
        "mapping_justification": _CURATED,
        # A slot of several values: a bar parts them (SSSOM/TSV, "Multi-valued slots").
        "author_label": re.sub(r"([\\|])", r"\\\1", decision.author),
        "mapping_date": decision.date,
        "comment": decision.comment,
    }
    if decision.verdict == Verdict.ALONE:
        row |= {"object_id": _NO_TERM, "object_label": ""}
    elif decision.verdict == Verdict.RENAMED:
        row |= {"object_id": "", "object_type": _LITERAL}
    elif decision.verdict == Verdict.KIND:
        row |= {"object_id": _KIND + quote(decision.other, safe="")}
    elif decision.verdict == Verdict.DROPPED:
        row |= {"object_id": _CONCEPT, "object_label": ""}
    return row


def _to_decision(row: dict[str, str], place: str) -> Decision:
    cells = {column: one_line(clean(cell)) for column, cell in row.items()}
    predicate = cells.get("predicate_id", "")
    if predicate not in _PREDICATES:
        raise ReadError(f"{place}: predicate_id '{predicate}' decides nothing here; known: {', '.join(_PREDICATES)}")
    modifier = cells.get("predicate_modifier", "")
    if modifier not in ("", "Not"):
        raise ReadError(f"{place}: predicate_modifier '{modifier}'; it is 'Not' or empty")
    name, kind = _named(cells, "subject", place)
    verdict, other, other_kind = _verdict(cells, predicate, bool(modifier), place)
    if verdict == "narrower":
        verdict, name, kind, other, other_kind = Verdict.BROADER, other, other_kind, name, kind
    return Decision(
        name=name,
        kind=kind,
        verdict=verdict,
        other=other,
        other_kind=other_kind,
        comment=cells.get("comment", ""),
        author=_ESCAPED.sub(r"\1", cells.get("author_label", "")),
        date=cells.get("mapping_date", ""),
    )


def _verdict(cells: dict[str, str], predicate: str, denied: bool, place: str) -> tuple[str, str, str]:
    """Return the verdict of a row with the other name, or what stands for it, and its kind."""
    told, label = cells.get("object_id", ""), cells.get("object_label", "")
    if predicate == "skos:exactMatch":
        if told == _NO_TERM and not denied:
            return Verdict.ALONE, "", ""
        other, kind = _named(cells, "object", place)
        return (Verdict.DIFFERENT if denied else Verdict.SAME), other, kind
    if denied and not (predicate == "rdf:type" and told == _CONCEPT):
        raise ReadError(f"{place}: 'Not {predicate}' decides nothing here; 'Not' goes with skos:exactMatch, and with "
                        f"rdf:type {_CONCEPT}")  # fmt: skip
    if predicate == "rdf:type":
        if denied:
            return Verdict.DROPPED, "", ""
        if not (kind := unquote(told.removeprefix(_KIND)) if told.startswith(_KIND) else label if not told else ""):
            raise ReadError(f"{place}: object_id '{told}' is no kind; write kg:Dataset, for one")
        return Verdict.KIND, kind, ""
    if predicate == "skos:prefLabel":
        if not label:
            raise ReadError(f"{place}: no object_label; it holds the name that is wanted")
        return Verdict.RENAMED, label, ""
    other, kind = _named(cells, "object", place)
    return ("narrower" if predicate == "skos:narrowMatch" else Verdict.BROADER), other, kind


def _named(cells: dict[str, str], side: str, place: str) -> tuple[str, str]:
    """Return name and kind of one side of a row."""
    told, label = cells.get(f"{side}_id", ""), cells.get(f"{side}_label", "")
    kind, name = cells.get(f"{side}_category", ""), label
    if told:
        given, slash, rest = told.removeprefix(_NAME).partition("/")
        kind, name = one_line(unquote(given)), one_line(unquote(rest))
        if not (told.startswith(_NAME) and slash):
            raise ReadError(f"{place}: {side}_id '{told}' is no name; write {_NAME}Kind/the%20name, or leave it empty "
                            f"and give {side}_label and {side}_category")  # fmt: skip
        if label and label != name:
            raise ReadError(f"{place}: {side}_id names '{name}', {side}_label '{label}'; make them one")
    if not name or not kind:
        raise ReadError(f"{place}: no {'kind' if name else 'name'} of the {side}; give {side}_id, or {side}_label and "
                        f"{side}_category")  # fmt: skip
    return name, kind
