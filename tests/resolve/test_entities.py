"""Which names become one entity, and what the ledger says of it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.config import ResolveConfig
from kg.records import Denotation, Entity, Merge, entity_id
from kg.resolve import resolve_entities
from tests.resolve.stores import Told, groups, resolved

SAME = [
    ("pre-training", "pretraining"),
    ("GPT-4", "GPT4"),
    ("graph neural networks", "Graph Neural Network"),
    ("domain generalization", "domain generalisation"),
    ("topic modelling", "topic modeling"),
    ("image classification", "classification of images"),
    ("deep hierarchical reinforcement learning", "hierarchical deep reinforcement learning"),
    ("multi-modal fusion", "multimodal fusion"),
    ("PPO", "PPO algorithm"),
    ("beam search", "beam search strategy"),
    ("LLM agents", "large language model agents"),
    ("key-value (KV) cache", "key-value cache"),
    ("gradient clipping", "gradient clip"),
    ("o1-mini", "OpenAI o1-mini"),
    ("prompt tuning", "prompt tune"),
    ("majority voting", "majority vote"),
    ("dense retriever", "dense retrieval"),
    ("quantum zonal jumping (QZJ) sampler", "QZJ"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_two_spellings_are_one_entity(tmp_path: Path, a: str, b: str) -> None:
    with resolved(tmp_path, [a, b]) as store:
        assert groups(store) == [sorted([a, b])]


APART = [
    ("GPT-3", "GPT-4"),
    ("BERT-base", "BERT-large"),
    ("Llama 7B", "Llama 13B"),
    ("GPT-3.5", "GPT-35"),
    ("ResNet-50", "ResNet-101"),
    ("BERT", "ALBERT"),
    ("SAM", "SAM+"),
    ("CLIP", "CLIPS"),
    ("GRPO", "GRPO-A"),
    ("A", "A*"),
    ("supervised learning", "unsupervised learning"),
    ("supervised learning", "semi-supervised learning"),
    ("supervised learning", "self-supervised learning"),
    ("autoregressive decoding", "non-autoregressive decoding"),
    ("modal fusion", "cross-modal fusion"),
    ("few-shot learning", "zero-shot learning"),
    ("online distillation", "offline distillation"),
    ("single-agent reinforcement learning", "multi-agent reinforcement learning"),
    ("text-to-image generation", "image-to-text generation"),
    ("language models", "large language models"),
    ("language model", "language framework"),
    ("world models", "world"),
    ("Gaussian models", "Gaussian"),
    ("image encoder", "image encoding"),
    ("multi-task training", "multi-task trained models"),
    ("retrieval-augmented generation", "Retrieval-Augmented Generation Optimizer"),
    ("ARC", "ARC-Challenge"),
    ("German speech recognition", "English speech recognition"),
    ("contrastive learning", "constructive learning"),
    ("normalization layers", "normal layers"),
    ("active learning", "action learning"),
    ("precision", "recall"),
    ("text generation", "test generation"),
    ("CNN", "RNN"),
    ("LoRA", "LoRe"),
    ("3D reconstruction", "2D reconstruction"),
    ("R@3", "R3"),
    ("generative models of scenes", "generative process of scenes"),
    ("predictive modeling", "model predictions"),
    ("score-based models", "scoring models"),
]


@pytest.mark.parametrize(("a", "b"), APART)
def test_two_things_stay_apart(tmp_path: Path, a: str, b: str) -> None:
    with resolved(tmp_path, [a, a, a, a, b]) as store:
        assert groups(store) == []


def test_cifar_10_and_cifar_100_stay_apart_in_any_spelling(tmp_path: Path) -> None:
    names = ["CIFAR-10", "CIFAR10", "CIFAR 10 dataset", "CIFAR-100", "CIFAR100"]
    with resolved(tmp_path, [(name, "Dataset") for name in names]) as store:
        assert groups(store) == [["CIFAR 10 dataset", "CIFAR-10", "CIFAR10"], ["CIFAR-100", "CIFAR100"]]


def test_a_typing_error_beside_the_right_spelling_is_forgiven(tmp_path: Path) -> None:
    with resolved(tmp_path, ["knowledge distillation"] * 4 + ["knowledge distilation"]) as store:
        assert groups(store) == [["knowledge distilation", "knowledge distillation"]]


def test_an_acronym_joins_the_full_form_that_papers_define(tmp_path: Path) -> None:
    full = ("quartz lattice annealing", "Method", ["QLA"])
    with resolved(tmp_path, [full, full, "QLA"]) as store:
        assert groups(store) == [["QLA", "quartz lattice annealing"]]
        [entity] = store.fetch(Entity)
        assert entity.name == "quartz lattice annealing"
        assert entity.aliases == ("QLA",)
        reasons = {(merge.b, merge.reason) for merge in store.fetch(Merge)}
        assert ("QLA", "acronym, so defined in 100% of the papers that define it") in reasons


def test_a_longer_form_that_few_papers_give_an_acronym_is_another_wording(tmp_path: Path) -> None:
    usual = ("quartz lattice annealing", "Method", ["QLA"])
    longer = ("quartz prismatic lattice annealing", "Method", ["QLA"])
    other = ("quick linear algebra", "Method", ["QLA"])
    with resolved(tmp_path, [usual] * 9 + ["QLA", longer, other]) as store:
        assert groups(store) == [["QLA", "quartz lattice annealing", "quartz prismatic lattice annealing"]]


def test_lda_is_two_things_and_alone_is_neither(tmp_path: Path) -> None:
    topics = ("latent Dirichlet allocation", "Method", ["LDA"])
    discriminant = ("linear discriminant analysis", "Method", ["LDA"])
    with resolved(tmp_path, [topics, topics, discriminant, discriminant, "LDA"]) as store:
        assert groups(store) == []
        assert store.count("entities") == 3
        # A paper that defines it keeps its own meaning.
        shorts = {merge.a for merge in store.fetch(Merge) if merge.b == "LDA"}
        assert shorts == {"latent Dirichlet allocation", "linear discriminant analysis"}


def test_a_word_of_the_name_is_no_acronym_of_it(tmp_path: Path) -> None:
    with resolved(tmp_path, [("LightGBM ranker", "Method", ["LightGBM"]), "LightGBM"]) as store:
        assert groups(store) == []


def test_a_method_that_is_a_task_too_is_one_thing_of_its_commoner_kind(tmp_path: Path) -> None:
    told = [("in-context learning", "Method")] * 3 + [("in-context learning", "Task")]
    even = [("model merging", "Method"), ("model merging", "Task"), ("map merging", "Task")]
    written = [("SSL", "Method"), ("self-supervised learning", "Task")]
    with resolved(tmp_path, [*told, *even, *written]) as store:
        kinds = {(e.name, e.kind, e.papers) for e in store.fetch(Entity)}
        assert kinds == {
            ("in-context learning", "Method", 4), ("model merging", "Task", 2), ("map merging", "Task", 1),
            ("self-supervised learning", "Task", 2),
        }  # fmt: skip
        reasons = {merge.reason for merge in store.fetch(Merge) if merge.a_kind != merge.b_kind}
        assert "Method in 75% of its papers" in reasons


def test_other_kinds_stay_apart_unless_nearly_all_papers_agree(tmp_path: Path) -> None:
    told = [("video object removal", "Task")] * 6 + [("video object removal", "Dataset")]
    split = [("model drift", "Metric"), ("model drift", "Task")] * 3 + [("QDR", "Method"), ("QDR", "Task")]
    with resolved(tmp_path, [*told, *split]) as store:
        kinds = {(e.name, e.kind, e.papers) for e in store.fetch(Entity)}
        assert kinds == {
            ("video object removal", "Task", 7), ("model drift", "Metric", 3), ("model drift", "Task", 3),
            ("QDR", "Method", 1), ("QDR", "Task", 1),
        }  # fmt: skip
        [merge] = [m for m in store.fetch(Merge) if m.a_kind != m.b_kind]
        assert "86%" in merge.reason


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("deep networks", "deep neural networks"),
        ("over-parameterized neural networks", "overparametrized networks"),
        ("distillation", "knowledge distillation"),
    ],
)
def test_what_readers_leave_out_makes_no_other_thing(tmp_path: Path, one: str, other: str) -> None:
    with resolved(tmp_path, [one, other]) as store:
        assert groups(store) == [sorted([one, other])]


def test_networks_that_are_not_neural_stay_apart(tmp_path: Path) -> None:
    with resolved(tmp_path, ["Bayesian networks", "Bayesian neural networks"]) as store:
        assert groups(store) == []


def test_forms_of_one_acronym_that_begin_alike_are_one(tmp_path: Path) -> None:
    usual, other = ("low-rank adaptation", "Method", ["LoRA"]), ("low-rank adapters", "Method", ["LoRA"])
    for number, more in enumerate(([], ["LoRA"])):
        folder = tmp_path / str(number)
        folder.mkdir()
        with resolved(folder, [usual, usual, other, *more]) as store:
            assert groups(store) == [[*more, "low-rank adaptation", "low-rank adapters"]]


@pytest.mark.parametrize("name", ["VirtualHome", "SQuAD 2.0", "HotpotQA"])
def test_a_name_that_somebody_made_up_is_one_thing_of_one_kind(tmp_path: Path, name: str) -> None:
    with resolved(tmp_path, [(name, "Dataset"), (name, "Method"), (name, "Dataset")]) as store:
        assert [(e.name, e.kind, e.papers) for e in store.fetch(Entity)] == [(name, "Dataset", 3)]


def test_what_the_field_knows_a_name_as_is_its_kind_unless_most_say_otherwise(tmp_path: Path) -> None:
    told = [("GLUE", "Dataset"), ("GLUE", "Dataset"), *[("GLUE", "Method")] * 4]
    with resolved(tmp_path, told) as store:
        assert [(e.kind, e.papers) for e in store.fetch(Entity)] == [("Dataset", 6)]


def test_a_chain_of_likenesses_does_not_become_one_cluster(tmp_path: Path) -> None:
    # Each is near its neighbour: a head left out, an ending changed, a synonym, ...
    names = ["motion prediction", "motion predictive methods", "motion forecasting approach", "motion forecasted"]
    with resolved(tmp_path, [names[0], names[0], *names]) as store:
        for merge in store.fetch(Merge):
            assert merge.score >= ResolveConfig().threshold
            assert merge.a == "motion prediction"


TOLD: list[Told] = [
    "GPT-4", "GPT4", ("GPT-4", "Dataset"), "Chain-of-Thought prompting", ("chain of thought", "Method", ["CoT"]), "CoT",
    "large language models", ("Large Language Models", "Method", ["LLMs"]), "LLMs", "multimodal LLMs", "LLM agents",
    "language models", ("question answering", "Task"), ("QA", "Task"), ("medical QA", "Task"), "BERT", "BERT-base",
    ("MMLU benchmark", "Dataset"), ("MMLU", "Dataset"), "latent reasoning models", "latent reasoning architectures",
]  # fmt: skip


def test_the_result_does_not_depend_on_the_order_of_the_rows(tmp_path: Path) -> None:
    prints = set()
    for seed in range(4):
        with resolved(tmp_path, TOLD, seed=seed) as store:
            # Papers are named by the order of TOLD, rows are put in in another.
            prints.add(store.fingerprint())
    assert len(prints) == 1


def test_resolving_again_changes_nothing(tmp_path: Path) -> None:
    with resolved(tmp_path, TOLD) as store:
        before = store.fingerprint()
        resolve_entities(store, ResolveConfig())
        assert store.fingerprint() == before


def test_every_document_entity_has_one_denotation_and_every_merge_a_reason(tmp_path: Path) -> None:
    with resolved(tmp_path, TOLD) as store:
        entities = {entity.id: entity for entity in store.fetch(Entity)}
        denotations = list(store.fetch(Denotation))
        assert len(denotations) == len(TOLD)
        assert sum(entity.papers for entity in entities.values()) == len(TOLD)
        for entity in entities.values():
            assert entity.id == entity_id(entity.kind, entity.name)
        merges = list(store.fetch(Merge))
        assert len({(m.entity, m.a, m.a_kind, m.b, m.b_kind) for m in merges}) == len(merges)
        for merge in merges:
            assert merge.reason
            assert 0 < merge.score <= 1
            assert entities[merge.entity].name == merge.a
            assert (merge.a, merge.a_kind) != (merge.b, merge.b_kind)
        named = {(entities[d.entity].name, d.name) for d in denotations} - {(e.name, e.name) for e in entities.values()}
        assert named <= {(m.a, m.b) for m in merges}


def test_the_canonical_name_is_the_fullest_that_is_established(tmp_path: Path) -> None:
    told = [("large language models", "Method", ["LLMs"])] * 3 + ["Large Language Models", "LLMs", "LLM"]
    with resolved(tmp_path, told) as store:
        [entity] = store.fetch(Entity)
        assert entity.name == "large language models"


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("BERT", "BERT-based model"),
        ("hallucination detection", "detecting hallucinations"),
        ("online reinforcement learning", "on-line reinforcement learning"),
        ("ImageNet", "Imagenet"),
        ("quartz lattice annealing", "QLA"),
    ],
)
def test_of_names_as_common_the_plainest_is_chosen(tmp_path: Path, name: str, other: str) -> None:
    told: list[Told] = [(name, "Method", [other] if other == "QLA" else []), (other, "Method")]
    with resolved(tmp_path, told) as store:
        [entity] = store.fetch(Entity)
        assert entity.name == name


def test_an_acronym_that_lost_its_brackets_is_read(tmp_path: Path) -> None:
    with resolved(tmp_path, ["quartz lattice annealing QLA sampler", "QLA"]) as store:
        assert groups(store) == [["QLA", "quartz lattice annealing QLA sampler"]]


def test_an_empty_graph_resolves_to_nothing(tmp_path: Path) -> None:
    with resolved(tmp_path, []) as store:
        assert store.count("entities") == store.count("merges") == 0


HOSTILE = [
    "<script>alert(1)</script>", 'a "quoted" name', "line\nbreak", "שלום עולם", "深度学习", "()", "(", "-", "+", "*",
    "𝓛₂ regularisation", "a" * 3000, "((((((BERT))))))", "of", "the A", "'", "\\", "%s", "1.2.3", "٣",
]  # fmt: skip


def test_hostile_names_are_resolved_each_to_itself(tmp_path: Path) -> None:
    with resolved(tmp_path, HOSTILE) as store:
        assert store.count("entities") == len(HOSTILE)
        assert {e.name for e in store.fetch(Entity)} == set(HOSTILE)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(names=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20), max_size=12))
def test_any_names_at_all_are_resolved(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    with resolved(tmp_path_factory.mktemp("any"), names) as store:
        assert store.count("denotations") == len(names)
        ids = [entity.id for entity in store.fetch(Entity)]
        assert len(ids) == len(set(ids))
