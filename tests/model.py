"""The shipped model, loaded once a test process."""

from functools import cache
from typing import TYPE_CHECKING

from kg.extract import load_nlp

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


@cache
def shipped() -> "Language":
    """Return the shipped pipeline; tests change nothing in it."""
    return load_nlp()


def read(title: str, abstract: str) -> "Doc":
    """Return what the shipped pipeline makes of a paper."""
    return shipped()(f"{title}\n\n{abstract}")


#: Written for the tests; the facts are those of public papers.
TITLE = "LoRA: Low-Rank Adaptation of Large Language Models"
ABSTRACT = (
    "Full fine-tuning of large language models (LLMs) is costly. We propose low-rank adaptation (LoRA), which trains "
    "small matrices beside frozen weights. We evaluate LoRA with RoBERTa and GPT-3 on GLUE and WikiSQL. "
    "LoRA outperforms adapters on GLUE and reaches an accuracy of 87.2%, with 10,000 times fewer trained parameters. "
    "Our code is available online."
)
