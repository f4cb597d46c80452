"""What the door says to a manager interface, byte by byte; the real one is in tests/security."""

import pytest

from gateway.clock import SystemClock
from gateway.core.bans import DoorRestored, Knock
from gateway.core.errors import PhonesUnavailable
from gateway.telephony.ami_link import AmiLink
from gateway.telephony.sip_door import AsteriskDoor
from tests.gateway.telephony.link_world import FAST, listening
from tests.peers.ami_peer import ami_peer

MANY = [f"2001:db8:{site:x}:ffff::/64" for site in range(1000, 1300)]


async def test_the_list_is_replaced_as_one() -> None:
    """One action: empty, fill; then a reload. With nobody outside the list is empty, but there."""
    async with ami_peer() as peer, listening(peer) as both:
        await both.up()
        door = AsteriskDoor(both.link, SystemClock())
        await door.shut_out(["192.0.2.7/32", "192.0.2.8/32"])
        await door.shut_out([])
        full, reload, empty, again = peer.actions
        assert (full["Action"], full["SrcFilename"]) == ("UpdateConfig", "acl.conf")
        for action in (reload, again):
            assert (action["Action"], action["Module"]) == ("Reload", "acl")
        for action in (full, empty):
            assert (action["Action-000000"], action["Cat-000000"]) == ("EmptyCat", "hotline-banned")
        assert full["Value-000001"] == "192.0.2.7/32,192.0.2.8/32"
        assert not [key for key in empty if key.startswith("Value")]


async def test_the_longest_list_fits_in_one_action() -> None:
    """Three hundred of the longest networks: no line and no action is over the limits of AMI."""
    async with ami_peer() as peer, listening(peer) as both:
        await both.up()
        await AsteriskDoor(both.link, SystemClock()).shut_out(MANY)
        action, _reload = peer.actions
        lines = [value for key, value in action.items() if key.startswith("Value")]
        assert ",".join(lines).split(",") == MANY


async def test_a_list_that_is_not_read_again_is_a_fault() -> None:
    """While another reload goes on Asterisk refuses ours: the list is written, and not in force."""
    async with ami_peer() as peer, listening(peer) as both:
        await both.up()
        busy = b"Response: Error\r\nActionID: %s\r\nMessage: A reload is in progress\r\n\r\n"
        peer.answers |= {"Reload": busy}
        with pytest.raises(PhonesUnavailable):
            await AsteriskDoor(both.link, SystemClock()).shut_out(["192.0.2.7/32"])


async def test_a_refusal_is_a_fault_and_a_list_without_phones_is_none() -> None:
    """Asterisk answers Error where there is nothing to list."""
    async with ami_peer() as peer, listening(peer) as both:
        await both.up()
        door = AsteriskDoor(both.link, SystemClock())
        refusal = b"Response: Error\r\nActionID: %s\r\nMessage: No\r\n\r\n"
        peer.answers |= {"UpdateConfig": refusal, "PJSIPShowContacts": refusal}
        with pytest.raises(PhonesUnavailable):
            await door.shut_out([])
        assert await door.phones_at() == frozenset()


async def test_tries_are_heard_and_nothing_else() -> None:
    """Security events of SIP, in order; first of all that the door can be asked again."""
    said = b"Event: %s\r\nService: PJSIP\r\nRemoteAddress: IPV4/UDP/192.0.2.7/1\r\n\r\n"
    async with (
        ami_peer() as peer,
        AmiLink(
            host="127.0.0.1", port=peer.port, user="u", secret=peer.secret, limits=FAST
        ) as link,
    ):
        knocks = AsteriskDoor(link, SystemClock()).knocks()
        assert isinstance(await anext(knocks), DoorRestored)
        await peer.say(said % b"ChallengeSent" + said % b"InvalidPassword")
        tried = await anext(knocks)
        assert isinstance(tried, Knock)
        assert (tried.address, tried.got_in) == ("192.0.2.7", False)
