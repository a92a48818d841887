"""A writer for each RDF format, over the stream of resources. All are byte-stable and hold one resource at a time."""

import gc
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from kg.config import ExportConfig
from kg.errors import ConfigError, UnknownFormatError
from kg.rdf.literals import to_plain_literal
from kg.rdf.names import TYPE, Resource
from kg.rdf.nanopubs import NANOPUB_PREFIXES, to_nanopubs
from kg.rdf.shards import SHARDED, write_shards
from kg.rdf.stream import to_resources
from kg.rdf.terms import is_base
from kg.vocab import IRI_VALUED, PREFIXES, TYPED_VALUED, to_context, to_iri

if TYPE_CHECKING:
    from kg.store import Store

#: Resources whose text is joined before it is written: some hundred kilobytes.
_TOGETHER = 512
#: What an IRI may hold (RDF 1.1 Turtle, IRIREF), with a scheme before it and a slash or hash behind it.
_BASE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+[/#]")
_XSD = PREFIXES["xsd"]
#: A local name that Turtle takes as it is.
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
#: XML 1.0 has no way to write these.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _lines(resources: Iterable[Resource], config: ExportConfig) -> Iterator[str]:
    """N-Triples."""
    for _, subject, pairs in resources:
        yield "".join([f"{subject} {predicate} {value} .\n" for predicate, value in pairs])


def _quad_lines(resources: Iterable[Resource], config: ExportConfig) -> Iterator[str]:
    """N-Quads."""
    for graph, subject, pairs in resources:
        yield "".join([f"{subject} {predicate} {value} {graph} .\n" for predicate, value in pairs])


class _Shortener:
    """N-Triples terms as Turtle writes them: prefixed, relative to the base, numbers bare."""

    def __init__(self, base: str, prefixes: Mapping[str, str] = PREFIXES) -> None:
        self._base = base if is_base(base) else ""
        self._prefixes = prefixes
        self._stem = f"<{base}"
        #: Terms of vocabularies come in some hundreds; the data's own are not kept.
        self._known: dict[str, str] = {TYPE: "a"}
        self._spaces = sorted(prefixes.items(), key=lambda item: -len(item[1]))

    def head(self) -> str:
        lines = [f"@base <{self._base}> .\n"] if self._base else []
        return "".join([*lines, *(f"@prefix {prefix}: <{space}> .\n" for prefix, space in self._prefixes.items())])

    def short(self, term: str) -> str:
        known = self._known.get(term)
        if known is not None:
            return known
        if term[0] == "<":
            if self._base and term.startswith(self._stem) and len(term) > len(self._stem) + 1:
                return f"<{term[len(self._stem) :]}"
            return self._vocabulary(term)
        if term[-1] == '"':
            return term
        value, _, datatype = term.rpartition("^^")
        local = datatype[len(_XSD) + 1 : -1] if datatype.startswith(f"<{_XSD}") else ""
        if local in ("integer", "decimal", "boolean"):
            return value[1:-1]
        return f"{value}^^xsd:{local}" if local else term

    def _vocabulary(self, term: str) -> str:
        iri = term[1:-1]
        for prefix, space in self._spaces:
            if iri.startswith(space) and _LOCAL.fullmatch(iri[len(space) :]):
                self._known[term] = f"{prefix}:{iri[len(space) :]}"
                return self._known[term]
        return term

    def block(self, subject: str, pairs: list[tuple[str, str]], indent: str = "") -> str:
        """Return one resource: a predicate a line, its values joined by commas."""
        short, parts, last = self.short, [], ""
        for predicate, value in pairs:
            if predicate == last:
                parts.append(f", {short(value)}")
            else:
                parts.append(f"{f' ;{chr(10)}{indent}    ' if last else ' '}{short(predicate)} {short(value)}")
                last = predicate
        return f"{indent}{short(subject)}{''.join(parts)} .\n"


def _turtle(resources: Iterable[Resource], config: ExportConfig) -> Iterator[str]:
    turtle = _Shortener(config.base)
    yield turtle.head()
    for _, subject, pairs in resources:
        yield "\n" + turtle.block(subject, pairs)


def _trig(resources: Iterable[Resource], config: ExportConfig, prefixes: Mapping[str, str] = PREFIXES) -> Iterator[str]:
    turtle = _Shortener(config.base, prefixes)
    yield turtle.head()
    for graph, some in groupby(resources, key=lambda resource: resource.graph):
        yield f"\n{turtle.short(graph)} {{\n"
        for number, (_, subject, pairs) in enumerate(some):
            yield ("\n" if number else "") + turtle.block(subject, pairs, "  ")
        yield "}\n"


def _nanopub(resources: Iterable[Resource], config: ExportConfig) -> Iterator[str]:
    return _trig(resources, config, {**PREFIXES, **NANOPUB_PREFIXES})


class _Json:
    """N-Triples terms as JSON-LD values under the context of the exports."""

    def __init__(self) -> None:
        self._short = _Shortener("").short
        self._links = set(IRI_VALUED)
        self._typed = {name: to_iri(kind) for name, kind in TYPED_VALUED.items()}

    def value(self, name: str, term: str) -> Any:
        if term[0] == "<":
            return term[1:-1] if name in self._links else {"@id": term[1:-1]}
        plain, datatype = to_plain_literal(term)
        if not datatype:
            return plain
        if datatype == _XSD + "integer":
            return int(plain)
        if datatype == _XSD + "boolean":
            return plain == "true"
        if self._typed.get(name) == datatype:
            return plain
        return {"@value": plain, "@type": datatype.replace(_XSD, "xsd:")}

    def node(self, resource: Resource) -> dict[str, Any]:
        node: dict[str, Any] = {"@id": resource.subject[1:-1]}
        for predicate, some in groupby(resource.pairs, key=lambda pair: pair[0]):
            name = "@type" if predicate == TYPE else self._short(predicate).strip("<>")
            values = [
                self._short(value).strip("<>") if name == "@type" else self.value(name, value) for _, value in some
            ]
            node[name] = values[0] if len(values) == 1 else values
        return node


def _jsonld(resources: Iterable[Resource], config: ExportConfig) -> Iterator[str]:
    form = _Json()
    context = json.dumps(to_context(), ensure_ascii=False, separators=(", ", ": "))
    yield f'{{"@context": {context},\n"@graph": ['
    for number, resource in enumerate(resources):
        node = json.dumps(form.node(resource), ensure_ascii=False, separators=(", ", ": "))
        yield f"{',' if number else ''}\n{node}"
    yield "\n]}\n"


def _xml(resources: Iterable[Resource], config: ExportConfig) -> Iterator[str]:
    short = _Shortener("").short
    spaces = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in PREFIXES.items())
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{spaces}>\n'
    for _, subject, pairs in resources:
        lines = [f"<rdf:Description rdf:about={quoteattr(subject[1:-1])}>\n"]
        for predicate, value in pairs:
            name = "rdf:type" if predicate == TYPE else short(predicate)
            if name[0] == "<":
                # A predicate of a user's own model: XML needs its last part as a name.
                iri = name[1:-1]
                at = iri.rindex("/") + 1
                name = f'own:{iri[at:]} xmlns:own="{escape(iri[:at])}"'
            if value[0] == "<":
                lines.append(f"  <{name} rdf:resource={quoteattr(value[1:-1])}/>\n")
            else:
                plain, datatype = to_plain_literal(value)
                inner = escape(_NOT_XML.sub("\ufffd", plain), {"\r": "&#13;"})
                kind = f' rdf:datatype="{datatype}"' if datatype else ""
                lines.append(f"  <{name}{kind}>{inner}</{name.split(' ')[0]}>\n")
        yield "".join([*lines, "</rdf:Description>\n"])
    yield "</rdf:RDF>\n"


