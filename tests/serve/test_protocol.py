"""The W3C's SPARQL 1.1 protocol tests, written anew from the manifest's descriptions, against a server that only reads.

Each of the 34 has its name. Those of updates expect what the protocol says of a service that takes none: a refusal,
and a graph that is as it was.
"""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from tests.serve.servers import Reply, Server, running

D1, D2, D3 = (f"http://data.example/data{n}.rdf" for n in (1, 2, 3))
DATA = "".join(
    f"<{name}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Document> <{name}> .\n"
    for name in (D1, D2, D3)
)
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
RESULTS = {"application/sparql-results+json", "application/sparql-results+xml"}
TABLES = RESULTS | {"text/csv", "text/tab-separated-values"}
GRAPHS = {"text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"}
BOTH = f"ASK {{ <{D1}> a ?type . <{D2}> a ?type }}"
BOTH_NAMED = f"ASK {{ GRAPH ?g1 {{ <{D1}> a ?type }} GRAPH ?g2 {{ <{D2}> a ?type }} }}"
NAMED_ONLY = f"ASK {{ GRAPH ?g {{ <{D1}> ?p ?o }} FILTER NOT EXISTS {{ GRAPH <{D3}> {{ ?s ?p2 ?o2 }} }} }}"
INSERT = f"INSERT DATA {{ GRAPH <http://new.example/> {{ <{D1}> a <http://new.example/Thing> }} }}"


def of(**names: object) -> str:
    """Return parameters URL-encoded; underscores stand for hyphens, tuples for several of one name."""
    return urlencode({name.replace("_", "-"): value for name, value in names.items()}, doseq=True)


def get(sparql: str, **dataset: object) -> tuple[str, str, None, str]:
    return "GET", "/sparql?" + of(query=sparql, **dataset), None, ""


def direct(sparql: str | bytes, kind: str = QUERY, **dataset: object) -> tuple[str, str, bytes, str]:
    body = sparql.encode("utf-8") if isinstance(sparql, str) else sparql
    return "POST", "/sparql" + ("?" + of(**dataset) if dataset else ""), body, kind


def form(kind: str = FORM, address: str = "", **parameters: object) -> tuple[str, str, bytes, str]:
    return "POST", f"/sparql{address}", of(**parameters).encode("ascii"), kind


