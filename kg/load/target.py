"""Where a graph is loaded to, and with which right: the address, the graph's name, the credentials."""

import dataclasses
import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from kg.errors import LoadError

#: Environment variables that credentials come from, and nothing else: what stands in a command line or a file of
#: settings is read by others.
USER, PASSWORD, TOKEN = "KG_LOAD_USER", "KG_LOAD_PASSWORD", "KG_LOAD_TOKEN"
#: An absolute IRI (RFC 3987) as RDF takes it.
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")
_PORTS = {"http": 80, "https": 443}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A user with a password, or a token; never shown."""

    user: str = dataclasses.field(default="", repr=False)
    password: str = dataclasses.field(default="", repr=False)
    token: str = dataclasses.field(default="", repr=False)

    def __bool__(self) -> bool:
        """Say whether there are any."""
        return bool(self.user or self.token)


def to_credentials(environment: Mapping[str, str]) -> Credentials:
    """Return the credentials that an environment holds; none are credentials too.

    Raises:
        LoadError: only half of them are there, or both kinds, or a token that cannot stand in a header.
    """
    user, password, token = (environment.get(name, "") for name in (USER, PASSWORD, TOKEN))
    if bool(user) != bool(password):
        raise LoadError(f"{USER if user else PASSWORD} is set and {PASSWORD if user else USER} is not; set both")
    if user and token:
        raise LoadError(f"{TOKEN} and {USER} are both set; unset one")
    if ":" in user:
        raise LoadError(f"{USER}: a user's name with a colon cannot be sent (RFC 7617)")
    if not re.fullmatch(r"[\x21-\x7e]*", token):
        raise LoadError(f"{TOKEN}: holds characters that a header cannot carry; look for a line end")
    return Credentials(user=user, password=password, token=token)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What may see credentials: scheme, host and port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """Return it as an address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{'' if self.port == _PORTS[self.scheme] else f':{self.port}'}"

    @property
    def is_private(self) -> bool:
        """Say whether what is sent there can be read by nobody on the way."""
        if self.scheme == "https" or self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def to_origin(url: str) -> Origin:
    """Return the origin of an address.

    Raises:
        LoadError: it is none of http or https.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise LoadError(f"{url}: {error}; give an address such as http://localhost:7878/store") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise LoadError(f"{url}: no address of http or https; give one such as http://localhost:7878/store")
    return Origin(scheme=parts.scheme, host=parts.hostname, port=port or _PORTS[parts.scheme])


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A graph in a Graph Store: the store's address, and the graph's IRI (``""``: its default graph)."""

    url: str
    graph: str = ""

    @property
    def address(self) -> str:
        """The address of the graph, by indirect identification (SPARQL 1.1 Graph Store HTTP Protocol, 4.2)."""
        named = f"graph={quote(self.graph, safe='')}" if self.graph else "default"
        return f"{self.url}{'&' if '?' in self.url else '?'}{named}"


def to_target(url: str, graph: str = "") -> Target:
    """Return the target that an address and a graph's IRI name.

    Raises:
        LoadError: the address is none, holds credentials or a fragment, or the graph's IRI is not absolute.
    """
    to_origin(url)
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise LoadError(f"--to: holds a user or password; take it out and set {USER} and {PASSWORD}, or {TOKEN}")
    if not re.fullmatch(r"[\x21-\x7e]+", url) or parts.fragment:
        raise LoadError(f"{url!r}: no address: it holds a fragment, blanks or letters that must be percent-encoded")
    if graph and not _IRI.fullmatch(graph):
        raise LoadError(f"--graph {graph!r}: no absolute IRI; give one such as https://example.org/graphs/papers")
    return Target(url=url, graph=graph)
