"""Making graphs in Python: build, extract, remove."""

import dataclasses
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from itertools import chain, islice
from pathlib import Path
from time import perf_counter
from typing import Any, TextIO

from kg.config import Config, at_depth, load_config, with_vocabulary
from kg.export import expand_formats, export_graph, find_written, remove_views
from kg.graph.opened import Graph, PathLike
from kg.stages import GRAPH, Built, Progress, build_graph, open_for_writing, remove_from_graph, unwatched
from kg.store import TABLES, Store

#: The settings file that is used when it lies in the working directory and no other is named.
SETTINGS = "kg.toml"


def settings(config: Config | PathLike | None) -> Config:
    """Return the configuration itself, the one in a TOML file, or (for ``None``) ``kg.toml`` here, else the defaults.

    Raises:
        ConfigError: the file has faults.
    """
    if isinstance(config, Config):
        return config
    if config is None:
        return load_config(Path(SETTINGS) if Path(SETTINGS).is_file() else None)
    return load_config(Path(config))


def build(
    paths: PathLike | Sequence[PathLike],
    output: PathLike = "exports",
    *,
    config: Config | PathLike | None = None,
    formats: Sequence[str] | None = None,
    format: str | None = None,
    depth: Sequence[str] | None = None,
    vocabulary: Sequence[PathLike] | None = None,
    on_reject: Callable[[Any], None] | None = None,
    progress: Progress[Any] = unwatched,
) -> Graph:
    """Build a graph from files of papers, or add them to the one that is there; write its views; return it open.

    Where the graph is another than before, views that an earlier build wrote and that are not among ``formats`` are
    removed, since they tell of a graph that is no more; `Graph.built` names them.

    Args:
        paths: files, folders, globs, or ``-`` for standard input, of any format that `kg.read` knows.
        output: the folder of ``graph.duckdb`` and its views.
        config: settings, or the path of a TOML file with them; ``kg.toml`` in the working directory if there is one.
        formats: the views to write; the configuration's by default, ``()`` for none.
        format: the input format, where recognising it by content is not wanted.
        depth: what the RDF carries (`kg.config.ExportConfig.depth`), where other than the configuration says.
        vocabulary: tables or SKOS files of names (`kg.vocabulary`) beside the one that ships: what they name is called
            so and has their identifiers; the configuration's by default.
        on_reject: is given each record that is skipped (``on_error = "skip"``).
        progress: wraps the iterable of a stage: ``progress(stage, items, total)``.

    Raises:
        KGError: see `kg.errors`; nothing built before is lost.
    """
    from kg.extract import model_path
    from kg.read import read_papers
    from kg.vocabulary import read_vocabulary

    chosen = with_vocabulary(at_depth(settings(config), depth), vocabulary)
    # Faults are told before anything is extracted.
    for file in chosen.resolve.vocabulary:
        deque(read_vocabulary(Path(file)), maxlen=0)
    wanted = expand_formats(chosen.export.formats if formats is None else formats)
    model_path(chosen.extract)
    papers = read_papers(paths, format=format, on_error=chosen.read.on_error, rejects=on_reject)
    # What cannot be read at all is told before a graph is begun.
    papers = chain(list(islice(papers, 1)), papers)
    before = _content(Path(output))
    with open_for_writing(Path(output) / GRAPH) as store:
        built = build_graph(papers, store, chosen, progress=progress)
    if _content(Path(output)) != before:
        built = dataclasses.replace(built, removed=tuple(remove_views(Path(output), but=wanted)))
    return _written(Path(output), built, wanted, chosen, progress)


def _content(folder: Path) -> list[Any]:
    """Return what tells two graphs apart within one run: a sum of DuckDB's hashes of the rows of each table."""
    if not (folder / GRAPH).exists():
        return []
    with Store(folder / GRAPH, read_only=True) as store:
        sums = (f"SELECT '{table}', count(*), sum(hash(one)) FROM {table} one" for table in TABLES)  # noqa: S608 - fixed
        return [row for sql in sums for row in store.rows(sql)]


def extract(
    paths: PathLike | Sequence[PathLike],
    output: PathLike | None = None,
    *,
    config: Config | PathLike | None = None,
    format: str | None = None,
    on_reject: Callable[[Any], None] | None = None,
    progress: Progress[Any] = unwatched,
    stream: TextIO | None = None,
) -> int:
    """Write what is extracted from each paper as JSON lines, sorted by id; build no graph. Return how many papers.

    Args:
        paths: as in `build`.
        output: the file; without it the lines go to ``stream``.
        config: settings, as in `build`.
        format: the input format, as in `build`.
        on_reject: as in `build`.
        progress: as in `build`.
        stream: where the lines go without ``output``; standard output by default.

    Raises:
        KGError: see `kg.errors`; an earlier file stays as it was.
    """
    from kg.interchange import write_documents
    from kg.read import read_papers
    from kg.stages import extract_stream

    chosen = settings(config)
    papers = read_papers(paths, format=format, on_error=chosen.read.on_error, rejects=on_reject)
    with tempfile.TemporaryDirectory(prefix="kg-") as folder, Store(Path(folder) / GRAPH) as store:
        documents = extract_stream(papers, store, chosen, progress=progress)
        return write_documents(documents, Path(output) if output is not None else stream or sys.stdout)


def remove(ids: Sequence[str], output: PathLike = "exports", *, config: Config | PathLike | None = None) -> Graph:
    """Take papers out of a graph again, by any of their ids, write its views anew, and return it open.

    The views are those of the configuration, and all others that lie in the folder: none shall tell of the papers on.

    Raises:
        QueryError: an id names no paper; nothing is removed then.
    """
    chosen = settings(config)
    Store(Path(output) / GRAPH, read_only=True).close()
    with open_for_writing(Path(output) / GRAPH) as store:
        remove_from_graph(ids, store, chosen)
    wanted = expand_formats((*chosen.export.formats, *find_written(Path(output))))
    return _written(Path(output), None, wanted, chosen, unwatched)


def _written(
    output: Path, built: Built | None, formats: Sequence[str], config: Config, progress: Progress[Any]
) -> Graph:
    graph, start = Graph(output), perf_counter()
    try:
        for name in progress("export", formats, len(formats)):
            export_graph(graph.store, output, format=name, config=config.export)
    except BaseException:
        graph.close()
        raise
    if built is not None:
        graph.built = dataclasses.replace(built, seconds=built.seconds | {"export": perf_counter() - start})
    return graph
