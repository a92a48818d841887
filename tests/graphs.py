"""A small graph made by hand, for tests of everything that reads a store.

Nine papers: seven are well-known ones told in words of our own (their facts are true), one carries what breaks
careless writers (markup, quotes, line ends, right-to-left text), one yields nothing. `small_graph` writes them.
"""

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path

from kg.records import (
    Argument,
    Claim,
    Decision,
    Denotation,
    DocumentEntity,
    Entity,
    Grounding,
    Link,
    Mention,
    Merge,
    Paper,
    Rejection,
    Relation,
    Run,
    Sentence,
    Value,
    entity_id,
)
from kg.store import Store
from kg.text import normalise


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One paper told by hand; claims and relations name their sentence by its number (0 is the title)."""

    paper: Paper
    sentences: tuple[tuple[str, str], ...] = ()
    #: name -> (kind, role, surfaces beside the name)
    entities: Mapping[str, tuple[str, str, tuple[str, ...]]] = dataclasses.field(default_factory=dict)
    #: (sentence, type, predicate, {role: name}, {field: value of Claim}, ((text, number, unit, metric, dataset), ...))
    claims: tuple[
        tuple[
            int,
            str,
            str,
            Mapping[str, str],
            Mapping[str, object],
            tuple[tuple[str, float, str, str, str], ...],
        ],
        ...,
    ] = ()
    #: (subject, predicate, object, sentence, score)
    relations: tuple[tuple[str, str, str, int, float], ...] = ()


def _told(
    paper: str,
    title: str,
    year: int | None,
    sentences: tuple[tuple[str, str], ...],
    *,
    arxiv: bool = True,
    **fields: object,
) -> Paper:
    known = {"authors": (), "doi": "", "url": f"https://arxiv.org/abs/{paper}" if arxiv else "", "venue": "", **fields}
    return Paper(
        id=paper, title=title, abstract=" ".join(text for _, text in sentences), year=year,
        date=f"{year}" if year else "", arxiv_id=paper if arxiv else "", ids=(paper,), sources=("small.jsonl",),
        **known,  # type: ignore[arg-type]
    )  # fmt: skip


_TRANSFORMER = (
    ("background", "Most systems for machine translation (MT) rely on recurrence."),
    ("objective", "We present the Transformer, a network that is built from attention alone."),
    ("result", "On WMT 2014 English-German, the Transformer reaches 28.4 BLEU, two points above the best ensembles."),
)
_BERT = (
    ("objective", "We introduce BERT, short for Bidirectional Encoder Representations from Transformers."),
    ("method", "It trains a deep Transformer on unlabelled text and is fine-tuned with one more layer."),
    ("result", "BERT pushes the GLUE score to 80.5% and SQuAD v1.1 question answering to an F1 of 93.2."),
)
_MTDNN = (
    ("objective", "We present MT-DNN, which adds multi-task learning (MT) to BERT for language understanding."),
    ("result", "MT-DNN outperforms BERT on GLUE and lifts the benchmark to 82.7%."),
)
_ROBERTA = (
    ("background", "Comparing ways of pretraining is hard, since each run costs much."),
    ("method", "RoBERTa trains BERT longer, on more text and without next sentence prediction."),
    ("result", "We find that BERT was undertrained; RoBERTa outperforms BERT on GLUE, SQuAD and RACE."),
)
_GPT3 = (
    ("objective", "We train GPT-3, an autoregressive language model with 175 billion parameters."),
    ("method", "It is applied by few-shot prompting, with no gradient update, to question answering and translation."),
    ("result", "Few-shot GPT-3 may rival tuned systems on SuperGLUE, yet it does not do well on RACE."),
)
_COT = (
    ("objective", "We study chain-of-thought prompting (CoT), in which examples spell out each step."),
    ("result", "With CoT, a large language model gains much accuracy in arithmetic reasoning on GSM8K."),
    ("result", "CoT does not help small models."),
)
_PAL = (
    ("objective", "We present PAL, where a model writes a program as its reasoning and an interpreter runs it."),
    ("result", "On GSM8K, PAL outperforms chain-of-thought prompting by 15% absolute in top-1 accuracy."),
)
_HOSTILE = (
    ("objective", 'We test <script>alert("x")</script> & \'quotes\', back\\slash, ]]> and """three""" on GSM8K.'),
    ("method", "<b>Bold</b>-Net v2 reads\ttabs,\nnew lines, \u202eright to left\u202c, "
               "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 and \U0001f600 emoji."),
    ("result", "Here chain-of-thought prompting outperforms PAL; <b>Bold</b>-Net v2 might not help at all."),
)  # fmt: skip

#: The papers, in the order of their years.
PAPERS: tuple[Told, ...] = (
    Told(
        paper=_told("1706.03762", "Attention Is All You Need", 2017, _TRANSFORMER,
                    authors=("Ashish Vaswani", "Noam Shazeer"), venue="NeurIPS"),
        sentences=_TRANSFORMER,
        entities={
            "Transformer": ("Method", "introduces", ()),
            "machine translation": ("Task", "uses", ("MT",)),
            "WMT 2014 English-German": ("Dataset", "uses", ()),
            "BLEU": ("Metric", "uses", ()),
        },
        claims=(
            (2, "contribution", "introduces", {"subject": "Transformer", "task": "machine translation"}, {}, ()),
            (3, "finding", "achieves",
             {"subject": "Transformer", "dataset": "WMT 2014 English-German", "metric": "BLEU"},
             {"polarity": "positive"}, (("28.4", 28.4, "BLEU", "BLEU", "WMT 2014 English-German"),)),
        ),
        relations=(
            ("Transformer", "evaluatedOn", "WMT 2014 English-German", 3, 0.95),
            ("Transformer", "appliedTo", "machine translation", 2, 0.81),
            ("WMT 2014 English-German", "measuredBy", "BLEU", 3, 0.9),
        ),
    ),
    Told(
        paper=_told("1810.04805", "BERT: Pre-training Deep Bidirectional Transformers", 2018, _BERT,
                    authors=("Jacob Devlin", "Ming-Wei Chang"), doi="10.18653/v1/n19-1423", venue="NAACL"),
        sentences=_BERT,
        entities={
            "Bidirectional Encoder Representations from Transformers": ("Method", "introduces", ("BERT",)),
            "Transformer": ("Method", "uses", ()),
            "GLUE": ("Dataset", "uses", ()),
            "SQuAD v1.1": ("Dataset", "uses", ()),
            "question answering": ("Task", "uses", ()),
            "F1": ("Metric", "uses", ()),
        },
        claims=(
            (1, "contribution", "introduces",
             {"subject": "Bidirectional Encoder Representations from Transformers"}, {}, ()),
            (3, "finding", "achieves",
             {"subject": "Bidirectional Encoder Representations from Transformers", "dataset": "SQuAD v1.1",
              "metric": "F1", "task": "question answering"},
             {"polarity": "positive"},
             (("80.5%", 80.5, "%", "", "GLUE"), ("93.2", 93.2, "", "F1", "SQuAD v1.1"))),
        ),
        relations=(
            ("Bidirectional Encoder Representations from Transformers", "evaluatedOn", "GLUE", 3, 0.97),
            ("Bidirectional Encoder Representations from Transformers", "evaluatedOn", "SQuAD v1.1", 3, 0.96),
            ("Bidirectional Encoder Representations from Transformers", "basedOn", "Transformer", 2, 0.9),
            ("SQuAD v1.1", "measuredBy", "F1", 3, 0.88),
        ),
    ),
    Told(
        paper=_told("1901.11504", "Multi-Task Networks for Language Understanding", 2019, _MTDNN,
                    authors=("Xiaodong Liu",)),
        sentences=_MTDNN,
        entities={
            "MT-DNN": ("Method", "introduces", ()),
            "multi-task learning": ("Method", "uses", ("MT",)),
            "BERT": ("Method", "uses", ()),
            "language understanding": ("Task", "uses", ("Language Understanding",)),
            "GLUE": ("Dataset", "uses", ()),
        },
        claims=(
            (2, "finding", "outperforms", {"subject": "MT-DNN", "object": "BERT", "dataset": "GLUE"},
             {"polarity": "positive"}, (("82.7%", 82.7, "%", "", "GLUE"),)),
        ),
        relations=(
            ("MT-DNN", "outperforms", "BERT", 2, 0.93),
            ("MT-DNN", "basedOn", "BERT", 1, 0.85),
            ("MT-DNN", "evaluatedOn", "GLUE", 2, 0.94),
            ("MT-DNN", "appliedTo", "language understanding", 1, 0.7),
        ),
    ),
    Told(
        paper=_told("1907.11692", "RoBERTa: A Robustly Optimized Way to Pretrain BERT", 2019, _ROBERTA,
                    authors=("Yinhan Liu",)),
        sentences=_ROBERTA,
        entities={
            "RoBERTa": ("Method", "introduces", ()),
            "BERT": ("Method", "uses", ()),
            "next sentence prediction": ("Task", "mentions", ()),
            "GLUE": ("Dataset", "uses", ()),
            "SQuAD": ("Dataset", "uses", ()),
            "RACE": ("Dataset", "uses", ()),
        },
        claims=(
            (3, "finding", "outperforms", {"subject": "RoBERTa", "object": "BERT", "dataset": "GLUE"},
             {"polarity": "positive"}, ()),
        ),
        relations=(
            ("RoBERTa", "outperforms", "BERT", 3, 0.96),
            ("RoBERTa", "basedOn", "BERT", 2, 0.92),
            ("RoBERTa", "evaluatedOn", "GLUE", 3, 0.95),
            ("RoBERTa", "evaluatedOn", "RACE", 3, 0.91),
        ),
    ),
    Told(
        paper=_told("2005.14165", "Language Models Learn From Few Examples", 2020, _GPT3, authors=("Tom Brown",)),
        sentences=_GPT3,
        entities={
            "GPT-3": ("Method", "introduces", ()),
            "language model": ("Method", "uses", ("Language Models",)),
            "few-shot prompting": ("Method", "uses", ()),
            "question answering": ("Task", "uses", ()),
            "translation": ("Task", "uses", ()),
            "SuperGLUE": ("Dataset", "uses", ()),
            "RACE": ("Dataset", "uses", ()),
        },
        claims=(
            (3, "finding", "matches", {"subject": "GPT-3", "dataset": "SuperGLUE"},
             {"polarity": "positive", "hedged": True}, ()),
            (3, "finding", "fails", {"subject": "GPT-3", "dataset": "RACE"},
             {"polarity": "negative", "negated": True, "score": 0.55}, ()),
        ),
        relations=(
            ("GPT-3", "subtypeOf", "language model", 1, 0.9),
            ("GPT-3", "evaluatedOn", "SuperGLUE", 3, 0.9),
            ("GPT-3", "appliedTo", "question answering", 2, 0.6),
        ),
    ),
    Told(
        paper=_told("2201.11903", "Chains of Thought Bring Out Reasoning", 2022, _COT, authors=("Jason Wei",)),
        sentences=_COT,
        entities={
            "chain-of-thought prompting": ("Method", "introduces", ("CoT",)),
            "large language model": ("Method", "uses", ()),
            "arithmetic reasoning": ("Task", "uses", ()),
            "GSM8K": ("Dataset", "uses", ()),
            "accuracy": ("Metric", "uses", ()),
        },
        claims=(
            (2, "finding", "improves",
             {"subject": "chain-of-thought prompting", "object": "large language model", "dataset": "GSM8K",
              "metric": "accuracy", "task": "arithmetic reasoning"}, {"polarity": "positive"}, ()),
            (3, "finding", "improves", {"subject": "chain-of-thought prompting"},
             {"polarity": "negative", "negated": True}, ()),
        ),
        relations=(
            ("chain-of-thought prompting", "evaluatedOn", "GSM8K", 2, 0.93),
            ("chain-of-thought prompting", "appliedTo", "arithmetic reasoning", 2, 0.89),
            ("GSM8K", "measuredBy", "accuracy", 2, 0.8),
        ),
    ),
    Told(
        paper=_told("2211.10435", "PAL: Programs as Reasoning", 2022, _PAL, authors=("Luyu Gao",)),
        sentences=_PAL,
        entities={
            "PAL": ("Method", "introduces", ()),
            "chain-of-thought prompting": ("Method", "uses", ()),
            "reasoning": ("Task", "uses", ("Reasoning",)),
            "GSM8K": ("Dataset", "uses", ()),
            "accuracy": ("Metric", "uses", ("top-1 accuracy",)),
        },
        claims=(
            (2, "finding", "outperforms",
             {"subject": "PAL", "object": "chain-of-thought prompting", "dataset": "GSM8K", "metric": "accuracy"},
             {"polarity": "positive"}, (("15%", 15.0, "%", "accuracy", "GSM8K"),)),
        ),
        relations=(
            ("PAL", "outperforms", "chain-of-thought prompting", 2, 0.97),
            ("PAL", "evaluatedOn", "GSM8K", 2, 0.96),
        ),
    ),
    Told(
        paper=_told('x"<y>/../%20\u00e9',
                    'On <script>alert("t")</script> & \\ "careful" \u0639\u0631\u0628\u064a writers',
                    2024,
                    _HOSTILE, arxiv=False, authors=("Zo\u00eb O'Brien \"Bob\" \\ <i>", "\u05d3\u05df"),
                    doi="10.1000/a(b)1:2;3/\u00e9%41", url='https://example.org/a b"c<d>|\\^`{}?q=\u00e9#f'),
        sentences=_HOSTILE,
        entities={
            "<b>Bold</b>-Net v2": ("Method", "introduces", ()),
            'back\\slash, ]]> and """three"""': ("Method", "mentions", ()),
            "\u0627\u0644\u0639\u0631\u0628\u064a\u0629": ("Task", "mentions", ()),
            "chain-of-thought prompting": ("Method", "uses", ()),
            "PAL": ("Method", "uses", ()),
            "GSM8K": ("Dataset", "uses", ()),
        },
        claims=(
            (3, "finding", "outperforms",
             {"subject": "chain-of-thought prompting", "object": "PAL", "dataset": "GSM8K"},
             {"polarity": "positive", "score": 0.52}, ()),
            (3, "finding", "shows", {"subject": "<b>Bold</b>-Net v2"},
             {"polarity": "negative", "negated": True, "hedged": True}, ()),
        ),
        relations=(("chain-of-thought prompting", "outperforms", "PAL", 3, 0.51),),
    ),
    Told(paper=_told("empty-1", "An Editorial", None, (), arxiv=False)),
)  # fmt: skip

#: (kind, a paper's name) -> the entity's canonical name, where they differ.
CANONICAL = {
    ("Method", "Bidirectional Encoder Representations from Transformers"): "BERT",
    ("Task", "translation"): "machine translation",
    ("Dataset", "SQuAD v1.1"): "SQuAD",
}
#: Entities that are narrower than another.
BROADER = {("Method", "GPT-3"): ("Method", "language model"),
           ("Method", "large language model"): ("Method", "language model")}  # fmt: skip


def _sentences(told: Told) -> list[Sentence]:
    paper, at = told.paper, len(told.paper.title) + 2
    found = [Sentence(paper=paper.id, start=0, end=len(paper.title), role="title")]
    for role, text in told.sentences:
        found.append(Sentence(paper=paper.id, start=at, end=at + len(text), role=role))
        at += len(text) + 1
    return found


def _mentions(told: Told) -> list[Mention]:
    """Every occurrence of every form, the longest first, none over another; later ones are less sure."""
    forms = [(form, name) for name, (_, _, more) in told.entities.items() for form in (name, *more)]
    taken: set[int] = set()
    found: list[Mention] = []
    for form, name in sorted(forms, key=lambda pair: (-len(pair[0]), pair)):
        for hit in re.finditer(rf"(?<![\w-]){re.escape(form)}(?!\w|-\w)", told.paper.text):
            if taken.isdisjoint(range(*hit.span())):
                taken.update(range(*hit.span()))
                found.append(
                    Mention(
                        paper=told.paper.id,
                        start=hit.start(),
                        end=hit.end(),
                        text=hit.group(),
                        kind=told.entities[name][0],
                        name=name,
                        score=round(max(0.51, 0.99 - 0.04 * len(found)), 4),
                        source="mentions@1",
                    )
                )
    return sorted(found, key=lambda m: m.start)


def _claims(told: Told, sentences: list[Sentence]) -> list[Claim]:
    text = told.paper.text
    found: list[Claim] = []
    for number, kind, predicate, arguments, more, values in told.claims:
        at = sentences[number]
        given = {"score": 0.9, **more}
        found.append(
            Claim(
                paper=told.paper.id,
                start=at.start,
                end=at.end,
                text=text[at.start : at.end],
                type=kind,
                predicate=predicate,
                arguments=tuple(Argument(role=r, entity=e) for r, e in arguments.items()),
                values=tuple(
                    Value(
                        number=n,
                        unit=u,
                        text=t,
                        start=text.index(t, at.start),
                        end=text.index(t, at.start) + len(t),
                        metric=m,
                        dataset=d,
                    )
                    for t, n, u, m, d in values
                ),
                source="claims@1",
                **given,  # type: ignore[arg-type]
            )
        )
    return found


def small_graph(folder: Path) -> Path:
    """Write the graph into ``folder`` (made where missing); return the path of its ``graph.duckdb``."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "graph.duckdb"
    path.unlink(missing_ok=True)
    denotations: list[Denotation] = []
    mentions: list[Mention] = []
    with Store(path) as store, store.transaction():
        store.add(Paper, (told.paper for told in PAPERS))
        for told in PAPERS:
            sentences, of_paper = _sentences(told), _mentions(told)
            mentions += of_paper
            store.add(Sentence, sentences)
            store.add(Mention, of_paper)
            store.add(Claim, _claims(told, sentences))
            store.add(
                Relation,
                (
                    Relation(
                        paper=told.paper.id, subject=s, predicate=p, object=o, start=sentences[n].start,
                        end=sentences[n].end, score=score, source="relations@1",
                    )
                    for s, p, o, n, score in told.relations
                ),
            )  # fmt: skip
            for name, (kind, role, more) in told.entities.items():
                score = max(m.score for m in of_paper if m.name == name)
                forms = tuple(sorted({m.text for m in of_paper if m.name == name} | set(more)))
                store.add(
                    DocumentEntity,
                    [
                        DocumentEntity(
                            paper=told.paper.id,
                            name=name,
                            kind=kind,
                            role=role,
                            surfaces=forms,
                            score=score,
                            source="mentions@1",
                        )
                    ],
                )
                canonical = CANONICAL.get((kind, name), name)
                denotations.append(
                    Denotation(
                        paper=told.paper.id,
                        name=name,
                        kind=kind,
                        role=role,
                        entity=entity_id(kind, canonical),
                        score=score,
                    )
                )
        store.add(Denotation, denotations)
        entities = _entities(denotations, mentions)
        store.add(Entity, entities)
        store.add(Merge, _merges())
        store.add(Rejection, REJECTIONS)
        store.add(Decision, DECISIONS)
        store.add(Grounding, _groundings())
        store.add(Link, _links(denotations))
        store.add(Run, [Run(version="0.1.0", model="abstracts@1", config="0123456789ab", content="ba9876543210")])
    return path


