"""From paths to a stream of papers, under the one policy for what cannot be read."""

import os
from collections.abc import Callable, Iterator, Sequence

from kg.errors import ReadError
from kg.read.faults import Fault, Reject
from kg.read.formats import find_format, find_reader, find_readers
from kg.read.sources import PathLike, Source, find_files
from kg.records import Paper


def read_papers(
    path: PathLike | Sequence[PathLike],
    *,
    format: str | None = None,
    on_error: str = "raise",
    rejects: Callable[[Reject], None] | None = None,
) -> Iterator[Paper]:
    """Yield the papers of files, folders, globs or standard input (``-``), gzipped or not, as they stand there.

    Args:
        path: one path, or several.
        format: a name of `find_readers`; without it each file's format is recognised by its content.
        on_error: ``raise`` stops at the first record that cannot be read, ``skip`` goes on after it.
        rejects: is given each record that is skipped.

    Raises:
        ReadError: a file cannot be read, or (``raise``) a record cannot; names the file and the line.
        UnknownFormatError: there is no format of that name.
    """
    if format is not None:
        find_reader(format)
    paths = [path] if isinstance(path, str | os.PathLike) else list(path)
    for file in find_files(paths):
        try:
            source = Source(file)
            yield from _read_source(source, format, on_error, rejects)
        except ReadError as error:
            if on_error != "skip":
                raise
            if rejects:
                place, _, reason = str(error).removeprefix(file).partition(": ")
                rejects(
                    Reject(place=file + place, reason=reason or str(error), raw="", head="", format=format or "text")
                )


def _read_source(
    source: Source, format: str | None, on_error: str, rejects: Callable[[Reject], None] | None
) -> Iterator[Paper]:
    try:
        name = format or find_format(source.head, source.path)
        if name is None:
            raise ReadError(
                f"{source.path}: not a format that kg knows; name one with '--format': {', '.join(find_readers())}"
            )
        found = 0
        for item in find_reader(name)(source):
            found += 1
            if isinstance(item, Paper):
                yield item
            elif on_error != "skip":
                raise ReadError(f"{source.path}:{item.line}: {item.reason}")
            elif rejects:
                rejects(_rejected(item, source, name))
        if not found:
            raise ReadError(f"{source.path}: no papers in this {name} file; is it another format? ('--format')")
    finally:
        source.close()


def _rejected(fault: Fault, source: Source, name: str) -> Reject:
    return Reject(place=f"{source.path}:{fault.line}", reason=fault.reason, raw=fault.raw, head=fault.head, format=name)
