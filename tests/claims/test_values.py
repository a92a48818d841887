"""Numbers in claims: which are values, with their units, comparisons and baselines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.claims.units import to_unit
from kg.claims.values import Number, find_ratios_in_words, find_values, to_number


def values(sentence: str, *names: str) -> list[Number]:
    """Return the values of a sentence, its entities given by their names."""
    places = [(sentence.index(name), sentence.index(name) + len(name)) for name in names]
    return list(find_values(sentence, places))


def brief(sentence: str, *names: str) -> list[tuple[float, str, str, float | None]]:
    """Return number, unit, comparison and baseline of each value."""
    return [(v.number, v.unit, v.comparison, v.baseline) for v in values(sentence, *names)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("ResNet reaches a top-5 error of 3.57% on ImageNet.", [(3.57, "%", "absolute", None)]),
        ("It improves accuracy from 61.2% to 71.3% on GSM8K.", [(71.3, "%", "absolute", 61.2)]),
        ("The error dropped from 26.2% to only 15.3%.", [(15.3, "%", "absolute", 26.2)]),
        ("Accuracy rises from 10 percent to 20 percent.", [(20.0, "%", "absolute", 10.0)]),
        ("It scores 71.3% vs. 61.2% for the baseline.", [(71.3, "%", "absolute", 61.2)]),
        ("It reaches 71.3% compared to 61.2% for BERT.", [(71.3, "%", "absolute", 61.2)]),
        ("Its accuracy is higher (71.3%) than that of BERT (61.2%).", [(71.3, "%", "absolute", 61.2)]),
        ("Solve rates change: 61.2% \u2192 71.3%.", [(71.3, "%", "absolute", 61.2)]),
        ("It wins in validation (0.932 to 0.965 mAP).", [(0.965, "mAP", "absolute", 0.932)]),
        (r"Accuracy goes $61.2\% \rightarrow 71.3\%$.", [(71.3, "%", "absolute", 61.2)]),
        ("A score of 90 against 85 is reached.", [(90.0, "", "absolute", 85.0)]),
        ("It outperforms BERT by 3.4 points.", [(3.4, "points", "difference", None)]),
        ("It outperforms BERT by an average of 3.4 percentage points.", [(3.4, "points", "difference", None)]),
        ("We see a 9% improvement.", [(9.0, "%", "difference", None)]),
        ("We see 9% higher accuracy.", [(9.0, "%", "difference", None)]),
        ("It improves recall by +11.9%.", [(11.9, "%", "difference", None)]),
        ("It yields an improvement of 28.3% in score.", [(28.3, "%", "difference", None)]),
        ("It achieves an IoU of 62.5%.", [(62.5, "%", "absolute", None)]),
        ("Inference is 2x faster.", [(2.0, "x", "ratio", None)]),
        ("Inference is up to 2x faster.", [(2.0, "x", "upper-bound", None)]),
        ("It gives a 2.11$\\times$ speedup.", [(2.11, "x", "ratio", None)]),
        ("It needs 10,000 times fewer parameters.", [(10_000.0, "x", "ratio", None)]),
        ("We find a 10-fold reduction.", [(10.0, "x", "ratio", None)]),
        ("Memory is 4\u00d7 smaller.", [(4.0, "x", "ratio", None)]),
        ("Accuracy gains up to 26% are seen.", [(26.0, "%", "upper-bound", None)]),
        ("They solve less than 5% of the problems.", [(5.0, "%", "upper-bound", None)]),
        ("They solve over 90% of the problems.", [(90.0, "%", "absolute", None)]),
        ("It beats baselines by more than 10%.", [(10.0, "%", "difference", None)]),
        ("A BLEU score of 41 is reached.", [(41.0, "", "absolute", None)]),
        ("The Transformer reaches 28.4 BLEU.", [(28.4, "BLEU", "absolute", None)]),
        ("It has 1.3 billion parameters.", [(1.3, "B parameters", "absolute", None)]),
        ("Only 66M trainable parameters remain.", [(66.0, "M parameters", "absolute", None)]),
        ("Training takes 3.5 days.", [(3.5, "days", "absolute", None)]),
        (
            "Latency is 12 ms at 1,000 tokens/s.",
            [(12.0, "ms", "absolute", None), (1000.0, "tokens/s", "absolute", None)],
        ),
        ("It runs at 45 FPS.", [(45.0, "FPS", "absolute", None)]),
    ],
)
def test_values_carry_unit_comparison_and_baseline(
    sentence: str, expected: list[tuple[float, str, str, float | None]]
) -> None:
    assert brief(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (r"$3.4\%$ and 3.5\% and 3.6 % and 3.7\,% and 3.8 per cent", [3.4, 3.5, 3.6, 3.7, 3.8]),
        ("\u22123.4% and +2.1% and \u20131.5%", [-3.4, 2.1, -1.5]),
        ("It loses 1,000 ms, 12,345.6 ms and 1{,}500 ms.", [1000.0, 12345.6, 1500.0]),
        ("An error of 10^-3, $10^{-4}$ and $3 \\times 10^{-5}$.", [1e-3, 1e-4, 3e-5]),
        ("A loss of 1e-4.", [1e-4]),
        ("Scores of 0.5-0.7, 10\u201320% and 12%-15%.", [0.5, 0.7, 10.0, 20.0, 12.0, 15.0]),
        ("We gain 2.3 and 4.5 points.", [2.3, 4.5]),
        (r"It attains \textbf{77.8\% precision}.", [77.8]),
        ("AUROC~0.852 (r = 0.85)", [0.852, 0.85]),
        (r"Accuracy is 81.76\% $\pm$ 0.04.", [81.76]),
    ],
)
def test_numbers_are_read_however_they_are_printed(sentence: str, expected: list[float]) -> None:
    assert [v.number for v in values(sentence)] == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "GPT-4 and CIFAR-10 and ResNet-50 and wav2vec and K-12 and ConvNeXt-1.5",
        "Llama 3.1 is trained; Python 3.11 is used.",
        "Version 1.2.3, v2.0 and release 10.0.1.2 differ.",
        "In 2021, BERT [12] was used (Devlin et al., 2019).",
        "We study three tasks, 12 datasets and 1,400 prompts.",
        "A 16-layer network with 3x3 kernels, $3 \\times 3$ strides, 3D input, the 2nd.",
        "As Section 3.2 and Table 1.1 tell.",
        "Bounds of O(1.5 n), n^{2.5} and x_{0.5}.",
        r"We set $\gamma=0.99$ and k = 0.5.",
        "The gain is significant (p < 0.05).",
        "Systems of the 1990s and the 80s.",
        "A 7B-Chat model and a 13B model.",
        "It was repeated 5 times.",
    ],
)
def test_numbers_that_are_no_results_are_left_out(sentence: str) -> None:
    assert values(sentence) == []


def test_a_number_within_a_name_is_no_value() -> None:
    sentence = "Phi 1.5 reaches 41.1% on MATH 2.0."
    assert [v.number for v in values(sentence, "Phi 1.5", "MATH 2.0")] == [41.1]


def test_a_decimal_right_behind_a_measure_is_a_value() -> None:
    assert [v.number for v in values("It has METEOR 0.312 and QWK 0.71.", "QWK")] == [0.312, 0.71]


def test_numbers_of_one_list_share_their_comparison_and_chain() -> None:
    found = values("It cuts faking by 85.8%, 94.0%, and 57.7%; accuracy stays at 80.1%.")
    assert [(v.comparison, v.chain) for v in found] == [("difference", 1)] * 3 + [("absolute", 2)]
    found = values("We see gains of 5.7% on CoLA and 3.2% on RTE.")
    assert {v.comparison for v in found} == {"difference"}


def test_a_range_of_gains_has_no_baseline() -> None:
    assert brief("Improvements range from 2% to 5%.") == [
        (2.0, "%", "difference", None),
        (5.0, "%", "difference", None),
    ]
    assert [b for *_, b in brief("It works for models from 1B parameters to 7B parameters.")] == [None, None]


def test_gains_over_two_systems_are_not_compared_with_each_other() -> None:
    found = brief("It improves results by 15% compared to one-stage models and by 5% compared to two-stage models.")
    assert found == [(15.0, "%", "difference", None), (5.0, "%", "difference", None)]


def test_ratios_in_words_are_read() -> None:
    sentence = "Twice as fast, two orders of magnitude smaller, up to three times faster, seen three times."
    found = list(find_ratios_in_words(sentence))
    assert [(v.number, v.unit, v.comparison) for v in found] == [
        (2.0, "x", "ratio"),
        (2.0, "orders of magnitude", "ratio"),
        (3.0, "x", "upper-bound"),
    ]


@pytest.mark.parametrize(
    ("printed", "unit"),
    [
        (r"\%", "%"),
        ("percentage points", "points"),
        ("pp", "points"),
        ("BLEU points", "BLEU points"),
        ("hrs", "hours"),
        ("", ""),
        (r"\times", "x"),
        ("million tokens", "M tokens"),
        ("B-parameter", "B parameters"),
    ],
)
def test_units_have_one_spelling(printed: str, unit: str) -> None:
    assert to_unit(printed) == unit


def test_printed_numbers_become_floats() -> None:
    assert to_number("~1,234.5") == 1234.5
    assert to_number("\u2212.5") == -0.5


@pytest.mark.parametrize(
    "unit_of_text",
    [
        "1",
        "1,000,",
        "0.5-",
        "a ",
        "9.9% ",
        "from 1% to ",
        "((",
        "10^-3 ",
        "{",
        "1 and ",
        "$\\",
        "improvement ",
        "1 x ",
        "\u2212",
    ],
)
def test_long_texts_of_any_sort_are_read_to_their_end(unit_of_text: str) -> None:
    text = unit_of_text * (30_000 // len(unit_of_text))
    # A scan that looks back again and again would take minutes here, and stop the run; times are not asserted.
    found = list(find_values(text)) + list(find_ratios_in_words(text))
    assert all(text[v.start : v.end] for v in found)


@given(st.text(alphabet="0123456789.,%-+$\\{}^ xe\u2212\u2013\u00d7~ABab()/=<>from to by vs", max_size=80))
def test_offsets_hold_a_number_whatever_is_printed(text: str) -> None:
    last = 0
    for value in find_values(text):
        assert last <= value.start < value.end <= len(text)
        assert any(c.isdigit() for c in text[value.start : value.end])
        assert value.number == value.number and abs(value.number) != float("inf")
        last = value.end
