"""The closed lists: what a record's code can be."""

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of entity that the shipped model knows; a model of one's own may bring others (plain strings)."""

    METHOD = "Method"
    DATASET = "Dataset"
    TASK = "Task"
    METRIC = "Metric"


class Role(StrEnum):
    """What a paper does with an entity."""

    INTRODUCES = "introduces"
    USES = "uses"
    MENTIONS = "mentions"


class SentenceRole(StrEnum):
    """What a sentence does in an abstract."""

    TITLE = "title"
    BACKGROUND = "background"
    OBJECTIVE = "objective"
    METHOD = "method"
    RESULT = "result"
    OTHER = "other"


class ClaimType(StrEnum):
    """What a claim asserts: a result of the paper, or that the paper proposes, builds or releases something."""

    FINDING = "finding"
    CONTRIBUTION = "contribution"


class Predicate(StrEnum):
    """The closed list of relations between two entities of a paper."""

    OUTPERFORMS = "outperforms"
    EVALUATED_ON = "evaluatedOn"
    MEASURED_BY = "measuredBy"
    PART_OF = "partOf"
    SUBTYPE_OF = "subtypeOf"
    BASED_ON = "basedOn"
    APPLIED_TO = "appliedTo"
    TRAINED_ON = "trainedOn"


class ClaimPredicate(StrEnum):
    """The closed list of what a claim says of its subject."""

    OUTPERFORMS = "outperforms"
    IMPROVES = "improves"
    REDUCES = "reduces"
    ACHIEVES = "achieves"
    MATCHES = "matches"
    INTRODUCES = "introduces"
    ENABLES = "enables"
    SHOWS = "shows"
    CAUSES = "causes"
    CORRELATES = "correlates"
    FAILS = "fails"
    GENERALISES = "generalises"
    REQUIRES = "requires"
    PROVES = "proves"
    NONE = "none"


class Polarity(StrEnum):
    """Whether a claim speaks well or ill of its subject."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"


class Verdict(StrEnum):
    """What a person decides of a name; what it is told of stands in `Decision.other`."""

    SAME = "same"
    DIFFERENT = "different"
    ALONE = "alone"
    BROADER = "broader"
    RENAMED = "renamed"
    KIND = "kind"
    DROPPED = "dropped"
