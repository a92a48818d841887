"""Resolution: which names are one thing. Normalise, block, score, cluster, name; a ledger row for each merge."""

from kg.resolve.contradictions import check_decisions
from kg.resolve.entities import resolve_entities

__all__ = ["check_decisions", "resolve_entities"]
