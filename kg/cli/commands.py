"""The command line: parses, calls, reports. Data goes to standard output, all else to standard error.

Exit codes: 0 all went well, 1 a `KGError` (one line on standard error), 2 the command's words are off, 130 Ctrl-C.
"""

import json
import sys
from pathlib import Path
from shlex import quote
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from kg import __version__
from kg.cli.asking import Asking, query
from kg.cli.deciding import COMMANDS, say_unmatched
from kg.cli.ending import Commands
from kg.cli.loading import load
from kg.cli.pictures import plot, view
from kg.cli.progress import Voice, say, watch
from kg.cli.serving import serve
from kg.cli.training import train
from kg.cli.words import (
    ConfigFile,
    DecisionsFile,
    Depth,
    Folder,
    Formats,
    InputFormat,
    OnError,
    Output,
    Paths,
    Rejects,
    Shards,
    Vocabularies,
    Workers,
    to_names,
    to_settings,
)

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.stages import Built

app = typer.Typer(
    name="kg",
    cls=Commands,
    help="Turn paper abstracts into a knowledge graph: offline, every fact traceable to its sentence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"kg {__version__}\n")
        raise typer.Exit


@app.callback()
def _options(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more: seconds of each stage.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    Voice.level = 0 if quiet else 2 if verbose else 1


@app.command()
def build(
    paths: Paths,
    output: Output = Path("exports"),
    formats: Formats = None,
    format: InputFormat = None,
    on_error: OnError = None,
    workers: Workers = None,
    base: Annotated[str | None, typer.Option(help="The IRI that the RDF's data lives under.")] = None,
    depth: Depth = None,
    shards: Shards = None,
    decisions: DecisionsFile = None,
    vocabulary: Vocabularies = None,
    config: ConfigFile = None,
) -> None:
    """Build a graph from papers, or add papers to the one that is there, and write its views.

    Only what is new or changed is extracted. A run that is killed goes on where it stopped.
    """
    from kg.graph import build as build_graph

    rejects = Rejects()
    started = perf_counter()
    settings = to_settings(
        config,
        on_error=on_error,
        workers=workers,
        base=base,
        decisions=decisions,
        vocabulary=vocabulary,
        depth=depth,
        shards=shards,
    )
    try:
        graph = build_graph(
            list(paths),
            output,
            config=settings,
            formats=to_names(formats),
            format=format,
            on_reject=rejects,
            progress=watch,
        )
    finally:
        rejects.write(output, "rejects")
    with graph:
        _summarise(graph, output, perf_counter() - started)


def _summarise(graph: "Graph", output: Path, seconds: float) -> None:
    built: Built | None = graph.built
    counts = graph.counts()
    if built is not None:
        for conflict in built.conflicts:
            say(f"left out: {conflict}")
        say(
            f"Read {built.records:,} records: {built.papers:,} papers, {built.extracted:,} of them extracted now "
            f"({seconds:.1f} s)."
        )
        for stage, passed in built.seconds.items():
            say(f"  {stage:<8} {passed:8.2f} s", least=2)
        if "resolve" in built.seconds:
            say(f"  blocks of names compared anew: {built.compared:,} of {built.blocks:,}", least=2)
        if built.removed:
            gone = ",".join(built.removed)
            say(
                f"Removed the earlier graph's views: {gone}; "
                f"'kg export {quote(str(output))} --formats {gone}' writes them."
            )
    say(
        f"The graph holds {counts['papers']:,} papers, {counts['entities']:,} entities, {counts['claims']:,} claims, "
        f"{counts['relations']:,} relations and {counts['links']:,} links between papers."
    )
    say_unmatched(graph)
    some = [entity for kind in ("Dataset", "Method") for entity in graph.entities(kind=kind)[:1]]
    say(f"In {output}: {', '.join(sorted(p.name for p in output.iterdir() if not p.name.startswith('.')))}")
    say("Next:")
    place = quote(str(output))
    if some:
        say(f"  kg show {quote(some[0].name)} {place}")
    say(f"  kg query {place} --name top-datasets")
    page = output / "graph.html"
    if page.exists():
        say(f"Open the page in a browser: {page}")


@app.command()
def extract(
    paths: Paths,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where the documents go; standard output by default.")
    ] = None,
    format: InputFormat = None,
    on_error: OnError = None,
    workers: Workers = None,
    config: ConfigFile = None,
) -> None:
    """Write what is extracted from each paper as JSON lines, sorted by id, and build no graph."""
    from kg.graph import extract as extract_papers

    rejects = Rejects()
    settings = to_settings(config, on_error=on_error, workers=workers)
    count = extract_papers(
        list(paths), output, config=settings, format=format, on_reject=rejects, progress=watch, stream=sys.stdout
    )
    rejects.write(output.parent if output else Path(), f"{output.name if output else 'kg'}.rejects")
    say(f"Extracted {count:,} papers{f' into {output}' if output else ''}.")


@app.command()
def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Papers, by any of their ids.")],
    output: Output = Path("exports"),
    decisions: DecisionsFile = None,
    config: ConfigFile = None,
) -> None:
    """Take papers out of a graph again, and write its views anew."""
    from kg.graph import remove as remove_papers

    with remove_papers(ids, output, config=to_settings(config, decisions=decisions)) as graph:
        _summarise(graph, output, 0.0)


