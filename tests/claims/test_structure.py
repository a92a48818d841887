"""The structure of claims, on documents whose entities and claims are set by hand."""

import dataclasses
from typing import Any

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc, Span

from kg.claims.structure import ClaimStructure, create_claim_structure
from kg.records import ClaimPredicate, Polarity, Value, hints_of

NLP = spacy.blank("en")
COMPONENT = create_claim_structure(NLP, "kg_claim_structure")
for extension in ("entities", "claims"):
    if not Doc.has_extension(extension):
        Doc.set_extension(extension, default=[])


@dataclasses.dataclass(frozen=True)
class Named:
    """An entity as the component sees it."""

    name: str
    kind: str
    role: str
    surfaces: tuple[str, ...]
    spans: tuple[Span, ...]


def analyse(sentence: str, *entities: str, kind: str = "finding", title: str = "A title") -> tuple[ClaimStructure, Doc]:
    """Return the structure of one sentence; an entity is "name:Kind", "name:Kind:role" or "name=surface:Kind:role"."""
    doc = NLP(f"{title}\n\n{sentence}")
    found = []
    for entity in entities:
        name, its_kind, role = (*entity.split(":"), "uses")[:3]
        name, _, surface = name.partition("=")
        surface = surface or name
        spans, at = [], 0
        while (at := doc.text.find(surface, at)) >= 0:
            spans.append(doc.char_span(at, at + len(surface), alignment_mode="expand"))
            at += len(surface)
        found.append(Named(name, its_kind, role, (surface,), tuple(spans)))
    doc._.entities = found
    claim = doc.char_span(len(title) + 2, len(doc.text), alignment_mode="expand")
    doc._.claims = [(claim, kind, 0.9)]
    COMPONENT(doc)
    assert len(doc._.claim_structures) == 1
    return doc._.claim_structures[0], doc


def structure(sentence: str, *entities: str, kind: str = "finding") -> ClaimStructure:
    """Return the structure of one sentence."""
    return analyse(sentence, *entities, kind=kind)[0]


@pytest.mark.parametrize(
    ("sentence", "predicate"),
    [
        ("XLNet outperforms BERT on GLUE.", "outperforms"),
        ("Our experiments show that XLNet surpasses BERT.", "outperforms"),
        ("PaLM performs better on arithmetic than GPT-3.", "outperforms"),
        ("It attains 90% accuracy, outperforming all baselines.", "outperforms"),
        ("Chain-of-thought prompting improves arithmetic reasoning.", "improves"),
        ("We observe consistent gains on five tasks.", "improves"),
        ("The improved network reduces memory.", "reduces"),
        ("FlashAttention cuts training time of GPT-2.", "reduces"),
        ("By reducing memory, FlashAttention improves speed.", "improves"),
        ("ResNet achieves 3.57% error on ImageNet.", "achieves"),
        ("Our ensemble sets a new state of the art on WMT.", "achieves"),
        ("DistilBERT is on par with BERT.", "matches"),
        ("Chinchilla matches the performance of Gopher.", "matches"),
        ("LoRA allows quick switching between tasks.", "enables"),
        ("Dropout can be used with any network.", "enables"),
        ("Our analysis reveals two clusters of heads.", "shows"),
        ("Scaling leads to emergent skills.", "causes"),
        ("Memorisation is caused by duplicates.", "causes"),
        ("BLEU correlates poorly with human judgement.", "correlates"),
        ("Transformers fail to generalise to longer sequences.", "fails"),
        ("GPT-4 struggles with planning.", "fails"),
        ("CLIP generalises to unseen classes.", "generalises"),
        ("Attention is robust to label noise.", "generalises"),
        ("Diffusion models require many sampling steps.", "requires"),
        ("We prove that gradient descent finds a global minimum.", "proves"),
        ("We establish a regret bound for UCB.", "proves"),
        ("We propose the Transformer, a network based on attention.", "introduces"),
        ("Table, chair, sofa.", "none"),
    ],
)
def test_the_predicate_is_what_the_main_clause_says(sentence: str, predicate: str) -> None:
    assert structure(sentence).predicate == predicate


