"""A small real server of the SPARQL 1.1 Graph Store HTTP Protocol over pyoxigraph, with whatever can go wrong."""

import base64
import hashlib
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph


@dataclass
class Seen:
    """One request that came."""

    method: str
    path: str
    headers: dict[str, str]
    size: int


@dataclass
class GraphStore:
    """The server's state. `answers` are given, one a request, before anything is stored: (status, headers, body)."""

    url: str = ""
    store: pyoxigraph.Store = field(default_factory=pyoxigraph.Store)
    seen: list[Seen] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes] | None] = field(default_factory=list)
    auth: str = ""
    nonce: str = "first"
    hang_up: int = 0

    def count(self, graph: str = "") -> int:
        name = pyoxigraph.NamedNode(graph) if graph else pyoxigraph.DefaultGraph()
        return sum(1 for _ in self.store.quads_for_pattern(None, None, None, name))

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.seen]


USER, PASSWORD, TOKEN = 'zoë "x"', "pass:wörd", "t0ken"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state: GraphStore

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        self._write()

    def do_PUT(self) -> None:
        self._write()

    def _answer(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _write(self) -> None:
        state = self.state
        body = self.rfile.read(int(self.headers["Content-Length"]))
        state.seen.append(Seen(self.command, self.path, dict(self.headers.items()), len(body)))
        if state.hang_up:
            state.hang_up -= 1
            self.close_connection = True
            return
        if state.answers and (answer := state.answers.pop(0)) is not None:
            self._answer(*answer)
            return
        if not self._is_allowed():
            return
        asked = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        if urlsplit(self.path).path != "/store" or ("graph" in asked) == ("default" in asked):
            self._answer(404, body=b"<html><b>nothing\x1b[31m here</b></html>")
            return
        graph = pyoxigraph.NamedNode(asked["graph"][0]) if "graph" in asked else pyoxigraph.DefaultGraph()
        form = pyoxigraph.RdfFormat.from_media_type(self.headers["Content-Type"])
        if form is None:
            self._answer(415)
            return
        if self.command == "PUT":
            state.store.clear_graph(graph)
        state.store.load(input=body, format=form, to_graph=graph)
        self._answer(204)

    def _is_allowed(self) -> bool:
        given, auth = self.headers.get("Authorization", ""), self.state.auth
        basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if not auth or given == f"Bearer {TOKEN}" or (auth == "basic" and given == f"Basic {basic}"):
            return True
        if auth.startswith("digest") and given.startswith("Digest ") and self._is_digest(given, auth):
            return True
        challenge = 'Basic realm="store"'
        if auth.startswith("digest"):
            algorithm = auth.partition(" ")[2]
            quality = "" if algorithm == "old" else f', qop="auth,auth-int", algorithm={algorithm}'
            challenge = f'Digest realm="a \\"realm\\"", nonce="{self.state.nonce}", opaque="o"{quality}'
        self._answer(401, {"WWW-Authenticate": challenge})
        return False

    def _is_digest(self, given: str, auth: str) -> bool:
        """RFC 7616, section 3.4.1, from the server's side."""
        told = {
            name: (quoted.replace('\\"', '"') if quoted else bare)
            for name, quoted, bare in re.findall(
                r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))', given.encode("latin-1").decode()
            )
        }
        kind = "sha256" if "256" in auth else "md5"

        def hashed(text: str) -> str:
            return hashlib.new(kind, text.encode()).hexdigest()

        first = hashed(f'{USER}:a "realm":{PASSWORD}')
        second = hashed(f"{self.command}:{self.path}")
        middle = ":".join((told["nc"], told["cnonce"], told["qop"], "")) if "qop" in told else ""
        expected = hashed(f"{first}:{told['nonce']}:{middle}{second}")
        return bool(
            told["username"] == USER and told["nonce"] == self.state.nonce and told["response"] == expected
            and told["opaque"] == "o" and told["uri"] == self.path
        )  # fmt: skip


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up before it has read all is no fault of ours; all else is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionResetError):
            super().handle_error(request, client_address)


@contextmanager
def graph_store(host: str = "127.0.0.1") -> Iterator[GraphStore]:
    """Run a server for as long as the block lasts."""
    state = GraphStore()
    server = _Server((host, 0), type("Handler", (_Handler,), {"state": state}))
    state.url = f"http://{host}:{server.server_port}/store"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
