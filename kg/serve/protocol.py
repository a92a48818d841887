"""SPARQL 1.1 Protocol: from an HTTP request to a question, or to the refusal that the specification asks for."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from kg.serve.answers import Refusal

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
#: Parameters of a query, and of an update (SPARQL 1.1 Protocol, 2.1 and 2.2).
_DATASET = ("default-graph-uri", "named-graph-uri")
_READ_ONLY = "this graph is read-only: it takes no updates; change it with 'kg add', 'kg remove' or 'kg merge'"
#: Parameters that a request may hold; more is no question of ours.
_PARAMETERS = 1000


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_PARAMETERS)
    except (ValueError, UnicodeDecodeError) as error:
        raise Refusal(400, f"the parameters are not URL-encoded UTF-8: {error}") from error


def _all(pairs: Sequence[tuple[str, str]], name: str) -> list[str]:
    return [value for key, value in pairs if key == name]


def _one(pairs: Sequence[tuple[str, str]], name: str) -> str:
    """Return a parameter that may be given once; ``""`` where it is not given."""
    found = _all(pairs, name)
    if len(found) > 1:
        raise Refusal(400, f"{name} is given {len(found)} times; give it once")
    return found[0] if found else ""


def _check_absolute(iri: str, name: str) -> str:
    try:
        scheme = urlsplit(iri).scheme
    except ValueError:
        scheme = ""
    if not scheme:
        raise Refusal(400, f"{name}={iri}: wants an absolute IRI")
    return iri


def _decoded(body: bytes, parameters: dict[str, str]) -> str:
    charset = parameters.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Refusal(415, f"charset={charset}: a query is sent in UTF-8")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(400, f"the query is not UTF-8: byte {error.start + 1} ({error.reason})") from error


def _content_type(header: str) -> tuple[str, dict[str, str]]:
    kind, *rest = (part.strip() for part in header.split(";"))
    parameters = {}
    for part in rest:
        name, _, value = part.partition("=")
        parameters[name.strip().lower()] = value.strip().strip('"')
    return kind.lower(), parameters


def to_question(method: str, address: str, content_type: str, body: bytes, accept: str) -> dict[str, Any] | None:
    """Return the question for a worker that a request to the endpoint asks; ``None``: tell what the service is.

    Args:
        method: GET, HEAD or POST.
        address: the query part of the address, as sent.
        content_type: the header, of a POST.
        body: of a POST.
        accept: the header.

    Raises:
        Refusal: 400 for a request that the protocol does not know, 403 for an update, 415 for a body of another type.
    """
    pairs = _pairs(address)
    told: dict[str, Any] = {"ask": "query", "accept": accept, "format": _one(pairs, "format")}
    if method == "POST":
        kind, parameters = _content_type(content_type)
        if kind == FORM:
            _check_query_part(pairs)
            pairs = [*pairs, *_pairs(_decoded(body, parameters))]
            told["format"] = _one(pairs, "format")
        elif kind == QUERY:
            if _all(pairs, "query"):
                raise Refusal(400, "a query is given in the address and in the body; give it once")
            pairs = [*pairs, ("query", _decoded(body, parameters))]
        elif kind == UPDATE:
            raise Refusal(403, _READ_ONLY)
        else:
            raise Refusal(415, f"Content-Type {kind or 'is missing'}: post {QUERY} or {FORM}")
    if _all(pairs, "update"):
        if method != "POST":
            raise Refusal(400, "an update is posted, never got; and this graph is read-only")
        raise Refusal(403, _READ_ONLY)
    graphs = [name for name in ("default", "graph") if _all(pairs, name)]
    if not _all(pairs, "query"):
        if graphs and method != "POST":
            return to_graph_question(address, accept)
        if method != "POST" and not [name for name in _DATASET if _all(pairs, name)]:
            return None
        raise Refusal(400, "no query; give it as the parameter 'query'")
    if graphs:
        raise Refusal(400, f"'{graphs[0]}' asks for a graph and 'query' for results; give one")
    told["query"] = _one(pairs, "query")
    told["default_graphs"] = [_check_absolute(iri, _DATASET[0]) for iri in _all(pairs, _DATASET[0])]
    told["named_graphs"] = [_check_absolute(iri, _DATASET[1]) for iri in _all(pairs, _DATASET[1])]
    return told


def _check_query_part(pairs: Sequence[tuple[str, str]]) -> None:
    if _all(pairs, "query") or _all(pairs, "update"):
        raise Refusal(400, "a URL-encoded POST has its query in the body, not in the address")


def to_graph_question(address: str, accept: str) -> dict[str, Any] | None:
    """Return the question that ``?default`` or ``?graph=IRI`` asks (Graph Store HTTP Protocol, 4.2).

    Raises:
        Refusal: both are given, or one twice, or a relative IRI (400).
    """
    pairs = _pairs(address)
    default, graph = _all(pairs, "default"), _one(pairs, "graph")
    if not default and not _all(pairs, "graph"):
        return None
    if default and _all(pairs, "graph"):
        raise Refusal(400, "'default' and 'graph' are given; give one")
    if not default:
        _check_absolute(graph, "graph")
    return {"ask": "graph", "graph": graph, "accept": accept, "format": _one(pairs, "format")}
