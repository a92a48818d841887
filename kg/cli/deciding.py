"""The commands by which people look through what was merged, and decide: each decision is a line of a file."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.progress import say
from kg.cli.words import ConfigFile, DecisionsFile, Folder, Output, Vocabularies, to_settings

if TYPE_CHECKING:
    from kg.config import Config
    from kg.graph import Graph
    from kg.records import Decision

A = Annotated[str, typer.Argument(metavar="A", help="An entity's name, alias or id; 'Dataset:GSM8K' tells the kind.")]
B = Annotated[str, typer.Argument(metavar="B", help="Another, in the same way.")]
Comment = Annotated[str, typer.Option(help="Why; kept in the line.")]
Author = Annotated[str, typer.Option(help="Who decided; kept in the line.")]
Date = Annotated[str, typer.Option(help="When (YYYY-MM-DD); kept in the line.")]
Rebuild = Annotated[bool, typer.Option(help="Apply it to the graph and its views now, or leave that to 'kg resolve'.")]


def review(
    folder: Folder = Path("exports"),
    limit: Annotated[int, typer.Option(min=0, help="So many merges, and so many non-merges.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the least certain merges and non-merges: score, reason, and a sentence for each name."""
    from kg.graph import open_graph
    from kg.records import to_plain
    from kg.review import to_text

    with open_graph(folder) as graph:
        doubts = graph.review(limit=limit)
    if as_json:
        sys.stdout.write(json.dumps([to_plain(doubt) for doubt in doubts], ensure_ascii=False, indent=2) + "\n")
        return
    sys.stdout.write(to_text(doubts))
    if doubts:
        first = doubts[0]
        kinds = (f"{first.a_kind}:", f"{first.b_kind}:") if first.a_kind != first.b_kind else ("", "")
        a, b = quote(kinds[0] + first.a), quote(kinds[1] + first.b)
        place = "" if folder == Path("exports") else f" -o {quote(str(folder))}"
        say("Next:")
        say(f"  kg merge {a} {b}{place}    they are one")
        say(f"  kg split {a} {b}{place}    they are two")


def explain(
    a: A,
    b: B,
    folder: Folder = Path("exports"),
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    config: ConfigFile = None,
) -> None:
    """Tell why two names are one thing or two: every feature, guard and score; without a graph, of the names alone."""
    from kg.graph import explain as explain_alone
    from kg.graph import open_graph
    from kg.graph.explaining import to_text
    from kg.records import to_plain
    from kg.stages import GRAPH

    settings = to_settings(config)
    # A folder that is named must hold a graph; where none is named, there need be none.
    if folder != Path("exports") or (folder / GRAPH).exists():
        with open_graph(folder) as graph:
            found = graph.explain(a, b, config=settings)
    else:
        found = explain_alone(a, b, config=settings)
    plain = json.dumps(to_plain(found), ensure_ascii=False, indent=2) + "\n"
    sys.stdout.write(plain if as_json else to_text(found))


def merge(
    a: A,
    b: B,
    output: Output = Path("exports"),
    comment: Comment = "",
    author: Author = "",
    date: Date = "",
    decisions: DecisionsFile = None,
    rebuild: Rebuild = True,
    config: ConfigFile = None,
) -> None:
    """Decide that A is B: they, and what is merged with them, are one thing. Of two kinds, it has B's."""
    settings = to_settings(config, decisions=decisions)

    def decide(graph: "Graph") -> "list[Decision]":
        return graph.merge(a, b, comment=comment, author=author, date=date, config=settings, rebuild=rebuild)

    _decide(output, settings, rebuild, b, decide)


def split(
    a: A,
    b: Annotated[
        str | None, typer.Argument(metavar="[B]", help="Another; without it, A is merged with nothing.")
    ] = None,
    output: Output = Path("exports"),
    comment: Comment = "",
    author: Author = "",
    date: Date = "",
    decisions: DecisionsFile = None,
    rebuild: Rebuild = True,
    config: ConfigFile = None,
) -> None:
    """Decide that A is not B; without B, that A is merged with nothing unless a decision says so."""
    settings = to_settings(config, decisions=decisions)

    def decide(graph: "Graph") -> "list[Decision]":
        return graph.split(a, b, comment=comment, author=author, date=date, config=settings, rebuild=rebuild)

    _decide(output, settings, rebuild, a, decide)


