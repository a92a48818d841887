"""Loading into another store: all of it, once, whatever comes between; and the password to nobody else."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from kg.config import ExportConfig
from kg.errors import LoadError
from kg.load import Credentials, Loaded, load_graph, to_credentials
from kg.load.ledger import FOLDER
from kg.load.wire import WAITS
from kg.query import load_triples
from kg.rdf import write_rdf
from kg.store import Store
from tests.examples import ROOT
from tests.graphs import small_graph
from tests.load.server import PASSWORD, TOKEN, USER, GraphStore, graph_store

GRAPH = "https://example.org/a graph/é?x=1&y".replace(" ", "_")
KNOWN = Credentials(user=USER, password=PASSWORD)
NONE = Credentials()
SIZE = 30_000


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_graph(tmp_path_factory.mktemp("graph"))


@pytest.fixture(scope="module")
def lines(graph: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph as N-Triples, which is quicker to open."""
    file = tmp_path_factory.mktemp("lines") / "graph.nt"
    with Store(graph, read_only=True) as store:
        write_rdf(store, file, format="nt")
    return file


@pytest.fixture(scope="module")
def triples(graph: Path) -> set[str]:
    return {str(quad.triple) for quad in load_triples(graph)}


@pytest.fixture
def server() -> Iterator[GraphStore]:
    with graph_store() as running:
        yield running


def load(path: Path, server: GraphStore, folder: Path, /, **more: Any) -> Loaded:
    """Load with waits that are told, not slept."""
    given: dict[str, Any] = {"credentials": NONE, "chunk": SIZE, "sleep": [].append, "state": folder / "ledger"} | more
    return load_graph(path, given.pop("to", server.url), **given)


def held(server: GraphStore, graph: str = "") -> set[str]:
    name = pyoxigraph.NamedNode(graph) if graph else pyoxigraph.DefaultGraph()
    return {str(quad.triple) for quad in server.store.quads_for_pattern(None, None, None, name)}


# ---- what arrives


@pytest.mark.parametrize("name", ["", GRAPH])
def test_every_triple_arrives_in_the_graph_that_was_named(
    graph: Path, server: GraphStore, triples: set[str], tmp_path: Path, name: str
) -> None:
    loaded = load(graph, server, tmp_path, graph=name)
    assert held(server, name) == triples
    assert loaded.triples == len(triples)
    assert loaded.sent == loaded.chunks == len(server.seen) > 5
    assert max(request.size for request in server.seen) <= SIZE
    assert loaded.size == sum(request.size for request in server.seen)
    assert len(list(server.store.named_graphs())) == bool(name)


@pytest.mark.parametrize("format", ["nt", "ttl", "jsonld"])
def test_an_export_is_loaded_as_the_graph_is(
    graph: Path, server: GraphStore, triples: set[str], tmp_path: Path, format: str
) -> None:
    with Store(graph, read_only=True) as store:
        write_rdf(store, tmp_path / f"graph.{format}", format=format)
    load(tmp_path / f"graph.{format}", server, tmp_path)
    assert held(server) == triples


def test_the_base_is_that_of_the_configuration(graph: Path, server: GraphStore, tmp_path: Path) -> None:
    load(graph, server, tmp_path, config=ExportConfig(base="https://example.org/x/"))
    assert server.store.query("ASK { <https://example.org/x/paper/arxiv:1810.04805> ?p ?o }")


@pytest.mark.parametrize("size", [1, 500, 10_000, 10**9])
def test_any_size_of_chunks_carries_the_same(graph: Path, triples: set[str], size: int) -> None:
    from kg.load.chunks import to_chunks
    from kg.query.sources import Source

    with Source(graph, ExportConfig()) as source:
        chunks = list(to_chunks(source, size=size))
    assert sum(chunk.triples for chunk in chunks) == len(triples)
    assert all(chunk.body.endswith(b" .\n") for chunk in chunks)
    assert all(len(chunk.body) <= size or chunk.triples == 1 for chunk in chunks)
    assert [chunk.number for chunk in chunks] == list(range(len(chunks)))


