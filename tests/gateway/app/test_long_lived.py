"""The garbage collector and what stays."""

import gc

from gateway.app.long_lived import long_lived


def test_what_was_there_is_not_looked_at_until_the_end() -> None:
    """Inside, a collection walks only what is new; after it everything is its own again."""
    stays: list[object] = [[]]
    before = gc.get_freeze_count()
    with long_lived():
        new: list[object] = [[]]
        assert gc.get_freeze_count() > before
        walked = {id(one) for one in gc.get_objects()}
        assert id(stays) not in walked
        assert id(new) in walked
    assert gc.get_freeze_count() == 0
    assert id(stays) in {id(one) for one in gc.get_objects()}
