"""Asking the graph: whichever file it lies in, with whatever is wrong; and each question that ships has its answer."""

import csv
import io
import json
import re
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.config import ExportConfig
from kg.errors import QueryError
from kg.query import Results, find_queries, load_triples, run_query, to_sparql, write_results
from kg.query.named import to_named
from kg.query.run import ask, check_query
from kg.rdf import FORMATS, write_rdf
from kg.store import Store
from tests.graphs import PAPERS, small_graph

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_graph(tmp_path_factory.mktemp("graph")).parent


@pytest.fixture(scope="module")
def triples(graph: Path) -> pyoxigraph.Store:
    return load_triples(graph)


def written(results: Results, format: str) -> str:
    stream = io.StringIO()
    write_results(results, stream, format=format)
    return stream.getvalue()


# ---- where a graph lies


@pytest.mark.parametrize("name", ["ttl", "nt", "nq", "trig", "jsonld"])
def test_an_export_gives_what_the_store_gives(graph: Path, tmp_path: Path, name: str) -> None:
    with Store(graph / "graph.duckdb", read_only=True) as store:
        write_rdf(store, tmp_path / f"graph.{name}", format=name)
    [expected] = run_query(graph / "graph.duckdb", COUNT)
    assert expected["n"] > 1000
    for path in (tmp_path, tmp_path / f"graph.{name}"):
        assert list(run_query(path, COUNT)) == [expected]
    assert set(FORMATS) >= {name}


