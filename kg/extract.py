"""From papers to documents: builds `nlp`, runs it over papers in parallel, reads the records off spaCy's Doc.

The components talk through the Doc (`doc._.entities`, `doc._.claims`, ...); this module is where their findings
become `kg.records`.
"""

import dataclasses
import hashlib
import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice
from os import cpu_count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.config import ExtractConfig
from kg.errors import KGError, ModelError
from kg.records import (
    Argument,
    Claim,
    Document,
    DocumentEntity,
    Mention,
    Paper,
    Relation,
    Sentence,
    Value,
)
from kg.text import keep_length

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

#: Papers that one worker takes at a time: large enough that passing them costs nothing beside the encoder, small
#: enough that progress shows and a killed run loses little.
_CHUNK = 16
#: Chunks that wait for each worker: enough that none is idle while the caller writes.
_AHEAD = 4
#: Below this many papers the start of a second process costs more than it saves (spaCy and the model load in 1.5 s).
_FEW = 48


def model_path(config: ExtractConfig) -> Path:
    """Return the folder of the model that the configuration names; the shipped one for ``""``.

    Raises:
        ModelError: there is no model there.
    """
    path = Path(config.model) if config.model else Path(str(files("kg") / "model"))
    if not (path / "meta.json").is_file():
        raise ModelError(f"{path}: no model (meta.json) there; give the folder that 'kg train' wrote as extract.model")
    return path


@cache
def _digest_of(path: Path) -> str:
    sha = hashlib.sha256()
    told = {"README.md", "scores.json"}
    for file in sorted(p for p in path.rglob("*") if p.is_file() and p.name not in told and p.suffix != ".pyc"):
        sha.update(file.relative_to(path).as_posix().encode())
        sha.update(file.read_bytes())
    return sha.hexdigest()[:16]


def model_version(config: ExtractConfig) -> str:
    """Return name, version and digest of the model, with the thresholds that are set: what an extraction depends on."""
    path = model_path(config)
    meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
    thresholds = [config.entity_threshold, config.claim_threshold, config.relation_threshold]
    overrides = "".join(f"+{value}" if value is not None else "+" for value in thresholds)
    suffix = f" {overrides}" if any(value is not None for value in thresholds) else ""
    return f"{meta['name']}-{meta['version']}-{_digest_of(path)}{suffix}"


def load_nlp(config: ExtractConfig | None = None) -> "Language":
    """Return the spaCy pipeline of the configuration's model, its thresholds set.

    Raises:
        ModelError: there is no model, or it does not load with the installed versions.
    """
    import spacy

    config = config or ExtractConfig()
    path = model_path(config)
    try:
        nlp = spacy.load(path)
    except (OSError, ValueError, ImportError, KeyError) as error:
        said = str(error).splitlines()[0]
        raise ModelError(f"{path}: does not load: {said}; install abstract-kg again, or train it again") from error
    for setting, component in (
        ("entity_threshold", "kg_entities"),
        ("claim_threshold", "kg_claims"),
        ("relation_threshold", "kg_relations"),
    ):
        value = getattr(config, setting)
        if value is not None and nlp.has_pipe(component):
            nlp.get_pipe(component).threshold = value
    return nlp


def to_document(paper: Paper, doc: "Doc") -> Document:
    """Return the records of one analysed paper; ``doc`` is what `nlp` made of ``paper.text``."""
    sources = doc.user_data.get("kg_sources", {})

    def source(component: str) -> str:
        return str(sources.get(component, f"{component}@1"))

    text = paper.text
    sentences = tuple(
        Sentence(paper=paper.id, start=start, end=start + len(printed), role=str(role))
        for (start, printed), role in zip(_printed(text, doc.sents), doc._.sentence_roles, strict=True)
        if printed.strip()
    )
    entities, mentions = [], []
    for found in doc._.entities:
        entities.append(
            DocumentEntity(
                paper=paper.id,
                name=found.name,
                kind=str(found.kind),
                role=str(found.role),
                surfaces=tuple(found.surfaces),
                score=round(float(found.score), 4),
                source=source("entities"),
            )
        )
        scores = getattr(found, "span_scores", None) or [found.score] * len(found.spans)
        for span, score in zip(found.spans, scores, strict=True):
            start, end = span.start_char, span.end_char
            mentions.append(
                Mention(
                    paper=paper.id,
                    start=start,
                    end=end,
                    text=text[start:end],
                    kind=str(found.kind),
                    name=found.name,
                    score=round(float(score), 4),
                    source=source("mentions"),
                )
            )
    relations = [
        Relation(
            paper=paper.id,
            subject=subject,
            predicate=str(predicate),
            object=other,
            start=start,
            end=start + len(printed),
            score=round(float(score), 4),
            source=source("relations"),
        )
        for (start, printed), (subject, predicate, other, _, score) in zip(
            _printed(text, (found[3] for found in doc._.relations)), doc._.relations, strict=True
        )
    ]
    return Document(
        paper=paper,
        sentences=sentences,
        entities=tuple(sorted(entities, key=lambda e: (e.name, e.kind))),
        mentions=tuple(sorted(mentions, key=lambda m: (m.start, m.end, m.kind))),
        claims=tuple(_claims(paper, doc, source("claims"))),
        relations=tuple(sorted(relations, key=lambda r: (r.subject, r.predicate, r.object, r.start))),
    )


