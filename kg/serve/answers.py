"""What a worker answers: a query, a graph, what is known of one IRI. Everything is written out as it is found."""

import contextlib
import dataclasses
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from kg.errors import QueryError
from kg.query.faults import refuse, to_message
from kg.serve.forms import GRAPHS, HTML, RESULTS, Form, to_form
from kg.vocab import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph

#: Strings and comments: where the words FROM and PREFIX mean nothing. IRIs stay.
_SAID = re.compile(
    r'"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""|\'\'\'(?:(?:\'|\'\')?(?:[^\'\\]|\\.))*\'\'\''
    r'|"(?:[^"\\\n\r]|\\.)*"|\'(?:[^\'\\\n\r]|\\.)*\'|(<[^<>"{}|^`\\\x00-\x20]*>)|#[^\n\r]*',
    re.DOTALL,
)
_FROM = re.compile(r"(?<![\w?$:.<>-])FROM\s*(?:NAMED\s*)?(<[^>]*>|[\w.-]*:[\w.:%-]*)", re.IGNORECASE)
_DECLARED = re.compile(r"PREFIX\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE)
_BASED = re.compile(r"BASE\s*<([^>]*)>", re.IGNORECASE)
#: Triples of which an IRI is the object that its page shows; what has it as subject is shown whole.
_POINTING = 500


class Refusal(Exception):  # noqa: N818 - what the asker is told
    """A question that gets no answer: an HTTP status and why."""

    def __init__(self, status: int, told: str) -> None:
        super().__init__(told)
        self.status = status
        self.told = told


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that has begun: status, headers, and what writes its body into a binary stream."""

    headers: dict[str, str]
    write: Callable[[Any], None]
    status: int = 200


def _chosen(question: dict[str, Any], forms: Iterable[Form]) -> Form:
    forms = tuple(forms)
    form = to_form(question.get("accept", ""), forms, question.get("format", ""))
    if form is None:
        known = ", ".join(f"{form.name} ({form.types[0]})" for form in forms)
        raise Refusal(406, f"none of what was asked for can be given; there is: {known}")
    return form


def find_datasets(sparql: str, base: str) -> Iterator[str]:
    """Yield the graphs that a query's FROM and FROM NAMED name, as absolute IRIs.

    >>> list(find_datasets("SELECT * FROM <a> FROM NAMED kg:b { ?s ?p 'FROM <c>' }", "http://x/"))
    ['http://x/a', 'https://w3id.org/abstract-kg/ontology#b']
    """
    shown = _SAID.sub(lambda hit: hit[1] or " ", sparql)
    base = urljoin(base, found[1]) if (found := _BASED.search(shown)) else base
    prefixes = {**PREFIXES, **{name: urljoin(base, space) for name, space in _DECLARED.findall(shown)}}
    for name in _FROM.findall(shown):
        if name.startswith("<"):
            yield urljoin(base, name[1:-1])
        else:
            prefix, _, local = name.partition(":")
            yield prefixes.get(prefix, "") + local


def _known_graphs(triples: "pyoxigraph.Store", names: Iterable[str]) -> list[Any]:
    """Return graphs by name.

    Raises:
        Refusal: one is not here. It is not fetched.
    """
    import pyoxigraph

    found = []
    for name in names:
        try:
            graph = pyoxigraph.NamedNode(name)
        except ValueError as error:
            raise Refusal(400, f"'{name}' is no absolute IRI of a graph") from error
        if not triples.contains_named_graph(graph):
            raise Refusal(400, f"<{name}>: no graph of that name here, and nothing is fetched; ask without FROM, or "
                               "'SELECT DISTINCT ?g { GRAPH ?g {} }' for those there are")  # fmt: skip
        found.append(graph)
    return found


def answer_query(triples: "pyoxigraph.Store", question: dict[str, Any], base: str) -> Answer:
    """Answer a SPARQL query.

    Raises:
        Refusal: it does not parse (400, with the place), names graphs that are not here (400), or is asked for in a
            form that there is not (406).
    """
    import pyoxigraph

    sparql = question["query"]
    try:
        refuse(sparql)
    except QueryError as error:
        raise Refusal(400, str(error)) from error
    defaults, named = question.get("default_graphs", []), question.get("named_graphs", [])
    options: dict[str, Any] = {}
    if defaults or named:
        # What the protocol names goes before the query's own FROM (SPARQL 1.1 Protocol, 2.1.4).
        options = {"default_graph": _known_graphs(triples, defaults), "named_graphs": _known_graphs(triples, named)}
    else:
        _known_graphs(triples, find_datasets(sparql, base))
    try:
        found = triples.query(sparql, prefixes=PREFIXES, base_iri=base, **options)
    except SyntaxError as error:
        raise Refusal(400, to_message(sparql, str(error))) from error
    except (ValueError, RuntimeError) as error:
        raise Refusal(400, f"query: {error}") from error
    if isinstance(found, pyoxigraph.QueryTriples):
        return _written(found, _chosen(question, GRAPHS))
    form = _chosen(question, RESULTS)
    format = getattr(pyoxigraph.QueryResultsFormat, form.format)
    return Answer(headers={"content-type": form.content_type}, write=lambda stream: _serialized(found, stream, format))


def _serialized(found: Any, stream: Any, format: Any) -> None:
    found.serialize(output=stream, format=format)


def _order(triple: Any) -> tuple[str, bool, str, str]:
    """Return what sorts the triples of a thing: what it is before what it does."""
    subject, predicate = triple.subject, triple.predicate.value
    return str(subject), predicate != PREFIXES["rdf"] + "type", predicate, str(triple.object)


def _used(triples: Iterable[Any]) -> dict[str, str]:
    """Return the prefixes that some triples use."""
    text = "\n".join(map(str, triples))
    return {prefix: space for prefix, space in PREFIXES.items() if f"<{space}" in text}


def _written(found: Iterable[Any], form: Form, *, prefixes: dict[str, str] = PREFIXES) -> Answer:
    """Answer with triples; prefixes are those of the exports, so far as the form has any."""
    import pyoxigraph

    format = getattr(pyoxigraph.RdfFormat, form.format)
    given = prefixes if form.name in ("turtle", "rdfxml", "jsonld") else {}
    if form.name == "rdfxml":
        # It is the serializer's own: declared twice it would not parse.
        given = {prefix: space for prefix, space in given.items() if prefix != "rdf"}

    def write(stream: Any) -> None:
        pyoxigraph.serialize(found, output=stream, format=format, prefixes=given or None)

    return Answer(headers={"content-type": form.content_type}, write=write)


def answer_graph(triples: "pyoxigraph.Store", question: dict[str, Any], base: str) -> Answer:
    """Answer with a graph of the Graph Store: the default one, or that of ``graph``.

    Raises:
        Refusal: there is no such graph (404), or not in that form (406).
    """
    import pyoxigraph

    name: Any = pyoxigraph.DefaultGraph()
    if question.get("graph"):
        try:
            name = pyoxigraph.NamedNode(question["graph"])
        except ValueError as error:
            raise Refusal(400, f"graph={question['graph']}: wants an absolute IRI") from error
        if not triples.contains_named_graph(name):
            raise Refusal(404, f"<{name.value}>: no graph of that name here")
    form = _chosen(question, GRAPHS)
    return _written((quad.triple for quad in triples.quads_for_pattern(None, None, None, name)), form)


def _legal(*names: str) -> list[Any]:
    """Return those that are IRIs, as nodes."""
    import pyoxigraph

    found = []
    for name in names:
        with contextlib.suppress(ValueError):
            found.append(pyoxigraph.NamedNode(name))
    return found


def _found_of(triples: "pyoxigraph.Store", thing: Any) -> tuple[list[Any], list[Any]]:
    """Return the triples that an IRI is the subject of, and some that it is the object of."""
    import pyoxigraph

    everything = pyoxigraph.DefaultGraph()
    said = [quad.triple for quad in triples.quads_for_pattern(thing, None, None, everything)]
    pointing = triples.quads_for_pattern(None, None, thing, everything)
    return said, [quad.triple for quad in itertools.islice(pointing, _POINTING)]


def answer_thing(triples: "pyoxigraph.Store", question: dict[str, Any], base: str) -> Answer:
    """Answer with all that is said of an IRI, as a page or as triples; a graph's own IRI gives the graph.

    Where nothing is said of ``iri``, the question is of ``otherwise``, the other IRI that one address may stand for.

    Raises:
        Refusal: nothing is said of it (404), or not in that form (406).
    """
    from kg.serve.things import to_page

    names = _legal(question["iri"], question.get("otherwise", ""))
    if not names:
        raise Refusal(404, "no such address here; it is no IRI")
    for thing in names:
        said, pointing = _found_of(triples, thing)
        is_graph = triples.contains_named_graph(thing)
        if said or pointing or is_graph:
            break
    else:
        raise Refusal(404, f"<{names[0].value}>: nothing is said of it in this graph")
    form = _chosen(question, (HTML, *GRAPHS) if "html" in question.get("accept", "") or not question.get("accept")
                   or question.get("format") == "html" else (*GRAPHS, HTML))  # fmt: skip
    if form is not HTML:
        if is_graph:
            return answer_graph(triples, {**question, "graph": thing.value}, base)
        order = [*sorted(said, key=_order), *sorted(pointing, key=_order)]
        return _written(order, form, prefixes=_used(order))
    page = to_page(triples, thing, said, pointing, base=base, most=_POINTING).encode("utf-8", errors="replace")
    return Answer(headers={"content-type": HTML.content_type}, write=lambda stream: stream.write(page))


#: What can be asked of a worker.
ANSWERS: dict[str, Callable[["pyoxigraph.Store", dict[str, Any], str], Answer]] = {
    "query": answer_query,
    "graph": answer_graph,
    "thing": answer_thing,
}