@app.command()
def export(
    folder: Folder = Path("exports"),
    formats: Formats = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Another folder to write to.")] = None,
    base: Annotated[str | None, typer.Option(help="The IRI that the RDF's data lives under.")] = None,
    depth: Depth = None,
    shards: Shards = None,
    config: ConfigFile = None,
) -> None:
    """Write views of a graph: those that 'kg build' writes, or the --formats named."""
    from kg.graph import open_graph

    settings = to_settings(config, base=base, depth=depth, shards=shards)
    names = to_names(formats)
    with open_graph(folder) as graph:
        chosen_formats = settings.export.formats if names is None else names
        for path in graph.export(*chosen_formats, folder=output, config=settings) if chosen_formats else ():
            sys.stdout.write(f"{path}\n")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="An entity's name, alias or id, or a paper's id or title.")],
    folder: Folder = Path("exports"),
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Tell everything known of an entity or a paper, each fact with its sentence and score."""
    from kg.facts import to_text
    from kg.graph import open_graph
    from kg.records import to_plain

    with open_graph(folder) as graph:
        facts = graph.show(name)
    sys.stdout.write(json.dumps(to_plain(facts), ensure_ascii=False, indent=2) + "\n" if as_json else to_text(facts))


@app.command(name="eval")
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Annotated papers, or with --pairs judged pairs of names (JSON lines).")],
    pairs: Annotated[bool, typer.Option("--pairs", help="The file holds pairs of names.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    config: ConfigFile = None,
) -> None:
    """Measure extraction against annotated papers, or resolution against judged pairs of names."""
    settings = to_settings(config)
    if pairs:
        from kg.evaluate.pairs import evaluate_pairs_file

        plain, text = evaluate_pairs_file(gold, settings)
    else:
        from kg.evaluate.documents import evaluate_file

        report = evaluate_file(gold, settings)
        plain, text = report.plain, report.text
    sys.stdout.write(json.dumps(plain) + "\n" if as_json else text)


@app.command()
def formats() -> None:
    """List the formats that are read and the views that are written."""
    from kg.export import find_formats
    from kg.read import find_readers

    for title, known in (("Reads", find_readers()), ("Writes", find_formats())):
        sys.stdout.write(f"{title}:\n")
        for name, description in known.items():
            sys.stdout.write(f"  {name:<16} {description}\n")


app.command(cls=Asking)(query)
app.command()(load)
app.command()(view)
app.command()(serve)
app.command()(plot)
app.command()(train)
for deciding in COMMANDS:
    app.command()(deciding)