_union, _by_paper = partial(to_resources, named=False), partial(to_resources, named=True)

#: Format -> (its writer, the resources that it writes).
FORMATS: dict[
    str,
    tuple[
        Callable[[Iterable[Resource], ExportConfig], Iterator[str]],
        Callable[["Store", ExportConfig], Iterator[Resource]],
    ],
] = {
    "ttl": (_turtle, _union),
    "trig": (_trig, _by_paper),
    "nt": (_lines, _union),
    "nq": (_quad_lines, _by_paper),
    "jsonld": (_jsonld, _union),
    "rdfxml": (_xml, _union),
    "nanopub": (_nanopub, to_nanopubs),
}


def to_chunks(store: "Store", *, format: str, config: ExportConfig) -> Iterator[str]:
    """Yield the graph's RDF as text, piece by piece.

    Raises:
        UnknownFormatError: there is no such format; lists the known ones.
        ConfigError: the base is no absolute IRI.
    """
    if format not in FORMATS:
        raise UnknownFormatError(f"no RDF format '{format}'; known: {', '.join(FORMATS)}")
    if not _BASE.fullmatch(config.base):
        raise ConfigError(f"export.base = {config.base!r}; wants an absolute IRI that ends in / or #")
    writer, resources = FORMATS[format]
    waiting: list[str] = []
    for piece in writer(resources(store, config), config):
        waiting.append(piece)
        if len(waiting) >= _TOGETHER:
            yield "".join(waiting)
            waiting.clear()
    yield "".join(waiting)


def write_rdf(store: "Store", path: Path, *, format: str, config: ExportConfig | None = None) -> None:
    """Write the graph as RDF in bounded memory; the same graph and configuration give the same bytes.

    Args:
        store: the open graph.
        path: the file to write; the folder, where the configuration cuts ``nt`` or ``nq`` into shards.
        format: ``ttl``, ``nt``, ``jsonld`` or ``rdfxml`` (one graph), ``trig`` or ``nq`` (a named graph a paper),
            ``nanopub`` (TriG, a nanopublication a claim).
        config: base IRI, what to write beyond papers, entities and statements, and how many shards.

    Raises:
        UnknownFormatError: there is no such format; lists the known ones.
        ConfigError: the base is no absolute IRI.
        OSError: the file cannot be written.
    """
    config = config or ExportConfig()
    chunks = to_chunks(store, format=format, config=config)
    with _uncollected():
        first = next(chunks)
        if config.shards and format in SHARDED:
            write_shards(chain((first,), chunks), path, format=format, shards=config.shards)
            return
        with path.open("wb") as file:
            file.writelines(chunk.encode() for chunk in chain((first,), chunks))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep Python from looking for circles among the tuples of the stream: there are none, and it took a sixth."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
