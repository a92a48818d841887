"""Papers become documents, each alone, in their order, whatever the text and the number of processes."""

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.config import ExtractConfig
from kg.errors import KGError, ModelError
from kg.extract import extract_documents, load_nlp, model_path, model_version, to_document
from kg.interchange import to_interchange
from kg.read import read_papers
from kg.records import ClaimPredicate, ClaimType, Document, Kind, Paper, Polarity, Predicate, Role, SentenceRole
from kg.text import keep_length
from tests.examples import EXAMPLES, ROOT, tiny_papers, write_papers
from tests.model import shipped

if TYPE_CHECKING:
    from spacy.language import Language


@pytest.fixture(scope="module")
def papers() -> list[Paper]:
    return list(read_papers(EXAMPLES / "papers.jsonl"))[::4]


@pytest.fixture(scope="module")
def documents(papers: list[Paper]) -> list[Document]:
    return list(extract_documents(papers, shipped(), workers=1))


# ---- what a document holds


def test_there_is_a_document_for_each_paper_in_their_order(papers: list[Paper], documents: list[Document]) -> None:
    assert [d.paper for d in documents] == papers
    assert all(d.entities and d.mentions and d.sentences for d in documents)
    assert list(extract_documents([], workers=1)) == []


def test_every_offset_is_true(documents: list[Document]) -> None:
    for document in documents:
        text = document.paper.text
        placed: list[Any] = [*document.mentions, *document.claims, *(v for c in document.claims for v in c.values)]
        for found in placed:
            assert text[found.start : found.end] == found.text
        for sentence in document.sentences:
            assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end] != ""


def test_sentences_follow_each_other_and_the_title_is_the_first(documents: list[Document]) -> None:
    for document in documents:
        first, *others = document.sentences
        assert (first.start, first.end, first.role) == (0, len(document.paper.title), "title")
        assert all(one.end <= other.start for one, other in zip(document.sentences, others, strict=False))
        assert "title" not in {sentence.role for sentence in others}


def test_every_code_is_one_of_its_list_and_every_score_a_probability(documents: list[Document]) -> None:
    for d in documents:
        assert {e.kind for e in d.entities} <= set(Kind)
        assert {e.role for e in d.entities} <= set(Role)
        assert {s.role for s in d.sentences} <= set(SentenceRole)
        assert {c.type for c in d.claims} <= set(ClaimType)
        assert {c.predicate for c in d.claims} <= set(ClaimPredicate)
        assert {c.polarity for c in d.claims} <= set(Polarity)
        assert {r.predicate for r in d.relations} <= set(Predicate)
        kept: list[Any] = [*d.entities, *d.mentions, *d.claims, *d.relations]
        for scored in kept:
            assert 0 <= scored.score <= 1
            assert scored.source.count("@") == 1


def test_every_name_in_a_claim_a_relation_or_a_mention_is_an_entity_of_the_paper(documents: list[Document]) -> None:
    for document in documents:
        names = [entity.name for entity in document.entities]
        assert len(set(names)) == len(names)
        told = {argument.entity for claim in document.claims for argument in claim.arguments}
        told |= {name for relation in document.relations for name in (relation.subject, relation.object)}
        assert told <= set(names)
        assert {mention.name for mention in document.mentions} == set(names)
        for entity in document.entities:
            printed = {m.text for m in document.mentions if m.name == entity.name}
            assert printed <= set(entity.surfaces)


def test_a_document_does_not_depend_on_its_neighbours(papers: list[Paper], documents: list[Document]) -> None:
    assert list(extract_documents(papers[::-1], shipped(), workers=1)) == documents[::-1]
    assert list(extract_documents(papers[3:4], shipped(), workers=1)) == documents[3:4]


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("", ""),
        ("?", ""),
        ("", "An abstract without a title, on BERT."),
        (" ", " \n\n "),
        ("العربية", "日本語の要旨です。BERT を使う。"),
        ("\U0001f600" * 40, "e\u0301" * 200),
        ("<script>alert(1)</script>", 'We use <b>BERT</b> & "GLUE"\ttabs\n\nand lines.\u2028End.'),
        ("A" * 3_000, "b" * 20_000),
        ("BERT " * 300, "We use BERT on GLUE. " * 400),
        ("(((((", ")" * 2_000 + "(" * 2_000),
        ("$\\frac{1}{2}$", "\\begin{equation} x^{10^{-3}} \\end{equation} reaches 1.2.3% on 10^-3."),
        ("\x00\x1b[31m", "control \x07 characters \ufffe and more"),
        ("Foo\ud800Net", "We introduce \udc00 FooNet for parsing. It beats BERT."),
    ],
    ids=range(13),
)
def test_any_text_makes_a_document_with_true_offsets(title: str, abstract: str) -> None:
    paper = Paper(id="p", title=title, abstract=abstract)
    [document] = extract_documents([paper], shipped(), workers=1)
    placed: list[Any] = [*document.mentions, *document.claims]
    for found in placed:
        assert keep_length(paper.text)[found.start : found.end] == found.text
    json.dumps(to_interchange(document), ensure_ascii=False).encode("utf-8")


@cache
def eager() -> "Language":
    """Return the shipped pipeline with thresholds so low that nearly every sentence is a claim."""
    return load_nlp(ExtractConfig(entity_threshold=0.1, claim_threshold=0.001, relation_threshold=0.1))


