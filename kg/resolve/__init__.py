"""Resolution: which names are one thing. Normalise, block, score, cluster, name; a ledger row for each merge."""

from kg.resolve.contradictions import check_decisions
from kg.resolve.entities import Resolved, find_meanings, resolve_entities
from kg.resolve.explained import Comparison, compare_names
from kg.resolve.keys import name_key

__all__ = [
    "Comparison",
    "Resolved",
    "check_decisions",
    "compare_names",
    "find_meanings",
    "name_key",
    "resolve_entities",
]
