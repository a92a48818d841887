"""The command that serves a graph."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.progress import say
from kg.cli.words import ConfigFile, Folder, to_settings


def serve(
    folder: Folder = Path("exports"),
    host: Annotated[str, typer.Option(help="The address to listen on; this machine alone by default.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="0: any that is free.")] = 7878,
    allow_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name that this server goes by, beside localhost.")
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(metavar="ORIGIN", help="An origin whose web pages may read from here, as https://lab.example."),
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="What a query may take.")] = 20.0,
    in_memory: Annotated[
        bool | None,
        typer.Option("--in-memory/--on-disk", help="Load the graph, or make and use its index; by its size otherwise."),
    ] = None,
    opened: Annotated[bool, typer.Option("--open", help="Open the page to ask on.")] = False,
    config: ConfigFile = None,
) -> None:
    """Serve a graph on this machine, read-only: SPARQL at /sparql, a page to ask on, a page for every IRI.

    Stops at Ctrl-C. Needs the extra 'serve'.
    """
    import dataclasses
    import webbrowser

    from kg.serve import Limits, serve

    settings = to_settings(config)
    asking = settings.query
    if in_memory is not None:
        asking = dataclasses.replace(asking, memory_triples=sys.maxsize if in_memory else 0)

    def ready(address: str) -> None:
        say(f"Serving {folder} at {address} (SPARQL at {address}sparql); Ctrl-C ends it")
        if opened and not webbrowser.open(address):
            say("There is no browser here; open the address where there is one.")

    serve(
        folder,
        host=host,
        port=port,
        hosts=tuple(allow_host or ()),
        origins=tuple(allow_origin or ()),
        limits=Limits(seconds=seconds),
        config=settings.export,
        asking=asking,
        ready=ready,
    )