def test_a_triple_of_several_graphs_counts_once(tmp_path: Path) -> None:
    line = '<http://a/s> <http://a/p> "x" <http://a/g{}> .\n'
    (tmp_path / "graph.nq").write_text(line.format(1) + line.format(2), encoding="utf-8")
    assert [row["n"] for row in run_query(tmp_path, COUNT)] == [1]
    assert [row["n"] for row in run_query(tmp_path, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")] == [2]


def test_what_holds_no_graph_is_told(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="no such graph; make one"):
        run_query(tmp_path / "nowhere", COUNT)
    with pytest.raises(QueryError, match="holds no graph"):
        run_query(tmp_path, COUNT)
    (tmp_path / "graph.csv").write_text("a,b\n", encoding="utf-8")
    with pytest.raises(QueryError, match="not a graph to ask"):
        run_query(tmp_path / "graph.csv", COUNT)
    (tmp_path / "graph.ttl").write_text("<a> <b> .", encoding="utf-8")
    with pytest.raises(QueryError, match=r"graph\.ttl: .*write it anew"):
        run_query(tmp_path, COUNT)


def test_an_empty_graph_can_be_asked(tmp_path: Path) -> None:
    Store(tmp_path / "graph.duckdb").close()
    for named in find_queries().values():
        assert list(run_query(tmp_path, to_sparql(named))) == []


def test_the_base_and_depth_are_those_of_the_configuration(graph: Path) -> None:
    config = ExportConfig(base="https://example.org/x/", depth=())
    assert run_query(graph, "ASK { <paper/arxiv:1810.04805> a fabio:ResearchPaper }", config=config)
    assert not run_query(graph, "ASK { ?m a kg:Mention }", config=config)


# ---- kinds of query


def test_rows_are_python_values(triples: pyoxigraph.Store) -> None:
    [row] = ask(
        triples,
        "SELECT ?m ?b ?score ?none ?yes { ?m a kg:Mention ; kg:score ?score ; nif:beginIndex ?b ; nif:anchorOf 'BLEU' "
        "BIND(true AS ?yes) OPTIONAL { ?m kg:never ?none } }",
    )
    assert isinstance(row["b"], int)
    assert isinstance(row["score"], float)
    assert row["yes"] is True
    assert row["none"] is None
    assert row["m"].startswith(ExportConfig().base)


def test_every_kind_of_query_is_answered(triples: pyoxigraph.Store) -> None:
    assert bool(ask(triples, "ASK { ?x skos:prefLabel 'BERT' }"))
    assert not ask(triples, "ASK { ?x skos:prefLabel 'Bert and Ernie' }")
    built = ask(triples, "CONSTRUCT { ?x rdfs:label ?l } WHERE { ?x a kg:Dataset ; skos:prefLabel ?l }")
    assert {row["object"] for row in built} >= {"GLUE", "GSM8K"}
    described = ask(triples, "DESCRIBE <paper/arxiv:1810.04805>")
    assert "Jacob" not in str(described)
    assert len(described) > 10


def test_a_prefix_of_one_s_own_wins(triples: pyoxigraph.Store) -> None:
    assert ask(triples, "PREFIX kg: <http://www.w3.org/2004/02/skos/core#> ASK { ?x kg:prefLabel 'BERT' }")


# ---- what is wrong with a query


@pytest.mark.parametrize(
    ("sparql", "place", "what"),
    [
        ("SELECT ?s WHERE {\n  ?s ?p\n}", "query:3:1:", "at '}'"),
        ("SELECT ?s\nWHERE { ?s foo:bar ?o }", "query:2:12:", "unknown prefix 'foo:'; known: kg, "),
        ("SELEC ?s {}", "query:1:1:", "at 'SELEC': a query begins with SELECT"),
        ("# why\nPREFIX a: <http://a/>\n  SELEC ?s {}", "query:3:3:", "at 'SELEC'"),
        ("", "query:1:1:", "at the end"),
        ("SELECT ?s WHERE { ?s ?p ?o", "query:1:27:", "at the end: expected"),
        ("SELECT ?s WHERE { ?s ?p ?o . } ORDER ?s", "query:1:", "expected"),
        ("SELECT (COUNT(?s) AS ?n) ?p WHERE { ?s ?p ?o }", "query:1:", "unbound"),
        ("DELETE WHERE { ?s ?p ?o }", "query:1:1:", "at 'DELETE'"),
        ("ASK { ?s ?p 'x }", "query:1:13:", "a string begins here and does not end"),
        ('ASK { ?s ?p "a\nb" }', "query:1:13:", "a string begins here and does not end"),
        ("ASK { ?s ?p '\ud800' }", "query:1:14:", "lone surrogate"),
    ],
)
def test_a_query_that_does_not_parse_is_told_with_its_place(sparql: str, place: str, what: str) -> None:
    with pytest.raises(QueryError) as told:
        check_query(sparql)
    assert str(told.value).startswith(place)
    assert what in str(told.value)
    first, line, under = str(told.value).split("\n")
    assert "u{" not in first
    assert under.strip() == "^"
    row, column = (int(number) for number in first.split(":")[1:3])
    written = [*re.sub("[\ud800-\udfff]", " ", sparql).split("\n"), ""]
    assert line[4:] == written[row - 1].rstrip()
    assert len(under) - 1 - 4 == column - 1


@pytest.mark.parametrize(
    ("sparql", "shown"),
    [
        ("ASK {\t?s ?p }", "    ASK {\t?s ?p }\n         \t      ^"),
        ("ASK { ?s kg:x '\u6f22\u5b57' ] }", "    ASK { ?s kg:x '\u6f22\u5b57' ] }\n" + " " * 25 + "^"),
        ("ASK { ?s kg:x 'e\u0301' ] }", "    ASK { ?s kg:x 'e\u0301' ] }\n" + " " * 22 + "^"),
        ("ASK { ?s kg:x '\u202e\x1b[31m' ] }", "    ASK { ?s kg:x '  [31m' ] }\n" + " " * 27 + "^"),
        ("ASK {}\r\n}", "    }\n    ^"),
    ],
)
def test_the_caret_stands_below_its_place(sparql: str, shown: str) -> None:
    with pytest.raises(QueryError) as told:
        check_query(sparql)
    assert str(told.value).partition("\n")[2] == shown


def test_a_long_line_is_shown_around_its_place() -> None:
    sparql = "SELECT * {" + " ?a ?b ?c ." * 1000 + " nope:x ?y ?z . " + " ?a ?b ?c ." * 1000 + "}"
    with pytest.raises(QueryError, match="unknown prefix 'nope:'") as told:
        check_query(sparql, called="mine.rq")
    first, line, under = str(told.value).split("\n")
    assert first.startswith(f"mine.rq:1:{sparql.index('nope') + 1}:")
    assert line[under.index("^") :].startswith("nope:x")
    assert len(line) < 130


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * {\n  service silent ?where { ?s ?p ?o } }",
        'SELECT * { ?s ?p "\\"" . SERVICE<http://127.0.0.1:9/> { ?s ?p ?o } }',
        "SELECT * { # SERVICE\n SERVICE <http://127.0.0.1:9/> {} }",
    ],
)
def test_nothing_outside_is_called(triples: pyoxigraph.Store, sparql: str) -> None:
    with pytest.raises(QueryError, match=r"query:\d+:\d+: SERVICE would call"):
        ask(triples, sparql)


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT ?service { ?service a kg:Mention }",
        'ASK { ?s ?p \'SERVICE\', """a " SERVICE""" }',
        "ASK { ?s ?p <http://example.org/SERVICE> }",
        r"ASK { ?s kg:O\'Brien kg:O\'Neill }",
        "PREFIX service: <http://example.org/> ASK { ?s service:SERVICE ?o } # SERVICE",
    ],
)
def test_the_word_service_elsewhere_is_no_call(triples: pyoxigraph.Store, sparql: str) -> None:
    ask(triples, sparql)


