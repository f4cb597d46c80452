"""Laws of the network that learns."""

import numpy as np
import pytest

from asr.demo_model.adam import RATE_MOST, Adam, learning_rate
from asr.demo_model.net import CONTEXT, EVERY, Network, Parameter


def network() -> Network:
    """A small one, in double precision so that slopes can be compared."""
    made = Network(4, 6, 3, np.random.default_rng(0))
    for one in made.parameters:
        one.value = one.value.astype(np.float64)
    return made


def test_one_answer_for_three_frames() -> None:
    """With its context, 30 frames give ten answers: 30 ms each."""
    made = network()
    x = np.random.default_rng(1).normal(size=(2, 30 + 2 * CONTEXT, 4)).astype(np.float32)
    for layer in made.hidden:
        x = layer.forward(x)
    assert x.shape == (2, 30 // EVERY, 6)


def test_gradients_are_the_slopes_of_the_loss() -> None:
    """Each parameter, moved a little, changes the loss by what its gradient says."""
    made = network()
    rng = np.random.default_rng(2)
    x = rng.normal(size=(3, 9 + 2 * CONTEXT, 4))
    wanted = rng.integers(-1, 3, size=(3, 3))
    made.learn(x, wanted)  # type: ignore[arg-type]
    slopes = [one.gradient.copy() for one in made.parameters]
    step = 1e-5
    for one, slope in zip(made.parameters, slopes, strict=True):
        place = np.unravel_index(int(np.abs(slope).argmax()), slope.shape)
        kept = one.value[place]
        losses = []
        for moved in (kept - step, kept + step):
            one.value[place] = moved
            losses.append(made.learn(x, wanted)[0])  # type: ignore[arg-type]
        one.value[place] = kept
        assert (losses[1] - losses[0]) / (2 * step) == pytest.approx(slope[place], rel=1e-2)


def test_frames_without_a_phone_do_not_count() -> None:
    """What is -1 moves nothing: the same loss, whatever stands there."""
    made = network()
    x = np.random.default_rng(3).normal(size=(1, 9 + 2 * CONTEXT, 4))
    loss, right = made.learn(x, np.array([[1, -1, -1]]))  # type: ignore[arg-type]
    assert loss > 0
    assert right in (0.0, 1.0)


def test_the_rate_rises_and_falls() -> None:
    """From a 25th to the most in three tenths of the way, then to nearly nothing."""
    rates = [learning_rate(step, 100) for step in range(100)]
    assert max(rates) == pytest.approx(RATE_MOST, rel=1e-6)
    assert rates.index(max(rates)) == 30
    assert rates[0] == pytest.approx(RATE_MOST / 25)
    assert rates[-1] < RATE_MOST / 100


def test_the_optimiser_goes_downhill() -> None:
    """A parameter finds the bottom of a bowl."""
    one = Parameter(np.array([3.0, -2.0], np.float32))
    optimiser = Adam([one])
    for _ in range(500):
        one.gradient = 2 * one.value
        optimiser.step(0.05)
    assert np.abs(one.value).max() < 0.01
