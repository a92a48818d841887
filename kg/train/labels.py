"""The labels that a model is trained for: from the recipe, or from a user's own annotations."""

import dataclasses

from kg.records import ClaimType, Kind, Predicate, Role, SentenceRole


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Names of all classes, in the order of the heads' outputs. Where a class "none" exists it comes first."""

    kinds: tuple[str, ...] = tuple(kind.value for kind in Kind)
    roles: tuple[str, ...] = tuple(role.value for role in Role)
    sentence_roles: tuple[str, ...] = tuple(r.value for r in SentenceRole if r is not SentenceRole.TITLE)
    claim_types: tuple[str, ...] = ("none", *(t.value for t in ClaimType))
    predicates: tuple[str, ...] = ("none", *(p.value for p in Predicate))

    @property
    def tags(self) -> int:
        """Number of BIO tags: O, then B and I of each kind."""
        return 1 + 2 * len(self.kinds)


#: Which kinds a predicate joins, (subject, object), by the definitions of the relations; absent: any.
ALLOWED: dict[str, list[list[str]]] = {
    Predicate.OUTPERFORMS.value: [[Kind.METHOD.value, Kind.METHOD.value]],
    Predicate.EVALUATED_ON.value: [[Kind.METHOD.value, Kind.DATASET.value], [Kind.METHOD.value, Kind.TASK.value]],
    Predicate.MEASURED_BY.value: [[k.value, Kind.METRIC.value] for k in (Kind.METHOD, Kind.DATASET, Kind.TASK)],
    Predicate.APPLIED_TO.value: [[Kind.METHOD.value, Kind.TASK.value]],
    Predicate.TRAINED_ON.value: [[Kind.METHOD.value, Kind.DATASET.value]],
}
