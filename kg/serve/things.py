"""What is said of an IRI as a page: names instead of IRIs, everything a link, everything escaped."""

import html
import textwrap
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
_TYPE, _QUOTED = PREFIXES["rdf"] + "type", PREFIXES["nif"] + "anchorOf"
#: What makes up the name of a thing that has none: a statement's parts, the two ends of a link.
_STATEMENT = tuple(PREFIXES["rdf"] + part for part in ("subject", "predicate", "object"))
_LINK = tuple(PREFIXES["kg"] + end for end in ("linkSource", "linkTarget"))
#: Characters of a quotation that stands for a thing.
_LONGEST = 160
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="data:,">
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
        """Return what a thing is called, or what it states, joins or quotes; else its IRI, shortened."""
        if node not in self._found:
            self._found[node] = self._named(node) or self._made_up(node) or to_short(node.value, self._base)
        return self._found[node]

    def is_known(self, node: Any) -> bool:
        """Say whether a thing has a page: whether anything is said of it."""
        import pyoxigraph

        everything = pyoxigraph.DefaultGraph()
        said = self._triples.quads_for_pattern(node, None, None, everything)
        pointing = self._triples.quads_for_pattern(None, None, node, everything)
        return next(said, None) is not None or next(pointing, None) is not None

    def _objects(self, node: Any, predicate: str) -> list[Any]:
        """Return the objects of one predicate, sorted."""
        import pyoxigraph

        found = self._triples.quads_for_pattern(node, pyoxigraph.NamedNode(predicate), None, pyoxigraph.DefaultGraph())
        return sorted((quad.object for quad in found), key=str)

    def _named(self, node: Any) -> str:
        """Return the name that a thing has; ``""`` where it has none."""
        import pyoxigraph

        for name in _NAMES:
            for value in self._objects(node, name):
                if isinstance(value, pyoxigraph.Literal):
                    return str(value.value)
        return ""

    def _made_up(self, node: Any) -> str:
        """Return a name made of what a thing states, joins or quotes; ``""`` where it does nothing of these."""
        for quoted in self._objects(node, _QUOTED):
            short = textwrap.shorten(quoted.value, _LONGEST, placeholder=" …")
            return f"“{short}”"
        for parts, glue in ((_STATEMENT, " "), (_LINK, " — ")):
            found = [self._objects(node, part)[:1] for part in parts]
            if found[1]:
                # A part that is a statement itself goes by its IRI: no name is made up of made-up ones.
                named = [self._named(end[0]) or to_short(end[0].value, self._base) if end else "…" for end in found]
                return glue.join(named).strip()
        return ""


def _shown(term: Any, names: _Names, base: str) -> str:
    import pyoxigraph

    if isinstance(term, pyoxigraph.NamedNode):
        address = html.escape(to_address(term.value, base))
        return f'<a href="{address}" title="{html.escape(term.value)}" dir="auto">{html.escape(names.of(term))}</a>'
    if isinstance(term, pyoxigraph.Literal):
        language = f' lang="{html.escape(term.language)}"' if term.language else ""
        return f'<span dir="auto"{language}>{html.escape(term.value)}</span>'
    return html.escape(str(term))


def _rank(predicate: Any) -> int:
    """Return what stands first on a page: what a thing is called, then what it is, then all else."""
    return 0 if predicate.value in _NAMES else 1 if predicate.value == _TYPE else 2


def _rows(pairs: Sequence[tuple[Any, Any]], names: _Names, base: str) -> str:
    """Return table rows: a predicate, and all that stands at its other end, by name."""
    grouped: dict[Any, list[Any]] = {}
    for predicate, other in pairs:
        grouped.setdefault(predicate, []).append(other)
    rows = []
    for predicate in sorted(grouped, key=lambda node: (_rank(node), to_short(node.value, base))):
        others = sorted({_shown(other, names, base) for other in grouped[predicate]})
        short, title = html.escape(to_short(predicate.value, base)), html.escape(predicate.value)
        link = f'<span title="{title}">{short}</span>'
        if names.is_known(predicate):
            link = f'<a href="{html.escape(to_address(predicate.value, base))}" title="{title}">{short}</a>'
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
