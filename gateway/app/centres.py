"""Sub-centres of the settings, with their keys."""

from __future__ import annotations

import os
from collections.abc import Mapping

from config.errors import ConfigError, Problem
from config.load import read_secret
from config.settings import Settings
from gateway.core.webhook import key_of
from gateway.intake.centres import Centres
from gateway.ports import Clock, Store


def centre_keys(settings: Settings) -> Mapping[str, bytes]:
    """Each sub-centre's key; raises ConfigError with every secret that is none."""
    keys: dict[str, bytes] = {}
    problems: list[Problem] = []
    for index, centre in enumerate(settings.centre, 1):
        name = f"centre[{index}].secret_file"
        try:
            secret = read_secret(name, centre.secret_file, "", os.environ)
        except ConfigError as wrong:
            problems += wrong.problems
            continue
        key = key_of(secret or "")
        if key is None:
            zh = "应为 whsec_ 加 24 至 64 字节的 base64"
            en = "must be whsec_ and the base64 of 24 to 64 bytes"
            problems.append(Problem(str(centre.secret_file), name, zh, en))
        else:
            keys[centre.id] = key
    if problems:
        raise ConfigError(*problems)
    return keys


def centres_of(settings: Settings, store: Store, clock: Clock) -> Centres:
    """The sub-centres of these settings. Raises ConfigError."""
    return Centres(centre_keys(settings), store, clock)
