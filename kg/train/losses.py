"""What an example costs: the sum of the losses of all that is known of it."""

import random
from collections import defaultdict
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, one_hot

from kg.mentions.abbreviations import find_abbreviations
from kg.mentions.entities import group_places
from kg.mentions.tagger import decode
from kg.relations import find_pairs
from kg.train.examples import Example, Place
from kg.train.network import Network

#: Weights of the losses: tags are a mean over words, most of them easily outside, and would drown at 1.
WEIGHTS = {"tag": 4.0, "entity": 1.0, "role": 0.5, "sentence role": 0.5, "claim": 1.0, "relation": 0.5}
#: What is taken off O's log probability when false candidates are drawn from the tagger: from its best path to more
#: than run time asks for, so that the entity head sees what it will have to refuse.
_BIASES = (0.0, 1.5, 2.5)
#: Random ranges of words added as false candidates, and pairs without a relation kept, for each text.
_RANDOM_CANDIDATES = 2
_UNRELATED = 90
#: A logit that no class can win with.
_NEVER = -1e9

Log = defaultdict[str, list[float]]
Add = Callable[[str, Tensor], None]


def tag_loss(logits: Tensor, example: Example) -> Tensor:
    """Return the mean negative log likelihood of the tags.

    Where a kind is not marked in the text, an unmarked word may be inside a mention of that kind: its likelihood is the
    sum over the tags that are possible.
    """
    gold = torch.zeros(len(example.words), dtype=torch.long)
    for start, end, entity in example.mentions:
        kind = example.entities[entity][0]
        gold[start] = 1 + 2 * kind
        gold[start + 1 : end] = 2 + 2 * kind
    possible = one_hot(gold, logits.shape[1]).bool()
    outside = gold == 0
    for kind in range((logits.shape[1] - 1) // 2):
        if kind not in example.marked:
            possible[outside, 1 + 2 * kind] = True
            possible[outside, 2 + 2 * kind] = True
    counted = torch.from_numpy(example.first_pieces >= 0)
    for start, end in example.masked:
        counted[start:end] = False
    if not bool(counted.any()):
        return logits.sum() * 0
    likely = torch.logsumexp(logits.log_softmax(-1).masked_fill(~possible, _NEVER), -1)
    return -likely[counted].mean()


def false_candidates(logits: Tensor, example: Example, chance: random.Random) -> list[list[Place]]:
    """Return groups that the tagger would propose now and that are no entity, and a few random ranges."""
    scores = logits.detach().log_softmax(-1).numpy().astype(np.float32)
    spans = [(start, end) for start, end, _ in decode(scores, bias=chance.choice(_BIASES))]
    true = {(start, end) for start, end, _ in example.mentions}
    pairs = [(example.text[a:b], example.text[c:d]) for a, b, c, d in find_abbreviations(example.text)]
    groups = group_places(example.text, example.words, spans, pairs)
    found = [group for group in groups if not any(place in true for place in group)]
    for _ in range(_RANDOM_CANDIDATES):
        start = chance.randrange(len(example.words))
        end = min(len(example.words), start + chance.randint(1, 4))
        if not any(a < end and b > start for a, b, _ in example.mentions):
            found.append([(start, end)])
    return found


def example_loss(
    network: Network, vectors: Tensor, example: Example, chance: random.Random, log: Log, only: str | None = None
) -> Tensor:
    """Return the weighted sum of an example's losses, or of ``only`` one; each is noted in ``log``."""
    vectors = network.dropout(vectors)
    total = vectors.new_zeros(())

    def add(name: str, loss: Tensor) -> None:
        nonlocal total
        log[name].append(loss.item())
        if only in (None, name):
            total = total + WEIGHTS[name] * loss

    logits = network.tag(vectors)
    if example.marked:
        add("tag", tag_loss(logits, example))
    if example.sentences and (example.sentence_roles or example.claims):
        rows = network.sentence_logits(vectors, example.sentences)
        roles = len(network.labels.sentence_roles)
        if example.sentence_roles:
            wanted = torch.tensor([role for role, _ in example.sentence_roles])
            weights = torch.tensor([weight for _, weight in example.sentence_roles])
            add("sentence role", (cross_entropy(rows[:, :roles], wanted, reduction="none") * weights).mean())
        if example.claims and len(example.claims) > 1:
            add("claim", cross_entropy(rows[1:, roles:], torch.tensor(example.claims[1:])))
    if example.whole:
        _entity_losses(network, vectors, logits, example, chance, add)
    return total


def _entity_losses(
    network: Network, vectors: Tensor, logits: Tensor, example: Example, chance: random.Random, add: Add
) -> None:
    places: dict[int, list[Place]] = {}
    for start, end, entity in example.mentions:
        places.setdefault(entity, []).append((start, end))
    kept = sorted(places)
    false = false_candidates(logits, example, chance)
    groups = [places[entity] for entity in kept] + false
    if groups:
        kinds = len(network.labels.kinds) + 1
        rows = network.entity_logits(example, vectors, logits.detach().softmax(-1), groups)
        wanted = torch.tensor([example.entities[entity][0] + 1 for entity in kept] + [0] * len(false))
        add("entity", cross_entropy(rows[:, :kinds], wanted))
        if kept:
            roles = torch.tensor([example.entities[entity][1] for entity in kept])
            add("role", cross_entropy(rows[: len(kept), kinds:], roles, ignore_index=-1))
    if len(kept) < 2 or not example.sentences:
        return
    mentions = [places[entity] for entity in kept]
    kinds_of = [example.entities[entity][0] for entity in kept]
    pairs = find_pairs(mentions, example.sentences)
    number_of = {entity: number for number, entity in enumerate(kept)}
    truth = {
        (number_of[a], number_of[b]): predicate
        for a, predicate, b in example.relations
        if a in number_of and b in number_of
    }
    related = [pair for pair in pairs if (pair.subject, pair.object) in truth]
    unrelated = [pair for pair in pairs if (pair.subject, pair.object) not in truth]
    chance.shuffle(unrelated)
    shown = related + unrelated[:_UNRELATED]
    if shown:
        roles_of = [max(0, example.entities[entity][1]) for entity in kept]
        rows = network.relation_logits(vectors, shown, mentions, kinds_of, roles_of, example.sentences)
        add("relation", cross_entropy(rows, torch.tensor([truth.get((p.subject, p.object), 0) for p in shown])))
