"""The command that asks a graph in SPARQL."""

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from kg.cli.progress import say, watch
from kg.cli.words import ConfigFile, Folder, read_query, to_settings

if TYPE_CHECKING:
    from kg.query import Results


class Asking(TyperCommand):
    """`kg query`: an option ``--name`` that nothing follows asks which names there are."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the command's words."""
        if "--name" in args:
            follows = args[args.index("--name") + 1 :][:1]
            if not follows or follows[0].startswith("-"):
                args = ["--list" if word == "--name" else word for word in args]
        return list(super().parse_args(ctx, args))


def query(
    folder: Folder = Path("exports"),
    sparql: Annotated[str | None, typer.Argument(help="A SPARQL query; known prefixes need not be written.")] = None,
    file: Annotated[Path | None, typer.Option("-q", "--query", help="A file with the query.")] = None,
    name: Annotated[str | None, typer.Option(help="A shipped query; without a name, or --list, shows them.")] = None,
    parameters: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A parameter of a shipped query.")
    ] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="table, csv, tsv, json or turtle.")] = "table",
    listed: Annotated[bool, typer.Option("--list", help="List the shipped queries with their parameters.")] = False,
    opened: Annotated[
        bool, typer.Option("--open", help="Write and open a page of the papers and entities in the results.")
    ] = False,
    page: Annotated[Path | None, typer.Option(metavar="FILE", help="Write that page to this file.")] = None,
    in_memory: Annotated[
        bool | None,
        typer.Option("--in-memory/--on-disk", help="Load the graph, or make and use its index; by its size otherwise."),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Ask a graph in SPARQL: a query of one's own, or one that ships."""
    from kg.query import run_query, write_results

    if listed:
        _list()
        return
    if sparql is None and "{" in str(folder) and not folder.exists():
        folder, sparql = Path("exports"), str(folder)
    if sum(value is not None for value in (sparql, file, name)) != 1:
        raise typer.BadParameter("give one of: a query, -q FILE, --name NAME (or --list)")
    text = _text(sparql, file, name, _pairs(parameters))
    settings = to_settings(config)
    asking = settings.query
    if in_memory is not None:
        asking = dataclasses.replace(asking, memory_triples=sys.maxsize if in_memory else 0)
    called = str(file) if file is not None else "query"
    results = run_query(folder, text, config=settings.export, asking=asking, progress=watch, called=called)
    write_results(results, sys.stdout, format=format)
    if opened or page is not None:
        _show(folder, results, name or (file.stem if file is not None else ""), page, opened)


def _list() -> None:
    from kg.query import find_queries

    for known in find_queries().values():
        given = ", ".join(f"{key}={value}" for key, value in known.parameters.items())
        sys.stdout.write(f"{known.name:<22} {known.description}{f'  [{given}]' if given else ''}\n")


def _pairs(parameters: list[str] | None) -> dict[str, str]:
    pairs = {}
    for given in parameters or []:
        key, equals, value = given.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"'{given}': give NAME=VALUE", param_hint="--set")
        if key in pairs:
            raise typer.BadParameter(f"'{key}' is given twice", param_hint="--set")
        pairs[key] = value
    return pairs


def _text(sparql: str | None, file: Path | None, name: str | None, pairs: dict[str, str]) -> str:
    from kg.query import to_named, to_sparql

    if name is not None:
        return to_sparql(name, pairs)
    if sparql is not None:
        if pairs:
            raise typer.BadParameter("sets a parameter of a shipped query or of a file", param_hint="--set")
        return sparql
    text = read_query(file or Path())
    return to_sparql(to_named(str(file).removesuffix(".rq"), text), pairs) if pairs else text


def _show(folder: Path, results: "Results", called: str, page: Path | None, opened: bool) -> None:
    import webbrowser

    from kg.graph import open_graph

    with open_graph(folder) as graph:
        view = graph.view(query=results, called=called)
        path = view.write(page or graph.folder / f"{view.name}.html")
    say(f"The page of the results: {path}")
    if opened and not webbrowser.open(path.resolve().as_uri()):
        say("There is no browser here; open the page where there is one.")
