"""Each user of the manager interface can do what it is for, and Asterisk refuses it the rest."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from gateway.telephony.ami_users import AmiUser, secrets_of
from tests.asterisk_world import AsteriskWorld, asterisk_world
from tests.raw_ami import RawAmi, raw_ami

DENIED = "Permission denied"
NOBODY = {"Channel": "PJSIP/nobody-00000001"}
ASKED: dict[str, dict[str, str]] = {
    "Command": {"Command": "core show version"},
    "UpdateConfig": {"SrcFilename": "udptl.conf", "DstFilename": "udptl.conf"},
    "GetConfig": {"Filename": "udptl.conf"},
    "Reload": {"Module": "nothing.so"},
    "ModuleLoad": {"LoadType": "load", "Module": "nothing.so"},
    "DBPut": {"Family": "x", "Key": "x", "Val": "x"},
    "DBGet": {"Family": "x", "Key": "x"},
    "DialplanExtensionAdd": {
        "Context": "x",
        "Extension": "1",
        "Priority": "1",
        "Application": "NoOp",
        "Replace": "yes",
    },
    "Originate": {
        "Channel": "Local/s@hotline-whisper/n",
        "Application": "ChanSpy",
        "Data": "PJSIP/nobody,qES",
        "Async": "true",
    },
    "Getvar": {"Variable": "DEVICE_STATE(PJSIP/desk-8001)"},
    "Setvar": {"Variable": "X", "Value": "1"},
    "Hangup": {"Channel": "PJSIP/nobody-00000001"},
    "Redirect": {**NOBODY, "Context": "x", "Exten": "x", "Priority": "1"},
    "BlindTransfer": {**NOBODY, "Exten": "110"},
    "MixMonitor": {**NOBODY, "File": "x"},
    "MixMonitorMute": {**NOBODY, "Direction": "both", "State": "1"},
    "MuteAudio": {**NOBODY, "Direction": "in", "State": "on"},
    "ConfbridgeMute": {"Conference": "R1", "Channel": "PJSIP/nobody-00000001"},
    "AGI": {**NOBODY, "Command": "NOOP"},
    "UserEvent": {"UserEvent": "HotlineArrived"},
    "QueueAdd": {"Queue": "civil", "Interface": "PJSIP/desk-8001", "Paused": "true"},
    "QueuePause": {"Interface": "PJSIP/desk-8001", "Paused": "true"},
    "QueueLog": {"Queue": "civil", "Event": "COMPLETECALLER"},
    "QueueStatus": {"Queue": "civil"},
    "CoreShowChannels": {},
    "PJSIPShowEndpoint": {"Endpoint": "desk-8001"},
    "Ping": {},
}
EVERYONE = {"QueueStatus", "Ping"}
"""Asterisk asks nobody's rights for these."""
SYSTEM = EVERYONE | {
    *("Reload", "ModuleLoad", "DBPut", "DBGet", "Hangup", "PJSIPShowEndpoint"),
    *("UpdateConfig", "GetConfig", "DialplanExtensionAdd", "CoreShowChannels", "MixMonitor"),
    *("MixMonitorMute", "MuteAudio"),
}
MAY: dict[AmiUser, set[str]] = {
    AmiUser.EVENTS: EVERYONE | {"CoreShowChannels", "Getvar", "DBGet"},
    AmiUser.CALLS: EVERYONE
    | {"Getvar", "Setvar", "Hangup", "Redirect", "BlindTransfer"}
    | {"QueueAdd", "QueuePause", "QueueLog", "MixMonitorMute", "ConfbridgeMute"},
    AmiUser.VOICE: EVERYONE | {"Originate"},
    AmiUser.ADMIN: SYSTEM | {"Getvar"},
    AmiUser.GUARD: SYSTEM,
}
HEARS = {
    AmiUser.EVENTS: {"Newchannel", "Hangup"},
    AmiUser.GUARD: {"InvalidPassword"},
}
TELLING = {"Newchannel", "Hangup", "InvalidPassword"}


async def logged_in(world: AsteriskWorld, user: AmiUser, stack: AsyncExitStack) -> RawAmi:
    """As this user, until the stack is left."""
    secret = world.ami_secrets[user]
    return await stack.enter_async_context(raw_ami(world.ami_port, user, secret))


