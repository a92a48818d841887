"""Why two names are one thing in a graph, or are not: what the resolver looks at, what it says, what people decided."""

import dataclasses
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kg.config import Config
from kg.errors import QueryError
from kg.records import Decision, Kind, Merge, Rejection
from kg.resolve import Comparison
from kg.text import one_line

if TYPE_CHECKING:
    from kg.store import Store


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Two names, compared (`kg.resolve.Comparison`), and what comes of it.

    `verdict` is what the resolver says of the two alone: ``same``, ``narrower`` (a under b), ``broader`` or
    ``different``; `threshold` the least score of a merge. `in_graph` says what they are in the graph: ``same``,
    ``different``, or ``""`` where it has not both; `together` counts the papers that print both; `merges`,
    `rejections` and `decisions` are the graph's rows about the two.
    """

    a: str
    a_kind: str
    b: str
    b_kind: str
    comparison: Comparison
    threshold: float
    verdict: str
    in_graph: str = ""
    entities: tuple[str, ...] = ()
    together: int = 0
    merges: tuple[Merge, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    decisions: tuple[Decision, ...] = ()


def split_kind(asked: str, kinds: Mapping[str, str]) -> tuple[str, str]:
    """Return the name and kind of "Kind:name"; a name without a kind is a Method.

    Args:
        asked: what a person gave.
        kinds: the kinds that there are, by their names in lower case.
    """
    before, colon, after = asked.partition(":")
    if colon and before.lower() in kinds:
        return after.strip(), kinds[before.lower()]
    return asked, Kind.METHOD.value


def explain(a: str, b: str, *, config: Config | str | os.PathLike[str] | None = None) -> "Explanation":
    """Return why the resolver takes two names for one thing or for two, without a graph.

    A name is a Method unless its kind stands before it ("Dataset:GSM8K").

    Raises:
        QueryError: a name is empty.
    """
    from kg.graph.making import settings

    kinds = {kind.value.lower(): kind.value for kind in Kind}
    first, second = split_kind(a, kinds), split_kind(b, kinds)
    if not first[0].strip() or not second[0].strip():
        raise QueryError("explain: an empty name; give two names")
    return explain_names(first, second, settings(config))


def explain_names(
    a: tuple[str, str],
    b: tuple[str, str],
    config: Config,
    *,
    store: "Store | None" = None,
    entities: Sequence[str] = (),
) -> Explanation:
    """Return what the resolver makes of two names, each with its kind, and what a graph makes of them.

    Args:
        a: a name and its kind.
        b: another.
        config: settings.
        store: the graph.
        entities: the entities of the graph that have the names; "" for none.
    """
    from kg.evaluate.pairs import judge_pairs
    from kg.resolve import compare_names, find_meanings

    pair = {"a": a[0], "a_kind": a[1], "b": b[0], "b_kind": b[1]}
    [verdict] = judge_pairs([pair], config)
    found = Explanation(
        a=a[0],
        a_kind=a[1],
        b=b[0],
        b_kind=b[1],
        comparison=compare_names(a, b, config.resolve),
        threshold=config.resolve.threshold,
        verdict=verdict,
    )
    if store is None:
        return found
    words = sorted({word for name, _ in (a, b) for word in (name, *name.replace("-", " ").split())})
    counts = _papers(store, a), _papers(store, b)
    meanings = find_meanings(store, words)
    both = [entity for entity in entities if entity]
    names = [a[0], b[0]]
    return dataclasses.replace(
        found,
        comparison=compare_names(a, b, config.resolve, meanings=meanings, papers=(len(counts[0]), len(counts[1]))),
        in_graph="" if len(both) < 2 else "same" if both[0] == both[1] else "different",
        entities=tuple(both),
        together=len(counts[0] & counts[1]),
        merges=tuple(_merges(store, both, names)),
        rejections=tuple(store.fetch(Rejection, "(a = ? AND b = ?) OR (a = ? AND b = ?)", [*names, *reversed(names)])),
        decisions=tuple(one for one in store.fetch(Decision) if {one.name, one.other} & set(names)),
    )


def _papers(store: "Store", name: tuple[str, str]) -> set[str]:
    rows = store.rows(
        "SELECT DISTINCT paper FROM document_entities WHERE kind = ? AND (name = ? OR list_contains(surfaces, ?))",
        [name[1], name[0], name[0]],
    )
    return {paper for [paper] in rows}


def _merges(store: "Store", entities: Sequence[str], names: Sequence[str]) -> list[Merge]:
    """Return why each of the names is in its entity, where it is not the entity's own name."""
    return [
        merge
        for entity in dict.fromkeys(entities)
        for merge in store.fetch(Merge, "entity = ? AND b IN (SELECT unnest(?::VARCHAR[]))", [entity, list(names)])
    ]


def to_text(found: Explanation) -> str:
    """Return an explanation as text for a terminal."""
    compared = found.comparison
    lines = [f"{one_line(found.a)}  ({found.a_kind})", f"{one_line(found.b)}  ({found.b_kind})", "", "Features"]
    width = max(len(first) for _, first, _ in compared.features)
    lines += [f"  {name:<24} {first or '-':<{width}}  {second or '-'}" for name, first, second in compared.features]
    lines += ["", "Compared"] + [f"  {name:<24} {outcome}" for name, outcome in compared.compared]
    lines += [f"  {'guard on misspellings':<24} {compared.guard or 'none'}"]
    score = "no candidate" if compared.score is None else f"{compared.score:.2f}  {compared.reason}"
    lines += [f"  {'score':<24} {score}  (merged from {found.threshold:.2f} on)"]
    alone = {"narrower": "narrower: A under B", "broader": "broader: B under A"}.get(found.verdict, found.verdict)
    lines += ["", f"The two names alone: {alone}"]
    if found.in_graph:
        one = "one entity" if found.in_graph == "same" else "two entities"
        ids = " and ".join(dict.fromkeys(found.entities))
        lines.append(f"In the graph: {one}, {ids}; {found.together:,} papers print both")
    lines += [f"  {m.a} = {m.b}  {m.score:.2f}  {m.reason}" for m in found.merges]
    lines += [f"  {r.a} ≠ {r.b}  {r.score:.2f}  {r.reason}" for r in found.rejections]
    lines += [f"  decided: {one.told}{f' ({one.comment})' if one.comment else ''}" for one in found.decisions]
    return "\n".join(lines) + "\n"
