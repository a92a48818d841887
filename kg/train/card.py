"""The model card: what the model is, what it was trained on, under which licences, and what it scores."""

from collections.abc import Mapping, Sequence
from typing import Any

_CORPORA = {
    "scirex": ("SciREX, titles and abstracts", "Apache-2.0"),
    "tdmsci": ("TDMSci, sentences", "Apache-2.0"),
    "csabstruct": ("CSAbstruct, sentence roles", "Apache-2.0"),
    "silver": ("abstracts annotated whole to the project's guideline; arXiv metadata CC0", "annotations ours"),
    **{
        f"readings-{n}": (f"more of them, read later (kg/train/readings-{n}.jsonl.gz)", "Apache-2.0")
        for n in range(2, 9)
    },
    "readings": ("further arXiv abstracts read to the same guideline (kg/train/readings.jsonl.gz)", "Apache-2.0"),
    "own": ("a user's own annotations", "the user's"),
}

#: What `kg.train.agreement` prints of `readings-again.jsonl.gz`: F1, and accuracies where both readings have the thing.
AGREEMENT = {
    "entity": 0.897, "relaxed": 0.905, "kind-blind": 0.916, "claim": 0.954, "relation": 0.711, "role accuracy": 0.959,
    "claim type accuracy": 0.963,
}  # fmt: skip


def to_scores(model: str, measured: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the card says of the scores as data: an export tells them of a graph that this model made.

    Args:
        model: the model's name, version and digest (`kg.extract.model_version`).
        measured: what `kg.train.calibrate` found.
    """
    held_out = {name: measured["held out"][name] for name in ("role accuracy", "claim type accuracy")
                if name in measured["held out"]}  # fmt: skip
    for name, value in measured["held out"].items():
        if isinstance(value, dict) and "f1" in value:
            held_out[name] = {part: value[part] for part in ("p", "r", "f1")}
    errors = {figure: round(measured[figure]["error after"], 4) for figure in ("entity", "claim", "relation")}
    return {"model": model, "held out": held_out, "calibration error": errors}


def to_card(recipe: Mapping[str, Any], measured: Mapping[str, Any], counts: Mapping[str, int]) -> str:
    """Return the model card as Markdown."""
    lines = [
        f"# {recipe['name']} {recipe['version']}",
        "",
        "A spaCy pipeline that finds methods, datasets, tasks and metrics in abstracts of computer science, what the "
        "paper does with each, its claims, and relations between entities. It runs on a CPU without a network.",
        "",
        "Encoder: all-MiniLM-L6-v2 (Apache-2.0, 22 million parameters), trained further in all its layers with five "
        "heads; 8-bit weights, run by onnxruntime, one document a forward pass. Heads: numpy.",
        "",
        "## Trained on",
        "",
        "| corpus | what | licence | texts |",
        "|---|---|---|---|",
    ]
    for name, count in counts.items():
        what, licence = _CORPORA.get(name, ("", "not stated"))
        lines.append(f"| {name} | {what} | {licence} | {count:,} |")
    lines += [
        "",
        "No text under GPL, and none whose licence is not stated, went into these weights. Papers of the gold that the "
        "project measures on were not read for training.",
        "",
        "## Measured on held-out papers",
        "",
        "One paper in eight was held out of training, by a digest of its id"
        + (", and a batch of readings whole" if recipe.get("held_out") else "")
        + "; thresholds and calibration were chosen on the same papers, so figures on gold (`kg eval`) are the ones to "
        "quote.",
        "",
        "| figure | precision | recall | F1 |",
        "|---|---|---|---|",
    ]
    held_out = measured["held out"]
    for name, value in held_out.items():
        if isinstance(value, dict) and "f1" in value:
            lines.append(f"| {name} | {value['p']:.3f} | {value['r']:.3f} | {value['f1']:.3f} |")
    lines += [""] + [
        f"- {name}: {held_out[name]}" for name in ("role accuracy", "claim type accuracy") if name in held_out
    ]
    if "readings" in counts:
        agreed = ", ".join(f"{name} {value}" for name, value in AGREEMENT.items())
        lines += ["", f"Two readings of the same 40 papers agree so far (`python -m kg.train.agreement`): {agreed}."]
    lines += ["", "## Do the scores mean what they say?", ""]
    for figure in ("entity", "claim", "relation"):
        found = measured[figure]
        lines += [
            f"{figure.capitalize()}: kept from {found['threshold']}; calibration error "
            f"{found['error before']:.3f} before scaling, {found['error after']:.3f} after.",
            "",
            *_reliability(found["reliability"]),
            "",
        ]
    return "\n".join(lines)


def _reliability(rows: Sequence[tuple[float, float, int]]) -> list[str]:
    return [
        "| mean score | share right | count |",
        "|---|---|---|",
        *(f"| {score:.2f} | {right:.2f} | {count:,} |" for score, right, count in rows),
    ]
