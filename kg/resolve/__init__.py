"""Resolution: which names are one thing. Normalise, block, score, cluster, name; a ledger row for each merge."""

from kg.resolve.entities import resolve_entities

__all__ = ["resolve_entities"]
