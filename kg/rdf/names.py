"""The nouns of the room: a resource with its properties, the IRIs of the data, and the terms that are used."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from kg.rdf.terms import path, segment, text
from kg.records import Paper
from kg.text import digest, slug
from kg.vocab import KIND_CLASSES, OBJECT_PROPERTIES, PREDICATES, to_iri

#: A predicate and an object, both as N-Triples text.
Pair = tuple[str, str]


class Resource(NamedTuple):
    """One subject with its properties, in one graph. Equal predicates stand together, `rdf:type` first."""

    graph: str
    subject: str
    pairs: list[Pair]


def term(compact: str) -> str:
    """Return the N-Triples text of a compact IRI.

    >>> term("rdf:type")
    '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>'
    """
    return f"<{to_iri(compact)}>"


TYPE = term("rdf:type")
LABEL = term("rdfs:label")
TITLE = term("dcterms:title")
SCORE = term("kg:score")
SOURCE = term("kg:source")
BEGIN = term("nif:beginIndex")
END = term("nif:endIndex")
ANCHOR = term("nif:anchorOf")
CONTEXT = term("nif:referenceContext")
PART_OF = term("schema:isPartOf")
PREF_LABEL = term("skos:prefLabel")
HIDDEN_LABEL = term("skos:hiddenLabel")
#: Length of a statement's hash: 64 bits, so that some millions of statements stay apart.
STATEMENT_DIGITS = 16


def to_hidden(names: Iterable[str]) -> list[Pair]:
    """Return what else a thing is found by: its names in small letters, where they are not written so already.

    A store looks a whole literal up in its index, but reads every name where case is to make no difference. No name is
    both seen and hidden (SKOS Reference, S13). A query asks for ``LCASE`` of a name, which is what `str.lower` gives:
    both follow Unicode's full mapping of case.
    """
    seen = set(names)
    return [(HIDDEN_LABEL, text(key)) for key in sorted({name.lower() for name in seen} - seen)]


class Names:
    """The IRIs of the data under one base, in angle brackets; what ends in `stem` comes without them."""

    def __init__(self, base: str) -> None:
        """Remember the base, which ends in a slash or a hash."""
        self.base = base
        self.entities_graph = f"<{base}graph/entities>"
        self.schema_graph = f"<{base}graph/schema>"
        self.meta_graph = f"<{base}graph/meta>"
        self.dataset = f"<{base}dataset>"
        # Entities come back again and again; a cache of this size stays at some tens of megabytes.
        self.entity = lru_cache(maxsize=100_000)(self._entity)
        # A handful each, asked for with every entity and every line that a component is named on.
        self.kind, self.scheme = lru_cache(maxsize=1024)(self._kind), lru_cache(maxsize=1024)(self._scheme)
        self.component = lru_cache(maxsize=1024)(self._component)

    def _entity(self, identifier: str) -> str:
        return f"<{self.base}entity/{path(identifier)}>"

    def paper_stem(self, paper: Paper) -> str:
        """Return a paper's IRI without brackets, to which its parts are appended."""
        return f"{self.base}paper/{segment(paper.identity)}"

    def paper_graph(self, paper: Paper) -> str:
        """Return the named graph of a paper."""
        return f"<{self.base}graph/paper/{segment(paper.identity)}>"

    def _kind(self, kind: str) -> str:
        """Return the class of a kind of entity: ours, or one under the base for a kind that a user's model brings."""
        return term(f"kg:{kind}") if kind in KIND_CLASSES else f"<{self.base}kind/{segment(slug(kind) or 'kind')}>"

    def _scheme(self, kind: str) -> str:
        """Return the concept scheme that the entities of a kind are in."""
        return f"<{self.base}scheme/{segment(slug(kind) or 'kind')}>"

    def predicate(self, name: str) -> str:
        """Return the property that a relation's or claim's predicate means."""
        if name in PREDICATES:
            return term(PREDICATES[name])
        if name in OBJECT_PROPERTIES:
            return term(f"kg:{name}")
        # RDF/XML writes a property as an element's name, which begins with a letter.
        own = slug(name)
        return f"<{self.base}predicate/{segment(own if own[:1].isalpha() else f'p-{own}')}>"

    def _component(self, source: str) -> str:
        """Return the software component that said something."""
        return f"<{self.base}component/{segment(source)}>"

    def build(self, *parts: str) -> str:
        """Return the run that made the graph."""
        return f"<{self.base}build/{digest(*parts)}>"

    def merge(self, *parts: str) -> str:
        """Return one line of the merge ledger."""
        return f"<{self.base}merge/{digest(*parts, length=STATEMENT_DIGITS)}>"

    def link(self, a: str, b: str) -> str:
        """Return the tie between two papers, given their identities."""
        return f"<{self.base}link/{digest(a, b, length=STATEMENT_DIGITS)}>"