# ---- writing results


def test_csv_tsv_and_json_come_back_as_they_were(triples: pyoxigraph.Store) -> None:
    results = ask(
        triples,
        "SELECT ?paper ?title ?abstract { ?paper dcterms:title ?title ; dcterms:abstract ?abstract } ORDER BY ?title",
    )
    texts = sorted((told.paper.title, told.paper.abstract) for told in PAPERS if told.paper.abstract)
    rows = list(csv.DictReader(io.StringIO(written(results, "csv"), newline="")))
    assert [(row["title"], row["abstract"]) for row in rows] == texts
    for format, syntax in (("json", pyoxigraph.QueryResultsFormat.JSON), ("tsv", pyoxigraph.QueryResultsFormat.TSV)):
        found = pyoxigraph.parse_query_results(written(results, format).encode(), format=syntax)
        assert isinstance(found, pyoxigraph.QuerySolutions)
        assert [(s["title"].value, s["abstract"].value) for s in found] == texts


def test_an_answer_yes_or_no_is_written_in_every_format(triples: pyoxigraph.Store) -> None:
    yes = ask(triples, "ASK { ?x skos:prefLabel 'BERT' }")
    assert written(yes, "table") == "yes\n"
    assert written(yes, "csv") == written(yes, "tsv") == "true\n"
    assert json.loads(written(yes, "json")) == {"head": {}, "boolean": True}


def test_triples_are_written_as_turtle_and_as_rows(triples: pyoxigraph.Store) -> None:
    built = ask(triples, "CONSTRUCT WHERE { ?x skos:prefLabel ?l }")
    text = written(built, "turtle")
    assert "skos:prefLabel" in text
    assert len(list(pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE))) == len(built)
    assert written(built, "csv").startswith("subject,predicate,object\r\n")
    with pytest.raises(QueryError, match="only CONSTRUCT and DESCRIBE"):
        written(ask(triples, COUNT), "turtle")
    with pytest.raises(QueryError, match="known: table, csv, tsv, json, turtle"):
        written(built, "xml")


def test_a_table_shows_every_cell_and_nothing_that_a_terminal_obeys(triples: pyoxigraph.Store) -> None:
    results = ask(triples, "SELECT ?paper ?abstract { ?paper dcterms:abstract ?abstract }")
    text = written(results, "table")
    assert "paper/arxiv:1810.04805 " in text
    assert 'alert("x")</script>' in text
    assert not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
    assert text.endswith("8 rows\n")
    assert str(results) == text
    many = ask(triples, "SELECT ?x { VALUES ?x { '[bold]loud[/bold]' '\\u001b[31mred' } }")
    assert "[bold]loud[/bold]" in written(many, "table")
    assert "\x1b" not in written(many, "table")


def test_a_notebook_shows_results_with_markup_as_text(triples: pyoxigraph.Store) -> None:
    shown = ask(triples, "SELECT ?title { ?paper dcterms:title ?title }")._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


# ---- the questions that ship


def asked(triples: pyoxigraph.Store, name: str, **parameters: str) -> list[dict[str, object]]:
    return list(ask(triples, to_sparql(name, parameters)))


def names(rows: list[dict[str, object]], key: str = "name") -> list[object]:
    return [row[key] for row in rows]


