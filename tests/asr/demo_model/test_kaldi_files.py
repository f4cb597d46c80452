"""Laws of am/final.mdl: what Kaldi reads is what was written."""

import struct

import numpy as np

from asr.demo_model.kaldi_files import final_mdl
from asr.demo_model.weights import Layer

LAYERS = (
    Layer((-1, 0, 1), np.arange(12, dtype=np.float32).reshape(2, 6), np.ones(2, np.float32)),
    Layer((0,), np.zeros((3, 2), np.float32), np.zeros(3, np.float32)),
)


def test_the_network_is_described_and_held() -> None:
    """Inputs are spliced by their offsets; the last layer is a log-softmax, the others ReLU."""
    data = final_mdl([0, 1, 2], [0.5, 0.6, 0.7], LAYERS, [0.5, 0.25, 0.25])
    assert data.startswith(b"\0B<TransitionModel> <Topology> ")
    text = data[data.index(b"<Nnet3>") : data.index(b"<NumComponents>")].decode()
    assert text.split("\n")[1:-2] == [
        "input-node name=input dim=2",
        (
            "component-node name=tdnn1.affine component=tdnn1.affine "
            "input=Append(Offset(input, -1), input, Offset(input, 1))"
        ),
        "component-node name=tdnn1.relu component=tdnn1.relu input=tdnn1.affine",
        "component-node name=output.affine component=output.affine input=tdnn1.relu",
        "component-node name=output.log-softmax component=output.log-softmax input=output.affine",
        "output-node name=output input=output.log-softmax objective=linear",
    ]
    assert data.count(b"<AffineComponent>") == 2
    assert data.count(b"<RectifiedLinearComponent>") == 1
    assert data.count(b"<LogSoftmaxComponent>") == 1


def test_matrices_are_rows_of_single_precision() -> None:
    """FM, rows, columns, then the numbers; all little-endian, sizes before each."""
    data = final_mdl([0], [0.5], LAYERS, [1.0])
    at = data.index(b"FM ") + 3
    assert struct.unpack_from("<bibi", data, at) == (4, 2, 4, 6)
    held = np.frombuffer(data, "<f4", 12, at + 10)
    assert np.array_equal(held, np.arange(12))


def test_every_phone_stays_or_leaves() -> None:
    """Two transitions a phone, whose probabilities are one in all."""
    data = final_mdl([0, 1, 2], [0.5, 0.6, 0.7], LAYERS, [0.5, 0.25, 0.25])
    at = data.index(b"<LogProbs> FV ") + len(b"<LogProbs> FV ")
    assert struct.unpack_from("<bi", data, at) == (4, 7)
    logs = np.frombuffer(data, "<f4", 7, at + 5)
    assert np.allclose(np.exp(logs[1:]).reshape(3, 2).sum(1), 1)
    assert np.allclose(np.exp(logs[1::2]), [0.5, 0.6, 0.7])
