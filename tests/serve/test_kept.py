"""Answers that are kept: the same bytes again, within their room, and only what is worth it."""

import time
from pathlib import Path

from kg.query import find_queries
from kg.serve.kept import Kept
from kg.serve.lasting import Lasting
from tests.serve.servers import running
from tests.serve.test_limits import graph

#: A second's work on two thousand triples, or a good part of one, with one row.
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?c < ?f) }"


def keep(kept: Kept, key: bytes, size: int) -> None:
    gathered = kept.begin()
    gathered.add((b"H", b"{}"))
    gathered.add((b"D", bytes(size)))
    kept.keep(key, gathered)


def test_what_was_not_asked_for_longest_goes_first() -> None:
    kept = Kept(1000)
    for number in range(8):
        keep(kept, bytes([number]), 110)
    assert kept.find(bytes([0])) == ((b"H", b"{}"), (b"D", bytes(110)))
    keep(kept, b"another", 110)
    keep(kept, b"one more", 110)
    assert kept.find(bytes([0])) and kept.find(b"another") and kept.find(b"one more")
    assert not kept.find(bytes([1]))


def test_an_answer_that_would_drive_all_others_out_is_not_kept() -> None:
    kept = Kept(1000)
    keep(kept, b"small", 10)
    keep(kept, b"large", 200)
    assert kept.find(b"small") and not kept.find(b"large")
    nothing = Kept(0)
    keep(nothing, b"small", 10)
    assert not nothing.find(b"small")


def test_an_answer_that_took_a_while_is_given_again_in_each_form(tmp_path: Path) -> None:
    with running(graph(tmp_path), limits='{"quick": 0.1}') as server:
        first = server.query(SLOW, "text/csv")
        assert first.status == 200 and server.metric("kg_serve_kept_total") == 0
        again = server.query(SLOW, "text/csv")
        assert (again.status, again.body, again.type) == (200, first.body, "text/csv")
        assert server.metric("kg_serve_kept_total") == 1
        other = server.query(SLOW, "application/sparql-results+json")
        assert other.type == "application/sparql-results+json"
        assert server.metric("kg_serve_kept_total") == 1


def test_none_is_kept_where_there_is_no_room(tmp_path: Path) -> None:
    with running(graph(tmp_path), limits='{"kept": 0}') as server:
        assert server.query(SLOW, "text/csv").body == server.query(SLOW, "text/csv").body
        assert server.metric("kg_serve_kept_total") == 0


def test_an_answer_beside_an_index_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    frames = ((b"H", b"{}"), (b"D", b"abc"), (b"D", b""))
    lasting = Lasting(tmp_path)
    assert lasting.read(b"key") == ()
    lasting.write(b"key", frames)
    assert Lasting(tmp_path).read(b"key") == frames and lasting.read(b"other") == ()
    [file] = (path for path in tmp_path.rglob("*") if path.is_file())
    whole = file.read_bytes()
    for spoilt in (b"", whole[:3], whole[:-1], whole[:-5], whole + b"D", b"\xff" * 99):
        file.write_bytes(spoilt)
        assert lasting.read(b"key") == ()


def test_where_no_answer_can_be_written_none_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for lasting in (Lasting(None), Lasting(tmp_path / "file"), Lasting(tmp_path / "missing")):
        lasting.write(b"key", ((b"H", b"{}"),))
        assert lasting.read(b"key") == ()


def test_a_server_that_starts_again_on_an_index_has_the_answers_to_what_ships(tmp_path: Path) -> None:
    graph(tmp_path, 3000)
    shipped = find_queries()["top-datasets"].text
    first = ""
    for start in range(2):
        with running(tmp_path, limits='{"quick": 0.0001}', memory_triples=10) as server:
            until = time.monotonic() + 60
            while not start and len(list(tmp_path.rglob("kg-answers-*/*"))) < len(find_queries()):
                assert time.monotonic() < until
                time.sleep(0.05)
            body = server.query(shipped, "text/csv").body + server.query(shipped).body
            assert server.metric("kg_serve_kept_total") == 1
            first = first or body.decode()
            assert body.decode() == first