def _entities(denotations: list[Denotation], mentions: list[Mention]) -> list[Entity]:
    found = []
    for entity in sorted({d.entity for d in denotations}):
        local = {(d.paper, d.name): d for d in denotations if d.entity == entity}
        first = next(iter(local.values()))
        name = CANONICAL.get((first.kind, first.name), first.name)
        own = [m for m in mentions if (m.paper, m.name) in local]
        wider = BROADER.get((first.kind, name))
        found.append(
            Entity(
                id=entity,
                name=name,
                kind=first.kind,
                papers=len({d.paper for d in local.values()}),
                mentions=len(own),
                broader=(entity_id(*wider),) if wider else (),
                aliases=tuple(sorted(({m.text for m in own} | {d.name for d in local.values()}) - {name})),
            )
        )
    return found


def _merges() -> list[Merge]:
    found = []
    for (kind, name), canonical in CANONICAL.items():
        if normalise(name) != normalise(canonical):
            reason = "abbreviation defined in 1810.04805" if canonical == "BERT" else "similar names, shared papers"
            found.append(
                Merge(
                    entity=entity_id(kind, canonical),
                    a=canonical,
                    a_kind=kind,
                    b=name,
                    b_kind=kind,
                    score=0.97 if canonical == "BERT" else 0.91,
                    reason=reason,
                    source="resolve@1",
                )
            )
    return found


