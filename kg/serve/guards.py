"""Who may ask: the Host header (against DNS rebinding), other origins, and what a browser may do with answers."""

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.serve.metrics import Metrics

#: Names of this machine that no other machine's page can come to have.
_LOCAL = ("localhost",)
#: For our pages: scripts and styles of this server alone, and nothing from elsewhere.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def _name_of(host: str) -> str:
    """Return a host's name without its port, ``""`` where it is none.

    >>> _name_of("[::1]:8080"), _name_of("LOCALHOST:1"), _name_of("a b")
    ('::1', 'localhost', '')
    """
    try:
        found = urlsplit(f"//{host}")
        if found.path or found.query or found.fragment or found.username is not None or " " in host:
            return ""
        _ = found.port
        return (found.hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_host_of_ours(host: str, names: Sequence[str]) -> bool:
    """Say whether a Host header names this server.

    A page elsewhere can have its own name resolve to this machine (DNS rebinding); then the header shows that name. An
    address in digits is no name that anybody could do so with.

    >>> [is_host_of_ours(h, ["kg.lab"]) for h in ("localhost:8", "127.0.0.1", "[::1]:8", "kg.lab", "evil.example", "")]
    [True, True, True, True, False, False]
    """
    name = _name_of(host)
    if name in _LOCAL or name in names:
        return True
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_local(origin: str) -> bool:
    name = _name_of(origin.partition("://")[2])
    try:
        return name in _LOCAL or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class Guard:
    """ASGI middleware: refuses other hosts (421), answers preflights, sets the headers that protect, counts answers."""

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str], origins: Sequence[str], metrics: Metrics) -> None:
        self._app = app
        self._hosts = [host.lower() for host in hosts]
        self._origins = origins
        self._metrics = metrics

    def _allowed(self, origin: str) -> bool:
        return "*" in self._origins or origin in self._origins or _is_local(origin)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.count_answer(message["status"])
                sent = MutableHeaders(scope=message)
                sent["X-Content-Type-Options"] = "nosniff"
                sent["Referrer-Policy"] = "no-referrer"
                sent.setdefault("Content-Security-Policy", POLICY)
                sent.add_vary_header("Origin")
                if origin and self._allowed(origin):
                    sent["Access-Control-Allow-Origin"] = origin
                    sent["Access-Control-Expose-Headers"] = "Content-Type, Retry-After"
            await send(message)

        hosts = headers.getlist("host")
        if len(hosts) != 1 or not is_host_of_ours(hosts[0], self._hosts):
            told = "this server does not go by that name; name it with 'kg serve --allow-host NAME'\n"
            await PlainTextResponse(told, 421)(scope, receive, guarded)
        elif scope["method"] == "OPTIONS":
            allowed = {"Allow": "GET, HEAD, POST, OPTIONS", "Access-Control-Allow-Methods": "GET, HEAD",
                       "Access-Control-Allow-Headers": "Accept", "Access-Control-Max-Age": "600"}  # fmt: skip
            await PlainTextResponse("", 204, headers=allowed)(scope, receive, guarded)
        else:
            await self._app(scope, receive, guarded)