def broader(
    a: A,
    b: B,
    output: Output = Path("exports"),
    comment: Comment = "",
    author: Author = "",
    date: Date = "",
    decisions: DecisionsFile = None,
    rebuild: Rebuild = True,
    config: ConfigFile = None,
) -> None:
    """Decide that B is broader than A ('kg broader BERT-base BERT')."""
    settings = to_settings(config, decisions=decisions)

    def decide(graph: "Graph") -> "list[Decision]":
        return graph.broader(a, b, comment=comment, author=author, date=date, config=settings, rebuild=rebuild)

    _decide(output, settings, rebuild, a, decide)


def rename(
    a: A,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    output: Output = Path("exports"),
    comment: Comment = "",
    author: Author = "",
    date: Date = "",
    decisions: DecisionsFile = None,
    rebuild: Rebuild = True,
    config: ConfigFile = None,
) -> None:
    """Decide what the entity A is called."""
    settings = to_settings(config, decisions=decisions)

    def decide(graph: "Graph") -> "list[Decision]":
        return graph.rename(a, name, comment=comment, author=author, date=date, config=settings, rebuild=rebuild)

    _decide(output, settings, rebuild, name, decide)


def kind(
    a: A,
    right: Annotated[str, typer.Argument(metavar="KIND", help="Method, Dataset, Task, Metric, or the model's own.")],
    output: Output = Path("exports"),
    comment: Comment = "",
    author: Author = "",
    date: Date = "",
    decisions: DecisionsFile = None,
    rebuild: Rebuild = True,
    config: ConfigFile = None,
) -> None:
    """Decide which kind the entity A is of."""
    settings = to_settings(config, decisions=decisions)

    def decide(graph: "Graph") -> "list[Decision]":
        return graph.set_kind(a, right, comment=comment, author=author, date=date, config=settings, rebuild=rebuild)

    _decide(output, settings, rebuild, a.partition(":")[2] or a, decide)


def drop(
    a: A,
    output: Output = Path("exports"),
    comment: Comment = "",
    author: Author = "",
    date: Date = "",
    decisions: DecisionsFile = None,
    rebuild: Rebuild = True,
    config: ConfigFile = None,
) -> None:
    """Decide that A is no entity: it is in no view any more."""
    settings = to_settings(config, decisions=decisions)

    def decide(graph: "Graph") -> "list[Decision]":
        return graph.drop(a, comment=comment, author=author, date=date, config=settings, rebuild=rebuild)

    _decide(output, settings, rebuild, None, decide)


def resolve(
    output: Output = Path("exports"),
    decisions: DecisionsFile = None,
    vocabulary: Vocabularies = None,
    config: ConfigFile = None,
) -> None:
    """Apply the decisions as they are now (a deleted line is undone) and write the views anew; extract nothing."""
    from kg.graph import open_graph

    settings = to_settings(config, decisions=decisions, vocabulary=vocabulary)
    with open_graph(output) as graph:
        graph.resolve(config=settings)
        _tell(graph)


#: The commands, in the order in which the help lists them.
COMMANDS: tuple[Callable[..., None], ...] = (review, explain, merge, split, broader, rename, kind, drop, resolve)


def _decide(
    output: Path, settings: "Config", rebuild: bool, shown: str | None, decide: "Callable[[Graph], list[Decision]]"
) -> None:
    from kg.graph import open_graph
    from kg.stages import decisions_path

    place = quote(str(output))
    with open_graph(output) as graph:
        new = decide(graph)
        path = decisions_path(graph.path, settings)
        for decision in new:
            say(f"{path}: {decision.told}")
        if not new:
            say(f"{path}: it says so already")
        if rebuild:
            _tell(graph)
        say("Next:")
        if not rebuild:
            say(f"  kg resolve -o {place}    apply it")
        elif shown is not None:
            say(f"  kg show {quote(shown)} {place}")
        say(f"  kg review {place}    the next doubts")
        say(f"To undo it, delete the line of {path} and run 'kg resolve -o {place}'.")


def _tell(graph: "Graph") -> None:
    counts = graph.counts()
    say(f"The graph holds {counts['entities']:,} entities of {counts['papers']:,} papers.")
    say_unmatched(graph)


def say_unmatched(graph: "Graph") -> None:
    """Tell of the decisions that match nothing: how many, and which with --verbose; the report lists them."""
    found = graph.unmatched()
    if found:
        say(f"{len(found):,} decision{' matches' if len(found) == 1 else 's match'} nothing; report.md lists them.")
    for decision in found:
        say(f"  {decision.told}: no paper prints {', '.join(map(repr, decision.missing))}", least=2)