def test_every_question_says_what_it_answers_and_parses() -> None:
    queries = find_queries()
    assert len(queries) == 15
    assert list(queries) == sorted(queries)
    for named in queries.values():
        assert named.title and named.description.endswith(".")
        assert set(named.parameters) == set(named.helps)
        check_query(to_sparql(named))


def test_question_1_datasets_most_used(triples: pyoxigraph.Store) -> None:
    assert names(asked(triples, "top-datasets"))[:2] == ["GLUE", "GSM8K"]
    assert set(names(asked(triples, "top-datasets", task="Question Answering"))) == {
        "GLUE",
        "SQuAD",
        "RACE",
        "SuperGLUE",
    }
    assert asked(triples, "top-datasets", task="nothing of the kind") == []


def test_question_2_methods_introduced_and_later_used(triples: pyoxigraph.Store) -> None:
    rows = asked(triples, "introduced-and-used", least="2")
    assert [(row["name"], row["users"]) for row in rows] == [("BERT", 2), ("chain-of-thought prompting", 2)]
    assert rows[0]["year"] == "2018"
    assert rows[0]["first_use"] == "2019"


def test_question_3_everything_known_with_its_sentence(triples: pyoxigraph.Store) -> None:
    rows = asked(triples, "entity-facts", entity="bidirectional encoder representations from transformers")
    assert {row["fact"] for row in rows} == {"introduced by", "used by", "relation", "claim"}
    assert "MT-DNN outperforms BERT" in names(rows, "said")
    assert all(row["quote"] and row["score"] for row in rows)


def test_question_4_papers_like_this_one(triples: pyoxigraph.Store) -> None:
    for paper in ("1810.04805", "bert: pre-training deep bidirectional transformers"):
        best = asked(triples, "similar-papers", paper=paper)[0]
        assert str(best["title"]).startswith("RoBERTa")
        assert set(str(best["shared"]).split(", ")) == {"BERT", "GLUE", "SQuAD"}


def test_question_5_methods_evaluated_on_a_dataset(triples: pyoxigraph.Store) -> None:
    rows = asked(triples, "evaluated-on")
    assert [(row["name"], row["value"], row["unit"]) for row in rows] == [
        ("MT-DNN", 82.7, "%"), ("BERT", 80.5, "%"), ("RoBERTa", None, None),
    ]  # fmt: skip


def test_question_6_what_outperforms_it(triples: pyoxigraph.Store) -> None:
    rows = asked(triples, "outperforms")
    assert [(row["name"], row["dataset"]) for row in rows] == [("MT-DNN", "GLUE"), ("RoBERTa", "GLUE")]
    assert all("outperforms" in str(row["quote"]) for row in rows)


def test_question_7_negative_or_hedged(triples: pyoxigraph.Store) -> None:
    assert len(asked(triples, "negative-or-hedged")) == 4
    assert set(names(asked(triples, "negative-or-hedged", entity="race"))) == {"GPT-3"}


def test_question_8_datasets_never_used_on_a_task(triples: pyoxigraph.Store) -> None:
    assert names(asked(triples, "never-on-task")) == ["GSM8K", "WMT 2014 English-German"]


def test_question_9_trend(triples: pyoxigraph.Store) -> None:
    rows = asked(triples, "trend", entity="BERT")
    assert [(row["year"], row["papers"], row["introduce"], row["use"]) for row in rows] == [
        ("2018", 1, 1, 0), ("2019", 2, 0, 2),
    ]  # fmt: skip


def test_question_10_methods_that_two_fields_share(triples: pyoxigraph.Store) -> None:
    assert "Transformer" in names(asked(triples, "shared-methods"))
    assert asked(triples, "shared-methods", task="reasoning", other="machine translation") == []


def test_question_11_why_names_were_merged(triples: pyoxigraph.Store) -> None:
    [row] = asked(triples, "aliases", entity="BERT")
    assert row["other"] == "Bidirectional Encoder Representations from Transformers"
    assert "abbreviation" in str(row["reason"])
    assert len(asked(triples, "aliases")) == 3


def test_question_12_disputed_comparisons(triples: pyoxigraph.Store) -> None:
    [row] = asked(triples, "disputed")
    assert {row["a"], row["b"]} == {"PAL", "chain-of-thought prompting"}
    assert row["paper"] != row["against"]


