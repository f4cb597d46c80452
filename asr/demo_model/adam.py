"""The optimiser: Adam with weight decay apart from it, and one cycle of the learning rate. PURE.

Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization; Smith, Super-Convergence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from asr.demo_model.net import Parameter

RATE_MOST = 4e-3
RISING_SHARE = 0.3  # of all steps
FIRST_DIVISOR, LAST_DIVISOR = 25.0, 250_000.0
MEAN_DECAY, SQUARE_DECAY, WEIGHT_DECAY = 0.9, 0.999, 1e-3
EPSILON = 1e-8


def learning_rate(step: int, steps: int) -> float:
    """Rises, then falls, both by a half cosine; ``step`` 0..steps-1."""
    rising = RISING_SHARE * steps
    if step < rising:
        return _between(RATE_MOST / FIRST_DIVISOR, RATE_MOST, step / rising)
    return _between(RATE_MOST, RATE_MOST / LAST_DIVISOR, (step - rising) / (steps - rising))


def _between(low: float, high: float, share: float) -> float:
    return high + (low - high) / 2 * (1 + math.cos(math.pi * share))


class Adam:
    """Moves parameters against their gradients."""

    def __init__(self, parameters: Sequence[Parameter]) -> None:
        self._parameters = parameters
        self._means = [np.zeros_like(one.value) for one in parameters]
        self._squares = [np.zeros_like(one.value) for one in parameters]
        self._step = 0

    def step(self, rate: float) -> None:
        """One move."""
        self._step += 1
        mean_bias = 1 - MEAN_DECAY**self._step
        square_bias = 1 - SQUARE_DECAY**self._step
        for at, one in enumerate(self._parameters):
            mean, square = self._means[at], self._squares[at]
            one.value *= np.float32(1 - rate * WEIGHT_DECAY)
            mean += np.float32(1 - MEAN_DECAY) * (one.gradient - mean)
            square += np.float32(1 - SQUARE_DECAY) * (one.gradient**2 - square)
            size = np.sqrt(square / np.float32(square_bias)) + np.float32(EPSILON)
            one.value -= np.float32(rate / mean_bias) * mean / size
