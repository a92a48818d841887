"""Resolution: which names are one thing. Normalise, block, score, cluster, name; a ledger row for each merge."""

from kg.resolve.contradictions import check_decisions
from kg.resolve.entities import resolve_entities
from kg.resolve.keys import name_key

__all__ = ["check_decisions", "name_key", "resolve_entities"]