def test_named_graphs_and_blank_nodes_are_refused(server: GraphStore, tmp_path: Path) -> None:
    (tmp_path / "a.nq").write_text("<http://a/s> <http://a/p> <http://a/o> <http://a/g> .\n", encoding="utf-8")
    (tmp_path / "a.ttl").write_text("<http://a/s> <http://a/p> [ <http://a/q> 1 ] .\n", encoding="utf-8")
    (tmp_path / "b.ttl").write_text('<http://a/s> <http://a/p> "> _:x" .\n', encoding="utf-8")
    (tmp_path / "c.ttl").write_text("<http://a/s> <http://a/p> .\n", encoding="utf-8")
    with pytest.raises(LoadError, match="holds named graphs"):
        load(tmp_path / "a.nq", server, tmp_path)
    with pytest.raises(LoadError, match="holds blank nodes"):
        load(tmp_path / "a.ttl", server, tmp_path)
    with pytest.raises(LoadError, match=r"c\.ttl: .*write it anew"):
        load(tmp_path / "c.ttl", server, tmp_path)
    assert server.seen == []


# ---- again, and on from a stop


def test_what_was_loaded_is_not_sent_again(lines: Path, server: GraphStore, tmp_path: Path) -> None:
    first = load(lines, server, tmp_path)
    again = load(lines, server, tmp_path)
    assert (again.sent, again.triples, again.chunks) == (0, first.triples, first.chunks)
    assert len(server.seen) == first.chunks


def test_a_run_that_was_stopped_goes_on_there(
    lines: Path, server: GraphStore, triples: set[str], tmp_path: Path
) -> None:
    def stopped(stage: str, chunks: Iterable[Any], total: int | None) -> Iterator[Any]:
        for number, chunk in enumerate(chunks):
            if number == 3:
                raise KeyboardInterrupt
            yield chunk

    with pytest.raises(KeyboardInterrupt):
        load(lines, server, tmp_path, progress=stopped)
    assert len(server.seen) == 3
    loaded = load(lines, server, tmp_path)
    assert loaded.sent == loaded.chunks - 3
    assert held(server) == triples
    assert len(server.seen) == loaded.chunks


