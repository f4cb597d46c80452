"""The dialplan and the doors as they are rendered, held to the rules against toll fraud.

Whoever adds an application, a function or an option to the dialplan adds it here, and has it read
by a second pair of eyes: what may it be made to do by one who chooses numbers, names and keys?
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from config.city_settings import EmergencyLine, EmergencyRegion
from config.settings import Settings, Trunk
from gateway.telephony.ami_users import secrets_of
from gateway.telephony.asterisk_config import (
    AsteriskDirs,
    AsteriskPorts,
    AsteriskSecrets,
    render_asterisk,
)
from tests.asterisk_world import QUEUES, SEATS, TestPhones
from tests.security.dialplan import Line, included, read, reads, switches

APPLICATIONS = {
    "AGI", "Answer", "BackGround", "ChanSpy", "ChannelRedirect", "ConfBridge", "Dial", "Gosub",
    "Goto", "GotoIf", "Hangup", "MixMonitor", "MusicOnHold", "NoOp", "Playback", "Playtones",
    "Queue", "QueueLog", "Record", "Return", "Set", "SoftHangup", "StartMusicOnHold",
    "StopMusicOnHold",
    "StopMixMonitor", "StopPlaytones", "UnpauseQueueMember", "UserEvent", "Wait", "WaitExten",
}  # fmt: skip
"""None runs a program, none dials what a stranger wrote."""
FUNCTIONS = {
    "AMI_CLIENT", "CALLERID", "CHANNEL", "CHANNEL_EXISTS", "CONFBRIDGE_INFO", "CUT",
    "DIALPLAN_EXISTS", "FILTER", "GROUP", "GROUP_COUNT", "IF", "PJSIP_DIAL_CONTACTS",
    "QUEUE_MEMBER", "QUEUE_WAITING_COUNT", "SHARED",
}  # fmt: skip
OF_ASTERISK = {
    "AGISTATUS", "BACKGROUNDSTATUS", "CHANNEL", "DIALSTATUS", "EPOCH", "HANGUPCAUSE",
    "PLAYBACKSTATUS", "QUEUESTATUS", "RECORD_STATUS", "UNIQUEID",
}  # fmt: skip
"""Variables that Asterisk itself fills, with words of its own."""
COMPARED = {"GW_VERDICT", "GW_SLOW"}
"""Set by the flow and only ever compared with a word."""
ASSERTED = "${LEN(${PJSIP_HEADER(read,P-Asserted-Identity)})}"
"""The one look at a header: how long it is, a number, for the flow. None of its words goes on."""
ORDERED = {"hotline-out": "_out.", "hotline-out-seat": "_seat.", "hotline-out-seated": "_out."}
"""Where only an order of ours leads; the pattern is for its id, which is not read there either."""
TRY = "hotline-emergency-try"
"""The one subroutine with arguments, written out where it is called."""
ARGUMENTS = {"ARG1", "ARG2", "ARG3"}
SAFE_QUEUE_OPTIONS, SAFE_DIAL_OPTIONS = set("cib"), set("gimbU")
"""No t, T (transfer by keys), k, K, x, X, w, W (park, record), F, G (go on elsewhere)."""


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Everything that is written for an Asterisk of ours: a carrier, web calls, emergency lines."""
    folder: Path = tmp_path_factory.mktemp("law")
    city = EmergencyRegion(id="city", title_zh="市", trunks=("city", "spare"))
    county = EmergencyRegion(id="county", title_zh="县", number="057188110", trunks=("spare",))
    police = EmergencyLine(
        code="110",
        title_zh="公安报警",
        title_en="Police",
        policy="transfer",
        key="3",
        regions=(city,),
    )
    fire = replace(police, code="119", key="", regions=(county,))
    settings = replace(
        Settings(),
        trunk=(
            Trunk(name="city", match=("203.0.113.0/24",), host="203.0.113.5"),
            Trunk(name="spare", match=("198.51.100.0/24",), host="198.51.100.5"),
        ),
        emergency_line=(police, fire),
    )
    return render_asterisk(
        settings,
        None,
        dirs=AsteriskDirs.under(folder / "asterisk", folder / "recordings"),
        secrets=AsteriskSecrets(ami=secrets_of("x"), web="web-secret", phones=TestPhones()),
        queues=QUEUES,
        seats=SEATS,
        ports=AsteriskPorts(ami=1, agi=2, ws=3),
    )


