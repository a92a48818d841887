"""Entities grounded in vocabularies outside, offline: names -> identifiers.

The vocabulary that ships is `ontology/vocabulary.tsv`; more are named in the configuration (`resolve.vocabulary`), in
the forms that `kg.vocabulary` reads: these also name what they match (`kg.resolve`). A grounding is a name in common
under the normal form and the same kind, never a guess.
"""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from kg.config import ResolveConfig
from kg.records import Grounding
from kg.text import normalise
from kg.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from kg.store import Store

_SOURCE = "ground@1"
#: The score of a name in common, and of one that is an alias on either side.
_SAME_NAME, _SAME_ALIAS = 1.0, 0.9
#: Aliases of so few characters mean too many things to ground by.
_SHORTEST_ALIAS = 4


def find_shipped() -> Path | None:
    """Return the vocabulary that ships with the package, or lies in the checkout; None where there is none."""
    for place in (Path(str(files("kg"))) / "ontology", Path(str(files("kg"))).parent / "ontology"):
        if (place / "vocabulary.tsv").is_file():
            return place / "vocabulary.tsv"
    return None


def ground_entities(store: "Store", config: ResolveConfig) -> None:
    """Write the table of groundings anew.

    Raises:
        ConfigError: a vocabulary cannot be read.
    """
    shipped = find_shipped()
    paths = [*([shipped] if shipped else []), *map(Path, config.vocabulary)]
    known: dict[tuple[str, str], list[tuple[str, str, str, float]]] = {}
    for path in paths:
        for name, kind, aliases, scheme, identifier in read_vocabulary(path):
            known.setdefault((kind, normalise(name)), []).append((scheme, identifier, name, _SAME_NAME))
            for alias in aliases:
                if len(alias) >= _SHORTEST_ALIAS:
                    known.setdefault((kind, normalise(alias)), []).append((scheme, identifier, name, _SAME_ALIAS))
    with store.transaction():
        store.clear(["groundings"])
        if known:
            store.add(Grounding, _groundings(store, known))


def _groundings(store: "Store", known: dict[tuple[str, str], list[tuple[str, str, str, float]]]) -> Iterator[Grounding]:
    keys = {key for _, key in known}
    for entity, named, kind, aliases in store.stream("SELECT id, name, kind, aliases FROM entities ORDER BY id"):
        best: dict[str, Grounding] = {}
        for form in (named, *aliases):
            part = 1.0 if form == named else _SAME_ALIAS
            if form != named and len(form) < _SHORTEST_ALIAS:
                continue
            key = normalise(form)
            if key not in keys:
                continue
            for scheme, identifier, name, score in (*known.get((kind, key), ()), *known.get(("", key), ())):
                found = Grounding(
                    entity=entity,
                    scheme=scheme,
                    identifier=identifier,
                    name=name,
                    score=round(part * score, 4),
                    source=_SOURCE,
                )
                held = best.get(scheme)
                if held is None or (-found.score, found.identifier) < (-held.score, held.identifier):
                    best[scheme] = found
        yield from best.values()
