"""What security events say, and whose they are not."""

from datetime import UTC, datetime

import pytest

from gateway.core.bans import Knock
from gateway.telephony.ami_codec import AmiMessage
from gateway.telephony.ami_security import contact_address, knock

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def heard(event: str, remote: str, service: str = "PJSIP") -> Knock | None:
    """What such an event says."""
    fields = {"Event": event, "Service": service, "RemoteAddress": remote}
    return knock(AmiMessage(fields, {}), NOW)


@pytest.mark.parametrize(
    ("event", "got_in"),
    [
        ("ChallengeResponseFailed", False),
        ("InvalidAccountID", False),
        ("InvalidPassword", False),
        ("SuccessfulAuth", True),
    ],
)
@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("IPV4/UDP/192.0.2.7/5060", "192.0.2.7"),
        ("IPV6/TCP/2001:db8::7/5061", "2001:db8::7"),
    ],
)
def test_a_try_is_known_with_its_address(
    event: str, got_in: bool, remote: str, address: str
) -> None:
    """Each way to fail, and the one to get in; both families."""
    assert heard(event, remote) == Knock(address=address, got_in=got_in, at=NOW)


@pytest.mark.parametrize(
    ("event", "remote", "service"),
    [
        ("ChallengeSent", "IPV4/UDP/192.0.2.7/5060", "PJSIP"),
        ("ChallengeResponseFailed", "IPV4/TCP/127.0.0.1/5038", "AMI"),
        ("ChallengeResponseFailed", "nonsense", "PJSIP"),
        ("ChallengeResponseFailed", "", "PJSIP"),
        ("Newchannel", "IPV4/UDP/192.0.2.7/5060", "PJSIP"),
    ],
)
def test_what_is_no_try_at_a_sip_door_is_nothing(event: str, remote: str, service: str) -> None:
    """A challenge is asked of everyone; the manager's own logins are another door."""
    assert heard(event, remote, service) is None


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("sip:8001@192.0.2.7:5060;transport=UDP", "192.0.2.7"),
        ("sip:192.0.2.7", "192.0.2.7"),
        ("sips:8001@[2001:db8::7]:5061", "2001:db8::7"),
        ("", ""),
    ],
)
def test_where_a_contact_is(uri: str, address: str) -> None:
    """The host of its address."""
    assert contact_address(uri) == address
