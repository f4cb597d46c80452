"""The rendered configuration is one that a real Asterisk loads without a complaint."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from config.edge_settings import EdgeSettings
from config.errors import ConfigError
from config.settings import Number, Settings, Trunk
from gateway.core.line import PhoneKind
from gateway.core.queue import Queue
from gateway.telephony.ami_users import AmiUser, secrets_of
from gateway.telephony.asterisk_config import (
    FILES,
    AsteriskDirs,
    AsteriskPorts,
    AsteriskSecrets,
    render_asterisk,
)
from tests.asterisk_world import QUEUES, TestPhones, asterisk_world
from tests.raw_ami import raw_ami

PORTS = AsteriskPorts(ami=5038, agi=4573, ws=8088)
SECRETS = AsteriskSecrets(ami=secrets_of("a-secret"), web="w-secret", phones=TestPhones())


def rendered(
    settings: Settings | None = None,
    queues: tuple[Queue, ...] = QUEUES,
    seats: tuple[str, ...] = ("8001",),
    base: Path = Path("/var/lib/hotline/asterisk"),
    secrets: AsteriskSecrets = SECRETS,
) -> dict[str, str]:
    """The files for an Asterisk that somebody else runs."""
    return render_asterisk(
        settings or Settings(),
        None,
        dirs=AsteriskDirs.under(base, Path("/var/lib/hotline/recordings")),
        secrets=secrets,
        queues=queues,
        seats=seats,
        ports=PORTS,
    )


def test_without_voicemail_no_key_leads_out_of_a_queue() -> None:
    """Nobody is told of one either; with it, both."""
    off = replace(Settings(), voicemail=replace(Settings().voicemail, enabled=False))
    for settings, there in ((Settings(), True), (off, False)):
        dialplan = rendered(settings)["extensions.conf"]
        assert ("exten => *,1,Goto(hotline-voicemail,s,1)" in dialplan) is there
        assert ("hotline/all_busy_leave" in dialplan) is there


def test_behind_the_edge_no_carrier_is_known_by_address_nor_without_a_secret() -> None:
    """Each by the edge's word alone, which nobody can guess; without one nothing is rendered."""
    behind = replace(Settings(), edge=EdgeSettings(enabled=True, host="10.0.0.5"))
    with pytest.raises(ConfigError, match=r"edge\.enabled"):
        rendered(behind)
    phones = rendered(behind, secrets=replace(SECRETS, edge="e-secret"))["pjsip.conf"]
    assert "match_header = X-Hotline-Edge: e-secret/local" in phones
    assert "identify_by = ip" not in phones
    assert "\nmatch = " not in phones
    assert "identify_by = ip" in rendered()["pjsip.conf"]


@pytest.mark.asterisk
async def test_asterisk_loads_it_without_a_complaint(tmp_path: Path) -> None:
    """No warning, no error, everything there: also with ten queues and fifty seats."""
    queues = tuple(Queue(name=f"q-{n}", title_zh="队", title_en="Q", rank=n) for n in range(10))
    seats = [str(8000 + n) for n in range(50)]
    numbers = (Number(did="12345"), Number(did="01012345"))
    async with asterisk_world(tmp_path, queues=queues, seats=seats, numbers=numbers) as world:
        complaints = [line for line in world.log() if re.search(r"WARNING|ERROR", line)]
        assert complaints == []
        printed = (world.dirs.log / "console.log").read_text()
        assert not re.search(r"WARNING|ERROR|Unable to load|Could not", printed), printed
        entries = await world.ami.listing("QueueStatus")
        params = {one["Queue"]: one for one in entries if one["Event"] == "QueueParams"}
        assert set(params) == {queue.name for queue in queues} | {"fallback"}
        assert {one["Strategy"] for one in params.values()} == {"leastrecent"}
        assert int(params["fallback"]["Weight"]) > max(queue.rank for queue in queues)
        assert "bridge_native_rtp" not in await world.process.command("module show like bridge_")
        for dangerous in (
            "app_system",
            "func_shell",
            "res_pjsip_refer",
            "app_originate",
            "res_ari",
        ):
            assert dangerous not in await world.process.command(f"module show like {dangerous}")


@pytest.mark.asterisk
async def test_what_nobody_reads_is_not_sent(tmp_path: Path) -> None:
    """Variables, steps of the dialplan and RTP reports are most of the stream."""
    user = AmiUser.EVENTS
    async with (
        asterisk_world(tmp_path) as world,
        raw_ami(world.ami_port, user, world.ami_secrets[user]) as ours,
    ):
        await world.ami.action(
            "Originate",
            Channel="Local/s@hotline-whisper",
            Application="Playback",
            Data="hotline/greeting",
            Async="true",
            Variable="HOTLINE_WHISPER=hotline/greeting",
        )
        await ours.event("Hangup")
        kinds = {event.get("Event") for event in ours.events}
        assert kinds & {"Newchannel"}
        assert not kinds & {"VarSet", "Newexten", "TestEvent", "RTCPSent", "MusicOnHoldStart"}


