"""Everything known of one entity or one paper: what `kg show` tells."""

from kg.facts.known import EntityFacts, PaperFacts, Stated, Use, find_facts
from kg.facts.names import find_entities, find_named, find_near, find_papers
from kg.facts.wording import to_text

__all__ = [
    "EntityFacts",
    "PaperFacts",
    "Stated",
    "Use",
    "find_entities",
    "find_facts",
    "find_named",
    "find_near",
    "find_papers",
    "to_text",
]