#: Two names that look alike and were kept apart; and what a person decided: of names that are there, and of one not.
REJECTIONS = [
    Rejection(a="BERT", a_kind="Method", b="BERT embeddings | <b>", b_kind="Method", score=0.87,
              reason="'embeddings' adds something", source="resolve@1"),
    Rejection(a="GLUE", a_kind="Dataset", b="BERT", b_kind="Method", score=1.0, reason="decision",
              source="decisions@1"),
]  # fmt: skip
DECISIONS = [
    Decision(name="GLUE", kind="Dataset", verdict="different", other="BERT", other_kind="Method", comment="of course"),
    Decision(name="no such <name>", kind="Method", verdict="dropped", missing=("no such <name>",)),
]


def _groundings() -> list[Grounding]:
    return [
        Grounding(entity=entity_id("Method", "BERT"), scheme="wikidata", identifier="Q61726893", name="BERT",
                  score=0.99, source="ground@1"),
        Grounding(entity=entity_id("Task", "machine translation"), scheme="wikidata", identifier="Q79798",
                  name="machine translation", score=0.98, source="ground@1"),
        Grounding(entity=entity_id("Task", "machine translation"), scheme="cso", identifier="machine_translation",
                  name="machine translation", score=0.97, source="ground@1"),
    ]  # fmt: skip


def _links(denotations: list[Denotation]) -> list[Link]:
    by_paper: dict[str, set[str]] = {}
    for d in denotations:
        by_paper.setdefault(d.paper, set()).add(d.entity)
    found = []
    for a in sorted(by_paper):
        for b in sorted(by_paper):
            shared = sorted(by_paper[a] & by_paper[b])
            if a < b and shared:
                found.append(Link(a=a, b=b, weight=round(2.1699 * len(shared), 4), entities=tuple(shared)))
    return found