async def allowed(ami: RawAmi) -> set[str]:
    """Which of ASKED were not refused for want of a right."""
    answers = {name: await ami.action(name, **headers) for name, headers in ASKED.items()}
    return {name for name, answer in answers.items() if answer.get("Message") != DENIED}


async def refused(ami: RawAmi, name: str, **headers: str) -> bool:
    """Whether Asterisk said no."""
    return (await ami.action(name, **headers))["Response"] == "Error"


@pytest.mark.asterisk
async def test_each_user_may_do_its_own_work_and_nothing_else(tmp_path: Path) -> None:
    """The whole table of users and actions on a real Asterisk; no shell in any of them."""
    async with asterisk_world(tmp_path) as world, AsyncExitStack() as stack:
        for user in AmiUser:
            ami = await logged_in(world, user, stack)
            assert await allowed(ami) == MAY[user], user
            for application in ("System", "TrySystem", "Exec", "ExecIf", "AGI"):
                whisper = {"Channel": "Local/s@hotline-whisper/n", "Async": "true"}
                data = f"touch {tmp_path}/pwned"
                assert await refused(
                    ami, "Originate", Application=application, Data=data, **whisper
                )
            shell = await ami.action("Getvar", Variable=f"SHELL(touch {tmp_path}/pwned)")
            assert shell.get("Value", "") == ""
        assert not (tmp_path / "pwned").exists()


@pytest.mark.asterisk
async def test_only_the_listener_hears_of_calls_and_only_the_guard_of_refused_logins(
    tmp_path: Path,
) -> None:
    """Whoever acts hears nothing, so that a secret which leaks tells of nobody's call."""
    async with asterisk_world(tmp_path) as world, AsyncExitStack() as stack:
        users = {user: await logged_in(world, user, stack) for user in AmiUser}
        with pytest.raises(AssertionError):
            await stack.enter_async_context(raw_ami(world.ami_port, "hotline-calls", "guess"))
        await users[AmiUser.VOICE].action("Originate", **ASKED["Originate"])
        await world.ami.event("Hangup")
        await users[AmiUser.GUARD].event("InvalidPassword")
        await users[AmiUser.EVENTS].event("Hangup")
        for user, ami in users.items():
            await ami.action("Ping")
            heard = {message["Event"] for message in ami.events if "Event" in message}
            assert heard & TELLING == HEARS.get(user, set()), user


@pytest.mark.asterisk
async def test_the_right_secret_from_elsewhere_is_refused(tmp_path: Path) -> None:
    """Every user belongs to 127.0.0.1; 127.0.0.2 already is somebody else."""
    async with asterisk_world(tmp_path) as world, AsyncExitStack() as stack:
        for user in AmiUser:
            await logged_in(world, user, stack)
            assert "Authentication failed" in await login_from("127.0.0.2", world, user)


async def login_from(address: str, world: AsteriskWorld, user: AmiUser) -> str:
    """What a login with the right secret is answered."""
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", world.ami_port, local_addr=(address, 0)
    )
    writer.write(
        f"Action: Login\r\nUsername: {user}\r\nSecret: {world.ami_secrets[user]}\r\n\r\n".encode()
    )
    await reader.readline()
    async with asyncio.timeout(10):
        answer = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    return answer.decode()


@pytest.mark.asterisk
async def test_no_secret_is_written_to_a_log(tmp_path: Path) -> None:
    """Neither after a good login nor after a refused one."""
    async with asterisk_world(tmp_path) as world, AsyncExitStack() as stack:
        for user in AmiUser:
            await logged_in(world, user, stack)
            await login_from("127.0.0.2", world, user)
        logs = [path for path in world.dirs.log.rglob("*") if path.is_file()]
        text = "".join(path.read_text("utf-8", "replace") for path in logs)
    assert logs
    assert not [user for user, secret in world.ami_secrets.items() if secret in text]


def test_one_users_secret_says_nothing_of_anothers() -> None:
    """Five from the admin's one: all different, the same each time, none holds the first."""
    root = "the admin's own"
    made = secrets_of(root)
    assert made == secrets_of(root) != secrets_of(root + "!")
    assert set(made) == {user.value for user in AmiUser}
    assert len(set(made.values())) == len(AmiUser)
    assert not any(root in secret or len(secret) < 64 for secret in made.values())
