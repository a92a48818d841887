"""One server over HTTP: credentials to it alone, requests again after what passes, and errors that say what to do."""

import base64
import http.client
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.utils import parsedate_to_datetime
from time import time
from urllib.parse import urljoin, urlsplit

from kg import __version__
from kg.errors import LoadError
from kg.load.digest import Digest
from kg.load.target import PASSWORD, TOKEN, USER, Credentials, Origin, to_origin

#: Answers that ask to come again: too busy, restarting, a proxy without its server.
_AGAIN = (408, 425, 429, 502, 503, 504)
#: Seconds before each further attempt; their number bounds the attempts. Together a minute: a server's restart.
WAITS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
#: The longest that a server's Retry-After is obeyed, in seconds.
_LONGEST = 120.0
_REDIRECTS = (301, 302, 307, 308)
_MOST_REDIRECTS = 5
#: Bytes of an answer that are read, and characters of it that a message shows.
_READ, _SHOWN = 65_536, 300
_HINTS = (
    "the address of a Graph Store: Oxigraph http://HOST:7878/store, Fuseki http://HOST:3030/DATASET/data, Virtuoso "
    "http://HOST:8890/sparql-graph-crud-auth, GraphDB http://HOST:7200/repositories/NAME/rdf-graphs/service"
)