@pytest.fixture(scope="module")
def dialplan(rendered: dict[str, str]) -> list[Line]:
    """Every priority, of every file of the dialplan."""
    text = together(rendered, "extensions")
    assert text.count(f",{ASSERTED}") == 1
    lines = read(text.replace(f",{ASSERTED}", ""))
    assert len(lines) > 80
    return lines


def together(rendered: dict[str, str], beginning: str) -> str:
    """The file of this name and those that it includes."""
    return "\n".join(text for name, text in sorted(rendered.items()) if name.startswith(beginning))


def test_every_number_is_written_out(dialplan: list[Line], rendered: dict[str, str]) -> None:
    """No pattern: what is not one of our numbers, word for word, does not exist.

    The exceptions are the begins of our own calls out: nothing but an order of ours, whose id the
    pattern is for, leads there. No door includes them, no line of the dialplan goes there.
    """
    patterns = {(line.context, line.exten) for line in dialplan if line.exten.startswith("_")}
    assert patterns == set(ORDERED.items())
    inside = included(together(rendered, "extensions"))
    for context in ORDERED:
        assert [one for one, within in inside.items() if context in within] == [context]
        led = [line for line in dialplan if re.search(rf"\b{context}(?![\w-])", line.args)]
        # the seat's leg of such a call, which waits there, is told how it went
        on = {"joined", "unanswered"} if context == "hotline-out-seat" else set()
        assert {(line.app, line.args.split(",")[-2]) for line in led} == {
            ("ChannelRedirect", exten) for exten in on
        }
    for door in ("from-trunk", "from-web", "from-seat"):
        numbers = {line.exten for line in dialplan if line.context in inside[door]}
        assert numbers == ({"h"} if door == "from-seat" else {"12345"})


def test_only_known_applications_and_functions(dialplan: list[Line]) -> None:
    """No System, no Exec, no SHELL, no EVAL, no file, no database."""
    assert {line.app for line in dialplan} <= APPLICATIONS
    used = {
        name
        for line in dialplan
        for inner, _ in reads(line.args)
        for name in re.findall(r"^([A-Z_]+)\(", inner)
    }
    assert used <= FUNCTIONS


def test_the_dialled_digits_are_never_pasted(dialplan: list[Line]) -> None:
    """EXTEN, the name of the caller and the headers of SIP are not even looked at."""
    never = re.compile(
        r"EXTEN|CALLERID\((?!num\)|all\)=)|DNID|RDNIS|REDIRECTING|\$\{CONNECTEDLINE|SIPDOMAIN|"
        r"\$\{PJSIP_HEADER|SIPCALLID|CALLERID\(name|CHANNEL\(pjsip|DB\(|ENV\(|CURL\(|ODBC|HASH\("
    )
    for line in dialplan:
        assert not never.search(line.args), line


