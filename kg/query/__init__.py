"""SPARQL over what a build or an export wrote: run a query, write its results, find the queries that ship."""

from kg.query.listed import to_listed
from kg.query.named import NamedQuery, find_queries, to_named, to_sparql
from kg.query.results import FORMATS, Results, write_results
from kg.query.run import load_triples, open_triples, run_query

__all__ = [
    "FORMATS",
    "NamedQuery",
    "Results",
    "find_queries",
    "load_triples",
    "open_triples",
    "run_query",
    "to_listed",
    "to_named",
    "to_sparql",
    "write_results",
]
