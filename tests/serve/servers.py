"""A real server, as the command starts it, on a real port; and bare HTTP to ask it with."""

import dataclasses
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).parents[2]
#: Starts a server with the limits given as a Python dictionary; says its address.
_START = """
import json, sys
from kg.serve import Limits, serve
path, options, limits = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
if len(sys.argv) > 4:
    from kg.config import QueryConfig
    options["asking"] = QueryConfig(memory_triples=int(sys.argv[4]))
serve(path, port=0, limits=Limits(**limits), ready=lambda a: print(a, flush=True), **options)
"""


@dataclasses.dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


class Server:
    """A running server: `ask` sends what it is told, byte for byte."""

    def __init__(self, address: str, process: "subprocess.Popen[str]") -> None:
        self.address = address
        self.process = process
        self.port = urlsplit(address).port or 0

    def ask(self, target: str, method: str = "GET", body: bytes | str | None = None, **headers: str) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            content = body.encode("utf-8") if isinstance(body, str) else body
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, target, body=content, headers=named)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()

    def query(self, sparql: str, accept: str = "", **more: str) -> Reply:
        headers = {"Accept": accept} if accept else {}
        return self.ask("/sparql?" + urlencode({"query": sparql, **more}), **headers)

    def metric(self, name: str) -> int:
        lines = self.ask("/metrics").text.splitlines()
        return next((int(float(line.split()[-1])) for line in lines if line.split()[0] == name), 0)


@contextmanager
def running(
    path: Path, *, limits: str = "{}", options: str = "{}", memory_triples: int | None = None
) -> Iterator[Server]:
    """Run a server on a graph; end it by Ctrl-C, and see that it ends well."""
    more = [] if memory_triples is None else [str(memory_triples)]
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", _START, str(path), options, limits, *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=path if path.is_dir() else path.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None and process.stderr is not None
    try:
        address = process.stdout.readline().strip()
        assert address, process.stderr.read()
        yield Server(address, process)
        process.send_signal(signal.SIGINT)
        ended = process.wait(timeout=20)
        assert ended == 0, process.stderr.read()
        said = process.stderr.read()
        assert not said, said
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()
        process.stderr.close()