def test_a_contribution_introduces_whatever_else_its_words_promise() -> None:
    said = structure("We propose LoRA, which reduces memory.", "LoRA:Method:introduces", kind="contribution")
    assert (said.predicate, said.arguments) == ("introduces", (("object", "LoRA"),))
    said = structure("We propose LoRA, which reduces memory.", "LoRA:Method:introduces")
    assert said.predicate == "reduces"


def test_subject_and_object_stand_on_either_side_of_the_cue() -> None:
    said = structure(
        "We find that XLNet outperforms BERT by 3.4 points in accuracy on GLUE for sentence classification.",
        "XLNet:Method", "BERT:Method", "accuracy:Metric", "GLUE:Dataset", "sentence classification:Task",
    )  # fmt: skip
    assert said.arguments == (
        ("subject", "XLNet"),
        ("object", "BERT"),
        ("dataset", "GLUE"),
        ("metric", "accuracy"),
        ("task", "sentence classification"),
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "BERT is outperformed by XLNet on GLUE.",
        "BERT is consistently surpassed by XLNet.",
        "BERT underperforms XLNet.",
        "BERT performs worse than XLNet.",
    ],
)
def test_a_turned_comparison_is_turned_back(sentence: str) -> None:
    said = structure(sentence, "XLNet:Method", "BERT:Method")
    assert said.predicate == "outperforms"
    assert said.arguments[:2] == (("subject", "XLNet"), ("object", "BERT"))


def test_underperforming_nothing_that_is_named_is_a_failure() -> None:
    said = structure("Surprisingly, BERT underperforms.", "BERT:Method")
    assert (said.predicate, said.polarity, said.arguments) == ("fails", "negative", (("subject", "BERT"),))


def test_joined_subjects_are_all_subjects_and_a_qualifier_is_none() -> None:
    said = structure(
        "LSTM, GRU, and ConvS2S improve recall.", "LSTM:Method", "GRU:Method", "ConvS2S:Method", "recall:Metric"
    )
    assert said.arguments[:3] == (("subject", "LSTM"), ("subject", "GRU"), ("subject", "ConvS2S"))
    said = structure("BERT trained with AdamW outperforms GPT.", "BERT:Method", "AdamW:Method", "GPT:Method")
    assert said.arguments == (("subject", "BERT"), ("object", "GPT"))


def test_a_clause_before_the_main_one_does_not_give_the_subject() -> None:
    said = structure("Compared with GPT, BERT improves accuracy.", "GPT:Method", "BERT:Method", "accuracy:Metric")
    assert said.arguments[0] == ("subject", "BERT")


@pytest.mark.parametrize(
    "sentence",
    [
        "Our method outperforms BERT.",
        "Experiments show that our simple approach outperforms BERT.",
        "The proposed framework surpasses BERT.",
        "It outperforms BERT.",
        "Moreover, it outperforms BERT.",
        "We outperform BERT.",
    ],
)
def test_our_method_is_what_the_paper_introduces(sentence: str) -> None:
    said = structure(sentence, "BERT:Method", "MyBench:Dataset:introduces", "XLNet:Method:introduces")
    assert said.arguments == (("subject", "XLNet"), ("object", "BERT"))


def test_these_models_are_others_and_a_dataset_is_no_method() -> None:
    assert structure("These models improve recall.", "XLNet:Method:introduces").arguments == ()
    assert structure("Our method improves results.", "MyBench:Dataset:introduces").arguments == ()


def test_our_benchmark_is_the_dataset_that_the_paper_introduces() -> None:
    said = structure("Our benchmark reveals weaknesses.", "XLNet:Method:introduces", "MyBench:Dataset:introduces")
    assert said.arguments == (("subject", "MyBench"),)