@pytest.mark.asterisk
async def test_the_websocket_answers_for_sip_and_only_that(tmp_path: Path) -> None:
    """The proxy's door: the subprotocol sip, no files, no status page."""
    async with asterisk_world(tmp_path) as world, aiohttp.ClientSession() as web:
        url = f"http://127.0.0.1:{world.ws_port}"
        async with web.ws_connect(f"{url}/ws", protocols=("sip",)) as socket:
            assert socket.protocol == "sip"
            await socket.send_str(
                "OPTIONS sip:hotline SIP/2.0\r\n"
                "Via: SIP/2.0/WS x.invalid;branch=z9hG4bKx\r\nFrom: <sip:nobody@x>;tag=1\r\n"
                "To: <sip:hotline>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
                "Content-Length: 0\r\n\r\n"
            )
            answer = await socket.receive_str(timeout=5)
            assert answer.startswith("SIP/2.0 ")
            assert "Asterisk" not in answer
        for path in ("/httpstatus", "/static/", "/manager", "/ari/applications"):
            async with web.get(url + path) as response:
                assert response.status == 404, path
                assert "Asterisk" not in response.headers.get("Server", "")


def test_every_file_is_there_and_an_external_one_keeps_its_own_folders() -> None:
    """Somebody else's Asterisk has its asterisk.conf already."""
    files = rendered()
    assert set(files) == set(FILES) - {"asterisk.conf"}
    assert not any("@@" in text for text in files.values())


def test_queues_are_flat_sections_with_every_option() -> None:
    """A template's strategy always wins over a section's own, so there are no templates."""
    text = rendered()["queues_hotline.conf"]
    assert "(!)" not in text
    assert text.count("strategy = ") == 3
    assert "member => PJSIP/desk-8001,90,8001,PJSIP/desk-8001" in text


def test_no_pattern_matches_what_was_not_meant() -> None:
    """Exact numbers only; no System, no SHELL."""
    files = rendered()
    text = files["extensions.conf"] + files["extensions_hotline.conf"]
    lines = [line for line in text.splitlines() if not line.strip().startswith(";")]
    assert not any(re.match(r"exten => _", line) for line in lines)
    assert not re.search(r"System\(|SHELL|EVAL|Macro|\$\{EXTEN", "\n".join(lines))


def test_a_queue_named_like_a_special_extension_is_harmless() -> None:
    """``h``, ``s``, ``t`` and ``i`` mean something in a dialplan; a queue of that name does not."""
    for name in ("h", "s", "t", "i"):
        files = rendered(queues=(Queue(name=name, title_zh="x", title_en="x"),))
        assert f"exten => q_{name},1," in files["extensions_hotline.conf"]


def test_without_web_calls_there_is_no_web_door() -> None:
    """Switched off means gone, not hidden."""
    plain = Settings()
    files = rendered(replace(plain, web=replace(plain.web, web_calls=False)))
    assert "[web-citizen]" not in files["pjsip.conf"]
    assert "Set(HOTLINE_ORIGIN=web)" not in files["extensions_hotline.conf"]


def test_nat_and_ipv6_addresses_are_written_as_asterisk_reads_them() -> None:
    """Both transports know the public address; IPv6 has its brackets."""
    plain = Settings()
    asterisk = replace(plain.asterisk, sip_host="::", external_media_address="203.0.113.5")
    text = rendered(replace(plain, asterisk=asterisk))["pjsip.conf"]
    assert text.count("external_media_address = 203.0.113.5") == 3
    assert "bind = [::]:5060" in text


def test_calls_go_out_by_a_trunk_with_an_address_only() -> None:
    """It is asked whether it is there; a trunk without one has nothing that could be dialled."""
    trunks = (Trunk(name="a"), Trunk(name="b", host="10.0.0.5:5070", transport="tcp"))
    text = rendered(Settings(trunk=trunks))["pjsip.conf"]
    assert text.count("type = aor") == 1
    assert "aors = trunk-b" in text
    assert "contact = sip:10.0.0.5:5070\\;transport=tcp" in text
    assert "qualify_frequency = 30" in text


@pytest.mark.parametrize(
    "settings",
    [
        Settings(trunk=(Trunk(name="a", match=("127.0.0.1/32\nendpoint=x",)),)),
        Settings(trunk=(Trunk(name="a", host="10.0.0.5\nqualify_frequency = 0"),)),
        Settings(trunk=(Trunk(name="a]\n[b", match=("127.0.0.1/32",)),)),
        Settings(number=(Number(did="12345,1,System(id)\nexten => 1"),)),
    ],
)
def test_a_value_that_would_be_more_than_a_value_is_refused(settings: Settings) -> None:
    """The renderer does not rely on anybody having looked before."""
    with pytest.raises(ConfigError) as error:
        rendered(settings)
    assert all(problem.file.endswith(".conf") for problem in error.value.problems)


def test_hostile_names_from_the_store_are_refused() -> None:
    """Queues and seats come from the store, passwords and folders from elsewhere."""

    class BadPhones:
        def password(self, seat: str, phone: PhoneKind) -> str:
            return f"{seat}{phone}\nallow_transfer=yes"

    with pytest.raises(ConfigError):
        rendered(queues=(Queue(name="a\n[b]", title_zh="x", title_en="x"),))
    with pytest.raises(ConfigError):
        rendered(seats=("8001]\n[x",))
    with pytest.raises(ConfigError):
        rendered(secrets=replace(SECRETS, phones=BadPhones()))
    with pytest.raises(ConfigError):
        rendered(base=Path("/tmp/a;b"))


def test_secrets_do_not_show_in_a_representation() -> None:
    """A dump in a log must not hold them."""
    assert "secret" not in repr(SECRETS).replace("AsteriskSecrets", "")