#: What claims, values, names and sentences are made of; strung together at random they meet every branch there is.
PIECES = (
    "BERT", "RoBERTa", "our model", "GPT-3", "PaLM 540B", "chain-of-thought prompting (CoT)", "GLUE", "SQuAD v1.1",
    "ImageNet", "accuracy", "F1", "BLEU", "perplexity", "top-1 error", "machine translation", "outperforms",
    "improves", "reduces", "achieves", "fails to reach", "does not improve", "we propose", "we show that",
    "is outperformed by", "may", "compared with", "than", "on", "by", "from", "to", "up to", "and", "or", ",", ";",
    ":", "(", ")", "respectively", "respectively,", "neither", "nor", "1.2%", "93.2", "28.4 BLEU", "a BLEU of 28.4",
    "88.5 F1", "3.4 points", "2x", "10^-3", "$3.4\\%$", "0.5-0.7", "1,000", "175B", "\u22124.2", "v1.2.3", "2017",
    "three", "61.2% to 71.3%", "28.4 vs. 27.1", "1.1, 2.2, and 3.3", ".", ". ", "! ", "\n",
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join))
def test_sentences_strung_together_at_random_make_a_document_with_true_offsets(abstract: str) -> None:
    paper = Paper(id="p", title="A Title", abstract=abstract)
    [document] = extract_documents([paper], eager(), workers=1)
    names = {entity.name for entity in document.entities}
    assert {argument.entity for claim in document.claims for argument in claim.arguments} <= names
    placed: list[Any] = [*document.mentions, *document.claims, *(v for c in document.claims for v in c.values)]
    for found in placed:
        assert paper.text[found.start : found.end] == found.text


# ---- settings and models


def test_a_higher_threshold_keeps_less_and_a_lower_one_more(papers: list[Paper]) -> None:
    counts = []
    for threshold in (0.05, 0.99):
        config = ExtractConfig(entity_threshold=threshold, claim_threshold=threshold, relation_threshold=threshold)
        nlp = load_nlp(config)
        found = [to_document(paper, nlp(paper.text)) for paper in papers[:3]]
        counts.append([sum(len(getattr(d, what)) for d in found) for what in ("entities", "claims", "relations")])
        kept: list[Any] = [one for d in found for one in (*d.entities, *d.claims, *d.relations)]
        assert all(one.score >= threshold - 0.0001 for one in kept)
    assert all(more > less for more, less in zip(*counts, strict=True))


def test_the_models_version_changes_with_its_files_and_thresholds(tmp_path: Path) -> None:
    plain = model_version(ExtractConfig())
    assert model_version(ExtractConfig(workers=5)) == plain
    assert model_version(ExtractConfig(entity_threshold=0.4)) != model_version(ExtractConfig(claim_threshold=0.4))
    copy = tmp_path / "model"
    shutil.copytree(model_path(ExtractConfig()), copy)
    assert model_version(ExtractConfig(model=str(copy))) == plain
    other = tmp_path / "other"
    shutil.copytree(copy, other)
    meta = json.loads((other / "meta.json").read_text())
    (other / "meta.json").write_text(json.dumps(meta | {"description": "changed"}))
    assert model_version(ExtractConfig(model=str(other))) != plain
    assert str(tmp_path) not in model_version(ExtractConfig(model=str(other)))


def test_a_model_that_is_missing_or_broken_is_told_by_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere: no model \(meta\.json\) there"):
        load_nlp(ExtractConfig(model=str(tmp_path / "nowhere")))
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "meta.json").write_text("{}")
    with pytest.raises(ModelError, match="broken: does not load"):
        load_nlp(ExtractConfig(model=str(broken)))


@pytest.mark.parametrize("gone", ["kg_encoder", "kg_mentions", "kg_claims", "config.cfg"])
def test_a_model_that_lacks_a_part_is_told(tmp_path: Path, gone: str) -> None:
    copy = tmp_path / "model"
    shutil.copytree(model_path(ExtractConfig()), copy)
    (shutil.rmtree if (copy / gone).is_dir() else Path.unlink)(copy / gone)
    with pytest.raises(ModelError, match="does not load"):
        load_nlp(ExtractConfig(model=str(copy)))


def test_a_model_of_another_version_is_told(tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(model_path(ExtractConfig()), copy)
    settings = json.loads((copy / "kg_relations" / "settings.json").read_text())
    del settings["roles"]
    (copy / "kg_relations" / "settings.json").write_text(json.dumps(settings))
    with pytest.raises(ModelError, match=r"another version of kg .*'roles'.* train it again"):
        load_nlp(ExtractConfig(model=str(copy)))


# ---- processes

_KILLING = """
import os, signal, sys
from pathlib import Path
from kg.errors import KGError
from kg.extract import extract_documents
from kg.interchange import to_interchange
from kg.read import read_papers

if __name__ == "__main__":
    try:
        for number, document in enumerate(extract_documents(list(read_papers("papers.jsonl")) * 20, workers=2)):
            if number == 0:
                children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
                for child in children:
                    if b"popen_loky" in Path(f"/proc/{child}/cmdline").read_bytes():
                        os.kill(int(child), signal.SIGKILL)
    except KGError as error:
        print(error)
"""


def test_a_worker_that_is_killed_ends_the_run_with_the_remedy(tmp_path: Path) -> None:
    write_papers(tmp_path / "papers.jsonl", tiny_papers())
    (tmp_path / "killing.py").write_text(_KILLING)
    ended = subprocess.run(
        [sys.executable, "killing.py"], cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "a worker process was killed" in ended.stdout
    assert "it goes on where it stopped" in ended.stdout


def test_stopping_to_ask_for_documents_stops_the_extraction(papers: list[Paper]) -> None:
    documents = extract_documents(iter(papers), shipped(), workers=1)
    assert next(documents).paper == papers[0]
    documents.close()  # type: ignore[attr-defined]


def test_a_model_error_is_a_lookup_error_and_ours() -> None:
    assert issubclass(ModelError, LookupError)
    assert issubclass(ModelError, KGError)


def test_the_model_holds_no_words_that_it_read() -> None:
    assert not (model_path(ExtractConfig()) / "vocab").exists()
