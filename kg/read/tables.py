"""Tables: CSV and TSV, whose first line names the columns."""

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.read.faults import Fault
from kg.read.fields import to_paper
from kg.records import Paper

if TYPE_CHECKING:
    from kg.read.sources import Source

#: The longest field, in characters: an abstract is a few thousand, a whole paper pasted into one some hundred thousand.
_LONGEST = 50_000_000


def read_csv(source: "Source") -> Iterator[Paper | Fault]:
    """Yield the paper of each row; commas or semicolons, whichever the first line has more of."""
    head = source.head.decode("utf-8", "replace").partition("\n")[0]
    yield from _read(source, ";" if head.count(";") > head.count(",") else ",")


def read_tsv(source: "Source") -> Iterator[Paper | Fault]:
    """Yield the paper of each row."""
    yield from _read(source, "\t")


def _read(source: "Source", separator: str) -> Iterator[Paper | Fault]:
    csv.field_size_limit(_LONGEST)
    rows = csv.reader((line.replace("\0", "") for line in source.lines()), delimiter=separator)
    try:
        columns = next(rows, [])
    except csv.Error as error:
        yield Fault(line=1, reason=f"not a row of columns: {error}")
        return
    head = _row(columns, separator)
    while True:
        line = rows.line_num + 1
        try:
            values = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Fault(line=line, reason=f"not a row: {error}")
            continue
        if not any(value.strip() for value in values):
            continue
        raw = _row(values, separator)
        if len(values) > len(columns):
            yield Fault(line=line, reason=f"{len(values)} fields, the header has {len(columns)}", raw=raw, head=head)
            continue
        try:
            yield to_paper(dict(zip(columns, values, strict=False)), source.name)
        except ValueError as error:
            yield Fault(line=line, reason=str(error), raw=raw, head=head)


def _row(values: list[str], separator: str) -> str:
    quoted = ('"' + value.replace('"', '""') + '"' for value in values)
    return separator.join(quoted)
