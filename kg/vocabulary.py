"""Vocabularies of names: the one that ships, and people's own, as tables or as SKOS in any RDF syntax.

A table has tab-separated columns: name, kind (empty: any), aliases (by ``|``), scheme, identifier. Of a SKOS file each
concept that has a label is a term: its `skos:prefLabel` (in English, or in no language, where it has one) is the name,
its other labels are aliases, its IRI is the identifier, its kind is that of its `rdf:type` if it is one of ours, and
the scheme is the file's name. SKOS-XL labels are read too.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import ConfigError
from kg.text import digest, slug
from kg.vocab import KIND_CLASSES, PREFIXES

if TYPE_CHECKING:
    from pyoxigraph import RdfFormat

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_XL = "http://www.w3.org/2008/05/skos-xl#"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DEPRECATED = "http://www.w3.org/2002/07/owl#deprecated"
_LABELS = {"prefLabel": 0, "altLabel": 1, "hiddenLabel": 1}
#: Endings that pyoxigraph does not know by itself, and what they hold.
_ENDINGS = {"owl": "rdf", "skos": "rdf", "rdfs": "rdf", "json": "jsonld"}


class Term(NamedTuple):
    """A thing that a vocabulary names. An empty `kind` stands for any."""

    name: str
    kind: str
    aliases: tuple[str, ...]
    scheme: str
    identifier: str


def read_vocabulary(path: Path) -> Iterator[Term]:
    """Yield each term of a table (`.tsv`, `.txt`) or of a SKOS file in any RDF syntax (`.ttl`, `.rdf`, `.nt`, ...).

    Raises:
        ConfigError: the file cannot be read or is faulty; names the line.
    """
    format = _format(path)
    yield from _read_table(path) if format is None else _read_skos(path, format)


def fingerprint(paths: Sequence[str]) -> list[str]:
    """Return what tells vocabularies apart: their files' names and a digest of what they say.

    Raises:
        ConfigError: a file cannot be read.
    """
    found = []
    for path in map(Path, paths):
        try:
            found.append(f"{path.name} {digest(path.read_bytes().hex())}")
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error}; give a vocabulary that is there") from error
    return found


def _format(path: Path) -> "RdfFormat | None":
    """Return the RDF syntax that a file's ending stands for; None for a table."""
    ending = path.suffix.lower().removeprefix(".")
    if ending in ("tsv", "tab", "txt", ""):
        return None
    from pyoxigraph import RdfFormat

    found = RdfFormat.from_extension(_ENDINGS.get(ending, ending))
    if found is None:
        raise ConfigError(f"{path}: '.{ending}' is no vocabulary; known are .tsv (a table) and, for SKOS, .ttl, .rdf, "
                          ".owl, .nt, .nq, .trig, .n3 and .jsonld")  # fmt: skip
    return found


def _read_table(path: Path) -> Iterator[Term]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in (rows := csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)):
                if not row or row[0].startswith("#"):
                    continue
                place = f"{path}:{rows.line_num}"
                if len(row) != 5:
                    raise ConfigError(
                        f"{place}: {len(row)} columns; a vocabulary has five: name, kind, aliases, scheme, identifier"
                    )
                name, kind, aliases, scheme, identifier = (cell.strip() for cell in row)
                for what, value in (("name", name), ("scheme", scheme), ("identifier", identifier)):
                    if not value:
                        raise ConfigError(f"{place}: no {what}; only kind and aliases may be empty")
                yield Term(name, kind, tuple(a for a in map(str.strip, aliases.split("|")) if a), scheme, identifier)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{path}: cannot be read: {error}; give a UTF-8 file of tab-separated columns") from error


class _Concept:
    """What a file says of one resource; labels are (0 preferred or 1 other, language, text)."""

    def __init__(self) -> None:
        self.labels: set[tuple[int, str, str]] = set()
        self.kind = ""
        self.deprecated = False


def _read_skos(path: Path, format: "RdfFormat") -> Iterator[Term]:
    from pyoxigraph import BlankNode, Literal, NamedNode, parse

    concepts: dict[str, _Concept] = defaultdict(_Concept)
    # SKOS-XL: a label is a resource of its own, and has its text as `literalForm`.
    forms: dict[str, set[tuple[str, str]]] = defaultdict(set)
    extended: list[tuple[str, int, str]] = []
    kinds = {PREFIXES["kg"] + kind: kind for kind in KIND_CLASSES}
    try:
        # The folder's address would be one of this machine; only relative IRIs need a base, which they get here.
        for quad in parse(path=str(path), format=format, base_iri=f"urn:vocabulary:{slug(path.stem)}"):
            subject, predicate, value = str(quad.subject), quad.predicate.value, quad.object
            if isinstance(value, Literal):
                if predicate.startswith(_SKOS) and predicate[len(_SKOS) :] in _LABELS:
                    rank = _LABELS[predicate[len(_SKOS) :]]
                    concepts[subject].labels.add((rank, (value.language or "").lower(), value.value))
                elif predicate == f"{_XL}literalForm":
                    forms[subject].add(((value.language or "").lower(), value.value))
                elif predicate == _DEPRECATED and value.value in ("true", "1"):
                    concepts[subject].deprecated = True
            elif isinstance(value, (NamedNode, BlankNode)):
                if predicate.startswith(_XL) and predicate[len(_XL) :] in _LABELS:
                    extended.append((subject, _LABELS[predicate[len(_XL) :]], str(value)))
                elif predicate == _RDF_TYPE and isinstance(value, NamedNode) and value.value in kinds:
                    concepts[subject].kind = kinds[value.value]
    except SyntaxError as error:
        # XML that is not well-formed is told without a place.
        place = f"{path}:{error.lineno}" if error.lineno else str(path)
        raise ConfigError(f"{place}: {error.msg}; no valid {format.name}") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error}; give a vocabulary that is there") from error
    for subject, rank, label in extended:
        concepts[subject].labels.update((rank, language, text) for language, text in forms[label])
    terms = [term for subject, concept in sorted(concepts.items()) if (term := _term(subject, concept, path))]
    if not terms:
        raise ConfigError(f"{path}: no resource has a skos:prefLabel; a vocabulary in RDF is SKOS")
    yield from terms


def _term(subject: str, concept: _Concept, path: Path) -> Term | None:
    """Return the term that a resource is, or None where it has no IRI, no name, or is one no more."""
    if concept.deprecated or not subject.startswith("<"):
        return None
    texts = {(rank, language, " ".join(text.split())) for rank, language, text in concept.labels if text.strip()}
    english = {label for label in texts if label[1] in ("", "en") or label[1].startswith("en-")}
    # "en" before "en-gb" before no language at all: a label without one is often a code.
    ordered = sorted(english or texts, key=lambda label: (label[0], not label[1], label[1] != "en", *label[1:]))
    if not ordered or ordered[0][0]:
        return None
    name = ordered[0][2]
    aliases = dict.fromkeys(text for _, _, text in ordered if text != name)
    return Term(name, concept.kind, tuple(aliases), slug(path.stem) or "vocabulary", subject[1:-1])
