"""Sentences of an abstract: what each does, and which are claims."""

import numpy as np

from kg.claims.classifier import sentence_features
from kg.records import ClaimType, SentenceRole
from tests.examples import few_papers
from tests.model import ABSTRACT, TITLE, read


def test_a_sentence_is_seen_with_its_neighbours_and_its_place() -> None:
    vectors = np.random.default_rng(2).normal(size=(7, 4)).astype(np.float32)
    places = [(0, 2), (2, 5), (5, 7)]
    rows = sentence_features(vectors, places)
    assert rows.shape == (3, 3 * 4 + 3)
    means = [vectors[a:b].mean(axis=0) for a, b in places]
    assert np.allclose(rows[1, :12], np.concatenate([means[1], means[0], means[2]]), atol=1e-6)
    assert not rows[0, 4:8].any() and not rows[2, 8:12].any()
    assert np.allclose(rows[:, 12:], np.array([[0, 1, 0], [1 / 3, 0, 0], [2 / 3, 0, 1]]))


def test_findings_and_contributions_are_told_from_the_rest() -> None:
    types = {span.text.split()[0]: kind for span, kind, _ in read(TITLE, ABSTRACT)._.claims}
    assert types["LoRA"] == "finding"
    assert types["We"] == "contribution"
    assert "Our" not in types, "a link to code is no claim"


def test_roles_are_parallel_to_sentences_and_the_title_claims_nothing() -> None:
    for paper in few_papers():
        doc = read(paper["title"], paper["abstract"])
        assert len(doc._.sentence_roles) == len(list(doc.sents))
        assert doc._.sentence_roles[0] == SentenceRole.TITLE
        assert {SentenceRole(role) for role in doc._.sentence_roles[1:]} <= set(SentenceRole) - {SentenceRole.TITLE}
        for span, kind, score in doc._.claims:
            assert span.start_char >= len(paper["title"]) + 2
            assert ClaimType(kind) and 0 <= score <= 1


def test_a_paper_without_abstract_or_title_claims_nothing() -> None:
    assert read("", "")._.claims == []
    assert read("We outperform all of them", "")._.claims == []
