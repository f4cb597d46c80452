"""A real Asterisk for tests, private to one test: own ports, own folders, own secrets.

    async def test_something(tmp_path):
        async with asterisk_world(tmp_path, hold_seconds=2) as world:
            world.settings, world.dirs          what it was rendered from, and where it lives
            world.sip                           (host, port) of SIP over UDP and TCP
            world.ami_port, world.ami_secrets   the gateway's own users, by name
            world.agi_port                      where the dialplan looks for the flow (FastAGI);
                                                nobody listens there unless the test does
            world.ws_port, world.web_secret     Asterisk's WebSocket (/ws), and X-Hotline-Web
            world.phones.password("8001", PhoneKind.DESK)
            world.ami                           a raw, logged-in AMI client (tests/raw_ami.py)
                                                of a user that only tests have:
                                                action(), listing(), event(), seen(), events
            await world.process.command("core show channels")
            world.log()                         Asterisk's own warnings and errors

Keyword arguments replace fields of config.settings.AsteriskSettings; ``queues``, ``seats``,
``numbers``, ``trunks``, ``emergency``, ``edge`` replace the whole of theirs. The trunk ``local``
is everyone on 127.0.0.1, so any SIP phone can be a citizen: INVITE sip:12345@host:port. Music and
prompts are tones (MUSIC_HZ, PROMPT_HZ), so that a test can say what somebody hears.

Which Asterisk: the environment's HOTLINE_TEST_ASTERISK (an AsteriskProgram as JSON, or the folder
of an unpacked package tree), else the machine's own, else the checkout's ``.hotline/asterisk``;
without any of them tests.needs.absent says so. Mark such tests ``pytest.mark.asterisk``.
"""

from __future__ import annotations

import math
import os
import random
import struct
import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from config.city_settings import EmergencyLine
from config.edge_settings import EdgeSettings
from config.settings import Number, Settings, Trunk
from gateway.core.line import PhoneKind
from gateway.core.queue import Queue
from gateway.provision.asterisk_copy import _installed, _of_tree
from gateway.provision.debian_tree import DebianTree
from gateway.telephony.ami_users import AmiSecrets, secrets_of
from gateway.telephony.asterisk_config import (
    AsteriskDirs,
    AsteriskPorts,
    AsteriskSecrets,
    render_asterisk,
)
from gateway.telephony.asterisk_process import (
    AsteriskProcess,
    dirs_for,
    unique_system_name,
)
from gateway.telephony.asterisk_program import AsteriskProgram
from gateway.telephony.free_port import free_port
from tests.needs import absent
from tests.raw_ami import RawAmi, raw_ami

CHECKOUT = Path(__file__).resolve().parent.parent
MUSIC_HZ = 620
PROMPT_HZ = 1500
QUEUES = (
    Queue(name="civil", title_zh="综合", title_en="General"),
    Queue(name="enterprise", title_zh="企业", title_en="Enterprise", key="2"),
)
SEATS = ("8001", "8002", "8003")
EDGE_SECRET = "test-edge-secret"
TEST_USER = """
[test]
secret = test-ami
read = system,call,agent,user
write = system,call,agent,reporting,originate
eventfilter = !Event: (VarSet|Newexten|TestEvent|RTCP|AGIExec|MusicOnHold|NewConnectedLine)
"""
"""For a test's own eyes and hands; the gateway's users each have less."""


class TestPhones:
    """Passwords that a test can guess."""

    __test__ = False

    def password(self, seat: str, phone: PhoneKind) -> str:
        """One for each phone."""
        return f"pw-{phone.value}-{seat}"


