"""The words of the command line that several commands share: options, and what they become."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.progress import say

if TYPE_CHECKING:
    from kg.config import Config

Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, globs, or - for standard input.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="The folder of graph.duckdb and its views.")]
Folder = Annotated[Path, typer.Argument(help="The folder that 'kg build' wrote.")]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", "-c", help="Settings (TOML); kg.toml here if there is one.")
]
InputFormat = Annotated[
    str | None, typer.Option("--format", "-f", help="Force the input format; 'kg formats' lists them.")
]
OnError = Annotated[
    str | None, typer.Option(help="raise: stop at the first bad record; skip: count and keep it aside.")
]
DecisionsFile = Annotated[
    Path | None, typer.Option("--decisions", help="What people decided of names; decisions.tsv beside the graph.")
]
Vocabularies = Annotated[
    list[Path] | None,
    typer.Option(
        "--vocabulary",
        metavar="FILE",
        help="Names of your own, TSV or SKOS; may be given again. kg.toml (resolve.vocabulary) keeps them.",
    ),
]
Workers = Annotated[int | None, typer.Option("--workers", "-j", help="Processes that extract; 0: one a core.")]
Formats = Annotated[
    str | None, typer.Option(help="Views to write, by commas, or 'all', or 'none'; 'kg formats' lists them.")
]
Depth = Annotated[
    str | None,
    typer.Option(
        "--with",
        metavar="PARTS",
        help="What RDF carries beside papers, entities, claims and relations with the offsets of their evidence: "
        "mentions (each name where it stands, its score), sentences (all, with what they do in the text), abstracts "
        "(their text, so that evidence can be quoted), links (papers tied by what they share); by commas, or none. "
        "All four by default: the shipped queries need them. RDF without them has about half as many triples.",
    ),
]
Shards = Annotated[
    int | None,
    typer.Option(help="Compressed parts of N-Triples and N-Quads, for bulk loaders; 0: one plain file."),
]


def to_settings(
    config: Path | None,
    *,
    on_error: str | None = None,
    workers: int | None = None,
    base: str | None = None,
    decisions: Path | None = None,
    vocabulary: Sequence[Path] | None = None,
    depth: str | None = None,
    shards: int | None = None,
) -> "Config":
    """Return the settings of the file, with what the command line gives on top."""
    import dataclasses

    from kg.config import at_depth, check_config, with_vocabulary
    from kg.graph import settings

    chosen = settings(config)
    if on_error is not None:
        chosen = dataclasses.replace(chosen, read=dataclasses.replace(chosen.read, on_error=on_error))
    if workers is not None:
        chosen = dataclasses.replace(chosen, extract=dataclasses.replace(chosen.extract, workers=workers))
    if base is not None:
        chosen = dataclasses.replace(chosen, export=dataclasses.replace(chosen.export, base=base))
    chosen = at_depth(chosen, to_names(depth))
    if shards is not None:
        chosen = dataclasses.replace(chosen, export=dataclasses.replace(chosen.export, shards=shards))
    if decisions is not None:
        chosen = dataclasses.replace(chosen, resolve=dataclasses.replace(chosen.resolve, decisions=str(decisions)))
    chosen = with_vocabulary(chosen, vocabulary or None)
    check_config(chosen)
    return chosen


def read_query(file: Path) -> str:
    """Return the SPARQL query in a file.

    Raises:
        QueryError: the file cannot be read.
    """
    from kg.errors import QueryError

    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{file}: cannot be read: {error}; give a text file with a SPARQL query") from error


def to_names(formats: str | None) -> tuple[str, ...] | None:
    """Return names given by commas; ``None`` where nothing was given, ``()`` for "none"."""
    if formats is None:
        return None
    return tuple(name.strip() for name in formats.split(",") if name.strip() and name.strip() != "none")


class Rejects:
    """Records that were skipped; written beside the output when the run is over."""

    def __init__(self) -> None:
        self.found: list[Any] = []

    def __call__(self, reject: Any) -> None:
        """Keep one record that was skipped."""
        self.found.append(reject)
        say(f"skipped {reject.place}: {reject.reason}", least=2)

    def write(self, folder: Path, name: str) -> None:
        """Write what was skipped, if anything, into a file that can be read again."""
        if not self.found:
            return
        from kg.read import write_rejects

        folder.mkdir(parents=True, exist_ok=True)
        for path in write_rejects(folder / name, self.found):
            count = f"{len(self.found):,} record{'' if len(self.found) == 1 else 's'}"
            say(f"skipped {count}, kept in {path}; the reasons stand in {name}.reasons.txt")
            break