def test_question_13_low_confidence(triples: pyoxigraph.Store) -> None:
    rows = asked(triples, "low-confidence", below="0.7")
    scores = [float(str(row["score"])) for row in rows]
    assert scores and scores == sorted(scores) and max(scores) < 0.7


def test_question_14_ambiguous_acronyms(triples: pyoxigraph.Store) -> None:
    [row] = asked(triples, "ambiguous-acronyms")
    assert (row["acronym"], row["meanings"]) == ("MT", 2)


def test_question_15_pairs_never_seen_together(triples: pyoxigraph.Store) -> None:
    rows = asked(triples, "unseen-pairs", least="2")
    assert [(row["method"], row["task"]) for row in rows] == [("RoBERTa", "question answering")]


# ---- setting parameters


@given(value=st.text(st.characters(exclude_categories=["Cs"])))
def test_no_value_changes_the_query(value: str) -> None:
    text = to_sparql("trend", {"entity": value})
    empty = pyoxigraph.Store()
    [row] = ask(
        empty, "SELECT ?entity_key { " + text[text.index("VALUES ?entity_key") : text.index("?entity skos")] + "}"
    )
    assert row["entity_key"] == value.lower()


def test_an_unknown_query_or_parameter_is_told_with_the_known_ones() -> None:
    with pytest.raises(QueryError, match=r"no shipped query 'trends'; known: aliases, .*trend"):
        to_sparql("trends", {})
    with pytest.raises(QueryError, match="no parameter 'dataset'; known: entity=bert"):
        to_sparql("trend", {"dataset": "MMLU"})
    with pytest.raises(QueryError, match=r"below = 'x\) \}'; wants a number, as 0.8"):
        to_sparql("low-confidence", {"below": "x) }"})


def skeleton(sparql: str) -> str:
    """A query without what stands in its strings, as the parser's own grammar sees them."""
    return re.sub(r'"(?:[^"\\\n\r]|\\[tbnrf\\"\']|\\u[0-9A-Fa-f]{4})*"', '""', sparql)


@pytest.mark.parametrize(
    "value",
    [
        '" } UNION { ?s ?p ?o',
        "\\",
        '\\" }',
        "GLUE\n} SELECT",
        '"""',
        "\u0000",
        "\\u0022 }",
        "?x $y <http://a/> #",
        "\u202e\u0627",
    ],
)
@pytest.mark.parametrize("name", [name for name, named in find_queries().items() if named.parameters])
def test_no_value_gets_out_of_its_quotes_in_any_query(triples: pyoxigraph.Store, name: str, value: str) -> None:
    for parameter, default in find_queries()[name].parameters.items():
        if f'"{default}"' not in find_queries()[name].text:
            with pytest.raises(QueryError, match="wants a number"):
                to_sparql(name, {parameter: value})
            continue
        # Without its strings the query is what it was, and it is answered.
        assert skeleton(to_sparql(name, {parameter: value})) == skeleton(to_sparql(name))
        asked(triples, name, **{parameter: value})


def test_half_a_character_is_refused_as_a_value(triples: pyoxigraph.Store) -> None:
    with pytest.raises(QueryError, match="lone surrogate"):
        asked(triples, "trend", entity="\udcff")


def test_a_file_that_is_not_written_as_it_must_be_is_told() -> None:
    with pytest.raises(QueryError, match=r"mine\.rq:1: wants a title and a description"):
        to_named("mine", "SELECT * {}")
    with pytest.raises(QueryError, match="no VALUES block for entity"):
        to_named("mine", "# Title\n# Says what.\n# entity: a name\nSELECT * {}")


@pytest.mark.parametrize("name", [name for name, named in find_queries().items() if "_key" in named.text])
def test_a_name_is_found_in_any_case(triples: pyoxigraph.Store, name: str) -> None:
    known = {"task": "question answering", "other": "Machine Translation", "dataset": "GLUE"}
    known["entity"] = "RACE" if name == "negative-or-hedged" else "BERT"
    known["paper"] = "BERT: Pre-training deep bidirectional transformers"
    given = {parameter: known[parameter] for parameter in find_queries()[name].parameters if parameter in known}
    written = [asked(triples, name, **{key: case(value) for key, value in given.items()})
               for case in (str, str.lower, str.upper)]  # fmt: skip
    assert written[0]
    assert written[0] == written[1] == written[2]
