"""A capture file (pcap) of one TCP connection, and what tshark reads in it."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.needs import absent

RAW_IP = 101
OURS, THEIRS = bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2))


def write(path: Path, frames: Iterable[tuple[bool, bytes]], port: int) -> None:
    """Each frame a segment of its own; True is from the client."""
    sent = {True: 1, False: 1}
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, RAW_IP))
        for second, (ours, frame) in enumerate(frames):
            packet = _packet(frame, ours=ours, port=port, seq=sent[ours], ack=sent[not ours])
            sent[ours] += len(frame)
            file.write(struct.pack("<IIII", second, 0, len(packet), len(packet)) + packet)


def _packet(frame: bytes, *, ours: bool, port: int, seq: int, ack: int) -> bytes:
    """IPv4 (RFC 791) and TCP (RFC 9293) without checksums, which tshark does not ask for."""
    source, to = (40000, port) if ours else (port, 40000)
    tcp = struct.pack(">HHIIBBHHH", source, to, seq, ack, 5 << 4, 0x18, 65535, 0, 0)
    size = 40 + len(frame)
    addresses = (OURS + THEIRS) if ours else (THEIRS + OURS)
    ip = struct.pack(">BBHHHBBH", 0x45, 0, size, 0, 0, 64, 6, 0) + addresses
    return ip + tcp + frame


def read(path: Path, protocol: str, port: int) -> list[dict[str, Any]]:
    """What tshark (Wireshark) says of each packet: its field names, and every value as text."""
    program = shutil.which("tshark")
    if program is None:
        absent("tshark")
    done = subprocess.run(
        [program, "-n", "-r", str(path), "-d", f"tcp.port=={port},{protocol}", "-T", "json",
         "--no-duplicate-keys", "-o", "tcp.desegment_tcp_streams:TRUE"],
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    return [one["_source"]["layers"] for one in json.loads(done.stdout)]