def test_whatever_comes_from_outside_goes_through_filter_first(dialplan: list[Line]) -> None:
    """A variable that neither we nor Asterisk set is read inside FILTER, or not at all.

    So is the caller's number, which is the one thing of a stranger that is kept. ARG1 to ARG3 are
    read in one subroutine only, for which see test_an_emergency_line_is_called_as_it_is_written.
    """
    ours = {
        name
        for line in dialplan
        if line.app == "Set"
        for name in re.findall(r"^_{0,2}([A-Z_]+)=", line.args)
    } - {"GW_VERDICT"}
    outside = set()
    for line in dialplan:
        for inner, around in reads(line.args):
            if inner == "CALLERID(num)":
                assert around == "FILTER", line
                outside.add(inner)
            elif "(" not in inner:
                name = inner.partition(":")[0]
                if name in ours | OF_ASTERISK or (line.context == TRY and name in ARGUMENTS):
                    continue
                outside.add(name)
                assert around == "FILTER" or (name in COMPARED and line.app == "GotoIf"), line
    flow = {"GW_VERDICT", "GW_QUEUE", "GW_PRIO", "GW_LINE", "GW_STANDING", "GW_STANDING_PERSON"}
    flow |= {"GW_SLOW"}
    order = {f"HOTLINE_OUT_{name}" for name in ("ID", "LEG", "QUEUE", "RANK", "SECONDS")}
    flow |= {"HOTLINE_INCIDENT_${HOTLINE_DID}"}
    flow |= {"GW_INCIDENT", *(f"GW_INCIDENT_{name}" for name in ("KEY", "QUEUE", "PRIO"))}
    flow |= {"CALLERID(num)", *(f"HOTLINE_{name}" for name in ("TAPPED", "TO", "WHISPER"))}
    assert outside == flow | order


def test_filters_let_through_nothing_that_means_something(dialplan: list[Line]) -> None:
    """No comma, bracket, dollar, quote, semicolon or blank; & only between our own prompts."""
    filters = {
        inner.removeprefix("FILTER(").rpartition(",")[0].partition(",${")[0]
        for line in dialplan
        for inner, _ in reads(line.args)
        if inner.startswith("FILTER(")
    }
    for allowed in filters:
        assert not set(allowed) & set(",;()[]{}\"'` |<>"), allowed
        assert "&" not in allowed or allowed == "a-z0-9_/&"


def test_nothing_is_dialled_but_a_seat_and_emergency_lines(dialplan: list[Line]) -> None:
    """The filtered name of a seat's leg, and a try at an emergency line; neither can be sent on."""
    dialled = [line for line in dialplan if line.app == "Dial"]
    assert {(line.context, line.args.partition(",")[0]) for line in dialled} == {
        ("hotline-again", "${HOTLINE_PHONE}"),
        (TRY, "PJSIP/${ARG1}@trunk-${ARG2}"),
    }
    for line in dialled:
        options = re.sub(r"\([^()]*\)", "", line.args.split(",", 2)[2])
        assert set(options) <= SAFE_DIAL_OPTIONS
        assert "i" in options
    for line in dialplan:
        if line.app == "Queue":
            name, options = line.args.split(",")[:2]
            assert re.fullmatch(r"[a-z][a-z0-9_-]*", name), line
            assert set(re.sub(r"\([^()]*\)", "", options)) <= SAFE_QUEUE_OPTIONS
            assert "i" in options, "a phone could send the call elsewhere"


def test_an_emergency_line_is_called_as_it_is_written(dialplan: list[Line]) -> None:
    """As literals of the settings: the telephone system dials 110 with no gateway left."""
    tries = [line for line in dialplan if line.context != TRY and TRY in line.args]
    assert [(line.context, line.exten, line.app, line.args) for line in tries] == [
        ("hotline-emergency", "110", "Gosub", f"{TRY},s,1(110,city,20)"),
        ("hotline-emergency", "110", "Gosub", f"{TRY},s,1(110,spare,20)"),
        ("hotline-emergency", "119", "Gosub", f"{TRY},s,1(057188110,spare,20)"),
    ]


def test_the_flow_and_the_recording_are_where_we_wrote_them(dialplan: list[Line]) -> None:
    """No variable of a stranger in the address of the flow or the name of a file."""
    for line in dialplan:
        if line.app == "AGI":
            assert line.args == "agi://127.0.0.1:2/intake"
        if line.app == "MixMonitor":
            assert {inner for inner, _ in reads(line.args)} == {"HOTLINE_ID"}
            assert line.args.count(",") == 1, "a third argument would be a command"
        if line.app == "Record":
            assert {inner for inner, _ in reads(line.args)} == {"HOTLINE_ID"}


