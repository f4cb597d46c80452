"""Wireshark's own decoder reads our CMPP as we mean it.

It knows the layout of 3.0 only, so of 2.0 it is asked what is the same in both.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from channels.cmpp_words import CHINA, sent_at
from tests.channels.cmpp_world import LONG, outbound, world, written
from tests.eventually import eventually
from tests.peers import capture
from tests.peers import ismg_wire as wire

PORT = 7890
AT_NOON = 0xBE30_D380_0001_0007
"""A Msg_Id of 11-28 12:13:14, number 7 of gateway 1."""


async def talked(tmp_path: Path, *, three: bool) -> list[dict[str, Any]]:
    """A login, a message, replies, a report and a goodbye, as tshark reads them."""
    async with world(three=three) as (peer, sms, _):
        peer.delivers(written(peer, "路灯坏了", msg_id=AT_NOON))
        await sms.send(outbound())
        await sms.send(outbound(LONG, key="m2"))
        peer.reports(peer.submits[0][0], long=True)
        await eventually(lambda: len(peer.acknowledged) == 2)
    path = tmp_path / "cmpp.pcap"
    capture.write(path, peer.capture, PORT)
    return capture.read(path, "cmpp", PORT)


def ours(layers: list[dict[str, Any]], command: int) -> list[dict[str, Any]]:
    """All of this command."""
    read = [one["cmpp"] for one in layers]
    return [one for one in read if int(one["cmpp.Command_Id"], 16) == command]


async def test_wireshark_reads_every_pdu_of_3_0(tmp_path: Path) -> None:
    """Each where it belongs, to its last byte: nothing is malformed, nothing is left over."""
    layers = await talked(tmp_path, three=True)
    assert not [one for one in layers if set(one) - {"frame", "raw", "ip", "tcp", "cmpp"}]
    [connect] = ours(layers, wire.CONNECT)
    assert connect["cmpp.connect.Source_Addr"] == "900001"
    assert connect["cmpp.Version"] == "03.00"
    one, *parts = ours(layers, wire.SUBMIT)
    said = {key.rpartition(".")[2]: value for key, value in one.items()}
    assert said["Registered_Delivery"] == "1"
    assert (said["Fee_UserType"], said["FeeType"], said["FeeCode"]) == ("2", "01", "000000")
    assert (said["Msg_src"], said["Src_Id"]) == ("900001", "10699912345")
    assert (said["DestUsr_tl"], said["Dest_terminal_Id"]) == ("1", "13800138000")
    assert (said["TP_udhi"], said["Msg_Fmt"]) == ("0", "8")
    assert said["Msg_Length"] == str(2 * len("【12345热线】已收到，今晚派人维修。"))
    assert [
        tuple(part[f"cmpp.{key}"] for key in ("submit.Pk_number", "submit.Pk_total", "TP_udhi"))
        for part in parts
    ] == [("1", "4", "1"), ("2", "4", "1"), ("3", "4", "1"), ("4", "4", "1")]
    results = ours(layers, wire.DELIVER | wire.RESP)
    assert [answer["cmpp.deliver_resp.Result"] for answer in results] == ["0", "0"]
    assert ours(layers, wire.TERMINATE)


async def test_wireshark_reads_of_2_0_what_is_the_same_in_3_0(tmp_path: Path) -> None:
    """The login, and a submit up to its first field of another length."""
    layers = await talked(tmp_path, three=False)
    [connect] = ours(layers, wire.CONNECT)
    assert connect["cmpp.Version"] == "02.00"
    one, *parts = ours(layers, wire.SUBMIT)
    assert one["cmpp.submit.Registered_Delivery"] == "1"
    assert one["cmpp.submit.Fee_UserType"] == "2"
    assert [part["cmpp.submit.Pk_number"] for part in parts] == ["1", "2", "3", "4"]
    assert all("cmpp" in layer for layer in layers)


async def test_wireshark_finds_the_same_time_in_a_message_id(tmp_path: Path) -> None:
    """When the gateway took it: month, day, hour, minute and second in its highest bits."""
    layers = await talked(tmp_path, three=True)
    message, _ = ours(layers, wire.DELIVER)
    said = message["cmpp.Msg_Id_tree"]["cmpp.Msg_Id.timestamp"]
    now = datetime(2026, 11, 29, tzinfo=UTC)
    read = f"{sent_at(AT_NOON, now).astimezone(CHINA):%m/%d %H:%M:%S}"
    assert (said, read) == ("11/28 12:13:14", "11/28 12:13:14")