#: Name in the manifest -> (request, statuses, media types, what an ASK answers).
Case = tuple[tuple[str, str, bytes | None, str], set[int], set[str], bool | None]
TESTS: dict[str, Case] = {
    "query_get": (get("ASK {}"), {200}, RESULTS, True),
    "query_post_form": (form(query="ASK {}"), {200}, RESULTS, True),
    "query_post_direct": (direct("ASK {}"), {200}, RESULTS, True),
    "query_dataset_default_graph": (direct(f"ASK {{ <{D1}> a ?type }}", default_graph_uri=D1), {200}, RESULTS, True),
    "query_dataset_default_graphs_get": (get(BOTH, default_graph_uri=(D1, D2)), {200}, RESULTS, True),
    "query_dataset_default_graphs_post": (direct(BOTH, default_graph_uri=(D1, D2)), {200}, RESULTS, True),
    "query_dataset_named_graphs_get": (get(BOTH_NAMED, named_graph_uri=(D1, D2)), {200}, RESULTS, True),
    "query_dataset_named_graphs_post": (direct(NAMED_ONLY, named_graph_uri=(D1, D2)), {200}, RESULTS, True),
    "query_dataset_full": (
        direct(
            f"ASK {{ <{D3}> a ?type . GRAPH ?g {{ <{D1}> a ?type }} FILTER NOT EXISTS {{ <{D1}> a ?type }} }}",
            default_graph_uri=D3, named_graph_uri=(D1, D2),
        ), {200}, RESULTS, True,
    ),
    "query_multiple_dataset": (
        direct(f"ASK FROM <{D1}> {{ <{D2}> a ?type FILTER NOT EXISTS {{ <{D1}> a ?type }} }}", default_graph_uri=D2),
        {200}, RESULTS, True,
    ),
    "query_content_type_select": (direct("SELECT (1 AS ?value) {}"), {200}, TABLES, None),
    "query_content_type_ask": (direct("ASK {}"), {200}, RESULTS, True),
    "query_content_type_describe": (direct("DESCRIBE <http://example.org/>"), {200}, GRAPHS, None),
    "query_content_type_construct": (direct("CONSTRUCT { <s> <p> 1 } WHERE {}"), {200}, GRAPHS, None),
    "bad_query_method": (("PUT", "/sparql?" + of(query="ASK {}"), b"", ""), {405}, set(), None),
    "bad_multiple_queries": (
        ("GET", "/sparql?" + of(query=("ASK {}", "SELECT * {}")), None, ""), {400}, set(), None,
    ),
    "bad_query_wrong_media_type": (direct("ASK {}", "text/plain"), {415}, set(), None),
    "bad_query_missing_form_type": (form("", query="ASK {}"), {415}, set(), None),
    "bad_query_missing_direct_type": (direct("ASK {}", ""), {415}, set(), None),
    "bad_query_non_utf8": (direct("ASK {}".encode("utf-16"), f"{QUERY}; charset=UTF-16"), {415}, set(), None),
    "bad_query_syntax": (get("ASK {"), {400}, set(), None),
    "bad_update_get": (("GET", "/sparql?" + of(update="CLEAR ALL"), None, ""), {400}, set(), None),
    "bad_multiple_updates": (form(update=("CLEAR NAMED", "CLEAR DEFAULT")), {403}, set(), None),
    "bad_update_wrong_media_type": (direct("CLEAR NAMED", "text/plain"), {415}, set(), None),
    "bad_update_missing_form_type": (form("", update="CLEAR NAMED"), {415}, set(), None),
    "bad_update_non_utf8": (direct("CLEAR NAMED".encode("utf-16"), f"{UPDATE}; charset=UTF-16"), {403}, set(), None),
    "bad_update_syntax": (form(update="CLEAR XYZ"), {403}, set(), None),
    "bad_update_dataset_conflict": (
        form(using_named_graph_uri=D1, update=f"WITH <{D2}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}"),
        {403}, set(), None,
    ),
    "update_dataset_default_graph": (direct(INSERT, UPDATE, using_graph_uri=D1), {403}, set(), None),
    "update_dataset_default_graphs": (direct(INSERT, UPDATE, using_graph_uri=(D1, D2)), {403}, set(), None),
    "update_dataset_named_graphs": (direct(INSERT, UPDATE, using_named_graph_uri=(D1, D2)), {403}, set(), None),
    "update_dataset_full": (direct(INSERT, UPDATE, using_graph_uri=D1, using_named_graph_uri=D2), {403}, set(), None),
    "update_post_form": (form(update="INSERT DATA { <http://a.example/> <http://b.example/> 1 }"), {403}, set(), None),
    "update_post_direct": (direct(f"{INSERT}; LOAD <{D1}>; CLEAR ALL", UPDATE), {403}, set(), None),
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("w3c")
    (folder / "graph.nq").write_text(DATA, encoding="utf-8")
    with running(folder) as found:
        yield found


def sent(server: Server, request: tuple[str, str, bytes | None, str], **headers: str) -> Reply:
    method, target, body, kind = request
    return server.ask(target, method, body, **({"Content_Type": kind} if kind else {}), **headers)


def truth(reply: Reply) -> bool:
    if reply.type.endswith("json"):
        return bool(json.loads(reply.text)["boolean"])
    return ET.fromstring(reply.text).findtext("{http://www.w3.org/2005/sparql-results#}boolean") == "true"


def everything(server: Server) -> list[str]:
    return sorted(server.query("SELECT * { GRAPH ?g { ?s ?p ?o } }", "text/csv").text.splitlines())


def test_there_are_as_many_as_the_manifest_has() -> None:
    assert len(TESTS) == 34


@pytest.mark.parametrize("name", TESTS)
def test_w3c(server: Server, name: str) -> None:
    request, statuses, types, answer = TESTS[name]
    before = everything(server)
    for accept in ("*/*", "application/sparql-results+xml, application/rdf+xml"):
        reply = sent(server, request, Accept=accept)
        assert reply.status in statuses, reply.text
        assert not types or reply.type in types
        if answer is not None:
            assert truth(reply) is answer
        if reply.status >= 400:
            assert reply.type == "text/plain" and reply.text.strip()
    assert everything(server) == before and len(before) == 4


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/json", "application/sparql-results+json"),
        ("text/html, */*;q=0.1", "application/sparql-results+json"),
        ("application/sparql-results+json;q=0.2, text/csv;q=0.9", "text/csv"),
        ("*/*, application/sparql-results+json;q=0", "application/sparql-results+xml"),
    ],
)
def test_results_come_in_the_form_that_is_accepted(server: Server, accept: str, expected: str) -> None:
    reply = server.query("SELECT ?s { ?s a ?type } ORDER BY ?s", accept)
    assert (reply.status, reply.type) == (200, expected)
    assert D1 in reply.text and "Accept" in reply.headers["vary"]


