"""Relations: pairs that meet, the kinds that a predicate may join, evidence that quotes the text."""

import numpy as np

from kg.records import Predicate
from kg.relations import find_pairs, pair_features
from tests.examples import few_papers
from tests.model import read, shipped

SENTENCES = [(0, 4), (4, 10), (10, 20), (20, 30)]


def test_entities_of_one_sentence_meet_both_ways() -> None:
    pairs = find_pairs([[(4, 5)], [(7, 9)]], SENTENCES)
    assert [(pair.subject, pair.object, pair.sentence, pair.step) for pair in pairs] == [(0, 1, 1, 0), (1, 0, 1, 0)]


def test_neighbouring_sentences_meet_and_distant_ones_do_not() -> None:
    assert [(pair.step) for pair in find_pairs([[(5, 6)], [(12, 13)]], SENTENCES)] == [1, -1]
    assert find_pairs([[(5, 6)], [(25, 26)]], SENTENCES) == []


def test_the_nearest_mentions_are_taken_and_prose_before_the_title() -> None:
    pairs = find_pairs([[(0, 1), (11, 12)], [(2, 3), (18, 19)]], SENTENCES)
    assert pairs[0].sentence == 2
    assert (pairs[0].subject_place, pairs[0].object_place) == ((11, 12), (18, 19))
    near = find_pairs([[(5, 6), (13, 14)], [(8, 9), (19, 20)]], SENTENCES)
    assert near[0].sentence == 1


def test_features_name_kinds_order_and_distance() -> None:
    vectors = np.random.default_rng(5).normal(size=(30, 4)).astype(np.float32)
    pairs = find_pairs([[(4, 5)], [(7, 9)]], SENTENCES)
    rows = pair_features(vectors, pairs, [0, 1], SENTENCES, 4)
    assert rows.shape == (2, 5 * 4 + 2 * 4 + 4)
    assert np.allclose(rows[0, 8:12], vectors[5:7].mean(axis=0), atol=1e-6)
    assert np.allclose(rows[0, 20:], [1, 0, 0, 0, 0, 1, 0, 0, 1, 2 / 30, 0, 0], atol=1e-6)
    assert np.allclose(rows[1, 20:], [0, 1, 0, 0, 1, 0, 0, 0, 0, 2 / 30, 0, 0], atol=1e-6)


def test_relations_of_the_model_keep_to_kinds_and_quote_their_sentence() -> None:
    allowed = shipped().get_pipe("kg_relations").settings["allowed"]
    found = 0
    for paper in few_papers():
        doc = read(paper["title"], paper["abstract"])
        kind_of = {entity.name: entity.kind for entity in doc._.entities}
        for subject, predicate, other, evidence, score in doc._.relations:
            found += 1
            assert subject != other and Predicate(predicate)
            assert predicate not in allowed or [kind_of[subject], kind_of[other]] in allowed[predicate]
            assert 0 <= score <= 1
            by_name = {entity.name: entity for entity in doc._.entities}
            for name in (subject, other):
                assert any(evidence.start <= span.start < evidence.end for span in by_name[name].spans)
    assert found, "the examples state relations"
