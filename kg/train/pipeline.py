"""From the trained network to the spaCy pipeline that ships: the encoder as 8-bit ONNX, the heads as numpy."""

import json
import logging
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from kg.files import written_whole
from kg.train.examples import blank_pipeline
from kg.train.labels import ALLOWED, Labels
from kg.train.network import Network

if TYPE_CHECKING:
    from spacy.language import Language

#: The components, in their order.
PIPES = (
    "kg_sentences",
    "kg_encoder",
    "kg_abbreviations",
    "kg_mentions",
    "kg_entities",
    "kg_claims",
    "kg_claim_structure",
    "kg_relations",
)
#: Taken off O's log probability at run time: chosen among 0, 1, 2, 3 on held-out text for the entities' F1.
BIAS = 2.0
#: ONNX operators, as of 2022: what onnxruntime 1.18 reads.
_OPSET = 17


class _FromEmbeddings(nn.Module):  # type: ignore[misc]  # as in network.py
    """The encoder behind its word embeddings: what goes into the ONNX graph."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, word_embeddings: Tensor) -> Tensor:
        output: Tensor = self.encoder(inputs_embeds=word_embeddings).last_hidden_state
        return output


def write_encoder(network: Network, base: Path, folder: Path) -> None:
    """Write the encoder as `kg.encoder.Encoder` reads it: ONNX with 8-bit weights, and 8-bit word embeddings.

    A row of embeddings has a scale of its own, so that rare words lose nothing to frequent ones.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    table = network.encoder.embeddings.word_embeddings.weight.detach().numpy()
    scales = np.abs(table).max(axis=1) / 127
    scales[scales == 0] = 1.0
    scales = scales.astype(np.float16)
    rows = np.clip(np.round(table / scales.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
    np.savez(folder / "embeddings.npz", rows=rows, scales=scales)
    with tempfile.TemporaryDirectory() as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger().setLevel(logging.ERROR)
        full = str(Path(made) / "full.onnx")
        sample = torch.from_numpy(table[:8])[None]
        torch.onnx.export(
            _FromEmbeddings(network.encoder).eval(),
            (sample,),
            full,
            input_names=["word_embeddings"],
            output_names=["vectors"],
            dynamic_axes={"word_embeddings": {1: "pieces"}, "vectors": {1: "pieces"}},
            opset_version=_OPSET,
            dynamo=False,
        )
        quantize_dynamic(
            full,
            str(folder / "encoder.onnx"),
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul"],
        )
    shutil.copyfile(base / "tokenizer.json", folder / "tokenizer.json")
    settings = {"base": "sentence-transformers/all-MiniLM-L6-v2", "width": network.width}
    (folder / "settings.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def to_pipeline(network: Network, base: Path, folder: Path, *, name: str, version: str) -> "Language":
    """Write the spaCy pipeline of a trained network into ``folder`` and return it, uncalibrated."""
    import spacy

    network.eval()
    labels: Labels = network.labels
    nlp = spacy.blank("en")
    nlp.tokenizer.suffix_search = blank_pipeline().tokenizer.suffix_search
    nlp.tokenizer.infix_finditer = blank_pipeline().tokenizer.infix_finditer
    for pipe in PIPES:
        nlp.add_pipe(pipe)
    with tempfile.TemporaryDirectory() as made:
        write_encoder(network, base, Path(made))
        nlp.get_pipe("kg_encoder").from_disk(made)
        tagger: Any = nlp.get_pipe("kg_mentions")
        tagger.weights = {
            "tag.weight": network.tag.weight.detach().numpy().T.copy(),
            "tag.bias": network.tag.bias.detach().numpy().copy(),
        }
        tagger.settings = {"kinds": list(labels.kinds), "bias": BIAS}
        for pipe, head, settings in (
            ("kg_entities", "entity", {"kinds": labels.kinds, "roles": labels.roles}),
            ("kg_claims", "sentence", {"roles": labels.sentence_roles, "types": labels.claim_types}),
            (
                "kg_relations",
                "relation",
                {
                    "kinds": labels.kinds,
                    "roles": labels.roles,
                    "predicates": labels.predicates,
                    "allowed": _allowed(labels),
                },
            ),
        ):
            component: Any = nlp.get_pipe(pipe)
            component.weights = network.head_weights(head)
            component.settings = dict(settings)
        nlp.meta.update(
            name=name,
            version=version,
            description="Entities, roles, claims and relations in abstracts of computer science",
            license="Apache-2.0",
            author="The abstract-kg authors",
        )
        write_pipeline(nlp, folder)
    return spacy.load(folder)


def _allowed(labels: Labels) -> dict[str, list[list[str]]]:
    """Return what predicates may join; kinds of a user's own may be joined by any."""
    known = {kind for pairs in ALLOWED.values() for pair in pairs for kind in pair}
    own = [kind for kind in labels.kinds if kind not in known]
    free = [[a, b] for a in labels.kinds for b in labels.kinds if a in own or b in own]
    return {predicate: pairs + free for predicate, pairs in ALLOWED.items()}


def write_pipeline(nlp: "Language", folder: Path) -> None:
    """Write the pipeline whole, or not at all; a model card in the folder stays."""
    card = folder / "README.md"
    kept = card.read_text(encoding="utf-8") if card.exists() else None
    with written_whole(folder) as fresh:
        # The vocabulary holds each word that was ever read, those of held-out papers too, and no component needs it.
        nlp.to_disk(fresh, exclude=["vocab"])
        if kept is not None:
            (fresh / "README.md").write_text(kept, encoding="utf-8")
