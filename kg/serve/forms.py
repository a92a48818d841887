"""The forms in which results and graphs are written, and the choice by the Accept header (RFC 9110, 12.5.1)."""

import dataclasses
from collections.abc import Sequence


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way to write an answer: its short name, media types (the first is the one we send) and pyoxigraph's name."""

    name: str
    types: tuple[str, ...]
    format: str

    @property
    def content_type(self) -> str:
        """Return the Content-Type header."""
        return f"{self.types[0]}; charset=utf-8" if self.types[0].startswith("text/") else self.types[0]


#: Results of SELECT and ASK, the first by default.
RESULTS = (
    Form(name="json", types=("application/sparql-results+json", "application/json"), format="JSON"),
    Form(name="xml", types=("application/sparql-results+xml", "application/xml", "text/xml"), format="XML"),
    Form(name="csv", types=("text/csv",), format="CSV"),
    Form(name="tsv", types=("text/tab-separated-values",), format="TSV"),
)
#: Triples: CONSTRUCT, DESCRIBE, graphs, linked data.
GRAPHS = (
    Form(name="turtle", types=("text/turtle", "application/x-turtle"), format="TURTLE"),
    Form(name="ntriples", types=("application/n-triples", "text/plain"), format="N_TRIPLES"),
    Form(name="rdfxml", types=("application/rdf+xml", "application/xml", "text/xml"), format="RDF_XML"),
    Form(name="jsonld", types=("application/ld+json", "application/json"), format="JSON_LD"),
)
#: What a browser asks for first.
HTML = Form(name="html", types=("text/html", "application/xhtml+xml"), format="")
#: Names that `?format=` takes beside those above.
_ALIASES = {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml", "json": "jsonld"}


def _weights(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.split(","):
        kind, *parameters = (word.strip().lower() for word in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    weight = min(1.0, max(0.0, float(value)))
                except ValueError:
                    weight = 0.0
        if kind:
            found.append((kind, weight))
    return found


def _weight_of(kind: str, weights: Sequence[tuple[str, float]]) -> float:
    """Return what a media type weighs: that of the range that tells it most exactly."""
    for pattern in (kind, kind.partition("/")[0] + "/*", "*/*"):
        found = [weight for name, weight in weights if name == pattern]
        if found:
            return max(found)
    return 0.0


def to_form(accept: str, forms: Sequence[Form], named: str = "") -> Form | None:
    """Return the form that an Accept header prefers; ``None`` where it accepts none (406).

    Args:
        accept: the header; ``""`` accepts all.
        forms: what there is, the default first.
        named: a form's name from ``?format=``, which goes before the header.

    >>> to_form("text/csv, application/json;q=0.9", RESULTS).name
    'csv'
    >>> to_form("", RESULTS).name
    'json'
    >>> to_form("image/png", RESULTS) is None
    True
    """
    if named:
        known = {form.name: form for form in forms}
        return known.get(named) or known.get(_ALIASES.get(named, ""))
    weights = _weights(accept) or [("*/*", 1.0)]
    best, most = None, 0.0
    for form in forms:
        # Of the type that we send, what is said by name holds, even that it is not wanted.
        by_name = [weight for kind, weight in weights if kind == form.types[0]]
        weight = max(by_name) if by_name else max(_weight_of(kind, weights) for kind in form.types)
        if weight > most:
            best, most = form, weight
    return best
