"""Rerankers: models that read a question together with each statement, better and slower than comparing vectors."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.errors import ModelUnavailable
from index.models import Model, find, prepare
from index.names import TORCH

BATCH = 32


class Reranker:
    """A CrossEncoder of sentence-transformers; one instance may be used by several threads."""

    def __init__(self, model: Model) -> None:
        """Load the model. Raises ModelUnavailable."""
        from safetensors import SafetensorError

        self.name = str(model.name)
        # The tokenisers of transformers keep state while they run ("Already borrowed").
        self._lock = threading.Lock()
        try:
            self._load(model)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, SafetensorError) as error:
            raise model.unloadable(error) from error
        if self._model.num_labels != 1:
            raise ModelUnavailable(
                f'the model "{model.name.shown}" gives {self._model.num_labels} scores for a statement, where a '
                "reranker gives one: choose another model"
            )

    def _load(self, model: Model) -> None:
        prepare(model.name)
        from sentence_transformers import CrossEncoder
        from torch.nn import Sigmoid

        # Whatever range a model was trained for: only scores from 0 to 1 can be compared with their best.
        self._model = CrossEncoder(
            str(model.folder),
            activation_fn=Sigmoid(),
            backend=model.name.backend,
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True} if model.name.backend == TORCH else None,
        )
        if model.name.backend == TORCH:
            self._model.float()

    def scores(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """How well each text answers the question, from 0 to 1: shape (texts,)."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        with self._lock:
            pairs = [(question, text) for text in texts]
            scores = self._model.predict(pairs, batch_size=BATCH, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(scores, dtype=np.float32)


def load_reranker(name: str) -> Reranker:
    """The reranker called `name`: a CrossEncoder, named as encoders are. Raises ModelUnavailable."""
    return Reranker(find(name, "reranker"))
