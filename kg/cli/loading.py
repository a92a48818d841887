"""The command that puts a graph into another store."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.progress import say, watch
from kg.cli.words import ConfigFile, Folder, to_settings


def load(
    folder: Folder = Path("exports"),
    *,
    to: Annotated[
        str, typer.Option(metavar="URL", help="The address of a Graph Store, such as http://localhost:7878/store.")
    ],
    graph: Annotated[str, typer.Option(metavar="IRI", help="The graph there; its default graph otherwise.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Empty that graph first.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would be sent; send nothing.")] = False,
    chunk: Annotated[int, typer.Option(min=1, metavar="BYTES", help="The size of one request.")] = 4_000_000,
    media: Annotated[
        str, typer.Option(help="The media type that it knows N-Triples by; text/turtle does too.")
    ] = "application/n-triples",
    timeout: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="What one request may take.")] = 300.0,
    state: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to note what is loaded; .kg-load beside the graph.")
    ] = None,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help="Send credentials over http to another machine.")
    ] = False,
    base: Annotated[str | None, typer.Option(help="The IRI that the RDF's data lives under.")] = None,
    config: ConfigFile = None,
) -> None:
    """Put a graph into another store, over the SPARQL 1.1 Graph Store HTTP Protocol.

    A run that was stopped goes on when it is called again. Credentials come from the environment only: KG_LOAD_USER and
    KG_LOAD_PASSWORD, or KG_LOAD_TOKEN.
    """
    from kg.load import load_graph

    loaded = load_graph(
        folder, to, graph=graph, replace=replace, dry_run=dry_run, chunk=chunk, media=media, timeout=timeout,
        state=state, plain_http=plain_http, config=to_settings(config, base=base).export, progress=watch,
    )  # fmt: skip
    sys.stdout.write(f"{loaded.triples}\n")
    of = f"{loaded.sent:,} of {loaded.chunks:,} request{'' if loaded.chunks == 1 else 's'}"
    if dry_run:
        say(f"Would load {loaded.triples:,} triples ({loaded.size / 1e6:,.1f} MB) with {of}.")
    elif loaded.sent or not loaded.chunks:
        say(f"Loaded {loaded.triples:,} triples ({loaded.size / 1e6:,.1f} MB) with {of}.")
    else:
        say(f"All {loaded.triples:,} triples were loaded before; --replace loads them anew.")
