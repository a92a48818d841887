"""A bare acronym of several meanings, decided by what else its paper names."""

from pathlib import Path

from kg.config import ResolveConfig
from kg.records import Denotation, DocumentEntity, Entity, Merge
from kg.resolve import resolve_entities
from kg.store import Store

Names = list[str | tuple[str, ...]]

TOPICS: Names = [("latent Dirichlet allocation", "LDA"), "topic modelling", "Gibbs sampling", "perplexity"]
FACES: Names = [("linear discriminant analysis", "LDA"), "face recognition", "scatter matrices", "Fisher criterion"]


def stored(folder: Path, papers: dict[str, Names], name: str = "graph") -> Store:
    rows = [
        DocumentEntity(
            paper=paper, name=names[0], kind="Method", role="uses", surfaces=names, score=0.9, source="test"
        )
        for paper, entities in papers.items()
        for names in ((one,) if isinstance(one, str) else one for one in entities)
    ]  # fmt: skip
    store = Store(folder / f"{name}.duckdb")
    store.add(DocumentEntity, rows)
    resolve_entities(store, ResolveConfig())
    return store


def meanings(store: Store) -> dict[str, str]:
    names = {entity.id: entity.name for entity in store.fetch(Entity)}
    return {one.paper: names[one.entity] for one in store.fetch(Denotation) if one.name == "LDA"}


def test_each_paper_means_what_its_neighbours_mean(tmp_path: Path) -> None:
    papers = {f"t{i}": TOPICS for i in range(4)} | {f"f{i}": FACES for i in range(4)}
    papers |= {"a": ["LDA", *TOPICS[1:]], "b": ["LDA", *FACES[1:]]}
    with stored(tmp_path, papers) as store:
        assert meanings(store) == {"a": "latent Dirichlet allocation", "b": "linear discriminant analysis"}
        entities = {entity.name: entity for entity in store.fetch(Entity)}
        assert "LDA" not in entities
        assert entities["latent Dirichlet allocation"].papers == 5
        said = {merge.a: merge for merge in store.fetch(Merge) if merge.b == "LDA"}
        assert set(said) == {"latent Dirichlet allocation", "linear discriminant analysis"}
        for merge in said.values():
            assert merge.reason.startswith("acronym of several meanings")
            assert 0.9 <= merge.score <= 1


def test_a_paper_that_shares_little_or_with_both_stays_apart(tmp_path: Path) -> None:
    papers = {f"t{i}": TOPICS for i in range(4)} | {f"f{i}": FACES for i in range(4)}
    papers |= {"none": ["LDA", "beam search"], "one": ["LDA", TOPICS[1]], "both": ["LDA", *TOPICS[1:3], *FACES[1:3]]}
    with stored(tmp_path, papers) as store:
        assert meanings(store) == {"none": "LDA", "one": "LDA", "both": "LDA"}


def test_a_graph_that_grew_is_the_graph_from_nothing(tmp_path: Path) -> None:
    papers = {f"t{i}": TOPICS for i in range(4)} | {f"f{i}": FACES for i in range(4)} | {"a": ["LDA", *TOPICS[1:]]}
    with stored(tmp_path, papers) as store:
        store.add(
            DocumentEntity,
            [
                DocumentEntity(
                    paper="b", name=name, kind="Method", role="uses", surfaces=(name,), score=0.9, source="test"
                )
                for name in ["LDA", *map(str, FACES[1:])]
            ],
        )
        resolve_entities(store, ResolveConfig())
        grown = store.fingerprint()
    with stored(tmp_path, dict(reversed({**papers, "b": ["LDA", *FACES[1:]]}.items())), "other") as store:
        assert store.fingerprint() == grown


def test_variants_of_one_full_form_are_one_meaning(tmp_path: Path) -> None:
    papers: dict[str, Names] = {
        "p1": [("quartz lattice annealing", "QLA")], "p2": [("quartz lattice annealing method", "QLA")], "p3": ["QLA"],
    }  # fmt: skip
    with stored(tmp_path, papers) as store:
        assert store.count("entities") == 1
