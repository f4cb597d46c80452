"""What a test needs and this machine may lack."""

import os
from typing import NoReturn

import pytest


def absent(what: str) -> NoReturn:
    """Say that ``what`` is missing. No green run of everything hides that a part was not tried.

    In ``./hotline test`` and in CI, which provide every part, it is a failure. Only who runs one
    test by hand, on a machine where nothing was set up, sees a skip, and what to do about it:
    there it says nothing of our code. tests/test_needs.py holds both; nothing else may skip.
    """
    message = f"{what} is missing: ./hotline test provides it"
    if os.environ.get("HOTLINE_TEST_ALL") or os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