def test_a_killed_run_and_a_torn_ledger_lose_nothing(
    lines: Path, server: GraphStore, triples: set[str], tmp_path: Path
) -> None:
    killed = (
        "import os, sys; from pathlib import Path; from kg.load import load_graph\n"
        "def progress(stage, chunks, total):\n"
        "    for number, chunk in enumerate(chunks):\n"
        "        if number == 4: os.kill(os.getpid(), 9)\n"
        "        yield chunk\n"
        f"load_graph(sys.argv[1], sys.argv[2], chunk={SIZE}, state=Path(sys.argv[3]), progress=progress)\n"
    )
    words = [sys.executable, "-c", killed, str(lines), server.url, str(tmp_path / "ledger")]
    ended = subprocess.run(words, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    ledger = tmp_path / "ledger"
    whole = ledger.read_bytes()
    assert whole.count(b"\n") == 5
    ledger.write_bytes(whole[:-20])
    loaded = load(lines, server, tmp_path)
    assert loaded.sent == loaded.chunks - 3
    assert held(server) == triples
    assert [json.loads(line) for line in ledger.read_text().splitlines()][-1] == {"done": True}
    assert load(lines, server, tmp_path).sent == 0


def test_another_graph_than_the_one_begun_is_told(graph: Path, server: GraphStore, tmp_path: Path) -> None:
    load(graph, server, tmp_path)
    other = ExportConfig(depth=())
    with pytest.raises(LoadError, match=r"another graph than the one .* give --replace"):
        load(graph, server, tmp_path, config=other)
    load(graph, server, tmp_path, config=other, replace=True)
    assert held(server) == {str(quad.triple) for quad in load_triples(graph, config=other)}


def test_replace_empties_the_graph_and_only_that(
    lines: Path, server: GraphStore, triples: set[str], tmp_path: Path
) -> None:
    old = pyoxigraph.Quad(*[pyoxigraph.NamedNode("http://a/old")] * 3)
    beside = pyoxigraph.Quad(old.subject, old.predicate, old.object, pyoxigraph.NamedNode("http://a/g"))
    server.store.extend([old, beside])
    load(lines, server, tmp_path, replace=True)
    assert held(server) == triples
    assert server.count("http://a/g") == 1
    assert server.methods == ["PUT"] + ["POST"] * (len(server.seen) - 1)
    # It was all there: asked for again, it is all replaced again.
    sent = len(server.seen)
    assert load(lines, server, tmp_path, replace=True).sent == sent


def test_a_replacement_that_was_stopped_goes_on_and_does_not_empty_again(
    graph: Path, server: GraphStore, triples: set[str], tmp_path: Path
) -> None:
    server.answers = [None, None, None, (400, {}, b"")]
    with pytest.raises(LoadError, match="answered 400"):
        load(graph, server, tmp_path, replace=True)
    loaded = load(graph, server, tmp_path, replace=True)
    assert loaded.sent == loaded.chunks - 3
    assert server.methods.count("PUT") == 1
    assert held(server) == triples
    # Stopped, and the graph is another by now: its beginning would be that of another graph.
    server.answers = [None, None, None, (400, {}, b"")]
    with pytest.raises(LoadError, match="answered 400"):
        load(graph, server, tmp_path, replace=True)
    other = ExportConfig(depth=("sentences",))
    load(graph, server, tmp_path, replace=True, config=other)
    assert held(server) == {str(quad.triple) for quad in load_triples(graph, config=other)}


def test_a_dry_run_sends_and_notes_nothing(lines: Path, server: GraphStore, triples: set[str], tmp_path: Path) -> None:
    told = load(lines, server, tmp_path, dry_run=True)
    assert (told.triples, told.sent) == (len(triples), told.chunks)
    assert server.seen == []
    assert list(tmp_path.iterdir()) == []
    load(lines, server, tmp_path)
    assert load(lines, server, tmp_path, dry_run=True).sent == 0


def test_the_ledger_lies_beside_the_graph_one_a_target(server: GraphStore, tmp_path: Path) -> None:
    graph = small_graph(tmp_path)
    for name in ("", GRAPH):
        load_graph(tmp_path, server.url, graph=name, credentials=NONE)
    assert len(list((tmp_path / FOLDER).iterdir())) == 2
    assert load_graph(graph, server.url, credentials=NONE).sent == 0


@pytest.mark.parametrize("text", ["no json\n", "[]\n", '{"to": 1}\n', '{"to": "x", "graph": "", "size": 1}\n'])
def test_a_ledger_that_is_none_of_this_load_is_told(lines: Path, server: GraphStore, tmp_path: Path, text: str) -> None:
    (tmp_path / "ledger").write_text(text, encoding="utf-8")
    with pytest.raises(LoadError, match="ledger"):
        load(lines, server, tmp_path)
    assert server.seen == []


def test_another_size_of_chunks_is_told(lines: Path, server: GraphStore, tmp_path: Path) -> None:
    load(lines, server, tmp_path)
    with pytest.raises(LoadError, match=f"go on with --chunk {SIZE}"):
        load(lines, server, tmp_path, chunk=SIZE + 1)


def test_a_ledger_that_cannot_be_written_is_told(lines: Path, server: GraphStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(LoadError, match="--state"):
        load(lines, server, tmp_path, state=tmp_path / "file" / "ledger")
    assert server.seen == []


# ---- what goes wrong on the way


def test_what_passes_is_tried_again_with_growing_waits(
    lines: Path, server: GraphStore, triples: set[str], tmp_path: Path
) -> None:
    server.answers = [None, (503, {}, b""), (429, {"Retry-After": "7"}, b""), (502, {"Retry-After": "soon"}, b""), None]
    server.answers += [
        (503, {"Retry-After": "999999"}, b""),
        None,
        (504, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, b""),
    ]
    waits: list[float] = []
    load(lines, server, tmp_path, sleep=waits.append)
    assert waits == [WAITS[0], 7.0, WAITS[2], 120.0, 0.0]
    assert held(server) == triples


def test_a_server_that_hangs_up_is_called_again(
    lines: Path, server: GraphStore, triples: set[str], tmp_path: Path
) -> None:
    def hanging(stage: str, chunks: Iterable[Any], total: int | None) -> Iterator[Any]:
        for number, chunk in enumerate(chunks):
            server.hang_up = 2 if number == 2 else 0
            yield chunk

    waits: list[float] = []
    load(lines, server, tmp_path, progress=hanging, sleep=waits.append)
    assert waits == list(WAITS[:2])
    assert held(server) == triples


def test_it_gives_up_and_the_next_run_goes_on(
    lines: Path, server: GraphStore, triples: set[str], tmp_path: Path
) -> None:
    server.answers = [None, *[(503, {}, b"busy")] * (len(WAITS) + 1)]
    with pytest.raises(LoadError, match=r"503 Service Unavailable: busy; given up after 7 attempts"):
        load(lines, server, tmp_path)
    loaded = load(lines, server, tmp_path)
    assert loaded.sent == loaded.chunks - 1
    assert held(server) == triples


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (400, "its log may say more"), (403, "KG_LOAD_USER"), (404, "give --to the address of a Graph Store"),
        (405, "give --to"), (413, "smaller --chunk"), (415, "--media text/turtle"), (500, "wants a --graph"),
        (507, "disk is full"),
    ],
)  # fmt: skip
def test_a_refusal_is_told_with_its_remedy(
    lines: Path, server: GraphStore, tmp_path: Path, status: int, remedy: str
) -> None:
    server.answers = [(status, {}, "<b>why</b>\n\x1b[31m\u202e".encode() + b"\xff" + b"x" * 100_000)]
    with pytest.raises(LoadError, match=remedy) as told:
        load(lines, server, tmp_path)
    assert f"answered {status} " in str(told.value)
    assert ": why " in str(told.value)
    assert str(told.value).isprintable()
    assert len(str(told.value)) < 800
    assert len(server.seen) == 1


