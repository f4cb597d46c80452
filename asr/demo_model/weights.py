"""What training gives, in one compact file: everything a model folder is made of. numpy only."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

COMMITTED = Path(__file__).with_name("weights.npz")
OFFSETS = ((-2, -1, 0, 1, 2), (-1, 0, 1), (-3, 0, 3), (-3, 0, 3), (-3, 0, 3), (0,))
"""Which frames (10 ms) each layer of the network looks at, the output last."""
_DAY_ONE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say: the same weights, the same bytes


class WeightsUnread(ValueError):
    """The file is none of ours, or torn."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """``weight`` (out, offsets * in) on the frames at ``offsets``, then ``bias`` (out)."""

    offsets: tuple[int, ...]
    weight: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights:
    """The trained network and what belongs to it.

    ``phones`` begin with silence; ``self_loops`` (how long a phone lasts) and ``priors`` (how often
    it is) belong to them. ``lexicon``: what the voice says for each word, phones with spaces.
    """

    layers: tuple[Layer, ...]
    phones: tuple[str, ...]
    self_loops: tuple[float, ...]
    priors: tuple[float, ...]
    lexicon: Mapping[str, tuple[str, ...]]


def save(weights: Weights, path: Path) -> None:
    """Half precision; the same weights give the same bytes."""
    about = {
        "phones": weights.phones,
        "self_loops": [round(loop, 6) for loop in weights.self_loops],
        "priors": [round(prior, 9) for prior in weights.priors],
        "lexicon": dict(weights.lexicon),
    }
    text = json.dumps(about, ensure_ascii=False).encode()
    arrays: dict[str, npt.NDArray[np.generic]] = {"about": np.frombuffer(text, np.uint8)}
    for at, layer in enumerate(weights.layers):
        arrays[f"weight{at}"] = layer.weight.astype(np.float16)
        arrays[f"bias{at}"] = layer.bias.astype(np.float16)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, array in arrays.items():
            data = io.BytesIO()
            np.lib.format.write_array(data, np.ascontiguousarray(array), allow_pickle=False)
            out.writestr(zipfile.ZipInfo(f"{name}.npy", _DAY_ONE), data.getvalue(),
                         zipfile.ZIP_DEFLATED, 9)  # fmt: skip


def load(path: Path = COMMITTED) -> Weights:
    """Raises WeightsUnread, or OSError when there is no file."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            about = json.loads(file["about"].tobytes())
            layers = tuple(
                Layer(
                    offsets,
                    file[f"weight{at}"].astype(np.float32),
                    file[f"bias{at}"].astype(np.float32),
                )
                for at, offsets in enumerate(OFFSETS)
            )
            return Weights(
                layers=layers,
                phones=tuple(about["phones"]),
                self_loops=tuple(about["self_loops"]),
                priors=tuple(about["priors"]),
                lexicon=MappingProxyType(
                    {word: tuple(said) for word, said in about["lexicon"].items()}
                ),
            )
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as wrong:
        raise WeightsUnread(f"{path}: {wrong}") from wrong
