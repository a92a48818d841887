"""Everything that flows between the stages, as frozen dataclasses, and the one codec that they share.

A record is one row of the store's table of the same name (`kg.store.TABLES`). Offsets are characters, 0-based,
half-open, into `Paper.text`. Scores are probabilities in 0..1. `source` names the component that said so, with its
version (``mentions@1``).
"""

import dataclasses

from kg.records.codes import Verdict
from kg.text import digest, normalise, slug, title_key


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper as it was read. Absent values are ``""``, ``()`` or ``None``.

    `id` is the one that the input gave; `ids` lists all of them where several records are this paper, sorted.
    `arxiv_id` and `doi` are normalised (`kg.text.arxiv_id`, `kg.text.doi`). `date` is ISO 8601, as exact as known.
    `sources` are the names of the files that it came from, sorted.
    """

    id: str
    title: str
    abstract: str
    year: int | None = None
    date: str = ""
    url: str = ""
    doi: str = ""
    arxiv_id: str = ""
    authors: tuple[str, ...] = ()
    venue: str = ""
    keywords: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Title and abstract with an empty line between: what every offset counts into."""
        return f"{self.title}\n\n{self.abstract}"

    @property
    def identity(self) -> str:
        """What makes two records one paper, as a path segment: arXiv id, else DOI, else the normalised title."""
        if self.arxiv_id:
            return f"arxiv:{self.arxiv_id}"
        if self.doi:
            return f"doi:{self.doi}"
        return f"title:{slug(self.title, 40) or 'untitled'}-{digest(title_key(self.title) or self.id)}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of a paper, or its title."""

    paper: str
    start: int
    end: int
    role: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One occurrence of an entity in a paper; `name` and `kind` point to its `DocumentEntity`."""

    paper: str
    start: int
    end: int
    text: str
    kind: str
    name: str
    score: float
    source: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEntity:
    """One thing of one paper: all its mentions there, named by its fullest form. Unique by (paper, name)."""

    paper: str
    name: str
    kind: str
    role: str
    surfaces: tuple[str, ...]
    score: float
    source: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """An entity's part in a claim: role subject, object, dataset, metric or task; `entity` is a name of the paper."""

    role: str
    entity: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A number that a claim states, with what it counts. `start` and `end` are offsets of `text` in the paper.

    `baseline` is the number that it is compared with ("from 61.2% to 71.3%"), `comparison` is ``absolute``,
    ``difference``, ``ratio`` or ``upper-bound``.
    """

    number: float
    unit: str = ""
    text: str
    start: int
    end: int
    metric: str = ""
    dataset: str = ""
    baseline: float | None = None
    comparison: str = "absolute"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one sentence asserts. `attribution` says whose it is: ``paper`` or ``prior`` work reported."""

    paper: str
    start: int
    end: int
    text: str
    type: str
    predicate: str
    arguments: tuple[Argument, ...] = ()
    values: tuple[Value, ...] = ()
    polarity: str = "neutral"
    negated: bool = False
    hedged: bool = False
    attribution: str = "paper"
    score: float
    source: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relation between two entities of a paper, by their names there; start and end are its evidence's offsets."""

    paper: str
    subject: str
    predicate: str
    object: str
    start: int
    end: int
    score: float
    source: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """All that was extracted from one paper."""

    paper: Paper
    sentences: tuple[Sentence, ...] = ()
    entities: tuple[DocumentEntity, ...] = ()
    mentions: tuple[Mention, ...] = ()
    claims: tuple[Claim, ...] = ()
    relations: tuple[Relation, ...] = ()


def entity_id(kind: str, name: str) -> str:
    """Return the id that an entity of this kind and canonical name has: ``<kind>/<slug>-<12 hex>``.

    Spellings that normalise alike have the same id.

    >>> entity_id("Dataset", "CIFAR-10") == entity_id("Dataset", "cifar 10")
    True
    """
    key = normalise(name)
    return f"{slug(kind) or 'kind'}/{slug(key, 40) or 'x'}-{digest(kind, key)}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A thing that the mentions of many papers share. `id` is ``<kind>/<slug>-<12 hex>``, a function of its content.

    `papers` and `mentions` are counts.
    """

    id: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    papers: int
    mentions: int
    broader: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Denotation:
    """Which entity a `DocumentEntity` (paper, name) is."""

    paper: str
    name: str
    kind: str
    role: str
    entity: str
    score: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """One line of the ledger: names `a` and `b` are one thing, `entity`, with the score and its reason."""

    entity: str
    a: str
    a_kind: str
    b: str
    b_kind: str
    score: float
    reason: str
    source: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Names `a` and `b` that look like one thing and were kept apart, with the score and the reason."""

    a: str
    a_kind: str
    b: str
    b_kind: str
    score: float
    reason: str
    source: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's last word on a name of a kind, as papers print it: one line of ``decisions.tsv`` (`kg.decisions`).

    `verdict` is a `Verdict`. `other` is the other name, the new name or the right kind, by the verdict; `other_kind`
    the other name's kind. `missing` is empty in the file: resolution sets it to the names that no paper prints.
    """

    name: str
    kind: str
    verdict: str
    other: str = ""
    other_kind: str = ""
    comment: str = ""
    author: str = ""
    date: str = ""
    missing: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """What is decided, as a sentence."""
        return (
            f"'{self.name}' ({self.kind}) "
            + {
                Verdict.SAME: f"is '{self.other}' ({self.other_kind})",
                Verdict.DIFFERENT: f"is not '{self.other}' ({self.other_kind})",
                Verdict.ALONE: "stands alone",
                Verdict.BROADER: f"is narrower than '{self.other}' ({self.other_kind})",
                Verdict.RENAMED: f"is called '{self.other}'",
                Verdict.KIND: f"is a {self.other}",
                Verdict.DROPPED: "is no entity",
            }[Verdict(self.verdict)]
        )

    @property
    def reason(self) -> str:
        """What the ledger says of it."""
        return f"decision: {self.comment}" if self.comment else "decision"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Grounding:
    """An entity's identifier in a vocabulary outside (`scheme`: wikidata, openalex, cso, ...)."""

    entity: str
    scheme: str
    identifier: str
    name: str
    score: float
    source: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A tie between two papers (`a` < `b`) by the entities that they share, the rarest first; `weight` in bits."""

    a: str
    b: str
    weight: float
    entities: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What made the graph as it is: versions and digests of the configuration and of the papers; no clock, no path."""

    version: str
    model: str
    config: str
    content: str
