"""Two readings agree with themselves wholly, and less with each thing that one of them leaves out."""

import copy
from typing import Any

from kg.train.agreement import measure_agreement

READ: dict[str, Any] = {
    "id": "p",
    "title": "BERT on GLUE",
    "abstract": "We evaluate BERT on GLUE. It beats ELMo.",
    "sentences": [{"start": 0, "end": 25}, {"start": 26, "end": 40}],
    "entities": [
        {"name": "BERT", "labels": ["Method"], "roles": ["uses"], "surfaces": ["BERT"]},
        {"name": "GLUE", "labels": ["Dataset"], "roles": ["uses"], "surfaces": ["GLUE"]},
        {"name": "ELMo", "labels": ["Method"], "roles": ["mentions"], "surfaces": ["ELMo"]},
    ],
    "claims": [{"sentence": 1, "types": ["finding"]}],
    "relations": [{"subject": "BERT", "predicate": "outperforms", "object": "ELMo"}],
}


def test_a_reading_agrees_with_itself() -> None:
    found = measure_agreement([READ], [READ])
    assert found.pop("papers") == 1
    assert set(found.values()) == {1.0}


def test_what_one_reader_leaves_out_costs() -> None:
    other = copy.deepcopy(READ)
    del other["entities"][2], other["claims"][0], other["relations"][0]
    other["entities"][0]["roles"] = ["introduces"]
    found = measure_agreement([READ], [other])
    assert found["entity"] == 0.8
    assert found["claim"] == found["relation"] == 0.0
    assert found["role accuracy"] == 0.5


def test_papers_that_one_reader_did_not_read_do_not_count() -> None:
    assert measure_agreement([READ, {**READ, "id": "q"}], [READ])["papers"] == 1