def _printed(text: str, spans: "Iterable[Span]") -> Iterator[tuple[int, str]]:
    """Yield where each span starts, and what is printed there, white space behind it left out."""
    for span in spans:
        start = span.start_char
        yield start, text[start : span.end_char].rstrip()


def _claims(paper: Paper, doc: "Doc", source: str) -> Iterator[Claim]:
    spans = _printed(paper.text, (found[0] for found in doc._.claims))
    for (start, text), (_, claim_type, score), structure in zip(
        spans, doc._.claims, doc._.claim_structures, strict=True
    ):
        yield Claim(
            paper=paper.id,
            start=start,
            end=start + len(text),
            text=text,
            type=str(claim_type),
            predicate=str(structure.predicate),
            arguments=tuple(Argument(role=role, entity=name) for role, name in structure.arguments),
            values=tuple(Value(**value) for value in structure.values),
            polarity=str(structure.polarity),
            negated=structure.negated,
            hedged=structure.hedged,
            attribution=structure.attribution,
            score=round(float(score), 4),
            source=source,
        )


def _without_breaks(paper: Paper) -> Paper:
    """Return the paper as it can be written; what is read from files is so, a caller's strings may hold anything."""
    title, abstract = keep_length(paper.title), keep_length(paper.abstract)
    if title == paper.title and abstract == paper.abstract:
        return paper
    return dataclasses.replace(paper, title=title, abstract=abstract)


def _extract_chunk(papers: Sequence[Paper], nlp: "Language") -> list[Document]:
    """Run the pipeline over some papers, each alone: a document's result never depends on its neighbours.

    One thread multiplies matrices: processes share the cores, and sums are made in the same order everywhere.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return [to_document(paper, nlp(paper.text)) for paper in papers]


_worker_nlp: dict[str, "Language"] = {}


def _extract_in_worker(papers: Sequence[Paper], config: ExtractConfig, version: str) -> list[Document]:
    """Run in a worker process: the pipeline is loaded once a process and kept."""
    if version not in _worker_nlp:
        _worker_nlp.clear()
        _worker_nlp[version] = load_nlp(config)
    return _extract_chunk(papers, _worker_nlp[version])


def extract_documents(
    papers: Iterable[Paper], nlp: "Language | None" = None, *, config: ExtractConfig | None = None, workers: int = 0
) -> Iterator[Document]:
    """Yield a document for each paper, in the papers' order, whatever the number of workers.

    Args:
        papers: what to analyse; read as needed, never held whole.
        nlp: a loaded pipeline, used when there is one worker; loaded from ``config`` when absent.
        config: the model and its thresholds; worker processes load from it.
        workers: processes; 0 means one a core. Few papers are always done in this process.

    Raises:
        ModelError: the model does not load.
        KGError: a worker process was killed.
    """
    config = config or ExtractConfig()
    waiting = map(_without_breaks, papers)
    workers = workers or config.workers or cpu_count() or 1
    first = list(islice(waiting, _FEW if workers > 1 else _CHUNK))
    if workers == 1 or len(first) < _FEW:
        if not first:
            return
        nlp = nlp or load_nlp(config)
        while first:
            yield from _extract_chunk(first, nlp)
            first = list(islice(waiting, _CHUNK))
        return
    yield from _extract_in_parallel(first, waiting, config, workers)


def _extract_in_parallel(
    first: list[Paper], waiting: Iterator[Paper], config: ExtractConfig, workers: int
) -> Iterator[Document]:
    from loky.process_executor import BrokenProcessPool, ProcessPoolExecutor

    version = model_version(config)
    chunks = [first[at : at + _CHUNK] for at in range(0, len(first), _CHUNK)]
    executor = ProcessPoolExecutor(max_workers=workers)
    pending: deque[Any] = deque(executor.submit(_extract_in_worker, chunk, config, version) for chunk in chunks)
    done = False
    try:
        while pending:
            while not done and len(pending) < workers * _AHEAD:
                chunk = list(islice(waiting, _CHUNK))
                done = not chunk
                if chunk:
                    pending.append(executor.submit(_extract_in_worker, chunk, config, version))
            yield from pending.popleft().result()
    except BrokenProcessPool as error:
        raise KGError(
            "extraction: a worker process was killed, perhaps for want of memory; "
            "run the same command again: it goes on where it stopped ('--workers 1' needs the least memory)"
        ) from error
    finally:
        executor.shutdown(wait=False, kill_workers=True)
