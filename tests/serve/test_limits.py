"""A server under load and in hostile hands: limits hold, and nobody waits for another's endless query."""

import concurrent.futures
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.serve.servers import ROOT, Server, running

#: Never ends within a lifetime, and gives nothing on the way.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o FILTER(?c != ?o) }"
#: Gives rows for ever.
ROWS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
#: Wants all rows at once.
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY DESC(?c) ?f ?i"


def graph(folder: Path, count: int = 2000) -> Path:
    line = '<http://a.example/{0}> <http://p.example/> "{0}" .\n'
    (folder / "graph.nt").write_text("".join(line.format(n) for n in range(count)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = '{"seconds": 2.0, "quick": 0.2, "results": 5000000, "memory": 200000000, "long_lane": 4}'
    with running(graph(tmp_path_factory.mktemp("limits")), limits=limits) as found:
        yield found


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [grand for child in found for grand in (int(child), *children(int(child)))]


def nursery_of(server: Server) -> int:
    pid = server.process.pid
    [found] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(found)


def test_an_endless_query_is_ended_at_its_limit_and_its_worker_is_gone(server: Server) -> None:
    before = server.metric("kg_serve_timed_out_total")
    reply = server.query(ENDLESS)
    assert reply.status == 503 and "more than 2 s" in reply.text and "retry-after" not in reply.headers
    assert server.metric("kg_serve_timed_out_total") == before + 1
    assert server.query("ASK {}").status == 200


def test_results_over_the_limit_break_off_and_are_not_taken_for_whole(server: Server) -> None:
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        server.query(ROWS)
    assert server.query("ASK {}").status == 200


def test_a_query_that_wants_all_memory_ends_alone(server: Server) -> None:
    reply = server.query(HUNGRY)
    assert reply.status in (500, 503), reply.text
    assert server.query("ASK {}").status == 200
    assert server.ask("/health").status == 200


def test_endless_queries_keep_nobody_else_from_an_answer(server: Server) -> None:
    with concurrent.futures.ThreadPoolExecutor(20) as threads:
        endless = [threads.submit(server.query, ENDLESS) for _ in range(12)]
        others = [threads.submit(server.query, "SELECT * { ?s ?p ?o } LIMIT 5") for _ in range(40)]
        assert {reply.result().status for reply in others} == {200}
        refused = [reply.result() for reply in endless]
    assert {reply.status for reply in refused} == {503}
    assert any(reply.headers.get("retry-after") for reply in refused)


def test_a_reader_who_goes_away_leaves_no_worker_behind(tmp_path: Path) -> None:
    with running(graph(tmp_path), limits='{"seconds": 600.0, "quick": 0.1, "quick_lane": 1}') as server:
        for query in (ENDLESS, ROWS, ENDLESS):
            with socket.create_connection(("127.0.0.1", server.port)) as asking:
                asking.sendall(f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
                time.sleep(0.5)
        # The nursery and the one worker that waits are left.
        until = time.monotonic() + 20
        while time.monotonic() < until and len(children(server.process.pid)) > 2:
            time.sleep(0.1)
        assert len(children(server.process.pid)) <= 2
        assert server.metric("kg_serve_long") == 0
        assert server.query("ASK {}").status == 200


def test_readers_who_never_read_hold_up_nobody(tmp_path: Path) -> None:
    with running(graph(tmp_path), limits='{"quick": 0.2, "quick_lane": 1, "long_lane": 3}') as server:
        asking = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(5)]
        for connection in asking:
            connection.sendall(f"GET /sparql?query={quote(ROWS)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        for _ in range(5):
            assert server.query("SELECT * { ?s ?p ?o } LIMIT 5").status == 200
        for connection in asking:
            connection.close()


def test_a_query_that_takes_a_while_ends_though_endless_ones_came_before(tmp_path: Path) -> None:
    limits = '{"seconds": 60.0, "quick": 0.2, "quick_lane": 1, "long_lane": 3}'
    with running(graph(tmp_path), limits=limits) as server, concurrent.futures.ThreadPoolExecutor(8) as threads:
        endless = [threads.submit(server.query, ENDLESS + f" LIMIT {n}") for n in range(1, 7)]
        while server.metric("kg_serve_refused_total") < 3:
            time.sleep(0.05)
        some = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?c < ?f) }"
        reply = server.query(some, "text/csv")
        assert (reply.status, reply.text.split()) == (200, ["n", str(2000 * 1999 // 2)])
        # Of the endless ones those that took most have been told to come again; the others still run.
        told = [reply.result() for reply in endless if reply.done()]
        assert len(told) >= 3 and {reply.headers.get("retry-after") for reply in told} == {"2"}
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=20) == 0


def test_a_query_that_had_to_be_ended_begins_behind_all_others_the_next_time(tmp_path: Path) -> None:
    with running(graph(tmp_path), limits='{"seconds": 1.0, "quick": 60.0, "quick_lane": 1}') as server:
        assert server.query(ENDLESS).status == 503
        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            again = threads.submit(server.query, ENDLESS)
            # It does not take the only place of the quick lane.
            while not server.metric("kg_serve_long"):
                assert not again.done()
            assert server.query("ASK {}").status == 200
            assert again.result().status == 503


def test_a_slow_reader_gets_all_and_holds_up_nobody(server: Server) -> None:
    asked = "SELECT * { ?a ?b ?c . VALUES ?x { 1 2 3 4 5 6 7 8 9 } }"
    whole = server.query(asked, "text/csv").body
    with socket.create_connection(("127.0.0.1", server.port)) as asking:
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        head = f"GET /sparql?query={quote(asked)}&format=csv HTTP/1.0\r\nHost: localhost\r\n\r\n"
        asking.sendall(head.encode())
        time.sleep(1)
        assert server.query("ASK {}").status == 200
        parts = []
        while part := asking.recv(1 << 16):
            parts.append(part)
    assert len(whole) > 500_000 and b"".join(parts).partition(b"\r\n\r\n")[2] == whole


def test_too_many_at_once_are_told_to_come_again(tmp_path: Path) -> None:
    limits = '{"seconds": 3.0, "quick": 3.0, "quick_lane": 1, "waiting": 2, "patience": 0.5}'
    with running(graph(tmp_path, 500), limits=limits) as server:
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            replies = [reply.result() for reply in [threads.submit(server.query, ENDLESS) for _ in range(8)]]
        told = [reply for reply in replies if "retry-after" in reply.headers]
        assert len(told) >= 6 and {reply.status for reply in told} == {503}
        assert any("wait already" in reply.text for reply in told) and any("no worker" in reply.text for reply in told)
        assert server.query("ASK {}").status == 200


def test_a_worker_that_is_killed_is_replaced(server: Server) -> None:
    nursery = nursery_of(server)
    for pid in children(nursery):
        os.kill(pid, signal.SIGKILL)
    statuses = [server.query("ASK {}").status for _ in range(8)]
    assert statuses[-1] == 200
    assert set(statuses) <= {200, 500}


def test_a_server_without_its_graph_says_so(tmp_path: Path) -> None:
    with running(graph(tmp_path, 5)) as server:
        os.kill(nursery_of(server), signal.SIGKILL)
        until = time.monotonic() + 10
        while time.monotonic() < until and server.ask("/health").status == 200:
            time.sleep(0.05)
        assert server.ask("/health").status == 503


def test_ctrl_c_ends_it_while_queries_run(tmp_path: Path) -> None:
    ended: list[int] = []
    with running(graph(tmp_path)) as server:

        def ask() -> None:
            try:
                ended.append(server.query(ENDLESS).status)
            except (http.client.HTTPException, ConnectionError):
                ended.append(0)

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.8)
        begun = children(server.process.pid)
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=15) == 0
        asking.join()
        assert ended[0] in (0, 500, 503)
    until = time.monotonic() + 5
    while time.monotonic() < until and any(Path(f"/proc/{pid}").exists() for pid in begun):
        time.sleep(0.05)
    assert not [pid for pid in begun if Path(f"/proc/{pid}").exists()]


def test_a_killed_server_leaves_no_process(tmp_path: Path) -> None:
    with running(graph(tmp_path)) as server:
        begun = children(server.process.pid)
        server.process.kill()
        server.process.wait()
        until = time.monotonic() + 5
        while time.monotonic() < until and any(Path(f"/proc/{pid}").exists() for pid in begun):
            time.sleep(0.05)
        left = [pid for pid in begun if Path(f"/proc/{pid}").exists()]
        server.process.returncode = 0
    assert not left


def test_a_large_graph_is_served_from_its_index(tmp_path: Path) -> None:
    graph(tmp_path, 3000)
    started = (
        "from kg.serve import serve; from kg.config import QueryConfig; import sys\n"
        "serve(sys.argv[1], port=0, asking=QueryConfig(memory_triples=10), ready=lambda a: print(a, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", started, str(tmp_path)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        served = Server(process.stdout.readline().strip(), process)
        reply = served.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=15) == 0
        assert not process.stderr.read()
    assert reply.text.split() == ["n", "3000"]
    assert (tmp_path / ".kg-query").is_dir()
