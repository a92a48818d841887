"""`kg train`: a model for a user's own kinds, from their annotations, starting from the model that ships.

What the annotations do not say (claims, roles of sentences and of entities) is taken from what the shipped model says
of the same texts, so that the new model goes on saying it.
"""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from kg.config import ExtractConfig
from kg.extract import load_nlp, model_path
from kg.records import Role
from kg.train.annotations import read_annotations
from kg.train.calibrate import calibrate
from kg.train.card import to_card
from kg.train.corpora import is_held_out
from kg.train.examples import Example, example_of_paper
from kg.train.labels import Labels
from kg.train.loop import train_stage
from kg.train.network import Network, find_base_model
from kg.train.pipeline import to_pipeline, write_pipeline
from kg.train.start import read_shipped

if TYPE_CHECKING:
    from spacy.language import Language

#: Rates of learning and pieces of a batch: those of the recipe's last stage, with new heads to learn.
_ENCODER_RATE, _HEAD_RATE, _BATCH_PIECES = 6e-5, 1e-3, 3600
#: A score stands at this until held-out papers have said better.
_THRESHOLD = 0.5


def complete(papers: Sequence[dict[str, Any]], nlp: "Language") -> list[list[str]]:
    """Fill in what ``papers`` lack by what ``nlp`` says of them; return the roles of each paper's sentences.

    Sentences and claims where a paper has none of its own, and the roles of entities that the model finds too; a role
    that neither gives is "uses".
    """
    sentence_roles = []
    for paper in papers:
        doc = nlp(f"{paper['title']}\n\n{paper['abstract']}")
        shift = len(paper["title"]) + 2
        spans = [(span, role) for span, role in zip(doc.sents, doc._.sentence_roles, strict=True) if span.text.strip()]
        body = [(span, role) for span, role in spans if span.start_char >= shift]
        if "sentences" not in paper:
            paper["sentences"] = [
                {"start": span.start_char - shift, "end": span.start_char - shift + len(span.text.rstrip())}
                for span, _ in body
            ]
            at = {span.start_char: number for number, (span, _) in enumerate(body)}
            if "claims" not in paper:
                paper["claims"] = [
                    {"sentence": at[span.start_char], "types": [kind]}
                    for span, kind, _ in doc._.claims
                    if span.start_char in at
                ]
            sentence_roles.append([role for _, role in body])
        else:
            paper.setdefault("claims", [])
            sentence_roles.append([])
        role_of = {form.casefold(): found.role for found in doc._.entities for form in found.surfaces}
        for entity in paper["entities"]:
            if not entity["roles"]:
                said = [role_of[form.casefold()] for form in entity["surfaces"] if form.casefold() in role_of]
                entity["roles"] = said[:1] or [Role.USES.value]
        paper.setdefault("relations", [])
    return sentence_roles


def _examples(papers: Sequence[dict[str, Any]], roles: Sequence[Sequence[str]], labels: Labels) -> list[Example]:
    examples = []
    for paper, said in zip(papers, roles, strict=True):
        example = example_of_paper(paper, labels)
        if said and len(said) + 1 == len(example.sentences):
            known = [(labels.sentence_roles.index(role), 1.0) for role in said]
            # The title is no sentence with a role: its weight is nothing.
            example.sentence_roles = [(0, 0.0), *known]
        examples.append(example)
    return examples


def train_own(
    annotations: Path, out: Path, *, epochs: int = 10, seed: int = 1, threads: int = 2, version: str = "0.1.0"
) -> Mapping[str, Any]:
    """Train a model on a user's annotations and write it into the folder ``out``; return what was measured.

    One paper in eight, by a digest of its id, is held out for thresholds and calibration, if there are enough.

    Args:
        annotations: JSON lines (`read_annotations`).
        out: the folder that ``extract.model`` of kg.toml is to name.
        epochs: passes over the annotations.
        seed: of order, dropout and the new heads.
        threads: of torch.
        version: of the model.

    Raises:
        ReadError: the annotations are not as they should be.
        ModelError: the shipped model is not there.
    """
    papers = read_annotations(annotations)
    kinds = sorted({entity["labels"][0] for paper in papers for entity in paper["entities"]})
    labels = Labels(kinds=tuple(kinds))
    roles = complete(papers, load_nlp())
    examples = _examples(papers, roles, labels)
    kept = [example for example in examples if not is_held_out(example.id)]
    held_out = [paper for paper in papers if is_held_out(paper["id"])]
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    base = find_base_model()
    network = Network(base, labels)
    read_shipped(network, model_path(ExtractConfig()))
    train_stage(
        network, kept, name="own", epochs=epochs, encoder_rate=_ENCODER_RATE, head_rate=_HEAD_RATE,
        batch_pieces=_BATCH_PIECES, seed=seed,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(dir=out.parent if out.parent.is_dir() else None) as made:
        nlp = to_pipeline(network, base, Path(made) / "model", name=out.name, version=version)
        if not any(paper["relations"] for paper in papers):
            relations: Any = nlp.get_pipe("kg_relations")
            relations.weights = {}
        measured: dict[str, Any] = {}
        if held_out:
            measured = calibrate(nlp, held_out)
        else:
            for pipe in ("kg_entities", "kg_claims", "kg_relations"):
                component: Any = nlp.get_pipe(pipe)
                component.threshold = _THRESHOLD
        out.parent.mkdir(parents=True, exist_ok=True)
        write_pipeline(nlp, out)
    if measured:
        card = to_card({"name": out.name, "version": version}, measured, {"own": len(kept)})
        (out / "README.md").write_text(card, encoding="utf-8")
    sys.stderr.write(f"wrote {out}: kinds {', '.join(kinds)}; {len(kept)} papers read, {len(held_out)} held out\n")
    return measured
