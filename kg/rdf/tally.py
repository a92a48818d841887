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
        """Count one resource; `rdf:type` stands first among its properties."""
        self.triples += len(resource.pairs)
        for predicate, value in resource.pairs:
            if predicate != TYPE:
                break
            self.classes[value] += 1

    def counted(self, resources: Iterable[Resource]) -> Iterator[Resource]:
        """Yield the resources, counting each."""
        for resource in resources:
            self.add(resource)
            yield resource
