"""`python -m kg.train.literature`: the same encoder and heads, trained and tested on a corpus's own splits.

So the recipe is comparable with published figures. Nothing that is trained here ships: some of these corpora are under
licences that forbid it, or state none. Seeds and rates are those of the recipe's first stages; nothing was tuned on
these corpora, and passes are few, so that each is done in minutes on two cores.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from kg.mentions.tagger import decode
from kg.train.corpora import read_lines
from kg.train.examples import Example, example_of_sentences, example_of_spans
from kg.train.labels import Labels
from kg.train.loop import train_stage
from kg.train.network import Network, find_base_model

#: Corpus -> passes over its training split; fewer where there are more texts.
EPOCHS = {"scierc": 10, "scier": 1, "tdmsci": 6, "csabstruct": 1}
_SEED = 1
_ENCODER_RATE, _HEAD_RATE, _BATCH_PIECES = 1.2e-4, 1e-3, 3600
#: Texts that go through the encoder at once when a split is tested.
_AT_ONCE = 16


def read_split(path: Path, labels: Labels) -> tuple[list[Example], list[dict[str, Any]]]:
    """Return a split's examples, by the corpus's own words where it gives them, and its lines.

    Raises:
        ReadError: the file is missing, or a line is not JSON.
    """
    items = list(read_lines(path))
    examples = []
    for item in items:
        if not item["spans"] and any("label" in s for s in item["sentences"] if isinstance(s, dict)):
            spans = [(s["start"], s["end"]) for s in item["sentences"]]
            roles = [(labels.sentence_roles.index(s["label"]), 1.0) for s in item["sentences"]]
            examples.append(example_of_sentences(item["id"], item["text"], spans, roles))
            continue
        marked = [(s["start"], s["end"], labels.kinds.index(s["label"])) for s in item["spans"]]
        words = [(int(start), int(end)) for start, end in item["tokens"]] if "tokens" in item else None
        every = range(len(labels.kinds))
        examples.append(example_of_spans(item["id"], item["text"], marked, every, words=words))
    return examples, items


def _vectors(network: Network, examples: Sequence[Example]) -> Iterator[tuple[Example, torch.Tensor]]:
    network.eval()
    ordered = sorted(examples, key=lambda example: (len(example.text), example.id))
    with torch.no_grad():
        for at in range(0, len(ordered), _AT_ONCE):
            batch = ordered[at : at + _AT_ONCE]
            yield from zip(batch, network.vectors(batch), strict=True)


def span_scores(network: Network, examples: Sequence[Example], items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return strict precision, recall and F1 of spans with their kinds, over all and by kind (micro)."""
    gold = {item["id"]: {(s["start"], s["end"], s["label"]) for s in item["spans"]} for item in items}
    found, right, wanted = Counter[str](), Counter[str](), Counter[str]()
    for spans in gold.values():
        wanted.update(label for _, _, label in spans)
    for example, vectors in _vectors(network, examples):
        logits = network.tag(vectors).log_softmax(-1).numpy().astype(np.float32)
        for start, end, number in decode(logits):
            kind = network.labels.kinds[number]
            found[kind] += 1
            right[kind] += (example.words[start][0], example.words[end - 1][1], kind) in gold[example.id]
    scores = {kind: _score(right[kind], found[kind], wanted[kind]) for kind in network.labels.kinds}
    return {"all": _score(right.total(), found.total(), wanted.total()), **scores}


def _score(right: int, found: int, wanted: int) -> dict[str, float]:
    precision, recall = right / max(1, found), right / max(1, wanted)
    f1 = 2 * right / max(1, found + wanted)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "gold": wanted}


def role_accuracy(network: Network, examples: Sequence[Example]) -> dict[str, Any]:
    """Return the share of sentences whose role is right."""
    right = total = 0
    for example, vectors in _vectors(network, examples):
        rows = network.sentence_logits(vectors, example.sentences)[:, : len(network.labels.sentence_roles)]
        wanted = torch.tensor([role for role, _ in example.sentence_roles or ()])
        right += int((rows.argmax(1) == wanted).sum())
        total += len(wanted)
    return {"accuracy": round(right / max(1, total), 4), "sentences": total}


def main(words: Sequence[str] | None = None) -> int:
    """Train on one corpus, print its figures as JSON; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m kg.train.literature", description=__doc__)
    parser.add_argument("corpus", choices=sorted(EPOCHS))
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the annotated corpora")
    parser.add_argument("--base", type=Path, help="folder of another pre-trained encoder, to compare it")
    parser.add_argument("--epochs", type=int, help="passes over the training split, when not the corpus's own number")
    parser.add_argument("--split", nargs="+", default=["dev"], help="splits to test on: dev, test, test_ood")
    parser.add_argument("--threads", type=int, default=2, help="threads of torch")
    given = parser.parse_args(words)
    folder = given.corpora / given.corpus
    lines = list(read_lines(folder / "train.jsonl.gz"))
    kinds = sorted({span["label"] for line in lines for span in line["spans"]})
    labels = Labels(kinds=tuple(kinds)) if kinds else Labels()
    torch.set_num_threads(given.threads)
    torch.manual_seed(_SEED)
    network = Network(given.base or find_base_model(), labels)
    examples, _ = read_split(folder / "train.jsonl.gz", labels)
    epochs = given.epochs or EPOCHS[given.corpus]
    train_stage(
        network, examples, name=given.corpus, epochs=epochs, encoder_rate=_ENCODER_RATE,
        head_rate=_HEAD_RATE, batch_pieces=_BATCH_PIECES, seed=_SEED,
    )  # fmt: skip
    told: dict[str, Any] = {"corpus": given.corpus, "epochs": epochs}
    for split in given.split:
        tested, items = read_split(folder / f"{split}.jsonl.gz", labels)
        told[split] = span_scores(network, tested, items) if kinds else role_accuracy(network, tested)
    sys.stdout.write(json.dumps(told, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
