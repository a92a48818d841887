"""Which part of a graph is meant: a set of papers and entities, chosen by what stands near, by year, or by a list.

A `Selection` names the part; `kg.store.Part` is a store that holds nothing else, from which every view can be made.
"""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from kg.errors import QueryError

if TYPE_CHECKING:
    from kg.store import Store


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A part of a graph: ids of papers and of entities, sorted. `told` says in words which part it is.

    `seeds` are the ids of papers and entities that the part was chosen around, in the order in which they were given.
    """

    papers: tuple[str, ...]
    entities: tuple[str, ...]
    told: str = ""
    seeds: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Say whether anything is in it."""
        return bool(self.papers or self.entities)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Papers and entities by their ids, as a query gave them."""

    papers: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()


def select(
    store: "Store",
    *,
    around: Listed | None = None,
    hops: int = 2,
    about: Sequence[str] = (),
    listed: Listed | None = None,
    since: int | None = None,
    until: int | None = None,
    told: str = "",
    seeds: Sequence[str] = (),
) -> Selection:
    """Return the part of a graph that fits all that is given; all of it where nothing is.

    Years, ``about`` and ``listed`` say which papers may be in it; ``around`` then walks among these. Without
    ``around`` the part is those papers with all their entities, or with those of ``listed`` where it names any.

    Args:
        store: the open graph.
        around: where the walk starts. A step goes from an entity to the papers that have it, or from a paper to its
            entities: two steps from a dataset lead to all that its papers use beside it.
        hops: steps of the walk.
        about: ids of entities that each paper has, in any role.
        listed: the papers and entities to take; the papers of the entities where it lists only these.
        since: the first year; papers whose year is unknown are left out.
        until: the last year.
        told: what the part is, in words.
        seeds: what it was chosen around, in its order.

    Raises:
        QueryError: ``hops`` is below 0, or the years are the wrong way round.
    """
    if hops < 0:
        raise QueryError(f"hops {hops}: wants 0 or more")
    if since is not None and until is not None and since > until:
        raise QueryError(f"since {since} until {until}: no year is both; give the earlier one as since")
    named: frozenset[str] = listed.entities if listed else frozenset()
    allowed = _allowed(store, about, listed, since, until)
    if around is not None:
        papers, entities = _walked(store, around, hops, allowed)
        if named:
            entities &= named | around.entities
    else:
        papers = allowed if allowed is not None else {row[0] for row in store.stream("SELECT id FROM papers")}
        if named:
            entities = set(named)
        elif allowed is None:
            entities = {row[0] for row in store.stream("SELECT id FROM entities")}
        else:
            entities = _entities_of(store, papers)
    return Selection(papers=tuple(sorted(papers)), entities=tuple(sorted(entities)), told=told, seeds=tuple(seeds))


def _allowed(
    store: "Store", about: Sequence[str], listed: Listed | None, since: int | None, until: int | None
) -> set[str] | None:
    """Return the papers that the part may hold; ``None`` for all."""
    conditions: list[str] = []
    values: list[object] = []
    for sign, year in ((">=", since), ("<=", until)):
        if year is not None:
            conditions.append(f"year {sign} ?")
            values.append(year)
    for entity in about:
        conditions.append("id IN (SELECT paper FROM denotations WHERE entity = ?)")
        values.append(entity)
    if listed is not None:
        given = listed.papers or _papers_of(store, listed.entities)
        conditions.append("id IN (SELECT unnest(?::VARCHAR[]))")
        values.append(sorted(given))
    if not conditions:
        return None
    return {row[0] for row in store.stream(f"SELECT id FROM papers WHERE {' AND '.join(conditions)}", values)}  # noqa: S608 - fixed text


def _papers_of(store: "Store", entities: Collection[str]) -> set[str]:
    asked = "SELECT DISTINCT paper FROM denotations WHERE entity IN (SELECT unnest(?::VARCHAR[]))"
    return _column(store.stream(asked, [sorted(entities)]))


def _entities_of(store: "Store", papers: Collection[str]) -> set[str]:
    asked = "SELECT DISTINCT entity FROM denotations WHERE paper IN (SELECT unnest(?::VARCHAR[]))"
    return _column(store.stream(asked, [sorted(papers)]))


def _column(rows: Iterable[tuple[str, ...]]) -> set[str]:
    return {row[0] for row in rows}


def _walked(store: "Store", around: Listed, hops: int, allowed: set[str] | None) -> tuple[set[str], set[str]]:
    """Return what is at most ``hops`` steps away; where the walk starts belongs to it whatever is allowed."""
    papers, entities = set(around.papers), set(around.entities)
    edge_papers, edge_entities = set(papers), set(entities)
    for _ in range(hops):
        to_papers = _papers_of(store, edge_entities) if edge_entities else set()
        to_entities = _entities_of(store, edge_papers) if edge_papers else set()
        if allowed is not None:
            to_papers &= allowed
        edge_papers, edge_entities = to_papers - papers, to_entities - entities
        if not edge_papers and not edge_entities:
            break
        papers |= edge_papers
        entities |= edge_entities
    return papers, entities
