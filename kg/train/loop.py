"""The loop: one stage of training over examples, the same for the same seed."""

import random
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from time import perf_counter

import torch

from kg.train.examples import Example
from kg.train.losses import Log, example_loss
from kg.train.network import Network

#: Share of the steps in which the rate of learning rises, and the share of it that is left at the end.
_WARM_UP = 0.08
_LAST = 0.02
#: Texts are sorted by length with so much chance, in word pieces, that batches differ between epochs.
_SHUFFLE = 60


def train_stage(
    network: Network,
    examples: Sequence[Example],
    *,
    name: str,
    epochs: int,
    encoder_rate: float,
    head_rate: float,
    batch_pieces: int,
    seed: int,
    only: str | None = None,
    after_epoch: Callable[[int], None] | None = None,
) -> None:
    """Train on ``examples`` with AdamW and a linear schedule; progress goes to standard error.

    Args:
        network: is changed.
        examples: of the stage.
        name: of the stage, for the log.
        epochs: passes over the examples.
        encoder_rate: rate of learning of the encoder.
        head_rate: rate of learning of the heads.
        batch_pieces: word pieces of a batch, padding included.
        seed: of the order, of dropout and of the false candidates.
        only: the one head that is trained, over an encoder that stays as it is; absent: everything.
        after_epoch: is called with the number of each epoch that is done.
    """
    chance = random.Random(seed)  # noqa: S311 - order of examples, not secrecy
    torch.manual_seed(seed)
    for name_of, parameter in network.named_parameters():
        parameter.requires_grad_(only is None or name_of.startswith(f"{only}."))
    encoder = [p for n, p in network.named_parameters() if n.startswith("encoder.")]
    heads = [p for n, p in network.named_parameters() if not n.startswith("encoder.")]
    rates = (encoder_rate, head_rate)
    optimizer = torch.optim.AdamW(
        [{"params": encoder, "lr": encoder_rate}, {"params": heads, "lr": head_rate}], weight_decay=0.01
    )
    for example in examples:
        network.cut(example)
    step = steps = 0
    for epoch in range(epochs):
        network.train()
        if only:
            network.encoder.eval()
        batches = _batches(examples, batch_pieces, chance)
        steps = steps or len(batches) * epochs
        log: Log = defaultdict(list)
        started = perf_counter()
        for batch in batches:
            factor = min(1.0, (step + 1) / max(1.0, steps * _WARM_UP)) * max(_LAST, 1 - step / steps)
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * factor
            losses = [
                example_loss(network, vectors, example, chance, log, only)
                for vectors, example in zip(network.vectors(batch), batch, strict=True)
            ]
            loss = torch.stack(losses).mean()
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            step += 1
        shown = ", ".join(f"{key} {sum(values) / len(values):.3f}" for key, values in sorted(log.items()))
        sys.stderr.write(f"{name}: epoch {epoch + 1}/{epochs}, {perf_counter() - started:.0f} s: {shown}\n")
        if after_epoch:
            after_epoch(epoch)


def _batches(examples: Sequence[Example], pieces: int, chance: random.Random) -> list[list[Example]]:
    """Return batches of texts of like length, in a random order."""
    ordered = sorted(examples, key=lambda example: len(example.pieces) + chance.random() * _SHUFFLE)
    batches: list[list[Example]] = [[]]
    longest = 0
    for example in ordered:
        longest = max(longest, len(example.pieces))
        if batches[-1] and (len(batches[-1]) + 1) * longest > pieces:
            batches.append([])
            longest = len(example.pieces)
        batches[-1].append(example)
    chance.shuffle(batches)
    return batches
