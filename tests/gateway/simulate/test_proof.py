"""The puzzle of citizens' pages, as simulated citizens solve it."""

from gateway.simulate.proof import solved
from gateway.web.puzzles import Puzzles
from tests.turned_clock import TurnedClock


async def test_the_gateway_takes_the_answer_once() -> None:
    """What is found is what altcha asks for; the same answer counts once."""
    puzzles = Puzzles(b"k" * 32, TurnedClock())
    answer = solved(puzzles.make())
    assert answer
    assert await puzzles.solved(answer)
    assert not await puzzles.solved(answer)
