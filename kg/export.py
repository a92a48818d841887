"""Format name -> writer: every view of the store that is a file."""

import dataclasses
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.config import ExportConfig
from kg.errors import StoreError, UnknownFormatError
from kg.files import remove, written_whole

if TYPE_CHECKING:
    from kg.store import Store

#: What writes a format: `writer(store, path, *, config)` makes the file, or the folder, `path`.
Writer = Callable[..., None]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One export format: the name of its file in the output folder, what it is, and where its writer is found.

    `parts` are patterns of the files in it, where it is a folder.
    """

    file: str
    description: str
    module: str
    function: str
    options: tuple[tuple[str, Any], ...] = ()
    parts: tuple[str, ...] = ()
    #: Whether `ExportConfig.shards` makes a folder of parts of it, which has `_PARTS` behind the file's name.
    sharded: bool = False


#: Behind the name of a format's file: the folder of its compressed parts.
_PARTS = ".parts"


def _rdf(file: str, description: str, name: str, *, sharded: bool = False) -> Format:
    return Format(
        file=file,
        description=description,
        module="kg.rdf",
        function="write_rdf",
        options=(("format", name),),
        parts=(f"part-*.{name}.gz",) if sharded else (),
        sharded=sharded,
    )


#: The formats that ship. A third party adds more through the entry point group `kg.exporters`: the entry point's name
#: is the format's and its file's ending, its object a `Writer`.
FORMATS: dict[str, Format] = {
    "ttl": _rdf("graph.ttl", "RDF, Turtle: to read and to load anywhere", "ttl"),
    "trig": _rdf("graph.trig", "RDF, TriG: a named graph a paper", "trig"),
    "nt": _rdf("graph.nt", "RDF, N-Triples: for bulk loaders", "nt", sharded=True),
    "nq": _rdf("graph.nq", "RDF, N-Quads: for bulk loaders, a named graph a paper", "nq", sharded=True),
    "jsonld": _rdf("graph.jsonld", "RDF, JSON-LD", "jsonld"),
    "nanopub": _rdf("nanopubs.trig", "RDF, nanopublications: one a claim, to publish and cite", "nanopub"),
    "rdfxml": _rdf("graph.rdf", "RDF/XML: for tools that read nothing else", "rdfxml"),
    "graphml": Format(
        file="graph.graphml",
        description="GraphML: Gephi, Cytoscape, networkx, igraph",
        module="kg.network",
        function="write_graphml",
    ),
    "gexf": Format(file="graph.gexf", description="GEXF: Gephi", module="kg.network", function="write_gexf"),
    "csv": Format(
        file="csv",
        description="nodes.csv and edges.csv: tables, Neo4j",
        module="kg.tables",
        function="write_csv",
        parts=("nodes.csv", "edges.csv"),
    ),
    "parquet": Format(
        file="parquet",
        description="every table of the graph as Parquet: pandas, polars, Spark, DuckDB",
        module="kg.store.parquet",
        function="write_parquet",
        parts=("*.parquet",),
    ),
    "html": Format(
        file="graph.html", description="the interactive page, offline", module="kg.page", function="write_page"
    ),
    "report": Format(
        file="report.md",
        description="counts, top entities, links, communities",
        module="kg.report",
        function="write_report",
    ),
}


def find_formats() -> dict[str, str]:
    """Return every format's name with its description, those of other packages included."""
    known = {name: form.description for name, form in FORMATS.items()}
    for point in sorted(entry_points(group="kg.exporters"), key=lambda p: p.name):
        known.setdefault(point.name, f"from {point.value}")
    return known


def find_written(path: Path) -> list[str]:
    """Return the formats whose view lies in the folder ``path``."""
    return [name for name in find_formats() if _views_of(name, path)]


def remove_views(path: Path, *, but: Iterable[str] = ()) -> list[str]:
    """Remove views that an earlier export wrote from a folder, ``but`` those of some formats; return the formats.

    What tells of a graph that is no more misleads. Only what is recognised goes: a file by the name that its format
    gives it, a folder where it holds nothing but files of its format.

    Raises:
        StoreError: a view cannot be removed.
    """
    kept, removed = set(but), []
    for name in find_written(path):
        ours = [view for view in _views_of(name, path) if not view.is_dir() or _is_ours(name, view)]
        if name in kept or not ours:
            continue
        for view in ours:
            try:
                remove(view)
            except OSError as error:
                raise StoreError(f"{view}: {error.strerror or error}; remove this view of an earlier graph") from error
        removed.append(name)
    return removed


def _is_ours(name: str, folder: Path) -> bool:
    """Say whether a folder holds nothing but files that the format writes: a user's own may have the same name."""
    parts = FORMATS[name].parts if name in FORMATS else ()
    return all(file.is_file() and any(file.match(part) for part in parts) for file in folder.iterdir())


def _views_of(name: str, path: Path) -> list[Path]:
    """Return what lies in the folder of a format: its file or folder, and the folder of its shards."""
    sharded = name in FORMATS and FORMATS[name].sharded
    files = (_file_of(name), *((_file_of(name) + _PARTS,) if sharded else ()))
    return [path / file for file in files if (path / file).exists()]


def _file_of(name: str) -> str:
    return FORMATS[name].file if name in FORMATS else f"graph.{name}"


def _find_writer(name: str) -> tuple[str, Writer, dict[str, Any]]:
    if name in FORMATS:
        form = FORMATS[name]
        return form.file, getattr(import_module(form.module), form.function), dict(form.options)
    for point in entry_points(group="kg.exporters", name=name):
        return _file_of(name), point.load(), {}
    raise UnknownFormatError(f"no export format '{name}'; known: {', '.join(find_formats())}, or 'all'")


def expand_formats(names: Iterable[str]) -> tuple[str, ...]:
    """Return the formats that ``names`` mean, in their order: ``all`` means each that there is.

    Raises:
        UnknownFormatError: a name is unknown; lists the known ones.
    """
    known = find_formats()
    expanded: list[str] = []
    for name in names:
        for one in known if name == "all" else (name,):
            if one not in known:
                raise UnknownFormatError(f"no export format '{one}'; known: {', '.join(known)}, or 'all'")
            if one not in expanded:
                expanded.append(one)
    return tuple(expanded)


def export_graph(
    store: "Store", path: Path, *, format: str, config: ExportConfig | None = None, name: str = ""
) -> Path:
    """Write one view of the graph; return the file, or the folder, that was written.

    It is written beside its place first and renamed, so that an earlier one is whole until the new one is.

    Args:
        store: the open graph.
        path: the output folder, made where it is missing.
        format: a name of `find_formats`.
        config: base IRI and depth of the RDF.
        name: another file name than the format's own.

    Raises:
        UnknownFormatError: there is no such format; lists the known ones.
        StoreError: the place cannot be written.
    """
    config = config or ExportConfig()
    file, writer, options = _find_writer(format)
    if config.shards and format in FORMATS and FORMATS[format].sharded:
        file += _PARTS
    target = path / (name or file)
    with written_whole(target, remedy="free some space or give another folder") as part:
        writer(store, part, config=config, **options)
    return target
