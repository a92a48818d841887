"""`python -m kg.train`: make the model from annotated text, as the recipe says."""

import argparse
import hashlib
import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from kg.config import ExtractConfig
from kg.errors import KGError
from kg.extract import model_version
from kg.train.calibrate import calibrate
from kg.train.card import to_card, to_scores
from kg.train.corpora import is_held_out, read_broad, read_papers_annotated, read_readings
from kg.train.examples import Example, example_of_paper
from kg.train.labels import Labels
from kg.train.loop import train_stage
from kg.train.network import Network, average_states, find_base_model
from kg.train.pipeline import to_pipeline, write_pipeline

_HERE = Path(__file__).parent


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m kg.train", description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the annotated corpora")
    parser.add_argument("--papers", type=Path, required=True, help="folder with arxiv-cs.jsonl.gz, for the readings")
    parser.add_argument("--out", type=Path, required=True, help="folder that the model is written to")
    parser.add_argument("--recipe", type=Path, default=_HERE / "recipe.toml", help="stages and rates")
    parser.add_argument("--work", type=Path, default=Path("train-work"), help="checkpoints: a stopped run goes on here")
    parser.add_argument("--threads", type=int, default=2, help="threads of torch")
    return parser.parse_args(words)


def read_papers(corpora: Path, papers: Path, names: Sequence[str], labels: Labels) -> dict[str, list[Example]]:
    """Return the examples of papers annotated whole, by corpus, each id once."""
    found: dict[str, list[Example]] = {}
    seen: set[str] = set()
    for name in names:
        if name == "silver":
            examples = read_papers_annotated([corpora / "silver" / "train.jsonl.gz"], labels)
        elif name.startswith("readings"):
            texts = [corpora / "silver" / "to-annotate.jsonl.gz", papers / "arxiv-cs.jsonl.gz"]
            examples = [example_of_paper(p, labels) for p in read_readings(_HERE / f"{name}.jsonl.gz", texts)]
        else:
            continue
        found[name] = [example for example in examples if example.id not in seen]
        seen |= {example.id for example in examples}
    return found


def _stage_key(recipe: Mapping[str, Any], upto: int) -> str:
    """Return the digest of the recipe up to a stage: a checkpoint is used only for the recipe that made it."""
    made_by = json.dumps([recipe["seed"], recipe["stages"][: upto + 1]], sort_keys=True)
    return hashlib.sha256(made_by.encode()).hexdigest()[:12]


def main(words: Sequence[str] | None = None) -> int:
    """Run the recipe; return the exit code."""
    given = _arguments(words)
    torch.set_num_threads(given.threads)
    recipe = tomllib.loads(given.recipe.read_text(encoding="utf-8"))
    labels, base = Labels(), find_base_model()
    torch.manual_seed(recipe["seed"])
    network = Network(base, labels)
    counts: dict[str, int] = {}
    held_out: dict[str, Mapping[str, Any]] = {}
    given.work.mkdir(parents=True, exist_ok=True)
    checkpoints: dict[str, Path] = {}
    for number, stage in enumerate(recipe["stages"]):
        whole = read_papers(given.corpora, given.papers, stage["corpora"], labels)
        broad = {name: read_broad(given.corpora, labels, [name]) for name in stage["corpora"] if name not in whole}
        trained_on = []
        for name, examples in (*broad.items(), *whole.items()):
            kept = [e for e in examples if not (e.whole and is_held_out(e.id))]
            held_out |= {e.id: e.source for e in examples if e.whole and is_held_out(e.id) and e.source}
            counts[name] = len(kept)
            trained_on += kept
        checkpoint = given.work / f"{stage['name']}-{_stage_key(recipe, number)}.pt"
        checkpoints[stage["name"]] = checkpoint
        if checkpoint.exists():
            network.load_state_dict(torch.load(checkpoint))
            sys.stderr.write(f"{stage['name']}: taken from {checkpoint}\n")
            continue
        train_stage(
            network,
            trained_on,
            name=stage["name"],
            epochs=stage["epochs"],
            encoder_rate=stage["encoder_rate"],
            head_rate=stage["head_rate"],
            batch_pieces=stage["batch_pieces"],
            seed=recipe["seed"],
            only=stage.get("only"),
        )
        part = checkpoint.with_suffix(".partial")
        torch.save(network.state_dict(), part)
        part.rename(checkpoint)
    if recipe.get("average"):
        network.load_state_dict(average_states([torch.load(checkpoints[name]) for name in recipe["average"]]))
    for examples in read_papers(given.corpora, given.papers, recipe.get("held_out", []), labels).values():
        held_out |= {e.id: e.source for e in examples if e.source}
    nlp = to_pipeline(network, base, given.out, name=recipe["name"], version=recipe["version"])
    measured = calibrate(nlp, list(held_out.values()))
    write_pipeline(nlp, given.out)
    (given.out / "README.md").write_text(to_card(recipe, measured, counts), encoding="utf-8")
    scores = to_scores(model_version(ExtractConfig(model=str(given.out))), measured)
    (given.out / "scores.json").write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")
    sys.stderr.write(f"wrote {given.out}; held-out entity F1 {measured['held out']['entity']['f1']}\n")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KGError as error:
        sys.stderr.write(f"kg.train: {error}\n")
        sys.exit(1)