def test_what_the_title_names_is_ours_before_its_parts() -> None:
    said, _ = analyse(
        "Our model improves recall.", "Adapters:Method:introduces", "LoRA:Method:introduces", title="LoRA"
    )
    assert said.arguments == (("subject", "LoRA"),)


def test_nothing_is_ours_where_the_paper_introduces_nothing() -> None:
    assert structure("Our method improves results.", "BERT:Method").arguments == ()


def test_the_praised_is_the_subject() -> None:
    said = structure("Experiments demonstrate the effectiveness of LoRA.", "LoRA:Method:introduces")
    assert said.arguments == (("subject", "LoRA"),)
    said = structure("Results demonstrate the effectiveness of our method.", "LoRA:Method:introduces")
    assert said.arguments == (("subject", "LoRA"),)
    assert said.polarity == "positive"


def test_arguments_are_names_of_entities_not_their_surfaces() -> None:
    said = structure("ViT beats ResNets.", "Vision Transformer=ViT:Method", "residual networks=ResNets:Method")
    assert said.arguments == (("subject", "Vision Transformer"), ("object", "residual networks"))


@pytest.mark.parametrize(
    ("sentence", "polarity"),
    [
        ("LoRA improves accuracy.", "positive"),
        ("LoRA reduces the error rate.", "positive"),
        ("LoRA reduces latency and memory.", "positive"),
        ("Quantisation reduces accuracy.", "negative"),
        ("Noise increases perplexity.", "negative"),
        ("Perplexity is reduced.", "positive"),
        ("Pruning degrades performance.", "negative"),
        ("Scale does not improve accuracy.", "negative"),
        ("Pruning does not reduce accuracy.", "positive"),
        ("GPT-4 fails to plan.", "negative"),
        ("Our method does not fail.", "positive"),
        ("It achieves only 12% accuracy.", "negative"),
        ("It achieves 92% accuracy.", "positive"),
        ("It requires no fine-tuning.", "positive"),
        ("Results reveal severe limitations of RAG.", "negative"),
        ("Two clusters of heads are shown.", "neutral"),
        ("We propose a network.", "neutral"),
    ],
)
def test_polarity_knows_which_way_a_measure_points(sentence: str, polarity: str) -> None:
    assert structure(sentence).polarity == polarity


@pytest.mark.parametrize(
    ("sentence", "negated"),
    [
        ("BERT does not outperform GPT.", True),
        ("BERT doesn't improve.", True),
        ("BERT can\u2019t improve on that and never reaches it.", True),
        ("Models fail to reach human accuracy.", True),
        ("Neither BERT nor GPT improves recall.", True),
        ("Ablations show no improvement.", True),
        ("BERT not only improves recall but also precision.", False),
        ("BERT improves recall without additional data.", False),
        ("BERT improves recall, while GPT does not.", False),
        ("BERT improves recall.", False),
    ],
)
def test_a_denial_counts_where_it_rules_the_cue(sentence: str, negated: bool) -> None:
    assert structure(sentence).negated is negated


@pytest.mark.parametrize(
    ("sentence", "hedged"),
    [
        ("Dropout may improve recall.", True),
        ("Results suggest that scale helps.", True),
        ("Dropout can reduce errors.", False),
        ("Dropout could potentially reduce errors.", True),
        ("Recall rises by up to 5%.", True),
        ("Scale appears to help.", True),
        ("Dropout cannot help.", False),
        ("Dropout helps.", False),
        ("In May, dropout helped.", False),
    ],
)
def test_reserve_is_seen(sentence: str, hedged: bool) -> None:
    assert structure(sentence).hedged is hedged


