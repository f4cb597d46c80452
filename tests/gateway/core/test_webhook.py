"""A signed post is believed once it is genuine and fresh."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from gateway.core.webhook import genuine, key_of, signed

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
KEY = b"k" * 32
BODY = b'{"a":1}'


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """The vector of the specification's reference libraries."""
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert key is not None
    at = datetime.fromtimestamp(1614265330, tz=UTC)
    headers = signed(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("changes", "body", "seconds", "believed"),
    [
        ({}, BODY, 0, True),
        ({}, BODY, 299, True),
        ({}, BODY, -299, True),
        ({}, BODY, 301, False),
        ({}, BODY, -301, False),
        ({}, b'{"a":2}', 0, False),
        ({"webhook-id": "other"}, BODY, 0, False),
        ({"webhook-id": ""}, BODY, 0, False),
        ({"webhook-timestamp": "soon"}, BODY, 0, False),
        ({"webhook-signature": ""}, BODY, 0, False),
        ({"webhook-signature": "v1,AAAA"}, BODY, 0, False),
        ({"webhook-signature": "v1,密"}, BODY, 0, False),
        ({"webhook-signature": "v1,\udce5"}, BODY, 0, False),
    ],
)
def test_forged_and_stale_posts_are_not_believed(
    changes: dict[str, str], body: bytes, seconds: int, believed: bool
) -> None:
    """Another body, id or time is another signature; five minutes is the window."""
    headers = {**signed(KEY, "m1", NOW, BODY), **changes}
    assert genuine(KEY, headers, body, NOW + timedelta(seconds=seconds)) is believed


def test_a_secret_may_be_changed_without_a_gap() -> None:
    """Several signatures: one by the new secret, one by the old."""
    old, new = signed(b"o" * 32, "m1", NOW, BODY), signed(KEY, "m1", NOW, BODY)
    both = f"{old['webhook-signature']} {new['webhook-signature']}"
    assert genuine(KEY, {**new, "webhook-signature": both}, BODY, NOW)


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_!!", "MfKQ9r8G", "whsec_" + base64.b64encode(b"k" * 23).decode()],
)
def test_what_is_no_secret_is_told(secret: str) -> None:
    """Too short, no base64, no prefix."""
    assert key_of(secret) is None