def test_a_key_leads_out_of_a_queue_to_named_places_only(
    dialplan: list[Line], rendered: dict[str, str]
) -> None:
    """A message, an emergency line, a callback: one key, one place, each written out.

    Every queue names the context that holds them. The one switch looks, for the key of a callback,
    into one of two contexts of ours by whether a number and a gateway are there: an extension that
    does not exist leaves a caller in their place, one that looks and sends them back would not.
    """
    text = together(rendered, "extensions")
    queues = [one for one in sections(together(rendered, "queues")) if "strategy" in one]
    assert {one["context"] for one in queues} == {"hotline-leave"}
    assert included(text)["hotline-leave"] == {"hotline-leave", "hotline-emergency-keys"}
    able = '"${HOTLINE_NUMBER}"!="" & 0${AMI_CLIENT(hotline-events,sessions)} > 0'
    assert switches(text) == [f"Loopback/@hotline-leave-${{IF($[{able}]?callback:nowhere)}}"]
    leaving = [
        line for line in dialplan if re.match("hotline-(leave|emergency-keys)", line.context)
    ]
    assert [(one.context, one.exten, one.app, one.args) for one in leaving] == [
        ("hotline-leave", "*", "Goto", "hotline-voicemail,s,1"),
        ("hotline-emergency-keys", "3", "Goto", "hotline-emergency,110,1"),
        ("hotline-leave-callback", "1", "Goto", "hotline-callback,s,1"),
    ]
    menus = [line for line in dialplan if line.app == "BackGround"]
    menu = {
        "hotline-leave",
        "hotline-emergency-keys",
        "hotline-incident",
        "hotline-standing-keys",
    }
    assert {line.args.split(",")[3] for line in menus} == menu


def sections(text: str) -> list[dict[str, str]]:
    """The sections of a file, each with what its templates give it; without the templates."""
    templates: dict[str, dict[str, str]] = {}
    found = []
    for block in re.split(r"^(?=\[)", text, flags=re.MULTILINE):
        header = re.match(r"\[([^\]]+)\](?:\(([^)]*)\))?", block)
        if not header:
            continue
        marks = (header[2] or "").split(",")
        merged: dict[str, str] = {}
        for mark in marks:
            merged |= templates.get(mark, {})
        merged |= dict(re.findall(r"^(\w+) = (.*)$", block, re.MULTILINE))
        if "!" in marks:
            templates[header[1]] = merged
        else:
            found.append(merged)
    return found


def test_every_door_of_sip_is_closed_to_fraud(rendered: dict[str, str]) -> None:
    """No transfer, no subscription, no anonymous endpoint; each door leads to its own context."""
    pjsip = together(rendered, "pjsip")
    endpoints = [one for one in sections(pjsip) if one["type"] == "endpoint"]
    assert len(endpoints) == 3 + 2 * len(SEATS)
    for one in endpoints:
        assert (one["allow_transfer"], one["allow_subscribe"]) == ("no", "no"), one
        assert one["context"] in {"from-seat", "from-trunk", "from-web"}
        assert one["direct_media"] == "no"
        assert ("auth" in one) == (one["context"] == "from-seat")
        assert one["identify_by"] in {"username", "ip", "header"}
    assert not re.search(r"^\[anonymous|outbound_auth|type = registration", pjsip, re.MULTILINE)
    modules = set(
        re.findall(r"^(?:load|require) = (\S+)\.so$", rendered["modules.conf"], re.MULTILINE)
    )
    dangerous = r"app_system|app_exec|func_shell|res_pjsip_refer|func_env|app_externalivr|res_ari"
    assert "res_pjsip_acl" in modules
    assert not [name for name in modules if re.match(dangerous, name)]
    assert not re.search(r"(blindxfer|atxfer|=>)", rendered["features.conf"])
    assert "live_dangerously = yes" not in "".join(rendered.values())
