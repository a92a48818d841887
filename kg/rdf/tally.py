"""Counts of what is written, taken while it is written, so that the description and the data cannot differ."""

from collections import Counter
from collections.abc import Iterable, Iterator

from kg.rdf.names import TYPE, Resource


class Tally:
    """Triples of the union of all graphs, and instances a class."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.triples = 0
        self.classes: Counter[str] = Counter()

    def add(self, resource: Resource) -> None:
        """Count one resource."""
        for _ in self.counted((resource,)):
            pass

    def counted(self, resources: Iterable[Resource]) -> Iterator[Resource]:
        """Yield the resources, counting each; `rdf:type` stands first among a resource's properties."""
        classes = self.classes
        for resource in resources:
            pairs = resource[2]
            self.triples += len(pairs)
            for predicate, value in pairs:
                if predicate != TYPE:
                    break
                classes[value] += 1
            yield resource
