"""Entities grounded in vocabularies, offline."""

from pathlib import Path

import pytest

from kg.config import ResolveConfig
from kg.errors import ConfigError
from kg.ground import find_shipped, ground_entities
from kg.records import Entity, Grounding, entity_id
from kg.store import Store
from kg.vocabulary import read_vocabulary


def entity(name: str, kind: str, *aliases: str) -> Entity:
    return Entity(id=entity_id(kind, name), name=name, kind=kind, aliases=aliases, papers=1, mentions=1)


def grounded(folder: Path, entities: list[Entity], vocabulary: str) -> dict[tuple[str, str], Grounding]:
    """Return (entity's name, scheme) -> grounding, with a vocabulary of one's own."""
    own = folder / "own.tsv"
    own.write_text(vocabulary, encoding="utf-8")
    names = {one.id: one.name for one in entities}
    with Store(folder / "graph.duckdb") as store:
        store.add(Entity, entities)
        ground_entities(store, ResolveConfig(vocabulary=(str(own),)))
        before = store.fingerprint()
        ground_entities(store, ResolveConfig(vocabulary=(str(own),)))
        assert store.fingerprint() == before
        return {(names[found.entity], found.scheme): found for found in store.fetch(Grounding)}


def test_a_name_in_common_grounds_an_entity_under_its_kind(tmp_path: Path) -> None:
    entities = [entity("Zyx-Bench", "Dataset"), entity("Zyx-Bench", "Method"), entity("Zyx-Bench 2", "Dataset")]
    found = grounded(tmp_path, entities, "# a comment\nzyx bench\tDataset\t\town\thttps://example.org/zyx\n")
    assert list(found) == [("Zyx-Bench", "own")]
    only = found["Zyx-Bench", "own"]
    assert (only.entity, only.identifier, only.name, only.score) == (
        entity_id("Dataset", "Zyx-Bench"), "https://example.org/zyx", "zyx bench", 1.0,
    )  # fmt: skip


def test_a_row_without_a_kind_grounds_any(tmp_path: Path) -> None:
    found = grounded(tmp_path, [entity("zyx theory", "Task")], "Zyx theory\t\t\town\tQ1\n")
    assert found["zyx theory", "own"].identifier == "Q1"


def test_aliases_of_either_side_ground_with_less_certainty(tmp_path: Path) -> None:
    entities = [entity("zyx alignment method", "Method", "ZYXA"), entity("zyx", "Method", "ZY")]
    found = grounded(tmp_path, entities, "Zyx Aligner\tMethod\tZYXA|ZY\town\tQ7\nother\tMethod\tZY\town\tQ8\n")
    assert 0.5 < found["zyx alignment method", "own"].score < 1.0
    # Two letters mean too many things.
    assert ("zyx", "own") not in found


def test_of_several_the_surest_counts_then_the_first_identifier(tmp_path: Path) -> None:
    rows = "zyx\tMethod\t\town\tQ9\nzyx\tMethod\t\town\tQ10\nother\tMethod\tzyxz|zyx\town\tQ1\n"
    found = grounded(tmp_path, [entity("Zyx", "Method", "Zyxz")], rows)
    assert found["Zyx", "own"].identifier == "Q10"


def test_the_vocabulary_that_ships_is_sound_and_small() -> None:
    path = find_shipped()
    assert path is not None
    assert path.stat().st_size < 1_500_000
    rows = list(read_vocabulary(path))
    assert len(rows) == len(set(rows)) > 3000
    assert all(name and scheme and identifier for name, _, _, scheme, identifier in rows)


def test_the_vocabulary_that_ships_grounds_well_known_things(tmp_path: Path) -> None:
    found = grounded(tmp_path, [entity("Support vector machine", "Method"), entity("machine translation", "Task")], "")
    assert {scheme for _, scheme in found} >= {"dbpedia"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"name\tMethod\town\tQ1\n", "own.tsv:1: 4 columns"),
        (b"a\tMethod\t\town\tQ1\n\xff\xfe\n", "cannot be read"),
    ],
)
def test_a_faulty_vocabulary_is_told_with_its_place(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "own.tsv"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=told):
        list(read_vocabulary(path))


def test_a_missing_vocabulary_is_told_by_name(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store, pytest.raises(ConfigError, match=r"none\.tsv"):
        ground_entities(store, ResolveConfig(vocabulary=(str(tmp_path / "none.tsv"),)))


def test_hostile_rows_pass_through_as_they_are(tmp_path: Path) -> None:
    name = '<script>"x"</script> שלום'
    found = grounded(tmp_path, [entity(name, "Method")], f"{name}\tMethod\t\town\tQ1\n")
    assert found[name, "own"].name == name