@pytest.mark.parametrize(
    ("sentence", "attribution"),
    [
        ("Prior work has shown that dropout helps.", "prior"),
        ("Previous studies found that scale helps.", "prior"),
        ("It has been shown that scale helps.", "prior"),
        ("Vaswani et al. (2017) showed that attention suffices.", "prior"),
        ("[12] shows that attention suffices.", "prior"),
        ("Unlike prior work, we show that scale hurts.", "paper"),
        ("Our method improves on prior work.", "paper"),
        ("We show that scale helps.", "paper"),
    ],
)
def test_a_claim_of_others_is_told_from_ones_own(sentence: str, attribution: str) -> None:
    assert structure(sentence).attribution == attribution


def test_values_hold_their_metric_dataset_and_exact_offsets() -> None:
    said, doc = analyse(
        "LoRA improves accuracy from 61.2% to 71.3% on GSM8K and reaches an F1 of 0.82 on SQuAD, 2x faster.",
        "LoRA:Method", "accuracy:Metric", "F1:Metric", "GSM8K:Dataset", "SQuAD:Dataset",
    )  # fmt: skip
    assert [(v["text"], v["number"], v["metric"], v["dataset"], v["baseline"]) for v in said.values][:2] == [
        ("71.3%", 71.3, "accuracy", "GSM8K", 61.2),
        ("0.82", 0.82, "F1", "SQuAD", None),
    ]
    assert (said.values[2]["comparison"], said.values[2]["metric"]) == ("ratio", "")
    for value in said.values:
        assert doc.text[value["start"] : value["end"]] == value["text"]
        assert Value(**value)
        assert set(value) == set(hints_of(Value))


def test_each_measure_keeps_its_own_number() -> None:
    said = structure(
        "It has BLEU scores of 0.755 (BDD) and 0.778 (MSVD), CIDEr scores of 1.235 (BDD) and 1.315 (MSVD).",
        "BLEU:Metric", "CIDEr:Metric", "BDD:Dataset", "MSVD:Dataset",
    )  # fmt: skip
    assert [(v["metric"], v["dataset"], v["number"]) for v in said.values] == [
        ("BLEU", "BDD", 0.755),
        ("BLEU", "MSVD", 0.778),
        ("CIDEr", "BDD", 1.235),
        ("CIDEr", "MSVD", 1.315),
    ]


def test_lists_are_paired_respectively() -> None:
    said = structure(
        "It reaches 80%, 70% and 60% in precision, recall and F1, respectively.",
        "precision:Metric",
        "recall:Metric",
        "F1:Metric",
    )
    assert [(v["number"], v["metric"]) for v in said.values] == [(80.0, "precision"), (70.0, "recall"), (60.0, "F1")]
    said = structure("Gains of 3.2% and 5.7% on RTE and CoLA, respectively.", "RTE:Dataset", "CoLA:Dataset")
    assert [(v["number"], v["dataset"]) for v in said.values] == [(3.2, "RTE"), (5.7, "CoLA")]


def test_a_metric_is_not_lent_to_a_number_of_another_unit() -> None:
    said = structure(
        "It cuts RMSE to 0.28 kWh (R2 = 0.95) on UCI, outperforming baselines by 3.8-12.4%.",
        "RMSE:Metric",
        "R2:Metric",
        "UCI:Dataset",
    )
    assert [(v["number"], v["metric"], v["dataset"]) for v in said.values] == [
        (0.28, "RMSE", "UCI"),
        (0.95, "R2", "UCI"),
        (3.8, "", "UCI"),
        (12.4, "", "UCI"),
    ]


def test_a_number_before_its_measure_finds_it() -> None:
    said = structure(
        "It gives 98% accuracy, 31.1% higher recall and 4.2 points in F1.",
        "accuracy:Metric",
        "recall:Metric",
        "F1:Metric",
    )
    assert [v["metric"] for v in said.values] == ["accuracy", "recall", "F1"]


