"""What the heads share: probabilities, and weights on disk."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.heads import TrainedComponent, log_softmax, softmax


def test_probabilities_sum_to_one_and_survive_large_logits() -> None:
    logits = np.array([[1000.0, -1000.0, 0.0], [0.1, 0.2, 0.3]], np.float32)
    assert np.allclose(softmax(logits).sum(axis=1), 1)
    assert np.allclose(np.exp(log_softmax(logits)), softmax(logits), atol=1e-6)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 3), st.floats(-2, 2))
def test_calibration_keeps_order_and_bounds(a: float, b: float, slope: float, intercept: float) -> None:
    component = TrainedComponent("x")
    component.settings["calibration"] = [slope, intercept]
    low, high = sorted([a, b])
    assert 0 <= component.calibrated(low) <= component.calibrated(high) <= 1


def test_without_calibration_a_probability_stays() -> None:
    assert TrainedComponent("x").calibrated(0.73) == pytest.approx(0.73)


def test_a_label_may_have_a_calibration_of_its_own() -> None:
    component = TrainedComponent("x")
    component.settings = {"calibration": [1.0, 0.0], "calibrations": {"Task": [1.0, -1.0]}}
    assert component.calibrated(0.5, "Task") == pytest.approx(1 / (1 + math.e))
    assert component.calibrated(0.5, "Method") == pytest.approx(0.5)


def test_weights_and_settings_are_read_back(tmp_path: Path) -> None:
    component = TrainedComponent("x")
    component.weights = {"head.in.weight": (np.arange(6).reshape(2, 3) / 8).astype(np.float32)}
    component.settings = {"kinds": ["Material", "Protein"], "calibration": [1.5, -0.25]}
    component.threshold = 0.425
    component.to_disk(tmp_path)
    back = TrainedComponent("x").from_disk(tmp_path)
    assert np.array_equal(back.weights["head.in.weight"], component.weights["head.in.weight"])
    assert (back.settings, back.threshold) == (component.settings, 0.425)
    component.to_disk(tmp_path / "again")
    for file in ("weights.npz", "settings.json"):
        assert (tmp_path / file).read_bytes() == (tmp_path / "again" / file).read_bytes()


def test_blocks_of_columns_give_what_the_whole_array_gives() -> None:
    chance = np.random.default_rng(3)
    component = TrainedComponent("x")
    component.weights = {
        "h.in.weight": chance.normal(size=(7, 5)).astype(np.float32),
        "h.in.bias": chance.normal(size=5).astype(np.float32),
        "h.out.weight": chance.normal(size=(5, 3)).astype(np.float32),
        "h.out.bias": chance.normal(size=3).astype(np.float32),
    }
    few, each = chance.normal(size=(2, 4)).astype(np.float32), chance.normal(size=(6, 3)).astype(np.float32)
    index = np.array([0, 1, 1, 0, 0, 1])
    whole = component.two_layers("h", np.hstack([few[index], each]))
    assert np.allclose(component.two_layers_of_blocks("h", [(few, index), (each, None)]), whole, atol=1e-5)
