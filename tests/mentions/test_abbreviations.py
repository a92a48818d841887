"""Acronyms and their full forms, as texts define them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.mentions.abbreviations import find_abbreviations, find_initials
from tests.model import read


def pairs(text: str) -> list[tuple[str, str]]:
    return [(text[a:b], text[c:d]) for a, b, c, d in find_abbreviations(text)]


@pytest.mark.parametrize(
    ("text", "short", "full"),
    [
        ("We use convolutional neural networks (CNNs) here.", "CNNs", "convolutional neural networks"),
        ("A recurrent neural network (RNN, see below) is used.", "RNN", "recurrent neural network"),
        ("We use RLHF (reinforcement learning from human feedback).", "RLHF",
         "reinforcement learning from human feedback"),
        ("Low-rank adaptation (LoRA) is cheap.", "LoRA", "Low-rank adaptation"),
        ("We study named-entity recognition (NER).", "NER", "named-entity recognition"),
        ("Mixture-of-Experts (MoE) layers", "MoE", "Mixture-of-Experts"),
        ("We look at test-time adaptation (TTA).", "TTA", "test-time adaptation"),
        ("We look at self-supervised learning (SSL).", "SSL", "self-supervised learning"),
        ("by non-negative matrix factorization (NMF)", "NMF", "non-negative matrix factorization"),
        ("all of the mixture of experts (ME) layers", "ME", "mixture of experts"),
        ("the Stanford Question Answering Dataset (SQuAD)", "SQuAD", "Stanford Question Answering Dataset"),
        ("BERT: Bidirectional Encoder Representations from Transformers\n\nWe train it.", "BERT",
         "Bidirectional Encoder Representations from Transformers"),
        ("LoRA: Low-Rank Adaptation of Large Language Models\n\nWe train it.", "LoRA", "Low-Rank Adaptation"),
        ("MAML: Model-Agnostic Meta-Learning for Fast Adaptation\n\nWe train it.", "MAML",
         "Model-Agnostic Meta-Learning"),
        ("We call it Selective Self-to-Supervised Fine-Tuning (S3FT).", "S3FT",
         "Selective Self-to-Supervised Fine-Tuning"),
        ("We call it PCB-Merging (Parameter Competition Balancing).", "PCB-Merging", "Parameter Competition Balancing"),
        ("We call it Parameter Competition Balancing (PCB-Merging).", "PCB-Merging", "Parameter Competition Balancing"),
    ],
)  # fmt: skip
def test_a_definition_is_found(text: str, short: str, full: str) -> None:
    assert pairs(text) == [(short, full)]


@pytest.mark.parametrize(
    "text",
    [
        "We train BERT-Large (bidirectional encoder representations).",
        "We train GPT-3 (generative pre-trained transformer).",
        "We report results (see Table 2).",
        "It runs on many devices (GPU).",
        "We train BERT (base).",
        "The year (2024) was good.",
        "Large models are slow. LLM (not defined here)",
        "It gains 3 points (F1).",
        "GPT-4 (OpenAI, 2023) is used.",
        "(ABC)",
        "((((",
    ],
)
def test_other_brackets_define_nothing(text: str) -> None:
    assert pairs(text) == []


def test_a_definition_stays_within_its_sentence() -> None:
    assert pairs("We like large networks. Language models (LLM) are other things.") == []


@given(st.text(alphabet=st.sampled_from("abC (),.:;-\n2é"), max_size=80))
def test_any_text_is_read_and_offsets_lie_in_it(text: str) -> None:
    for a, b, c, d in find_abbreviations(text):
        assert 0 <= a < b <= len(text) and 0 <= c < d <= len(text)
        assert b <= c or d <= a


def test_a_document_knows_its_definitions() -> None:
    doc = read("On language models", "We train large language models (LLMs) with low-rank adaptation (LoRA).")
    found = [(short.text, full.text) for short, full in doc._.abbreviations]
    assert found == [("LLMs", "large language models"), ("LoRA", "low-rank adaptation")]


@pytest.mark.parametrize(
    ("names", "pairs"),
    [
        (["LLMs", "Large Language Models"], [("LLMs", "Large Language Models")]),
        (["MLLM agents", "multimodal large language model agents"],
         [("MLLM agents", "multimodal large language model agents")]),
        # Plurals of one name are one name, two names are none.
        (["VLM", "vision-language model", "vision-language models"], [("VLM", "vision-language model")]),
        (["SSL", "self-supervised learning", "semi-supervised learning"], []),
        # Not the initials of all words, not before the same words, too few letters, or a version.
        (["GNN", "heterogeneous graph neural network"], []),
        (["LLM agents", "large language models"], []),
        (["RL", "reinforcement learning"], []),
        (["GPT-3", "generative pre-trained transformer"], []),
    ],
)  # fmt: skip
def test_names_that_go_by_initials_are_found_without_a_definition(
    names: list[str], pairs: list[tuple[str, str]]
) -> None:
    assert find_initials(names) == pairs
