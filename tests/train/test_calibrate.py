"""Scores that mean what they say."""

import math
import random

import pytest

from kg.extract import load_nlp
from kg.train.calibrate import calibrate, fit_platt, reliability
from tests.train.test_examples import PAPER


def judged(slope: float, intercept: float, count: int = 4000) -> list[tuple[float, bool]]:
    """Return scores whose log odds are to be scaled by slope and intercept, judged at random by the truth."""
    chance = random.Random(4)
    found = []
    for _ in range(count):
        score = chance.uniform(0.02, 0.98)
        truth = 1 / (1 + math.exp(-(slope * math.log(score / (1 - score)) + intercept)))
        found.append((score, chance.random() < truth))
    return found


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.5, 0.0), (1.6, -0.7), (0.8, 0.9)])
def test_the_scaling_that_was_applied_is_found(slope: float, intercept: float) -> None:
    assert fit_platt(judged(slope, intercept)) == pytest.approx((slope, intercept), abs=0.12)


@pytest.mark.parametrize("some", [[], [(0.5, True)], [(1.0, True)] * 9, [(0.0, False), (1.0, True)]])
def test_little_to_go_by_changes_little(some: list[tuple[float, bool]]) -> None:
    slope, intercept = fit_platt(some)
    assert math.isfinite(slope) and math.isfinite(intercept)
    assert slope > 0


def test_reliability_counts_each_tenth() -> None:
    rows = reliability([(0.05, False), (0.07, True), (0.95, True), (1.0, True)])
    assert [mean for mean, _, _ in rows] == pytest.approx([0.06, 0.975])
    assert [row[1:] for row in rows] == [(0.5, 2), (1.0, 2)]


def test_readings_that_do_not_say_what_is_required_calibrate_a_model() -> None:
    nlp = load_nlp()
    measured = calibrate(nlp, [PAPER])
    assert measured["held out"]["papers missing"] == 0
    for name, figure in (("kg_entities", "entity"), ("kg_claims", "claim"), ("kg_relations", "relation")):
        component = nlp.get_pipe(name)
        assert component.threshold == measured[figure]["threshold"]
        assert component.settings["calibration"] == measured[figure]["calibration"]
