"""The addresses of the server, as an ASGI application."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from kg.serve.answers import Refusal
from kg.serve.course import Busy
from kg.serve.description import to_description
from kg.serve.forms import GRAPHS, HTML, to_form
from kg.serve.guards import Guard
from kg.serve.pool import AGAIN, Pool
from kg.serve.protocol import to_graph_question, to_question
from kg.serve.shipped import read_page, to_known

#: The page of the graph has its scripts in itself, and may send nothing anywhere.
_VIEW_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_READ = ("GET", "HEAD")
_EVERY = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def _refused(refusal: Refusal) -> Response:
    headers = {"Retry-After": str(AGAIN)} if isinstance(refusal, Busy) else {}
    return PlainTextResponse(refusal.told + "\n", refusal.status, headers=headers)


def _not_allowed(allowed: str) -> Response:
    told = f"read-only; methods here: {allowed}\n"
    return PlainTextResponse(told, 405, headers={"Allow": allowed})


async def _gone(receive: Receive) -> None:
    """Return when who asked has gone away."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Answered(Response):
    """A worker's answer, passed on piece by piece as it comes; its status is that of the first frame."""

    def __init__(self, pool: Pool, question: dict[str, Any], *, head: bool) -> None:
        self._pool = pool
        self._question = question
        self._head = head

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask a worker and send what it answers.

        Raises:
            ConnectionAbortedError: the answer broke off; the server then cuts the connection, so that no client takes
                half an answer for a whole one.
        """
        answering = asyncio.ensure_future(self._answer(scope, receive, send))
        leaving = asyncio.ensure_future(_gone(receive))
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            if not answering.done():
                # Nobody is there to read it: the query need not go on.
                answering.cancel()
        with suppress(asyncio.CancelledError):
            await answering

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._pool.ask(self._question)) as frames:
            try:
                _, content = await anext(frames)
            except Refusal as refusal:
                await _refused(refusal)(scope, receive, send)
                return
            found = json.loads(content)
            headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in found["headers"].items()]
            headers.append((b"vary", b"Accept"))
            await send({"type": "http.response.start", "status": found["status"], "headers": headers})
            if not self._head:
                async for _, piece in frames:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


class Site:
    """The answers to each address."""

    def __init__(self, pool: Pool, *, base: str, view: Path) -> None:
        self._pool = pool
        self._base = base
        self._view = view
        self._known = to_known(base)

    def _ask(self, request: Request, question: dict[str, Any]) -> Response:
        asked = {"base": self._base, **question}
        return Answered(self._pool, asked, head=request.method == "HEAD")

    async def _body(self, request: Request) -> bytes:
        most = self._pool.limits.query
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > most:
                raise Refusal(413, f"the query is over {most:,} bytes")
        return bytes(body)

    async def sparql(self, request: Request) -> Response:
        """SPARQL 1.1 Protocol; the Graph Store by ``?default`` and ``?graph=``; the page or the service description."""
        if request.method not in (*_READ, "POST"):
            return _not_allowed("GET, HEAD, POST, OPTIONS")
        accept = request.headers.get("accept", "")
        address = request.scope["query_string"].decode("latin-1")
        kind = request.headers.get("content-type", "")
        body = await self._body(request) if request.method == "POST" else b""
        question = to_question(request.method, address, kind, body, accept)
        if question is not None:
            return self._ask(request, question)
        form = to_form(accept, (*GRAPHS, HTML), request.query_params.get("format", ""))
        if form is None:
            raise Refusal(406, "the service is described in: " + ", ".join(f.types[0] for f in (*GRAPHS, HTML)))
        if form is HTML:
            return await self.page(request)
        described = to_description(str(request.url.replace(query="", fragment="")), form)
        return Response(described, headers={"content-type": form.content_type, "vary": "Accept"})

    async def page(self, request: Request) -> Response:
        """The page to ask on."""
        return Response(read_page("page.html"), media_type="text/html")

    async def part(self, request: Request) -> Response:
        """A script or style of the page, or what it knows: queries, terms, prefixes."""
        name = request.path_params["name"]
        if name == "known.json":
            return JSONResponse(self._known)
        types = {"page.css": "text/css", "page.js": "text/javascript"}
        if name not in types:
            raise Refusal(404, "no such part of the page")
        return Response(read_page(name), media_type=types[name])

    async def store(self, request: Request) -> Response:
        """The Graph Store by ``?default`` and ``?graph=``."""
        if request.method not in _READ:
            return _not_allowed("GET, HEAD, OPTIONS")
        address = request.scope["query_string"].decode("latin-1")
        question = to_graph_question(address, request.headers.get("accept", ""))
        if question is None:
            raise Refusal(400, "give ?default, or ?graph= and an IRI")
        return self._ask(request, question)

    async def view(self, request: Request) -> Response:
        """The page of the graph, as 'kg build' or 'kg export' wrote it."""
        if not self._view.is_file():
            raise Refusal(404, "there is no graph.html beside the graph; write it with 'kg export --formats html'")
        return FileResponse(self._view, media_type="text/html", headers={"Content-Security-Policy": _VIEW_POLICY})

    async def health(self, request: Request) -> Response:
        """Whether questions are answered."""
        well = await self._pool.is_well()
        return JSONResponse({"status": "ok" if well else "the process that holds the graph has ended"},
                            200 if well else 503)  # fmt: skip

    async def metrics(self, request: Request) -> Response:
        """Counts for Prometheus."""
        return Response(self._pool.metrics.to_text(), headers={"content-type": "text/plain; version=0.0.4"})

    async def resource(self, request: Request) -> Response:
        """What is said of any IRI: ``?iri=``."""
        if request.method not in _READ:
            return _not_allowed("GET, HEAD, OPTIONS")
        return self._thing(request, request.query_params.get("iri", ""))

    async def thing(self, request: Request) -> Response:
        """What is said of an IRI under the base of the data: its path is the address's."""
        if request.method not in _READ:
            return _not_allowed("GET, HEAD, OPTIONS")
        path = request.scope.get("raw_path") or request.scope["path"].encode("utf-8")
        try:
            sent = path.decode("ascii").partition("?")[0].lstrip("/")
        except UnicodeDecodeError as error:
            raise Refusal(400, "an address is written in ASCII, the rest percent-encoded") from error
        return self._thing(request, self._base + sent, self._base + _unescaped(sent))

    def _thing(self, request: Request, iri: str, otherwise: str = "") -> Response:
        pairs = dict(parse_qsl(request.scope["query_string"].decode("latin-1")))
        question = {"ask": "thing", "iri": iri, "otherwise": otherwise,
                    "accept": request.headers.get("accept", ""), "format": pairs.get("format", "")}  # fmt: skip
        return self._ask(request, question)


