"""Parts of a graph: what belongs to one, and that every view can be made of it as of the whole."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import networkx as nx
import pytest

from kg.errors import QueryError
from kg.export import FORMATS, export_graph
from kg.facts import find_entities
from kg.query import run_query, to_listed
from kg.selection import Listed, Selection, select
from kg.store import TABLES, Part, Store
from tests.graphs import small_graph


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(small_graph(tmp_path_factory.mktemp("part")), read_only=True) as store:
        yield store


def entity(store: Store, name: str) -> str:
    return find_entities(store, name)[0].id


def names(store: Store, ids: tuple[str, ...]) -> set[str]:
    known = dict(store.rows("SELECT id, name FROM entities"))
    return {known[one] for one in ids}


def test_nothing_asked_is_the_whole_graph(whole: Store) -> None:
    chosen = select(whole)
    assert len(chosen.papers) == whole.count("papers") and len(chosen.entities) == whole.count("entities")
    with Part(whole, chosen) as part:
        assert part.fingerprint() == whole.fingerprint()


@pytest.mark.parametrize("hops", range(6))
def test_a_walk_reaches_what_networkx_reaches(whole: Store, hops: int) -> None:
    network: nx.Graph[tuple[str, str]] = nx.Graph()
    network.add_edges_from(
        (("p", paper), ("e", one)) for paper, one in whole.rows("SELECT paper, entity FROM denotations")
    )
    start = entity(whole, "GSM8K")
    reached = nx.single_source_shortest_path_length(network, ("e", start), cutoff=hops)
    chosen = select(whole, around=Listed(entities=frozenset([start])), hops=hops)
    assert {("p", paper) for paper in chosen.papers} | {("e", one) for one in chosen.entities} == set(reached)


def test_a_walk_may_start_at_papers_and_at_several_things(whole: Store) -> None:
    one = select(whole, around=Listed(papers=frozenset(["1810.04805"])), hops=1)
    assert one.papers == ("1810.04805",) and "BERT" in names(whole, one.entities)
    both = select(whole, around=Listed(papers=frozenset(["1810.04805", "1706.03762"])), hops=1)
    assert set(one.entities) < set(both.entities)


def test_years_bound_the_papers_and_those_without_a_year_are_left_out(whole: Store) -> None:
    chosen = select(whole, since=2019, until=2022)
    years = {row[0] for row in whole.rows("SELECT year FROM papers WHERE list_contains(?, id)", [list(chosen.papers)])}
    assert years and all(2019 <= year <= 2022 for year in years)
    held = whole.rows(
        "SELECT DISTINCT entity FROM denotations WHERE list_contains(?, paper) ORDER BY ALL", [list(chosen.papers)]
    )
    assert chosen.entities == tuple(row[0] for row in held)


def test_a_walk_stays_among_the_papers_that_are_allowed(whole: Store) -> None:
    start = Listed(entities=frozenset([entity(whole, "BERT")]))
    free, bound = select(whole, around=start, hops=4), select(whole, around=start, hops=4, until=2018)
    assert set(bound.papers) < set(free.papers)
    assert set(bound.papers) <= set(select(whole, until=2018).papers)


def test_papers_about_two_things_have_both(whole: Store) -> None:
    bert, race = entity(whole, "BERT"), entity(whole, "RACE")
    chosen = select(whole, about=[bert, race])
    assert chosen.papers
    for paper in chosen.papers:
        has = {row[0] for row in whole.rows("SELECT entity FROM denotations WHERE paper = ?", [paper])}
        assert {bert, race} <= has


def test_a_list_of_entities_brings_their_papers_and_a_list_of_both_brings_just_these(whole: Store) -> None:
    bert = entity(whole, "BERT")
    chosen = select(whole, listed=Listed(entities=frozenset([bert])))
    assert chosen.entities == (bert,)
    assert set(chosen.papers) == {
        row[0] for row in whole.rows("SELECT paper FROM denotations WHERE entity = ?", [bert])
    }
    just = select(whole, listed=Listed(papers=frozenset(["1810.04805"]), entities=frozenset([bert])))
    assert (just.papers, just.entities) == (("1810.04805",), (bert,))


@pytest.mark.parametrize("asked", [{"hops": -1}, {"since": 2020, "until": 2019}])
def test_what_can_never_be_is_refused(whole: Store, asked: dict[str, int]) -> None:
    with pytest.raises(QueryError):
        select(whole, **asked)  # type: ignore[arg-type]


def test_a_part_holds_nothing_that_points_outside_it(whole: Store) -> None:
    chosen = select(whole, around=Listed(entities=frozenset([entity(whole, "GSM8K")])), hops=2)
    with Part(whole, chosen) as part:
        assert 0 < part.count("papers") < whole.count("papers")
        papers, entities = set(chosen.papers), set(chosen.entities)
        for table in ("sentences", "document_entities", "mentions", "claims", "relations", "denotations"):
            assert {row[0] for row in part.rows(f"SELECT paper FROM {table}")} <= papers, table
        for table in ("denotations", "merges", "groundings"):
            assert {row[0] for row in part.rows(f"SELECT entity FROM {table}")} <= entities, table
        assert {end for row in part.rows("SELECT a, b FROM links") for end in row} <= papers
        assert {row[0] for row in part.rows("SELECT unnest(broader) FROM entities")} <= entities
        for one, count in part.rows("SELECT id, papers FROM entities"):
            [[having]] = part.rows("SELECT count(DISTINCT paper) FROM denotations WHERE entity = ?", [one])
            assert having == count
        for cls in TABLES.values():
            list(part.fetch(cls))


def test_an_empty_part_is_an_empty_graph(whole: Store) -> None:
    chosen = select(whole, since=2999)
    assert not chosen
    with Part(whole, chosen) as part:
        assert part.count("papers") == part.count("entities") == part.count("relations") == 0


def told(file: Path) -> str:
    """Return what a file says: of a table of columns, which is compressed, its rows."""
    if file.suffix != ".parquet":
        return file.read_text(encoding="utf-8")
    with duckdb.connect() as reader:
        return str(reader.execute("SELECT * FROM read_parquet(?)", [str(file)]).fetchall())


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"trig", "nq", "jsonld"}))
def test_every_view_can_be_made_of_a_part(whole: Store, tmp_path: Path, format: str) -> None:
    chosen = select(whole, about=[entity(whole, "BERT")])
    with Part(whole, chosen) as part:
        written = export_graph(part, tmp_path, format=format)
    text = "".join(told(file) for file in ([written] if written.is_file() else sorted(written.iterdir())))
    assert "BERT" in text and "GSM8K" not in text


def test_ids_with_quotes_are_ids(whole: Store) -> None:
    hostile = Selection(papers=("'; DROP TABLE papers --", 'x"<y>/../%20é'), entities=("a'b",))
    with Part(whole, hostile) as part:
        assert [row[0] for row in part.rows("SELECT id FROM papers")] == ['x"<y>/../%20é']


def asked(store: Store, sparql: str) -> Selection:
    return select(store, listed=to_listed(store, run_query(store.path, sparql)))


def test_a_query_of_papers_chooses_them_with_their_entities(whole: Store) -> None:
    chosen = asked(whole, 'SELECT ?paper { ?paper kg:introduces/skos:prefLabel "BERT" }')
    assert chosen.papers == ("1810.04805",)
    assert chosen.entities == select(whole, around=Listed(papers=frozenset(["1810.04805"])), hops=1).entities


def test_a_query_of_entities_chooses_them_with_their_papers(whole: Store) -> None:
    chosen = asked(
        whole, "SELECT ?dataset (COUNT(?p) AS ?n) { ?p kg:uses ?dataset . ?dataset a kg:Dataset } GROUP BY ?dataset"
    )
    assert chosen.entities and all(one.startswith("dataset/") for one in chosen.entities)
    assert set(chosen.papers) == {row[0] for row in whole.rows("SELECT paper FROM denotations WHERE kind = 'Dataset'")}


def test_every_paper_and_entity_comes_back_from_its_address(whole: Store) -> None:
    assert asked(
        whole, "SELECT ?x { { ?x kg:mentions|kg:uses|kg:introduces [] } UNION { ?x a skos:Concept } }"
    ).entities == (select(whole).entities)
    titled = asked(whole, "SELECT ?x { ?x dcterms:title [] }")
    assert titled.papers == select(whole).papers


def test_a_sentence_or_mention_stands_for_its_paper(whole: Store) -> None:
    chosen = asked(whole, 'SELECT ?m { ?m a kg:Mention ; nif:anchorOf "BERT" }')
    assert set(chosen.papers) == {row[0] for row in whole.rows("SELECT paper FROM mentions WHERE text = 'BERT'")}


def test_triples_are_as_good_as_a_table(whole: Store) -> None:
    chosen = asked(whole, 'CONSTRUCT { ?p kg:uses ?e } { ?p kg:uses ?e . ?e skos:prefLabel "GSM8K" }')
    assert names(whole, chosen.entities) == {"GSM8K"} and chosen.papers


@pytest.mark.parametrize(
    "sparql", ['SELECT ?x { VALUES ?x { "BERT" } }', "SELECT ?x { ?x a kg:Nothing }", "ASK { ?s ?p ?o }"]
)
def test_a_query_that_names_nothing_says_what_to_select(whole: Store, sparql: str) -> None:
    with pytest.raises(QueryError, match=r"nothing to show|select the things themselves"):
        asked(whole, sparql)
