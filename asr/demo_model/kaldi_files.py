"""Writes am/final.mdl: a transition model and an nnet3 network, in Kaldi's binary form. PURE.

Source: Kaldi, base/io-funcs-inl.h, hmm/transition-model.cc, hmm/hmm-topology.cc,
nnet3/nnet-nnet.cc, nnet3/am-nnet-simple.cc, nnet3/nnet-simple-component.cc.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from asr.demo_model.weights import Layer

LEARNING_RATE = 0.001  # the format asks for one; nobody learns from it


def final_mdl(
    phone_pdfs: Sequence[int],
    self_loops: Sequence[float],
    layers: Sequence[Layer],
    priors: Sequence[float],
) -> bytes:
    """The file. ``phone_pdfs[i]`` and ``self_loops[i]`` belong to the phone with the number i+1.

    Every phone is one emitting state: transition 2i+1 stays in it, 2i+2 leaves it.
    """
    out = _Binary()
    _transitions(out, phone_pdfs, self_loops)
    _network(out, layers)
    out.token("<LeftContext>")
    out.whole(0)
    out.token("<RightContext>")  # both are computed anew by who reads
    out.whole(0)
    out.token("<Priors>")
    out.vector(priors)
    return out.whole_file()


class _Binary:
    """Kaldi's binary form: tokens end in a space, numbers begin with their size."""

    def __init__(self) -> None:
        self._parts: list[bytes] = [b"\0B"]

    def whole_file(self) -> bytes:
        return b"".join(self._parts)

    def raw(self, data: bytes) -> None:
        self._parts.append(data)

    def token(self, *names: str) -> None:
        self._parts.extend(name.encode() + b" " for name in names)

    def whole(self, *values: int) -> None:
        self._parts.extend(b"\x04" + struct.pack("<i", value) for value in values)

    def real(self, value: float) -> None:
        self._parts.append(b"\x04" + struct.pack("<f", value))

    def wholes(self, values: Iterable[int]) -> None:
        array = np.fromiter(values, "<i4")
        self._parts.append(b"\x04" + struct.pack("<i", len(array)) + array.tobytes())

    def vector(self, values: npt.ArrayLike) -> None:
        array = np.asarray(values, "<f4")
        self.token("FV")
        self.whole(len(array))
        self._parts.append(array.tobytes())

    def matrix(self, values: npt.NDArray[np.float32]) -> None:
        self.token("FM")
        self.whole(*values.shape)
        self._parts.append(np.ascontiguousarray(values, "<f4").tobytes())


def _transitions(out: _Binary, pdfs: Sequence[int], self_loops: Sequence[float]) -> None:
    count = len(pdfs)
    out.token("<TransitionModel>", "<Topology>")
    out.wholes(range(1, count + 1))
    out.wholes([-1] + [0] * count)
    out.whole(1, 2)  # one kind of phone, with two states
    out.whole(0, 2, 0)  # state 0 emits; two ways: stay in 0,
    out.real(0.5)
    out.whole(1)  # or go to 1
    out.real(0.5)
    out.whole(-1, 0)  # state 1 is the end and emits nothing
    out.token("</Topology>", "<Triples>")
    out.whole(count)
    for at, pdf in enumerate(pdfs):
        out.whole(at + 1, 0, pdf)
    out.token("</Triples>", "<LogProbs>")
    out.vector([0.0, *(float(np.log(p)) for loop in self_loops for p in (loop, 1 - loop))])
    out.token("</LogProbs>", "</TransitionModel>")


def _network(out: _Binary, layers: Sequence[Layer]) -> None:
    inputs = layers[0].weight.shape[1] // len(layers[0].offsets)
    lines, before = [f"input-node name=input dim={inputs}"], "input"
    names = []
    for at, layer in enumerate(layers):
        last = at == len(layers) - 1
        affine = "output.affine" if last else f"tdnn{at + 1}.affine"
        after = "output.log-softmax" if last else f"tdnn{at + 1}.relu"
        taken = [before if shift == 0 else f"Offset({before}, {shift})" for shift in layer.offsets]
        spliced = f"Append({', '.join(taken)})" if len(taken) > 1 else taken[0]
        lines += [
            f"component-node name={affine} component={affine} input={spliced}",
            f"component-node name={after} component={after} input={affine}",
        ]
        names.append((affine, after, "LogSoftmax" if last else "RectifiedLinear"))
        before = after
    lines.append(f"output-node name=output input={before} objective=linear")
    out.token("<Nnet3>")
    out.raw(b"\n" + "\n".join(lines).encode() + b"\n\n")
    out.token("<NumComponents>")
    out.whole(2 * len(layers))
    for (affine, after, kind), layer in zip(names, layers, strict=True):
        _affine(out, affine, layer)
        _nonlinear(out, after, f"{kind}Component", len(layer.bias))
    out.token("</Nnet3>")


def _affine(out: _Binary, name: str, layer: Layer) -> None:
    out.token("<ComponentName>", name, "<AffineComponent>", "<LearningRate>")
    out.real(LEARNING_RATE)
    out.token("<LinearParams>")
    out.matrix(layer.weight)
    out.token("<BiasParams>")
    out.vector(layer.bias)
    out.token("</AffineComponent>")


def _nonlinear(out: _Binary, name: str, kind: str, size: int) -> None:
    out.token("<ComponentName>", name, f"<{kind}>", "<Dim>")
    out.whole(size)
    for averages in ("<ValueAvg>", "<DerivAvg>"):
        out.token(averages)
        out.vector([])
    out.token("<Count>")
    out.real(0.0)
    out.token(f"</{kind}>")
