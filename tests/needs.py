"""What a test needs and this machine may lack."""

import os
from typing import NoReturn

import pytest


def absent(what: str) -> NoReturn:
    """Say that ``what`` is missing: a failure in ``./hotline test`` and CI, elsewhere a skip.

    Somebody who runs one test by hand on a bare machine learns what is missing; a green run of
    everything never hides that a part was not tried.
    """
    message = f"{what} is missing: ./hotline test provides it"
    if os.environ.get("HOTLINE_TEST_ALL") or os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