@pytest.mark.parametrize("kind", sorted(GRAPHS))
def test_triples_come_in_the_form_that_is_accepted_and_parse(server: Server, kind: str) -> None:
    import pyoxigraph

    reply = server.query("CONSTRUCT WHERE { ?s a ?type }", kind)
    assert (reply.status, reply.type) == (200, kind)
    format = pyoxigraph.RdfFormat.from_media_type(kind)
    assert {quad.subject.value for quad in pyoxigraph.parse(input=reply.body, format=format)} == {D1, D2, D3}


def test_what_cannot_be_given_is_406_and_says_what_can(server: Server) -> None:
    for sparql, accept in (("ASK {}", "image/png"), ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv")):
        reply = server.query(sparql, accept)
        assert reply.status == 406 and "there is:" in reply.text
    assert server.query("ASK {}", "*/*;q=0").status == 406


def test_a_fault_is_told_with_its_place(server: Server) -> None:
    reply = server.query("SELECT ?s {\n  ?s nosuch:p ?o\n}")
    assert reply.status == 400
    assert reply.text.startswith("query:2:6: unknown prefix 'nosuch:'") and "^" in reply.text


OUTSIDE = "http://127.0.0.1:{port}/secret"


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * { SERVICE <OUT> { ?s ?p ?o } }",
        "SELECT * { sErViCe SILENT <OUT> { ?s ?p ?o } }",
        "SELECT * { BIND(<OUT> AS ?x) SERVICE ?x { ?s ?p ?o } }",
        "PREFIX o: <OUT> SELECT * { SERVICE o: { ?s ?p ?o } }",
        "SELECT * {#\nSERVICE#\n<OUT>{ ?s ?p ?o } }",
        "SELECT * { { SELECT * { SERVICE <OUT> { ?s ?p ?o } } } }",
        "ASK { FILTER EXISTS { SERVICE <OUT> { ?s ?p ?o } } }",
        "SELECT * FROM <OUT> { ?s ?p ?o }",
        "SELECT * FROM NAMED <OUT> { GRAPH ?g { ?s ?p ?o } }",
        "PREFIX o: <OUT> SELECT * FROM o: { ?s ?p ?o }",
        "BASE <OUT> SELECT * FROM <> { ?s ?p ?o }",
        "SELECT * FROM#<x>\n<OUT> { ?s ?p ?o }",
        "SELECT*FROM<OUT>{ ?s ?p ?o }",
        "LOAD <OUT>",
        "DESCRIBE <OUT> FROM <OUT> {}",
    ],
)
def test_no_query_makes_it_fetch_an_address(server: Server, sparql: str) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.2)
        outside = OUTSIDE.format(port=trap.getsockname()[1])
        reply = server.query(sparql.replace("OUT", outside))
        assert reply.status == 400, reply.text
        for name in ("default-graph-uri", "named-graph-uri"):
            told = server.query("ASK { ?s ?p ?o }", "", **{name: outside})
            assert told.status == 400 and "nothing is fetched" in told.text
        with pytest.raises(TimeoutError):
            trap.accept()


def test_the_words_from_and_service_mean_nothing_in_strings_names_and_comments(server: Server) -> None:
    sparql = '# SERVICE FROM <http://x.example/>\nASK { BIND("FROM <http://x.example/> SERVICE" AS ?from) }'
    assert truth(server.query(sparql))
    assert server.query("ASK { ?from ?service <http://x.example/FROM> }").status == 200