def test_no_server_at_all_is_told_at_once(lines: Path, tmp_path: Path) -> None:
    with graph_store() as gone:
        pass
    waits: list[float] = []
    with pytest.raises(LoadError, match=r"127\.0\.0\.1:\d+: .*is a server running there"):
        load(lines, gone, tmp_path, sleep=waits.append)
    with pytest.raises(LoadError, match="is a server running there"):
        load(lines, gone, tmp_path / "x", to="http://no-such-host.invalid/store")
    assert waits == []


def test_a_wrong_media_type_is_the_server_s_to_refuse(lines: Path, server: GraphStore, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="415"):
        load(lines, server, tmp_path, media="text/html")
    assert load(lines, server, tmp_path, media="text/turtle").sent > 1


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("localhost:7878/store", "no address of http"), ("ftp://a/b", "no address of http"), ("", "no address"),
        ("http://", "no address"), ("http://a:x/", "give an address"), ("http://u:p@a/", "KG_LOAD_USER"),
        ("http://a/b#c", "fragment"), ("http://a/b c", "blanks"), ("http://a/b\r\nX: y", "blanks"),
        ("http://[::1/", "give an address"), ("http://a/\u00e9", "percent-encoded"),
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_told(lines: Path, server: GraphStore, tmp_path: Path, to: str, told: str) -> None:
    with pytest.raises(LoadError, match=told) as error:
        load(lines, server, tmp_path, to=to)
    assert "u:p" not in str(error.value)


@pytest.mark.parametrize("name", ["papers", "http://a/<b>", "http://a b/", "x:\n"])
def test_a_graph_that_is_no_iri_is_told(lines: Path, server: GraphStore, tmp_path: Path, name: str) -> None:
    with pytest.raises(LoadError, match="no absolute IRI"):
        load(lines, server, tmp_path, graph=name)


# ---- credentials


@pytest.mark.parametrize("auth", ["basic", "digest MD5", "digest SHA-256", "digest old"])
def test_a_password_is_given_when_it_is_asked_for(
    lines: Path, server: GraphStore, triples: set[str], tmp_path: Path, auth: str
) -> None:
    server.auth = auth
    loaded = load(lines, server, tmp_path, credentials=KNOWN)
    assert held(server) == triples
    # Only the first request is sent twice.
    assert len(server.seen) == loaded.chunks + 1
    assert "Authorization" not in server.seen[0].headers
    if auth.startswith("digest"):
        given = [request.headers["Authorization"] for request in server.seen[1:]]
        assert len(set(given)) == len(given) or auth == "digest old"
        assert not any(PASSWORD in one for one in given)


def test_a_nonce_that_grew_old_is_replaced(lines: Path, server: GraphStore, triples: set[str], tmp_path: Path) -> None:
    def ageing(stage: str, chunks: Iterable[Any], total: int | None) -> Iterator[Any]:
        for number, chunk in enumerate(chunks):
            server.nonce = f"nonce {number // 3}"
            yield chunk

    server.auth = "digest MD5"
    load(lines, server, tmp_path, credentials=KNOWN, progress=ageing)
    assert held(server) == triples


def test_a_token_is_given(lines: Path, server: GraphStore, triples: set[str], tmp_path: Path) -> None:
    server.auth = "basic"
    load(lines, server, tmp_path, credentials=Credentials(token=TOKEN))
    assert held(server) == triples


