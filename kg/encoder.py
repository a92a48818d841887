"""The contextual encoder as a spaCy component: a small Transformer run by onnxruntime on the CPU.

One forward pass a document. The graph's weights are 8-bit integers; the scales of its activations are computed from the
input, so a document is never batched with another: its vectors depend on nothing but its text. Word embeddings are held
outside of the ONNX graph, a row of 8-bit integers with a scale a word piece.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from kg.words import Array, words_of

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

#: Word pieces that one pass takes (the positions that the encoder was trained with), and how many of them two
#: neighbouring windows of a longer text share, so that every piece has context on both sides.
_WINDOW = 512
_OVERLAP = 128


@Language.factory("kg_encoder", assigns=["doc.tensor"], retokenizes=False)
def create_encoder(nlp: Language, name: str) -> "Encoder":
    """Return the component: the factory that spaCy calls."""
    return Encoder()


class Encoder:
    """Sets `doc.tensor`, shape (tokens, width), float32: for each token the vector of its first word piece.

    Tokens of white space have zeros.
    """

    def __init__(self) -> None:
        """Start empty: the model comes from `from_disk`."""
        self.folder = Path()
        self.settings: dict[str, Any] = {}
        self._session: InferenceSession | None = None
        self._tokenizer: Tokenizer | None = None
        self._embeddings: Array = np.zeros((0, 0), np.float32)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "Encoder":
        """Load the model in the folder ``path``.

        Raises:
            OSError: a file is missing.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        self.folder = Path(path)
        self.settings = json.loads((self.folder / "settings.json").read_text(encoding="utf-8"))
        options = onnxruntime.SessionOptions()
        # One thread a process: sums are then always made in the same order, and processes share the cores.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        model = str(self.folder / "encoder.onnx")
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        with np.load(self.folder / "embeddings.npz") as stored:
            self._embeddings = stored["rows"].astype(np.float32) * stored["scales"].astype(np.float32)[:, None]
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Copy the model's files into the folder ``path``."""
        import shutil

        target = Path(path)
        target.mkdir(parents=True, exist_ok=True)
        for file in ("settings.json", "encoder.onnx", "tokenizer.json", "embeddings.npz"):
            if (self.folder / file).resolve() != (target / file).resolve():
                shutil.copyfile(self.folder / file, target / file)

    def __call__(self, doc: Doc) -> Doc:
        """Set the vectors of one document."""
        words = words_of(doc)
        vectors = np.zeros((len(doc), self._embeddings.shape[1]), np.float32)
        if self._tokenizer is None or self._session is None or not len(doc):
            doc.tensor = vectors
            return doc
        encoding = self._tokenizer.encode(words.text)
        offsets = np.array(encoding.offsets[1:-1], dtype=np.int64).reshape(-1, 2)
        pieces = self._encode(np.array(encoding.ids, dtype=np.int64))
        if len(offsets):
            # The first piece that ends after the word begins; a word that has no piece (it was dropped by the
            # tokenizer, as control characters are) keeps zeros.
            first = np.searchsorted(offsets[:, 1], words.starts, side="right")
            held = first < len(offsets)
            held &= offsets[np.minimum(first, len(offsets) - 1), 0] < words.ends
            vectors[words.index[held]] = pieces[first[held]]
        doc.tensor = vectors
        return doc

    def _encode(self, ids: "np.ndarray[Any, np.dtype[np.int64]]") -> Array:
        """Return a vector a word piece, shape (pieces without the two special ones, width)."""
        if len(ids) <= _WINDOW:
            return self._forward(ids)[1:-1]
        inner, width = ids[1:-1], _WINDOW - 2
        result = np.zeros((len(inner), self._embeddings.shape[1]), np.float32)
        for start, keep_from, keep_to in _windows(len(inner), width):
            part = np.concatenate([ids[:1], inner[start : start + width], ids[-1:]])
            result[keep_from:keep_to] = self._forward(part)[1:-1][keep_from - start : keep_to - start]
        return result

    def _forward(self, ids: "np.ndarray[Any, np.dtype[np.int64]]") -> Array:
        if self._session is None:
            raise RuntimeError("the encoder was not loaded; load it with from_disk")
        output: Array = self._session.run(None, {"word_embeddings": self._embeddings[ids][None]})[0][0]
        return output


def _windows(length: int, width: int) -> Iterator[tuple[int, int, int]]:
    """Yield (start, first kept, end of kept) of overlapping windows; each place is kept from one window.

    >>> list(_windows(1000, 510))
    [(0, 0, 446), (382, 446, 828), (490, 828, 1000)]
    """
    half, start, kept = _OVERLAP // 2, 0, 0
    while True:
        if start + width >= length:
            yield max(0, length - width), kept, length
            return
        yield start, kept, start + width - half
        kept = start + width - half
        start = start + width - _OVERLAP