def test_a_unit_that_is_a_metric_is_the_metric() -> None:
    said = structure(
        "The Transformer reaches 28.4 BLEU on WMT14.", "Transformer:Method", "BLEU:Metric", "WMT14:Dataset"
    )
    assert [(v["text"], v["metric"], v["dataset"]) for v in said.values] == [("28.4 BLEU", "BLEU", "WMT14")]


def test_what_a_comparison_is_made_on_is_no_object() -> None:
    said = structure("ThinkPRM beats BERT under beam search.", "ThinkPRM:Method", "BERT:Method", "beam search:Method")
    assert said.arguments == (("subject", "ThinkPRM"), ("object", "BERT"))
    said = structure("BERT performs worse on text than GPT.", "BERT:Method", "GPT:Method")
    assert said.arguments == (("subject", "GPT"), ("object", "BERT"))


def test_models_that_something_is_tried_on_are_no_subject() -> None:
    said = structure("Trials across several models, including BERT and GPT, show gains.", "BERT:Method", "GPT:Method")
    assert (said.predicate, said.arguments) == ("improves", ())


def test_what_is_proven_of_is_the_subject() -> None:
    said = structure("We prove that Adam attains a tighter regret bound than SGD.", "Adam:Method", "SGD:Method")
    assert (said.predicate, said.arguments) == ("proves", (("subject", "Adam"), ("object", "SGD")))


def test_numbers_in_names_are_no_values() -> None:
    said = structure(
        "Phi-1.5 beats Llama 3.1 8B on CIFAR-10.", "Phi-1.5:Method", "Llama 3.1 8B:Method", "CIFAR-10:Dataset"
    )
    assert said.values == ()


def test_every_claim_has_its_structure_and_codes_are_closed() -> None:
    doc = NLP("T\n\nWe propose A. It beats B. \u200f\u05d0\u05d1 <script>alert(1)</script> 5%\nx.")
    doc._.entities = []
    doc._.claims = [(doc[2:6], "contribution", 0.9), (doc[6:10], "finding", 0.8), (doc[10:], "finding", 0.7)]
    COMPONENT(doc)
    assert len(doc._.claim_structures) == 3
    for said in doc._.claim_structures:
        assert ClaimPredicate(said.predicate) and Polarity(said.polarity) and said.attribution in ("paper", "prior")
    doc._.claims = []
    assert COMPONENT(doc)._.claim_structures == []


def test_the_same_sentence_reads_alike_anywhere() -> None:
    once: Any = structure("BERT improves F1 by 2%.", "BERT:Method", "F1:Metric")
    again = structure("BERT improves F1 by 2%.", "BERT:Method", "F1:Metric")
    assert once == again and hash(once.arguments) == hash(again.arguments)


@pytest.mark.parametrize(
    "unit",
    [
        "improves ", "our ", "that ", "not ", "a, ", "which can be ", "outperforms X and ", "lower ", "advantage of ",
        "By ", "prior ", "improvement of ", "((", "\\", "by while ", "showing ", "x" * 50,
    ],
)  # fmt: skip
def test_a_very_long_sentence_is_read_to_its_end(unit: str) -> None:
    doc = Doc(NLP.vocab, words=["T", "\n\n", (unit * (30_000 // len(unit))).strip() or "x"], spaces=[False] * 3)
    doc._.entities = []
    doc._.claims = [(doc[2:3], "finding", 0.9)]
    # A scan that looks back again and again would take minutes here, and stop the run; times are not asserted.
    assert len(COMPONENT(doc)._.claim_structures) == 1


@given(st.text(alphabet="0123456789.%x ,()BAMGof", max_size=60), st.integers(0, 59), st.integers(1, 20))
def test_entities_may_stand_anywhere_even_across_numbers(text: str, start: int, length: int) -> None:
    surface = text[start : start + length].strip() or "A"
    for kind in ("Metric", "Dataset", "Method"):
        said = structure(f"It reaches {text}.", f"thing={surface}:{kind}") if ":" not in surface else None
        assert said is None or all(v["metric"] in ("", "thing") for v in said.values)
