"""What the page to ask on knows: its own files, the shipped queries, prefixes, and the terms of the ontology."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from kg.errors import StoreError
from kg.vocab import CLASSES, DATATYPE_PROPERTIES, KG, OBJECT_PROPERTIES, PREFIXES


def read_page(name: str) -> bytes:
    """Return a file of the page."""
    return files("kg").joinpath("serve", name).read_bytes()


def _read_ontology() -> bytes:
    shipped = files("kg").joinpath("ontology", "kg.ttl")
    if shipped.is_file():
        return shipped.read_bytes()
    checkout = Path(__file__).parents[2] / "ontology" / "kg.ttl"
    if checkout.is_file():
        return checkout.read_bytes()
    raise StoreError("the ontology (kg.ttl) is not in this installation; install abstract-kg again")


def _comments() -> dict[str, str]:
    import pyoxigraph

    comment = PREFIXES["rdfs"] + "comment"
    return {
        quad.subject.value: " ".join(quad.object.value.split())
        for quad in pyoxigraph.parse(input=_read_ontology(), format=pyoxigraph.RdfFormat.TURTLE)
        if quad.predicate.value == comment and isinstance(quad.subject, pyoxigraph.NamedNode)
    }


def _others() -> list[str]:
    """Return the terms of other vocabularies that the shipped queries use: those that a query is likely to want."""
    from kg.query import find_queries

    text = "\n".join(named.text for named in find_queries().values())
    names = set(re.findall(r"\b([a-z]+:[A-Za-z]\w*)", text))
    return sorted(name for name in names if name.partition(":")[0] in PREFIXES and not name.startswith("kg:"))


def to_known(base: str) -> dict[str, Any]:
    """Return what the page's script asks for: base, prefixes, terms with what they mean, and the shipped queries."""
    from kg.query import find_queries

    comments = _comments()
    kinds = [(CLASSES, "class"), (OBJECT_PROPERTIES, "property"), (tuple(DATATYPE_PROPERTIES), "property")]
    terms = [
        {"name": f"kg:{name}", "kind": kind, "told": comments.get(KG + name, "")}
        for names, kind in kinds
        for name in names
    ]
    terms += [{"name": name, "kind": "term", "told": ""} for name in _others()]
    queries = [
        {
            "name": named.name,
            "title": named.title,
            "told": named.description,
            "text": named.text,
            "parameters": [
                {"name": name, "value": value, "told": named.helps[name]} for name, value in named.parameters.items()
            ],
        }
        for named in find_queries().values()
    ]
    return {"base": base, "prefixes": PREFIXES, "terms": sorted(terms, key=lambda t: t["name"]), "queries": queries}


def to_questions(base: str) -> list[dict[str, Any]]:
    """Return the shipped queries as the page asks them, with their parameters as they are."""
    from kg.query import find_queries

    return [
        {"base": base, "ask": "query", "query": named.text, "accept": "", "format": "",
         "default_graphs": [], "named_graphs": []}
        for named in find_queries().values()
    ]  # fmt: skip
