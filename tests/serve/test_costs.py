"""What is known to end: shapes of queries, keys of answers, trust earned and lost; one answer for all who ask."""

import concurrent.futures
import math
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from kg.query import find_queries, to_sparql
from kg.serve.costs import UNKNOWN, Costs, to_key, to_shape
from kg.serve.shipped import to_questions
from tests.serve.servers import running
from tests.serve.test_kept import SLOW
from tests.serve.test_limits import ENDLESS, graph


def query(sparql: str, accept: str = "", format: str = "") -> dict[str, Any]:
    return {"ask": "query", "query": sparql, "accept": accept, "format": format, "base": "http://b.example/"}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ('SELECT * { ?s ?p "a" }', 'SELECT * { ?s ?p "b \\" # }" }', True),
        ("SELECT * { ?s ?p '''a'b''' } LIMIT 1", "SELECT *\n{ ?s ?p 'c' } # it's\nLIMIT 20", True),
        ("SELECT * { <http://a/#b> ?p -1.5e3 }", "SELECT * { <http://c/> ?p 2 }", True),
        ("SELECT * { ?a1 ?p ?o }", "SELECT * { ?a2 ?p ?o }", False),
        ("SELECT * { ?s kg:uses1 ?o }", "SELECT * { ?s kg:uses2 ?o }", False),
        ("SELECT * { ?s ?p ?o }", "SELECT * { ?s ?p ?o . ?a ?b ?c }", False),
    ],
)
def test_queries_are_alike_that_differ_in_values_only(one: str, other: str, *, alike: bool) -> None:
    assert (to_shape(query(one)) == to_shape(query(other))) is alike


def test_a_lone_surrogate_has_a_shape_and_a_key() -> None:
    assert to_shape(query("SELECT \ud800")) and to_key(query("SELECT \ud800"))


def test_a_shipped_query_has_its_shape_whatever_name_is_set_in() -> None:
    shapes = {to_shape(question) for question in to_questions("http://b.example/")}
    for named in find_queries().values():
        names = {
            name: "a 'b' \"c\"" for name, value in named.parameters.items() if not value.replace(".", "").isdigit()
        }
        assert to_shape(query(to_sparql(named, names))) in shapes, named.name


def test_only_the_form_that_is_given_makes_another_answer() -> None:
    rows, triples = "PREFIX a: <http://a/#> SELECT * { ?s ?p ?o }", "BASE <x:y>\nDESCRIBE <z>"
    assert to_key(query(rows)) == to_key(query(rows, "application/sparql-results+json, text/turtle;q=0.5"))
    assert to_key(query(rows)) == to_key(query(rows, "text/csv", "json"))
    assert to_key(query(rows)) != to_key(query(rows, "text/csv"))
    assert to_key(query(triples)) == to_key(query(triples, "text/turtle, text/csv;q=0.1"))
    assert to_key(query(triples)) != to_key(query(triples, "application/n-triples"))
    assert to_key(query("neither")) != to_key(query("neither", "text/turtle"))


def test_trust_is_given_to_what_ships_and_earned_by_what_ends() -> None:
    costs = Costs([query("ASK { ?shipped ?p 1 }")], 20.0)
    shipped, other = to_shape(query("ASK { ?shipped ?p 2 }")), to_shape(query("ASK { ?other ?p 2 }"))
    assert costs.known(shipped) == (math.inf, 20.0) and costs.known(other) == UNKNOWN
    costs.learn(other, 4.0)
    costs.learn(other, 2.0)
    costs.learn(shipped, 0.1)
    assert costs.known(other).needs == 4.0 and costs.known(other).trusted > 4.0
    assert costs.known(shipped) == (0.1, 20.0)
    costs.forget(shipped)
    costs.forget(other)
    assert costs.known(shipped) == costs.known(other) == UNKNOWN


def test_who_asks_what_is_being_answered_gets_that_answer(tmp_path: Path) -> None:
    with running(graph(tmp_path, 3000), limits='{"quick": 0.1}') as server:
        # Its like has come to its end: now it is known to end.
        assert server.query(SLOW + " LIMIT 1", "text/csv").status == 200
        with concurrent.futures.ThreadPoolExecutor(6) as threads:
            replies = [
                r.result() for r in [threads.submit(server.query, SLOW + " LIMIT 2", "text/csv") for _ in range(6)]
            ]
        assert {(reply.status, reply.body) for reply in replies} == {(200, replies[0].body)}
        assert server.metric("kg_serve_kept_total") == 5


def test_what_is_known_to_end_does_so_though_endless_ones_come_all_the_time(tmp_path: Path) -> None:
    limits = '{"seconds": 60.0, "quick": 0.05, "quick_lane": 1, "long_lane": 2}'
    with running(graph(tmp_path, 3000), limits=limits) as server, concurrent.futures.ThreadPoolExecutor(20) as threads:
        assert server.query(SLOW + " LIMIT 1").status == 200
        endless = [threads.submit(server.query, ENDLESS.replace("?n)", f"?n{n})")) for n in range(4)]
        known = threads.submit(server.query, SLOW + " LIMIT 2")
        for n in range(4, 16):
            endless.append(threads.submit(server.query, ENDLESS.replace("?n)", f"?n{n})")))
            time.sleep(0.1)
        assert known.result().status == 200
        assert {reply.result().status for reply in endless if reply.done()} == {503}
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=20) == 0


def test_the_shipped_queries_are_asked_by_the_server_itself(tmp_path: Path) -> None:
    with running(graph(tmp_path), limits='{"quick": 0.001}') as server:
        shipped = find_queries()["top-datasets"].text
        until = time.monotonic() + 60
        while not (before := server.metric("kg_serve_kept_total")) and time.monotonic() < until:
            assert server.query(shipped, "application/sparql-results+json").status == 200
        assert before
