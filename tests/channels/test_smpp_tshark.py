"""Wireshark's own decoder reads our SMPP, and puts our long message together as a phone would."""

from pathlib import Path
from typing import Any

from channels import smpp_write
from channels.smpp_read import Command
from channels.sms_text import segments
from tests.peers import capture

PORT = 2775
SHORT, LONG = "【12345热线】已收到", "【12345热线】" + "路灯不亮🔥，" * 30
SOURCE = smpp_write.Address(number="10612345")
CITIZEN = smpp_write.Address(number="8613800138000", ton=1, npi=1)


def read(tmp_path: Path, *frames: bytes) -> list[dict[str, Any]]:
    """What tshark says of them, in their order."""
    path = tmp_path / "smpp.pcap"
    capture.write(path, [(True, frame) for frame in frames], PORT)
    return capture.read(path, "smpp", PORT)


def submits(text: str) -> list[bytes]:
    """A text as it leaves."""
    return [
        smpp_write.submit(part, SOURCE, CITIZEN, number)
        for number, part in enumerate(segments(text, 9), 2)
    ]


def test_wireshark_reads_who_we_are_and_that_we_live(tmp_path: Path) -> None:
    """Bind, enquire, answers and goodbye: nothing is malformed."""
    layers = read(
        tmp_path,
        smpp_write.bind(smpp_write.Login(system_id="hotline", password="secret"), 1),
        smpp_write.enquire(2),
        smpp_write.answer(Command.DELIVER_SM, 3, smpp_write.TEMPORARY),
        smpp_write.unbind(4),
    )
    assert not [one for one in layers if "smpp" not in one or "_ws.malformed" in one]
    said = [one["smpp"] for one in layers]
    assert (said[0]["smpp.system_id"], said[0]["smpp.interface_version"]) == ("hotline", "52")
    assert [int(one["smpp.command_id"], 16) for one in said] == [9, 0x15, 0x80000005, 6]
    assert [one["smpp.sequence_number"] for one in said] == ["1", "2", "3", "4"]
    assert int(said[2]["smpp.command_status"], 16) == 0x64


def test_wireshark_reads_a_reply(tmp_path: Path) -> None:
    """Its words, its numbers, and that a receipt is asked for."""
    [layer] = read(tmp_path, *submits(SHORT))
    said = layer["smpp"]
    assert said["smpp.message_text"] == SHORT
    assert (said["smpp.source_addr"], said["smpp.destination_addr"]) == (
        "10612345",
        "8613800138000",
    )
    assert (said["smpp.data_coding"], said["smpp.regdel.receipt"]) == ("0x08", "0x01")


def test_wireshark_puts_a_long_reply_together(tmp_path: Path) -> None:
    """By the headers of its parts, into the very text."""
    layers = read(tmp_path, *submits(LONG))
    assert len(layers) == 4
    assert {one["smpp"]["smpp.esm.submit.features"] for one in layers} == {"0x01"}
    assert all(int(one["smpp"]["smpp.sm_length"]) <= 140 for one in layers)
    whole = layers[-1]["gsm_sms_ud"]["gsm_sms_ud.short_msg"].replace(":", "")
    assert bytes.fromhex(whole).decode("utf-16-be") == LONG
