"""Names that share their beginning are two things, each with its own name and its own place in the text."""

import pytest

from kg.mentions.coordination import split_coordinated
from kg.mentions.entities import group_places
from kg.train.examples import find_words, to_words


def _split(text: str, candidate: str) -> list[tuple[str, str]]:
    """Return (text, name) of each part of the candidate in the text."""
    words = find_words(text)
    start = text.index(candidate)
    span = to_words(words, start, start + len(candidate))
    assert span is not None
    places, names = split_coordinated(text, words, [span])
    printed = [text[words[a][0] : words[b - 1][1]] for a, b in places]
    return [(form, names.get(place, form)) for form, place in zip(printed, places, strict=True)]


@pytest.mark.parametrize(
    ("text", "candidate", "parts"),
    [
        ("We test on CIFAR-10/100 today", "CIFAR-10/100", [("CIFAR-10", "CIFAR-10"), ("100", "CIFAR-100")]),
        ("We test on CIFAR-10 and -100 today", "CIFAR-10", [("CIFAR-10", "CIFAR-10"), ("-100", "CIFAR-100")]),
        ("It beats BERT-base/large here", "BERT-base", [("BERT-base", "BERT-base"), ("large", "BERT-large")]),
        ("It beats BERT-base/large here", "BERT-base/large", [("BERT-base", "BERT-base"), ("large", "BERT-large")]),
        ("GPT-3.5/4 models are", "GPT-3.5/4", [("GPT-3.5", "GPT-3.5"), ("4", "GPT-4")]),
        ("top-1/5 accuracy is", "top-1/5 accuracy", [("top-1", "top-1 accuracy"), ("5", "top-5 accuracy")]),
        (
            "ResNet-50, -101 and -152 are",
            "ResNet-50",
            [("ResNet-50", "ResNet-50"), ("-101", "ResNet-101"), ("-152", "ResNet-152")],
        ),
        ("on SQuAD 1.1/2.0", "SQuAD 1.1/2.0", [("SQuAD 1.1", "SQuAD 1.1"), ("2.0", "SQuAD 2.0")]),
        ("with Qwen2.5-7B/14B we", "Qwen2.5-7B/14B", [("Qwen2.5-7B", "Qwen2.5-7B"), ("14B", "Qwen2.5-14B")]),
    ],
)
def test_each_part_keeps_its_place_and_is_called_what_a_reader_completes(
    text: str, candidate: str, parts: list[tuple[str, str]]
) -> None:
    assert _split(text, candidate) == parts


@pytest.mark.parametrize(
    ("text", "candidate"),
    [
        ("ViT-B/16 is", "ViT-B/16"),
        ("Llama 2 and 3 others", "Llama 2"),
        ("On CIFAR-10 and 100 others", "CIFAR-10"),
        ("encoder/decoder models", "encoder/decoder"),
        ("in 3/4 of cases", "3/4"),
        ("a 50/50 split", "50/50"),
    ],
)
def test_what_only_looks_like_it_is_left_whole(text: str, candidate: str) -> None:
    assert _split(text, candidate) == [(candidate, candidate)]


def test_a_part_meets_the_other_mentions_of_its_thing() -> None:
    text = "On CIFAR-10 and -100. CIFAR-100 is harder."
    words = find_words(text)
    places, names = split_coordinated(text, words, [place for place in [to_words(words, 3, 11)] if place])
    groups = group_places(text, words, places, [], names)
    forms = [[text[words[a][0] : words[b - 1][1]] for a, b in group] for group in groups]
    assert forms == [["CIFAR-10"], ["-100", "CIFAR-100"]]


def test_a_candidate_of_its_own_is_not_taken_twice() -> None:
    text = "On CIFAR-10 and -100."
    words = find_words(text)
    given = [place for place in [to_words(words, 3, 11), to_words(words, 16, 20)] if place]
    assert split_coordinated(text, words, given) == (given, {})
