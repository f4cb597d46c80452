"""A scanner learns nothing: neither who exists nor what we run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.asterisk_world import asterisk_world
from tests.security.guarded import SCANNER, TRUNKS
from tests.security.raw_sip import RawSip, raw_sip, status

pytestmark = pytest.mark.asterisk
KNOWN = ("desk-8001", "seat-8001", "trunk-city", "web-citizen", "12345", "8001")
UNKNOWN = ("desk-9999", "nobody", "100", "admin")
METHODS = ("OPTIONS", "REGISTER", "INVITE", "SUBSCRIBE", "MESSAGE", "PUBLISH", "REFER", "INFO")
PASSWORD = (
    'Authorization: Digest username="{user}", realm="hotline", nonce="1/2", uri="sip:x", '
    'response="0"\r\n'
)


async def alike(scanner: RawSip, method: str, user: str, *, with_password: bool) -> str:
    """The answer to this, without what is new in each and without the name that was asked."""
    host, port = scanner.server
    answer = await scanner.ask(
        scanner.request(
            method,
            f"sip:{user}@{host}:{port}",
            user=user,
            more=PASSWORD.format(user=user) if with_password else "",
            body=scanner.offer() if method == "INVITE" else "",
        )
    )
    answer = re.sub(r'(tag|branch|nonce|opaque|rport)=("[^"]*"|[^;,\r\n]*)', r"\1", answer)
    answer = re.sub(r"Call-ID: .*", "Call-ID", answer)
    return answer.replace(user, "USER")


@pytest.mark.parametrize("with_password", [False, True])
async def test_who_exists_is_answered_as_who_does_not(tmp_path: Path, with_password: bool) -> None:
    """Each method, each name: the same status, the same headers, the same order."""
    async with (
        asterisk_world(tmp_path, trunks=TRUNKS) as world,
        raw_sip(world.sip, SCANNER) as scanner,
    ):
        for method in METHODS:
            answers = {
                user: await alike(scanner, method, user, with_password=with_password)
                for user in (*KNOWN, *UNKNOWN)
            }
            assert len(set(answers.values())) == 1, (method, answers)
            assert status(answers["nobody"]) in {401, 405, 481, 501}, method


async def test_no_answer_says_what_we_run(tmp_path: Path) -> None:
    """Neither Asterisk nor a version, nor what it could do."""
    async with (
        asterisk_world(tmp_path, trunks=TRUNKS) as world,
        raw_sip(world.sip, SCANNER) as scanner,
    ):
        said = ""
        for method in (*METHODS, "BYE", "CANCEL", "FOO"):
            said += await scanner.ask(scanner.request(method, "sip:100@x"))
        assert "SIP/2.0 401" in said
        assert not re.search(r"asterisk|pjproject|pjsip|debian|\b22\.\d", said, re.IGNORECASE)
        servers = set(re.findall(r"^(?:Server|User-Agent): (.*?)\r?$", said, re.MULTILINE))
        assert servers <= {"hotline"}
        assert not re.search(r"^(Allow|Supported|Accept):", said, re.MULTILINE), said
