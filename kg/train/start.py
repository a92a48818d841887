"""Start from the model that ships: its 8-bit encoder read back into the network, its sentence head with it."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from kg.errors import ModelError
from kg.train.network import Network

#: Prefix of the encoder's weights in the ONNX graph.
_PREFIX = "encoder."


def read_shipped(network: Network, model: Path) -> None:
    """Set the encoder and the sentence head of ``network`` to those of the spaCy pipeline in ``model``.

    The weights come back as they are run, rounded to 8 bits: training smooths them out.

    Raises:
        ModelError: the encoder there is another than the network's.
    """
    folder = model / "kg_encoder"
    state = _encoder_state(folder / "encoder.onnx")
    with np.load(folder / "embeddings.npz") as table:
        rows = table["rows"].astype(np.float32) * table["scales"].astype(np.float32)[:, None]
    state["embeddings.word_embeddings.weight"] = rows
    wanted = network.encoder.state_dict()
    missing = [name for name in wanted if name not in state and "pooler" not in name and "_ids" not in name]
    if missing:
        raise ModelError(f"{folder}: not the encoder that training starts from: it lacks {missing[0]}")
    network.encoder.load_state_dict({name: torch.from_numpy(state.get(name, wanted[name].numpy())) for name in wanted})
    with np.load(model / "kg_claims" / "weights.npz") as stored:
        layers = [layer for layer in network.sentence if isinstance(layer, torch.nn.Linear)]
        for name, layer in zip(("in", "out"), layers, strict=True):
            layer.weight.data = torch.from_numpy(stored[f"sentence.{name}.weight"].astype(np.float32).T.copy())
            layer.bias.data = torch.from_numpy(stored[f"sentence.{name}.bias"].astype(np.float32))


def _encoder_state(path: Path) -> dict[str, Any]:
    """Return the weights in an ONNX encoder by the names that torch gives them.

    A matrix has lost its name in the graph; it is found by the bias that is added to its product.
    """
    import onnx
    from onnx.numpy_helper import to_array

    graph = onnx.load(str(path)).graph
    arrays = {one.name: to_array(one) for one in graph.initializer}
    made_by = {output: node for node in graph.node for output in node.output}
    state = {name.removeprefix(_PREFIX): array.copy() for name, array in arrays.items() if name.startswith(_PREFIX)}
    for node in graph.node:
        bias = next((name for name in node.input if name.startswith(_PREFIX) and name.endswith(".bias")), None)
        if node.op_type != "Add" or bias is None:
            continue
        product = made_by.get(next(name for name in node.input if name != bias))
        while product is not None and product.op_type != "MatMulInteger":
            before = [name for name in product.input if name in made_by and "_scale" not in name]
            product = made_by.get(before[0]) if before else None
        if product is None:
            continue
        name = product.input[1].removesuffix("_quantized")
        zero, scale = arrays[f"{name}_zero_point"], arrays[f"{name}_scale"]
        weights = (arrays[product.input[1]].astype(np.float32) - zero.astype(np.float32)) * scale
        state[bias.removeprefix(_PREFIX).removesuffix("bias") + "weight"] = weights.T.copy()
    return state
