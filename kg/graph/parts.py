"""Which part of a graph is meant, told in names, queries and years."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from kg.config import ExportConfig
from kg.errors import QueryError
from kg.facts import find_named
from kg.records import Entity
from kg.selection import Listed, Selection, select
from kg.store import Store
from kg.text import clean, one_line

if TYPE_CHECKING:
    from kg.query import Results


class Asked(TypedDict, total=False):
    """What tells a part of a graph; see `kg.graph.Graph.select`."""

    around: str | Sequence[str]
    hops: int
    papers_about: str | Sequence[str]
    query: "str | Results | None"
    since: int | None
    until: int | None
    called: str
    config: ExportConfig | None


def select_part(
    store: Store,
    *,
    around: str | Sequence[str] = (),
    hops: int = 2,
    papers_about: str | Sequence[str] = (),
    query: "str | Results | None" = None,
    since: int | None = None,
    until: int | None = None,
    called: str = "",
    config: ExportConfig | None = None,
) -> Selection:
    """Return the part of the graph that fits all that is given; see `kg.graph.Graph.select`."""
    seeds = [find_named(store, name, asked="around") for name in _several(around)]
    about = [_entity(store, name) for name in _several(papers_about)]
    words = [f"around {_listed([_called(seed) for seed in seeds])}"] if seeds else []
    words += [f"within {hops} step{'' if hops == 1 else 's'}"] if seeds and hops != 2 else []
    words += [f"papers about {_listed([entity.name for entity in about])}"] if about else []
    words += [one_line(clean(called)) or "what a query gives"] if query is not None else []
    words += [f"{word} {year}" for word, year in (("since", since), ("until", until)) if year is not None]
    chosen = select(
        store,
        around=_to_listed(seeds) if seeds else None,
        hops=hops,
        about=[entity.id for entity in about],
        listed=_asked(store, query, config or ExportConfig()) if query is not None else None,
        since=since,
        until=until,
        told=", ".join(words),
        seeds=[seed.id for seed in seeds],
    )
    if words and not chosen:
        raise QueryError(f"nothing in this graph is {chosen.told}; {_known_years(store)}")
    return chosen


def _several(given: str | Sequence[str]) -> Sequence[str]:
    return [given] if isinstance(given, str) else given


def _called(seed: Any) -> str:
    return seed.name if isinstance(seed, Entity) else (seed.title or seed.id)


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _entity(store: Store, name: str) -> Entity:
    found = find_named(store, name, asked="papers about")
    if not isinstance(found, Entity):
        raise QueryError(f"papers about: '{name}' is a paper; give an entity, or ask what is around the paper")
    return found


def _to_listed(seeds: Sequence[Any]) -> Listed:
    return Listed(
        papers=frozenset(seed.id for seed in seeds if not isinstance(seed, Entity)),
        entities=frozenset(seed.id for seed in seeds if isinstance(seed, Entity)),
    )


def _asked(store: Store, query: "str | Results", config: ExportConfig) -> Listed:
    from kg.query import run_query, to_listed

    return to_listed(store, run_query(store.path, query, config=config) if isinstance(query, str) else query)


def _known_years(store: Store) -> str:
    [[first, last]] = store.rows("SELECT min(year), max(year) FROM papers")
    if first is None:
        return "the year of none of its papers is known"
    return f"its papers are of {first}" if first == last else f"its papers are of {first} to {last}"