def _unescaped(path: str) -> str:
    """Return a path with what stands for other than ASCII written as itself, as other people's IRIs have it.

    A browser sends both ways of writing such an IRI alike.

    >>> _unescaped("entity/method/caf%C3%A9"), _unescaped("paper/doi:10.1/a%3Cb")
    ('entity/method/café', 'paper/doi:10.1/a%3Cb')
    """
    return "".join(
        part if part.isascii() and unquote(part).isascii() else unquote(part) for part in _split_escapes(path)
    )


def _split_escapes(path: str) -> list[str]:
    import re

    return re.findall(r"(?:%[89A-Fa-f][0-9A-Fa-f])+|%[0-7][0-9A-Fa-f]|[^%]+|%", path)


def _told(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Turn a refusal into its answer."""

    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except Refusal as refusal:
            return _refused(refusal)
        except ClientDisconnect:
            # Nobody is there to read it.
            return Response(status_code=400)

    return endpoint


def create_app(
    pool: Pool,
    *,
    base: str,
    view: Path,
    hosts: tuple[str, ...] = (),
    origins: tuple[str, ...] = (),
    started: Callable[[], None] | None = None,
) -> Any:
    """Return the application.

    Args:
        pool: answers questions.
        base: IRI under which the data lives: its IRIs have pages at the same path here.
        view: the page of the graph, whether it is there or not.
        hosts: names that this server goes by, beside localhost and addresses in digits.
        origins: other origins whose pages may read, beside those of this machine; ``*`` for all.
        started: is called when questions can be answered.
    """
    site = Site(pool, base=base, view=view)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await pool.start()
        if started is not None:
            started()
        yield
        await pool.stop()

    table: list[tuple[str, Callable[[Request], Awaitable[Response]], tuple[str, ...]]] = [
        ("/", site.page, _READ),
        ("/sparql", site.sparql, _EVERY),
        ("/sparql/", site.sparql, _EVERY),
        ("/store", site.store, _EVERY),
        ("/view", site.view, _READ),
        ("/health", site.health, _READ),
        ("/metrics", site.metrics, _READ),
        ("/resource", site.resource, _EVERY),
        ("/page/{name}", site.part, _READ),
        ("/{path:path}", site.thing, _EVERY),
    ]
    routes = [Route(path, _told(answer), methods=list(methods)) for path, answer, methods in table]
    guard = Middleware(Guard, hosts=hosts, origins=origins, metrics=pool.metrics)
    return Starlette(routes=routes, middleware=[guard], lifespan=lifespan)