@pytest.mark.parametrize("auth", ["basic", "digest MD5"])
@pytest.mark.parametrize("wrong", [Credentials(user=USER, password="no"), Credentials(token="no"), NONE])
def test_wrong_credentials_are_told_and_not_shown(
    lines: Path, server: GraphStore, tmp_path: Path, auth: str, wrong: Credentials
) -> None:
    server.auth = auth
    with pytest.raises(LoadError, match=r"401 Unauthorized.*KG_LOAD_USER and KG_LOAD_PASSWORD") as told:
        load(lines, server, tmp_path, credentials=wrong)
    assert "zo" not in str(told.value) + repr(wrong)
    assert len(server.seen) <= 2


def test_credentials_never_go_to_another_server(lines: Path, server: GraphStore, tmp_path: Path) -> None:
    with graph_store("127.0.0.2") as other, graph_store() as port:
        for there in (other, port):
            for status in (301, 302, 303, 307, 308):
                for known in (KNOWN, Credentials(token=TOKEN), NONE):
                    server.answers = [(status, {"Location": there.url + "?default"}, b"")]
                    with pytest.raises(LoadError, match=r"redirects to another server, http://|answered 303"):
                        load(lines, server, tmp_path, credentials=known)
            server.answers = [(307, {"Location": there.url.replace("http:", "")}, b"")]
            with pytest.raises(LoadError, match="redirects to another server"):
                load(lines, server, tmp_path, credentials=KNOWN)
            server.answers = [(307, {"Location": f"http://127.0.0.1@{there.url.removeprefix('http://')}"}, b"")]
            with pytest.raises(LoadError, match="redirects to another server"):
                load(lines, server, tmp_path, credentials=KNOWN)
        assert other.seen == port.seen == []


def test_a_redirect_on_the_same_server_is_followed(
    lines: Path, server: GraphStore, triples: set[str], tmp_path: Path
) -> None:
    server.auth = "basic"
    server.answers = [(307, {"Location": "/store?default"}, b"")]
    load(lines, server, tmp_path, to=server.url.replace("/store", "/old"), chunk=10**9, credentials=KNOWN)
    assert held(server) == triples
    server.answers = [(308, {"Location": "/store?default"}, b"")] * 20
    with pytest.raises(LoadError, match="round in circles"):
        load(lines, server, tmp_path / "x", chunk=10**9)


@pytest.mark.parametrize("known", [KNOWN, Credentials(token=TOKEN)])
def test_credentials_do_not_cross_a_network_in_plain_text(
    lines: Path, server: GraphStore, tmp_path: Path, known: Credentials
) -> None:
    with pytest.raises(LoadError, match=r"http://192\.0\.2\.1: .*readable by all; use https, or --plain-http"):
        load(lines, server, tmp_path, to="http://192.0.2.1/store", credentials=known)
    for private in ("http://localhost:9/", "http://127.0.0.7/", "http://[::1]/", "https://example.org/"):
        load(lines, server, tmp_path, to=private, credentials=known, dry_run=True)
    load(lines, server, tmp_path, to="http://192.0.2.1/", credentials=known, dry_run=True, plain_http=True)


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"KG_LOAD_USER": "x"}, "KG_LOAD_PASSWORD is not"), ({"KG_LOAD_PASSWORD": "secret"}, "KG_LOAD_USER is not"),
        ({"KG_LOAD_USER": "x", "KG_LOAD_PASSWORD": "secret", "KG_LOAD_TOKEN": "secret"}, "unset one"),
        ({"KG_LOAD_USER": "a:b", "KG_LOAD_PASSWORD": "secret"}, "colon"),
        ({"KG_LOAD_TOKEN": "secret\r\nX: y"}, "line end"),
    ],
)  # fmt: skip
def test_credentials_that_are_half_are_told_and_not_shown(environment: dict[str, str], told: str) -> None:
    with pytest.raises(LoadError, match=told) as error:
        to_credentials(environment)
    assert "secret" not in str(error.value)


def test_credentials_come_from_the_environment(
    lines: Path, server: GraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not to_credentials({})
    server.auth = "basic"
    monkeypatch.setenv("KG_LOAD_TOKEN", TOKEN)
    load(lines, server, tmp_path, credentials=None)
    assert {request.headers["Authorization"] for request in server.seen} == {f"Bearer {TOKEN}"}
    assert TOKEN not in (tmp_path / "ledger").read_text(encoding="utf-8")
