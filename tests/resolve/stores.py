"""Small stores for tests of resolution: names, each met in a paper."""

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from kg.config import ResolveConfig
from kg.records import DocumentEntity, Entity
from kg.resolve import resolve_entities
from kg.store import Store

#: (name, kind, other surfaces); or a name alone, which is a Method.
Told = str | tuple[str, str] | tuple[str, str, Sequence[str]]


def document_entities(told: Iterable[Told]) -> list[DocumentEntity]:
    rows = []
    for number, one in enumerate(told):
        name, kind, surfaces = (one, "Method", ()) if isinstance(one, str) else (*one, ())[:3]
        rows.append(
            DocumentEntity(
                paper=f"p{number:03}", name=name, kind=kind, role="uses", surfaces=(name, *surfaces), score=0.9,
                source="test",
            )
        )  # fmt: skip
    return rows


def resolved(folder: Path, told: Iterable[Told], *, seed: int | None = None) -> Store:
    """Return an open store in which the names are resolved; with a seed, their rows were put in in another order."""
    rows = document_entities(told)
    if seed is not None:
        random.Random(seed).shuffle(rows)
    store = Store(folder / f"graph-{seed}.duckdb")
    store.add(DocumentEntity, rows)
    resolve_entities(store, ResolveConfig())
    return store


def groups(store: Store) -> list[list[str]]:
    """Return the names of each entity that has more than one, sorted."""
    rows = store.rows("SELECT list(DISTINCT name ORDER BY name) FROM denotations GROUP BY entity")
    return sorted(names for (names,) in rows if len(names) > 1)


def broader(store: Store) -> set[tuple[str, str]]:
    """Return (narrower, broader) canonical names."""
    entities = {entity.id: entity for entity in store.fetch(Entity)}
    return {(entity.name, entities[above].name) for entity in entities.values() for above in entity.broader}
