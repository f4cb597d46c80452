"""What the dialplan learns of emergency lines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.city_settings import EmergencyLine, EmergencyRegion
from config.errors import ConfigError
from config.settings import Settings
from gateway.telephony.emergency_routes import (
    EmergencyRoute,
    emergency_keys,
    emergency_lines,
    routes_of,
)

CITY = EmergencyRegion(id="city", title_zh="全市", trunks=("a", "b"))
EAST = EmergencyRegion(id="east", title_zh="东区", number="64000110", trunks=("c",))
POLICE = EmergencyLine(
    code="110", title_zh="警", title_en="Police", policy="transfer", key="3", regions=(CITY, EAST)
)


def routes(*lines: EmergencyLine) -> tuple[EmergencyRoute, ...]:
    """Of settings with these lines."""
    return routes_of(replace(Settings(), emergency_line=lines))


def test_the_usual_region_is_dialled_by_each_of_its_trunks() -> None:
    """The first region, or the one that is named; its own number when it has one."""
    (first,) = routes(POLICE)
    assert first.numbers == (("110", "a"), ("110", "b"))
    (named,) = routes(replace(POLICE, region="east"))
    assert named.numbers == (("64000110", "c"),)
    text = emergency_lines((first,))
    assert text.index("110,a,20") < text.index("110,b,20") < text.index("unanswered")


def test_a_line_that_takes_no_transfer_is_not_dialled() -> None:
    """A city that says only whom to call has no key and no extension for it."""
    assert routes(replace(POLICE, policy="guide")) == ()
    assert emergency_keys(()) == emergency_lines(()) == ""


@pytest.mark.parametrize("key", ["0", "1", "*"])
def test_a_key_that_means_something_else_is_refused(key: str) -> None:
    """A person, a callback and a message keep theirs; no two lines share one."""
    with pytest.raises(ConfigError):
        emergency_keys(routes(replace(POLICE, key=key)))
    with pytest.raises(ConfigError):
        emergency_keys(routes(POLICE, replace(POLICE, code="119")))