@dataclass(slots=True, kw_only=True)
class AsteriskWorld:
    """What a test may know of its Asterisk."""

    program: AsteriskProgram
    settings: Settings
    dirs: AsteriskDirs
    ports: AsteriskPorts
    secrets: AsteriskSecrets
    process: AsteriskProcess
    ami: RawAmi
    queues: tuple[Queue, ...]
    seats: tuple[str, ...]

    phones = TestPhones()

    @property
    def sip(self) -> tuple[str, int]:
        """Where SIP is spoken, UDP and TCP."""
        return self.settings.asterisk.sip_host, self.settings.asterisk.sip_port

    @property
    def ami_port(self) -> int:
        """The manager interface."""
        return self.ports.ami

    @property
    def agi_port(self) -> int:
        """Where the dialplan looks for the flow."""
        return self.ports.agi

    @property
    def ws_port(self) -> int:
        """The WebSocket's HTTP port."""
        return self.ports.ws

    @property
    def ami_secrets(self) -> AmiSecrets:
        """The secrets of the gateway's users of the manager interface."""
        return self.secrets.ami

    @property
    def web_secret(self) -> str:
        """The value of X-Hotline-Web."""
        return self.secrets.web

    def log(self) -> list[str]:
        """Asterisk's warnings and errors so far."""
        path = self.dirs.log / "messages.log"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def test_program() -> AsteriskProgram:
    """The Asterisk that tests run, or the word that there is none."""
    given = os.environ.get("HOTLINE_TEST_ASTERISK", "")
    if given.startswith("{"):
        return AsteriskProgram.from_json(given)
    if given:
        return _of_tree(DebianTree(Path(given)))
    if installed := _installed():
        return installed
    copy = CHECKOUT / ".hotline/asterisk/root"
    if not copy.is_dir():
        absent("Asterisk")
    return _of_tree(DebianTree(copy))


test_program.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect it


def tone(path: Path, hertz: float, seconds: float, rate: int = 8000) -> Path:
    """A sine as 16-bit mono WAV at -12 dB."""
    count = int(seconds * rate)
    samples = (int(8000 * math.sin(2 * math.pi * hertz * i / rate)) for i in range(count))
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path


def _prompts(folder: Path) -> Path:
    names = ["greeting", "please_wait", "all_busy", "reconnecting", "other_left", "wait_long"]
    names += ["all_busy_leave", "leave_hint", "callback_hint", "many_calls"]
    names += [f"position_{n}" for n in range(1, 31)] + [f"wait_{n}" for n in range(1, 16)]
    first = tone(folder / "greeting.wav", PROMPT_HZ, 0.4)
    for name in names[1:]:
        (folder / f"{name}.wav").write_bytes(first.read_bytes())
    for name in ("full_callback", "full_later", "leave_message", "message_kept"):
        tone(folder / f"{name}.wav", PROMPT_HZ, 3)
    out = ("callback_kept", "callback_greeting", "callback_unanswered")
    for name in (*out, "emergency_line", "emergency_unanswered", "other_left"):
        tone(folder / f"{name}.wav", PROMPT_HZ, 1.5)
    return folder


@asynccontextmanager
async def asterisk_world(
    tmp_path: Path,
    *,
    queues: Sequence[Queue] = QUEUES,
    seats: Sequence[str] = SEATS,
    numbers: Sequence[Number] = (Number(did="12345"),),
    trunks: Sequence[Trunk] = (Trunk(name="local"),),
    agi_port: int = 0,
    emergency: Sequence[EmergencyLine] = (),
    edge: EdgeSettings | None = None,
    **asterisk: Any,
) -> AsyncIterator[AsteriskWorld]:
    """See the module's own words."""
    program = test_program()
    rtp = random.randrange(22000, 58000, 200)
    chosen = {"sip_port": free_port(), "rtp_start": rtp, "rtp_end": rtp + 199} | asterisk
    plain = Settings()
    settings = replace(
        plain,
        asterisk=replace(plain.asterisk, **chosen),
        number=tuple(numbers),
        trunk=tuple(trunks),
        emergency_line=tuple(emergency),
        edge=edge or plain.edge,
        data_dir=tmp_path,
    )
    ports = AsteriskPorts(ami=free_port(), agi=agi_port or free_port(), ws=free_port())
    secrets = AsteriskSecrets(
        ami=secrets_of("test-ami"), web="test-web-secret", phones=TestPhones(), edge=EDGE_SECRET
    )
    dirs = dirs_for(tmp_path / "asterisk", tmp_path / "recordings")
    tone(dirs.moh / "music.wav", MUSIC_HZ, 10)
    config = render_asterisk(
        settings,
        program,
        dirs=dirs,
        secrets=secrets,
        queues=queues,
        seats=seats,
        ports=ports,
        system_name=unique_system_name(),
    )
    config["manager.conf"] += TEST_USER
    process = AsteriskProcess(
        program,
        config,
        dirs,
        ami=("127.0.0.1", ports.ami),
        prompts=_prompts(tmp_path / "prompts"),
    )
    async with process, raw_ami(ports.ami, "test", "test-ami") as ami:
        yield AsteriskWorld(
            program=program,
            settings=settings,
            dirs=dirs,
            ports=ports,
            secrets=secrets,
            process=process,
            ami=ami,
            queues=tuple(queues),
            seats=tuple(seats),
        )
