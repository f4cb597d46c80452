"""A time-delay network in numpy: windows of frames, batch norm, ReLU; forward, backward. PURE.

Shapes are (batch, time, channels). A layer sees ``width`` frames around each; the second moves on
by three, so the network answers every 30 ms, which is what Vosk counts word times with.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

EVERY = 3
WIDTHS, STRIDES = (5, 3, 3, 3, 3), (1, EVERY, 1, 1, 1)
CONTEXT = 12
"""Frames (10 ms) that the network looks at before and after the one it answers for."""
MOMENTUM, EPSILON = 0.1, 1e-5  # of the batch norm

Array = npt.NDArray[np.float32]


@dataclass(slots=True)
class Parameter:
    """Something that learns."""

    value: Array
    gradient: Array = field(init=False)

    def __post_init__(self) -> None:
        self.gradient = np.zeros_like(self.value)


class Hidden:
    """Windows, affine, batch norm, ReLU. The affine needs no bias: the norm has one."""

    def __init__(
        self, inputs: int, outputs: int, width: int, stride: int, rng: np.random.Generator
    ) -> None:
        self.width, self.stride = width, stride
        self.weight = Parameter(_initial(outputs, width * inputs, rng))
        self.scale = Parameter(np.ones(outputs, np.float32))
        self.shift = Parameter(np.zeros(outputs, np.float32))
        self.mean = np.zeros(outputs, np.float32)
        self.variance = np.ones(outputs, np.float32)

    @property
    def parameters(self) -> list[Parameter]:
        """What the optimiser moves."""
        return [self.weight, self.scale, self.shift]

    def forward(self, x: Array) -> Array:
        """Keeps what ``backward`` needs, and the running mean and variance."""
        batch, time, inputs = x.shape
        after = (time - self.width) // self.stride + 1
        self._shape = x.shape
        span = (after - 1) * self.stride + 1
        self._windows = np.concatenate(
            [x[:, at : at + span : self.stride] for at in range(self.width)], axis=2
        ).reshape(batch * after, self.width * inputs)
        y = self._windows @ self.weight.value.T
        mean = y.mean(0)
        y -= mean
        variance = np.einsum("ij,ij->j", y, y) / np.float32(len(y))
        self._deviation = np.sqrt(variance + np.float32(EPSILON))
        y /= self._deviation
        self._normed = y
        self.mean += np.float32(MOMENTUM) * (mean - self.mean)
        self.variance += np.float32(MOMENTUM) * (variance - self.variance)
        out = np.maximum(y * self.scale.value + self.shift.value, 0)
        self._passed = out > 0
        return np.asarray(out.reshape(batch, after, -1), np.float32)

    def backward(self, gradient: Array, *, needs_input: bool = True) -> Array | None:
        """Sets the parameters' gradients; gives the input's."""
        batch, after, outputs = gradient.shape
        g = gradient.reshape(batch * after, outputs) * self._passed
        self.shift.gradient = g.sum(0)
        self.scale.gradient = np.einsum("ij,ij->j", g, self._normed)
        count = np.float32(len(g))
        g -= self.shift.gradient / count
        g -= self._normed * (self.scale.gradient / count)
        g *= self.scale.value / self._deviation
        self.weight.gradient = g.T @ self._windows
        if not needs_input:
            return None
        windows = (g @ self.weight.value).reshape(batch, after, self.width, -1)
        made = np.zeros(self._shape, np.float32)
        span = (after - 1) * self.stride + 1
        for at in range(self.width):
            made[:, at : at + span : self.stride] += windows[:, :, at]
        return made


class Network:
    """Five hidden layers and one output for each phone."""

    def __init__(self, inputs: int, hidden: int, phones: int, rng: np.random.Generator) -> None:
        sizes = (inputs, *[hidden] * (len(WIDTHS) - 1))
        self.hidden = [
            Hidden(size, hidden, width, stride, rng)
            for size, width, stride in zip(sizes, WIDTHS, STRIDES, strict=True)
        ]
        self.output = Parameter(_initial(phones, hidden, rng))
        self.bias = Parameter(np.zeros(phones, np.float32))

    @property
    def parameters(self) -> list[Parameter]:
        """What the optimiser moves."""
        inner = [one for layer in self.hidden for one in layer.parameters]
        return [*inner, self.output, self.bias]

    def learn(self, x: Array, phones: npt.NDArray[np.intp]) -> tuple[float, float]:
        """Set all gradients for this batch; gives the loss and the share of right frames.

        ``phones`` (batch, time): -1 does not count.
        """
        for layer in self.hidden:
            x = layer.forward(x)
        batch, time, size = x.shape
        flat = x.reshape(batch * time, size)
        scores: Array = flat @ self.output.value.T + self.bias.value
        scores -= scores.max(1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(1, keepdims=True)
        wanted = phones.reshape(-1)
        counts = wanted >= 0
        rows, right = np.flatnonzero(counts), wanted[counts]
        chosen = scores[rows, right]
        loss = -float(np.log(np.maximum(chosen, 1e-20)).mean())
        accuracy = float((scores[rows].argmax(1) == right).mean())
        scores[rows, right] -= 1
        scores[~counts] = 0
        scores /= np.float32(len(rows))
        self.output.gradient = scores.T @ flat
        self.bias.gradient = scores.sum(0)
        gradient: Array = (scores @ self.output.value).reshape(batch, time, size)
        for layer in reversed(self.hidden):
            needed = layer is not self.hidden[0]
            below = layer.backward(gradient, needs_input=needed)
            if below is not None:
                gradient = below
        return loss, accuracy


def _initial(outputs: int, inputs: int, rng: np.random.Generator) -> Array:
    bound = np.sqrt(1 / inputs)
    return rng.uniform(-bound, bound, (outputs, inputs)).astype(np.float32)
