"""The commands that show a graph or a part of it: a page in the browser, a picture for print."""

import os
import sys
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from kg.cli.progress import say
from kg.cli.words import ConfigFile, Folder, read_query, to_settings

Around = Annotated[
    list[str] | None,
    typer.Option("--around", metavar="NAME", help="Only what is near this entity or paper; may be given again."),
]
Hops = Annotated[int, typer.Option(min=0, help="Steps from there: 1 its papers, 2 what else they have.")]
PapersAbout = Annotated[
    list[str] | None,
    typer.Option("--papers-about", metavar="NAME", help="Only papers that have this entity; given again, both."),
]
QueryFile = Annotated[
    Path | None, typer.Option("--query", "-q", help="Only papers and entities that this SPARQL file's query gives.")
]
Since = Annotated[int | None, typer.Option(metavar="YEAR", help="Only papers of this year or later.")]
Until = Annotated[int | None, typer.Option(metavar="YEAR", help="Only papers of this year or earlier.")]


def _asked(
    around: list[str] | None,
    hops: int,
    papers_about: list[str] | None,
    query: Path | None,
    since: int | None,
    until: int | None,
    config: Path | None,
) -> dict[str, Any]:
    """Return what the options say, as `kg.Graph.select` takes it."""
    return {
        "around": around or (),
        "hops": hops,
        "papers_about": papers_about or (),
        "query": read_query(query) if query is not None else None,
        "called": query.name if query is not None else "",
        "since": since,
        "until": until,
        "config": to_settings(config).export,
    }


def view(
    folder: Folder = Path("exports"),
    around: Around = None,
    hops: Hops = 2,
    papers_about: PapersAbout = None,
    query: QueryFile = None,
    since: Since = None,
    until: Until = None,
    timeline: Annotated[bool, typer.Option("--timeline", help="Entities by year instead of the graph.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The page's file; one named for the part, beside the graph.")
    ] = None,
    browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
    config: ConfigFile = None,
) -> None:
    """Open the page of a graph, or write and open a page of just a part of it.

    A part is what fits everything that is given, for example: --around GSM8K --since 2023.
    """
    import webbrowser

    from kg.graph import open_graph
    from kg.graph.viewing import file_name

    asked = _asked(around, hops, papers_about, query, since, until, config)
    with open_graph(folder) as graph:
        whole = graph.folder / "graph.html"
        part = any((around, papers_about, query is not None, since is not None, until is not None))
        fresh = _is_fresh(whole, graph.path)
        if timeline:
            # Names lead to the graph's page, which lies beside it or is written there.
            if not fresh:
                graph.view().write(whole)
            chosen = graph.select(**asked)
            target = output or graph.folder / f"{file_name('timeline', chosen)}.html"
            path = graph.timeline(chosen, page=_address(whole, target.parent)).write(target)
        elif not part and output is None and fresh:
            path = whole
        else:
            page = graph.view(**asked)
            path = page.write(output or (whole if not part else graph.folder / f"{page.name}.html"))
    sys.stdout.write(f"{path}\n")
    if browser and not webbrowser.open(path.resolve().as_uri()):
        say("There is no browser here; open the page where there is one.")


def _address(page: Path, folder: Path) -> str:
    """Return the address of a page as one in ``folder`` links to it."""
    return quote(Path(os.path.relpath(page, folder)).as_posix())


def _is_fresh(page: Path, graph: Path) -> bool:
    """Say whether a page was written after its graph."""
    return page.is_file() and page.stat().st_mtime_ns >= graph.stat().st_mtime_ns


def plot(
    folder: Folder = Path("exports"),
    around: Around = None,
    hops: Hops = 2,
    papers_about: PapersAbout = None,
    query: QueryFile = None,
    since: Since = None,
    until: Until = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file, .svg, .pdf or .png; an SVG beside the graph.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Papers and entities that are drawn, those with most ties.")] = 40,
    width: Annotated[float, typer.Option(help="Millimetres; a column of two is about 88.")] = 180,
    height: Annotated[float, typer.Option(help="Millimetres.")] = 120,
    note: Annotated[bool, typer.Option("--note/--no-note", help="Say below the picture what is left out.")] = True,
    config: ConfigFile = None,
) -> None:
    """Draw a graph, or what is around something, as a picture for print: SVG, PDF or PNG.

    For example: --around GSM8K -o figure.pdf --width 88 --most 20. Needs matplotlib (pip install 'abstract-kg[plot]').
    """
    from kg.graph import open_graph

    asked = _asked(around, hops, papers_about, query, since, until, config)
    with open_graph(folder) as graph:
        picture = graph.plot(most=most, width=width, height=height, note=note, **asked)
        path = picture.write(output or graph.folder / f"{picture.name}.svg")
    sys.stdout.write(f"{path}\n")
    if picture.left_out and not note:
        say(picture.left_out)
