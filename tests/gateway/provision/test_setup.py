"""Laws of the set-up as a whole."""

import threading
from pathlib import Path

from gateway.provision.places import Places
from gateway.provision.setup import one_at_a_time


def test_two_set_ups_wait_for_each_other(tmp_path: Path) -> None:
    """The second begins when the first has ended."""
    places = Places(tmp_path)
    order: list[str] = []

    def second() -> None:
        with one_at_a_time(places):
            order.append("second")

    with one_at_a_time(places):
        other = threading.Thread(target=second)
        other.start()
        other.join(timeout=0.2)
        assert other.is_alive()
        order.append("first")
    other.join(timeout=10)
    assert order == ["first", "second"]