def test_parameters_that_make_no_sense_are_400(server: Server) -> None:
    for target in (
        "/sparql?query=", "/sparql?default-graph-uri=http://a.example/", "/sparql?query=ASK%7B%7D&default",
        "/sparql?query=%FF", "/sparql?query=ASK%7B%7D&default-graph-uri=relative",
        "/sparql?query=ASK%7B%7D&format=a&format=b",
    ):  # fmt: skip
        assert server.ask(target).status == 400, target
    posted = server.ask("/sparql?query=ASK%7B%7D", "POST", "ASK {}", Content_Type=QUERY)
    assert posted.status == 400 and "give it once" in posted.text
    assert server.ask("/sparql", "POST", b"\xff\xfe", Content_Type=QUERY).status == 400
    assert server.ask("/sparql", "POST", "default-graph-uri=x", Content_Type=FORM).status == 400


def test_a_query_that_is_too_long_is_413(server: Server) -> None:
    long = "ASK {} #" + "x" * (1 << 20)
    assert server.ask("/sparql", "POST", long, Content_Type=QUERY).status == 413


def test_without_a_query_the_service_is_described(server: Server) -> None:
    import pyoxigraph

    reply = server.ask("/sparql")
    assert (reply.status, reply.type) == (200, "text/turtle")
    said = {(q.predicate.value.rpartition("#")[2], q.object.value.rpartition("#")[2].rpartition("/")[2])
            for q in pyoxigraph.parse(input=reply.body, format=pyoxigraph.RdfFormat.TURTLE)}  # fmt: skip
    assert {("type", "Service"), ("supportedLanguage", "SPARQL11Query"), ("resultFormat", "Turtle")} <= said
    assert ("feature", "BasicFederatedQuery") not in said
    for kind in GRAPHS:
        assert server.ask("/sparql", Accept=kind).type == kind
    assert server.ask("/sparql", Accept="text/html").type == "text/html"


def test_head_tells_what_get_would_without_a_body(server: Server) -> None:
    reply = server.ask("/sparql?query=" + quote("ASK {}"), "HEAD")
    assert (reply.status, reply.type, reply.body) == (200, "application/sparql-results+json", b"")


# ---- the Graph Store


@pytest.mark.parametrize("address", ["/sparql", "/store"])
def test_the_graph_store_gives_graphs(server: Server, address: str) -> None:
    import pyoxigraph

    for kind in sorted(GRAPHS):
        for asked, expected in ((f"?{of(graph=D2)}", {D2}), ("?default", {D1, D2, D3}), ("?default=", {D1, D2, D3})):
            reply = server.ask(address + asked, Accept=kind)
            assert (reply.status, reply.type) == (200, kind)
            found = pyoxigraph.parse(input=reply.body, format=pyoxigraph.RdfFormat.from_media_type(kind))
            assert {quad.subject.value for quad in found} == expected
    head = server.ask(f"{address}?default", "HEAD")
    assert (head.status, head.type, head.body) == (200, "text/turtle", b"")


@pytest.mark.parametrize("address", ["/sparql", "/store"])
def test_the_graph_store_tells_what_is_wrong(server: Server, address: str) -> None:
    assert server.ask(f"{address}?graph=http://nowhere.example/").status == 404
    assert server.ask(f"{address}?graph=http://nowhere.example/", "HEAD").status == 404
    assert server.ask(f"{address}?graph=relative").status == 400
    assert server.ask(f"{address}?graph={D1}&default").status == 400
    assert server.ask(f"{address}?graph={D1}&graph={D2}").status == 400
    assert server.ask(f"{address}?default", Accept="image/png").status == 406


def test_a_graph_is_at_its_own_address_too(tmp_path: Path) -> None:
    base = "https://w3id.org/abstract-kg/id/"
    line = f'<{base}paper/x> <http://p.example/> "y" <{base}graph/paper/x> .\n'
    (tmp_path / "graph.nq").write_text(line, encoding="utf-8")
    with running(tmp_path) as server:
        reply = server.ask("/graph/paper/x", Accept="application/n-triples")
        assert reply.text == f'<{base}paper/x> <http://p.example/> "y" .\n'
        for method in ("PUT", "DELETE", "PATCH", "POST"):
            assert server.ask("/graph/paper/x", method, b"").status == 405


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "PATCH"])
def test_the_graph_store_is_read_only(server: Server, method: str) -> None:
    before = everything(server)
    reply = server.ask(f"/store?graph={D1}", method, f"<{D1}> a <{D2}> .", Content_Type="text/turtle")
    assert reply.status == 405 and "GET" in reply.headers["allow"]
    assert server.ask(f"/sparql?graph={D1}", method, "", Content_Type="text/turtle").status in (405, 415)
    assert everything(server) == before
