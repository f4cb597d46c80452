"""What Asterisk's security events say of the SIP doors. PURE.

Only of SIP: the manager interface has events of the same names for its own logins, from this
machine. A challenge is no failure: every phone is asked for its password first.
"""

from __future__ import annotations

from datetime import datetime

from gateway.core.bans import Knock
from gateway.telephony.ami_codec import AmiMessage

FAILURES = frozenset({"ChallengeResponseFailed", "InvalidPassword", "InvalidAccountID"})
GOT_IN = "SuccessfulAuth"
PARTS = 4
"""IPV4/UDP/192.0.2.7/5060: family, transport, address, port."""


def knock(message: AmiMessage, now: datetime) -> Knock | None:
    """One try at a SIP door; None for everything else."""
    if message.get("Service") != "PJSIP" or message.event not in FAILURES | {GOT_IN}:
        return None
    parts = message.get("RemoteAddress").split("/")
    if len(parts) != PARTS:
        return None
    return Knock(address=parts[2], got_in=message.event == GOT_IN, at=now)


def contact_address(uri: str) -> str:
    """The host of a registered contact, ``sip:8001@192.0.2.7:5060;transport=UDP``; empty if none.

    Asterisk rewrites it to where the registration really came from (``rewrite_contact``).
    """
    host = uri.partition(":")[2].rpartition("@")[2].partition(";")[0]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]
