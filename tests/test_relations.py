"""Relations: pairs that meet, the kinds that a predicate may join, evidence that quotes the text."""

import numpy as np

from kg.records import Predicate
from kg.relations import PAIR_VECTORS, SURFACE_FEATURES, find_pairs, pair_blocks, side_by_side
from tests.examples import few_papers
from tests.model import read, shipped

SENTENCES = [(0, 4), (4, 10), (10, 20), (20, 30)]


def test_entities_of_one_sentence_meet_both_ways() -> None:
    pairs = find_pairs([[(4, 5)], [(7, 9)]], SENTENCES)
    assert [(pair.subject, pair.object, pair.sentence, pair.step) for pair in pairs] == [(0, 1, 1, 0), (1, 0, 1, 0)]
    assert [(pair.met, pair.between, pair.evidence) for pair in pairs] == [(True, (5, 7), (1, 1))] * 2


def test_neighbouring_sentences_meet_and_distant_ones_are_told_by_the_later() -> None:
    near = find_pairs([[(5, 6)], [(12, 13)]], SENTENCES)
    assert [(pair.step, pair.met, pair.evidence) for pair in near] == [(1, True, (1, 2)), (-1, True, (1, 2))]
    far = find_pairs([[(5, 6)], [(25, 26)]], SENTENCES)
    assert [(pair.step, pair.met, pair.evidence) for pair in far] == [(2, False, (3, 3)), (-2, False, (3, 3))]
    assert far[0].between == (0, 0)


def test_the_nearest_mentions_are_taken_and_prose_before_the_title() -> None:
    pairs = find_pairs([[(0, 1), (11, 12)], [(2, 3), (18, 19)]], SENTENCES)
    assert pairs[0].sentence == 2
    assert (pairs[0].subject_place, pairs[0].object_place) == ((11, 12), (18, 19))
    near = find_pairs([[(5, 6), (13, 14)], [(8, 9), (19, 20)]], SENTENCES)
    assert near[0].sentence == 1


def test_features_name_kinds_roles_order_and_distance() -> None:
    vectors = np.random.default_rng(5).normal(size=(30, 4)).astype(np.float32)
    mentions = [[(4, 5), (25, 26)], [(7, 9)]]
    pairs = find_pairs(mentions, SENTENCES)
    rows = side_by_side(pair_blocks(vectors, pairs, mentions, [0, 1], [0, 2], SENTENCES, (4, 3)))
    width = PAIR_VECTORS * 4
    assert rows.shape == (2, width + 2 * 4 + 2 * 3 + SURFACE_FEATURES)
    assert np.allclose(rows[0, 8:12], vectors[5:7].mean(axis=0), atol=1e-6)
    assert np.allclose(rows[0, 20:24], (vectors[4] + vectors[25]) / 2, atol=1e-6)
    kind_and_role = [1, 0, 0, 0, 1, 0, 0], [0, 1, 0, 0, 0, 0, 1]
    assert np.allclose(rows[0, width : width + 14], kind_and_role[0] + kind_and_role[1])
    assert np.allclose(rows[1, width : width + 14], kind_and_role[1] + kind_and_role[0])
    once, twice = np.log1p(1), np.log1p(2)
    told = [1, 2 / 30, 0, 0, 0, twice, once, once, 0, 0, 1 / 3, 1 / 4, 1 / 4, 4 / 12]
    assert np.allclose(rows[0, width + 14 :], told, atol=1e-6)


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
            quoted = [
                any(evidence.start <= span.start < evidence.end for span in by_name[name].spans)
                for name in (subject, other)
            ]
            assert any(quoted), "the evidence names an end, both where they meet"
    assert found, "the examples state relations"
