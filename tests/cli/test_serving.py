"""`kg serve` from outside."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.graphs import small_graph
from tests.serve.servers import ROOT, Server
from tests.test_cli import fault


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("cli")
    small_graph(made / "exports")
    return made


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_graph_is_served_until_it_is_told_to_end(folder: Path, ending: signal.Signals) -> None:
    words = [sys.executable, "-m", "kg.cli", "serve", "exports", "--port", "0", "--allow-host", "kg.lab"]
    with subprocess.Popen(words, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)}) as process:  # fmt: skip
        assert process.stderr is not None and process.stdout is not None
        said = process.stderr.readline()
        assert said.startswith("Serving exports at http://127.0.0.1:") and "Ctrl-C" in said
        server = Server(said.partition(" at ")[2].split()[0], process)
        reply = server.query("SELECT (COUNT(?p) AS ?n) { ?p a fabio:ResearchPaper }", "text/csv")
        assert reply.status == 200 and int(reply.text.split()[1]) > 0
        assert server.ask("/health", Host="kg.lab").status == 200
        process.send_signal(ending)
        # Ended by a signal: nothing to tell, and Python's way of saying so for SIGTERM.
        assert process.wait(timeout=20) in (0, -ending)
        assert (process.stdout.read(), process.stderr.read()) == ("", "")


def test_what_is_wrong_is_told(folder: Path, tmp_path: Path) -> None:
    assert "no such graph" in fault("serve", "nothing", cwd=folder)
    assert "holds no graph" in fault("serve", str(tmp_path), cwd=folder)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = fault("serve", "exports", "--port", str(taken.getsockname()[1]), cwd=folder)
    assert "cannot listen" in told and "another --port" in told
    broken = tmp_path / "graph.ttl"
    broken.write_text("<a> <b> .", encoding="utf-8")
    assert "graph.ttl" in fault("serve", str(broken), cwd=folder)
    assert "a limit is a number above zero" in fault("serve", "exports", "--seconds", "inf", cwd=folder)