class Wire:
    """A connection to a server, kept open between requests."""

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        *,
        timeout: float,
        sleep: Callable[[float], None],
        plain_http: bool = False,
    ) -> None:
        """Prepare for requests to the server of ``url``; nothing is sent yet.

        Raises:
            LoadError: credentials would be readable on the way.
        """
        self._origin = to_origin(url)
        self._credentials, self._timeout, self._sleep = credentials, timeout, sleep
        self._plain_http = plain_http
        self._check_private(self._origin)
        self._connection: http.client.HTTPConnection | None = None
        self._digest: Digest | None = None
        self._basic = False
        self._answered = False

    def _check_private(self, origin: Origin) -> None:
        if self._credentials and not origin.is_private and not self._plain_http:
            raise LoadError(
                f"{origin}: credentials would cross the network readable by all; use https, or --plain-http where the "
                "network is your own"
            )

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def send(self, method: str, address: str, body: bytes, *, media: str) -> None:
        """Send a body, again where that can help, until the server has taken it.

        Raises:
            LoadError: it refuses, cannot be reached, or points to another host.
        """
        waits = iter(WAITS)
        while True:
            wait, told = None, ""
            try:
                status, headers, said = self._once(method, address, body, media)
            except (OSError, http.client.HTTPException) as error:
                self.close()
                told = f"{self._origin}: {_reason(error)}"
                if not self._answered or isinstance(error, ssl.SSLCertVerificationError):
                    raise LoadError(f"{told}; is a server running there?") from error
            else:
                self._answered = True
                if status in (200, 201, 202, 204):
                    return
                told = f"{address}: answered {status} {http.client.responses.get(status, '')}".rstrip() + _quoted(said)
                if status not in _AGAIN:
                    raise LoadError(f"{told}; {self._remedy(status, address)}")
                wait = _retry_after(headers.get("Retry-After", ""))
            usual = next(waits, None)
            if usual is None:
                raise LoadError(f"{told}; given up after {len(WAITS) + 1} attempts: run the same command again later")
            self._sleep(usual if wait is None else min(wait, _LONGEST))

    def _once(self, method: str, address: str, body: bytes, media: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Send once, following redirects on the same host and answering a challenge."""
        challenged = False
        for _ in range(_MOST_REDIRECTS + 2):
            status, headers, said = self._request(method, address, body, media)
            if status in _REDIRECTS and headers.get("Location"):
                address = self._redirected(address, headers["Location"])
            elif status == 401 and not challenged and self._accepts(headers):
                challenged = True
            else:
                return status, headers, said
        raise LoadError(f"{address}: sends us round in circles; give the last address as --to")

    def _redirected(self, address: str, location: str) -> str:
        """Return where to go on; a host is trusted with data and credentials only where it is the one that was named.

        Raises:
            LoadError: it is another.
        """
        there = urljoin(address, location)
        origin = to_origin(there)
        upgraded = (self._origin.scheme, origin.scheme) == ("http", "https")
        if origin.host != self._origin.host or (origin != self._origin and not upgraded):
            shown = re.sub(r"[^\x21-\x7e]", "?", there)[:_SHOWN]
            raise LoadError(f"{address}: redirects to another server, {shown}; give that as --to if you trust it")
        if origin != self._origin:
            self.close()
            self._origin = origin
        return there

    def _request(
        self, method: str, address: str, body: bytes, media: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        parts = urlsplit(address)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers: dict[str, str | bytes] = {"Content-Type": media, "User-Agent": f"kg/{__version__}", "Accept": "*/*"}
        if authorization := self._authorization(method, path):
            # A name beyond ASCII is sent as UTF-8 (RFC 7616, 3.4); the client would take Latin-1, or fail.
            headers["Authorization"] = authorization.encode("utf-8")
        if self._connection is None:
            self._connection = self._connect()
        # A server that answers before it has read all hangs up on the rest: what it says tells why.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._connection.request(method, path, body=body, headers=headers)
        answer = self._connection.getresponse()
        said = answer.read(_READ)
        if answer.will_close or answer.read(1):
            self.close()
        return answer.status, answer.headers, said

    def _connect(self) -> http.client.HTTPConnection:
        if self._origin.scheme == "https":
            secure = ssl.create_default_context()
            return http.client.HTTPSConnection(
                self._origin.host, self._origin.port, timeout=self._timeout, context=secure
            )
        return http.client.HTTPConnection(self._origin.host, self._origin.port, timeout=self._timeout)

    def _authorization(self, method: str, path: str) -> str:
        known = self._credentials
        if known.token:
            return f"Bearer {known.token}"
        if self._digest is not None:
            return self._digest.answer(known.user, known.password, method, path)
        if self._basic:
            return "Basic " + base64.b64encode(f"{known.user}:{known.password}".encode()).decode("ascii")
        return ""

    def _accepts(self, headers: http.client.HTTPMessage) -> bool:
        """Take up a challenge; say whether the request is worth sending again.

        A password is sent only when the server asks for it, and as a digest where that is offered.
        """
        if not self._credentials.user:
            return False
        offered = headers.get_all("WWW-Authenticate") or []
        for challenge in offered:
            scheme, _, rest = challenge.strip().partition(" ")
            if scheme.lower() == "digest" and (found := Digest(rest)).is_known:
                self._digest = found
                return True
        if any(challenge.strip().lower().startswith("basic") for challenge in offered) and not self._basic:
            self._basic = True
            return True
        return False

    def _remedy(self, status: int, address: str) -> str:
        if status in (401, 403):
            return (
                f"these credentials may not write there: look at {USER} and {PASSWORD}, or {TOKEN}"
                if self._credentials
                else f"it asks for credentials: set {USER} and {PASSWORD}, or {TOKEN}"
            )
        if status in (404, 405, 501):
            return f"give --to {_HINTS}"
        if status == 413:
            return "it takes less at once: give a smaller --chunk"
        if status == 415:
            return "it does not know N-Triples by that name: try --media text/turtle"
        if status == 507:
            return "its disk is full"
        if not re.search(r"[?&]graph=", address):
            return "its log may say more; a store without a default graph wants a --graph"
        return "its log may say more"


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


def _quoted(said: bytes) -> str:
    """Return the start of what a server said, in one line without what a terminal obeys."""
    text = re.sub(r"<[^>]*>", " ", said.decode("utf-8", "replace"))
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f": {text[:_SHOWN]}" if text else ""


def _retry_after(value: str) -> float | None:
    """Return the seconds that a header Retry-After asks for (RFC 9110, 10.2.3); ``None`` where it says nothing."""
    if re.fullmatch(r"\d{1,9}", value.strip()):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time()) if value else None
    except ValueError:
        return None
