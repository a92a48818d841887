"""What is said of an IRI as a page: names instead of IRIs, everything a link, everything escaped."""

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kg.vocab import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph

#: What names a thing, the best first.
_NAMES = tuple(
    PREFIXES[prefix] + local
    for prefix, local in (("skos", "prefLabel"), ("dcterms", "title"), ("rdfs", "label"), ("schema", "name"))
)
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="/page/page.css">
<link rel="alternate" type="text/turtle" href="{turtle}">
<link rel="alternate" type="application/ld+json" href="{jsonld}">
<body class="thing">
<header><a href="/">Ask this graph</a> <a href="/view">View</a></header>
<main>
<h1 dir="auto">{title}</h1>
<p class="iri"><a href="{iri}" rel="noreferrer">{iri}</a></p>
<p>As <a href="{turtle}">Turtle</a>, <a href="{ntriples}">N-Triples</a>, <a href="{rdfxml}">RDF/XML</a>,
<a href="{jsonld}">JSON-LD</a></p>
{said}{pointing}
</main>
</body>
</html>
"""


def to_address(iri: str, base: str) -> str:
    """Return where this server tells of an IRI.

    >>> to_address("https://a/id/paper/x", "https://a/id/"), to_address("http://b/?c", "https://a/id/")
    ('/paper/x', '/resource?iri=http%3A%2F%2Fb%2F%3Fc')
    """
    if base and iri.startswith(base) and iri != base and not iri[len(base) :].startswith("/"):
        return "/" + quote(iri[len(base) :], safe="/:%@!$&'()*+,;=-._~")
    return "/resource?iri=" + quote(iri, safe="")


def to_short(iri: str, base: str) -> str:
    """Return an IRI with a known prefix, or relative to the base."""
    if base and iri.startswith(base):
        return iri[len(base) :]
    for prefix, space in PREFIXES.items():
        if iri.startswith(space) and len(iri) > len(space):
            return f"{prefix}:{iri[len(space) :]}"
    return iri


class _Names:
    """Names of things, looked up once each."""

    def __init__(self, triples: "pyoxigraph.Store", base: str) -> None:
        self._triples = triples
        self._base = base
        self._found: dict[Any, str] = {}

    def of(self, node: Any) -> str:
        """Return what a thing is called; its IRI, shortened, where it has no name."""
        if node not in self._found:
            self._found[node] = self._look(node)
        return self._found[node]

    def _look(self, node: Any) -> str:
        import pyoxigraph

        for name in _NAMES:
            found = self._triples.quads_for_pattern(node, pyoxigraph.NamedNode(name), None, pyoxigraph.DefaultGraph())
            values = sorted(quad.object.value for quad in found if isinstance(quad.object, pyoxigraph.Literal))
            if values:
                return str(values[0])
        return to_short(node.value, self._base)


def _shown(term: Any, names: _Names, base: str) -> str:
    import pyoxigraph

    if isinstance(term, pyoxigraph.NamedNode):
        address = html.escape(to_address(term.value, base))
        return f'<a href="{address}" title="{html.escape(term.value)}" dir="auto">{html.escape(names.of(term))}</a>'
    if isinstance(term, pyoxigraph.Literal):
        language = f' lang="{html.escape(term.language)}"' if term.language else ""
        return f'<span dir="auto"{language}>{html.escape(term.value)}</span>'
    return html.escape(str(term))


def _rows(pairs: Sequence[tuple[Any, Any]], names: _Names, base: str) -> str:
    """Return table rows: a predicate, and all that stands at its other end, by name."""
    grouped: dict[Any, list[Any]] = {}
    for predicate, other in pairs:
        grouped.setdefault(predicate, []).append(other)
    rows = []
    for predicate in sorted(grouped, key=lambda node: to_short(node.value, base)):
        others = sorted({_shown(other, names, base) for other in grouped[predicate]})
        address = html.escape(to_address(predicate.value, base))
        short = html.escape(to_short(predicate.value, base))
        link = f'<a href="{address}" title="{html.escape(predicate.value)}">{short}</a>'
        items = "".join(f"<li>{other}</li>" for other in others)
        rows.append(f"<tr><th scope=row>{link}</th><td><ul>{items}</ul></td></tr>\n")
    return "".join(rows)


def to_page(
    triples: "pyoxigraph.Store", thing: Any, said: Sequence[Any], pointing: Sequence[Any], *, base: str, most: int
) -> str:
    """Return the page of an IRI.

    Args:
        triples: where names are looked up.
        thing: the IRI.
        said: triples that have it as subject.
        pointing: triples that have it as object, ``most`` at most.
        base: the base of the data.
        most: see ``pointing``.
    """
    names = _Names(triples, base)
    address = to_address(thing.value, base)
    glue = "&" if "?" in address else "?"
    tables = {"said": "", "pointing": ""}
    if said:
        tables["said"] = f"<table>{_rows([(t.predicate, t.object) for t in said], names, base)}</table>"
    if pointing:
        more = f"<p>The first {most} of more.</p>" if len(pointing) == most else ""
        rows = _rows([(t.predicate, t.subject) for t in pointing], names, base)
        tables["pointing"] = f"<h2>What points here</h2>{more}<table>{rows}</table>"
    links = {form: html.escape(f"{address}{glue}format={form}") for form in ("turtle", "ntriples", "rdfxml", "jsonld")}
    iri = html.escape(thing.value)
    return _PAGE.format(title=html.escape(names.of(thing)), iri=iri, **links, **tables)
