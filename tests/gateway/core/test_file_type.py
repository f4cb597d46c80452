"""What files are, by their first bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import file_type as known
from gateway.core.file_type import FileType, extension_of, fits, found_type
from gateway.core.message import MessageKind

ZIP = b"PK\x03\x04" + bytes(22)


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", known.JPEG),
        (b"\x89PNG\r\n\x1a\n....", known.PNG),
        (b"GIF89a....", known.GIF),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", known.WEBP),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", known.WAV),
        (b"RIFF\x00\x00\x00\x00AVI LIST", None),
        (b"BM" + bytes(12) + b"\x28\x00\x00\x00", known.BMP),
        (b"BMW is a car", known.TEXT),
        (b"#!AMR\n\x3c", known.AMR),
        (b"#!AMR-WB\n\x3c", known.AMR_WB),
        (b"OggS" + bytes(24) + b"OpusHead", known.OGG),
        (b"OggS" + bytes(24) + b"Speex   ", known.OGG),
        (b"OggS" + bytes(24) + b"\x80theora", None),
        (b"ID3\x04\x00", known.MP3),
        (b"\xff\xfb\x90\x44", known.MP3),
        (b"\xff\xf1\x50\x80", known.AAC),
        (b"\xff\xfe\x00\x00", None),
        (b"\x00\x00\x00\x20ftypM4A ", known.M4A),
        (b"\x00\x00\x00\x20ftypisom", known.MP4),
        (b"\x00\x00\x00\x20ftypqt  ", known.QUICKTIME),
        (b"\x00\x00\x00\x20ftyp3gp5", known.THREE_GP),
        (b"\x00\x00\x00\x20ftypheic", known.HEIC),
        (b"\x1a\x45\xdf\xa3....B\x82\x84webm", known.WEBM),
        (b"\x1a\x45\xdf\xa3....B\x82\x88matroska", known.MATROSKA),
        (b"\x1a\x45\xdf\xa3....", None),
        (b"%PDF-1.7", known.PDF),
        (ZIP[:26] + b"\x13\x00\x00\x00[Content_Types].xml", known.OFFICE_ZIP),
        (ZIP[:26] + b"\x05\x00\x00\x00a.txt", known.ZIP),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", known.OLE),
        ("路灯坏了".encode(), known.TEXT),
        ("路灯坏了".encode("gb18030"), known.TEXT),
        (("路" * 4000).encode(), known.TEXT),
        (b"", None),
    ],
)
def test_a_file_is_what_it_begins_with(head: bytes, found: FileType | None) -> None:
    """And nothing else, whatever its name."""
    assert found_type(head) is found


@pytest.mark.parametrize(
    "head",
    [
        b"<html>", b" \n<!DOCTYPE html>", b"<svg onload=x>", b"<?xml version='1.0'?>", b"<script>",
        b"\xef\xbb\xbf<html>", b"#!/bin/sh\n", b"MZ\x90\x00", b"\x7fELF", b"%!PS-Adobe", b"\x00asm",
        b"\xca\xfe\xba\xbe\x00\x00\x004", b"\x1f\x8b\x08", b"text with \x00 nul", b"\x02#!SILK_V3",
    ],
)  # fmt: skip
def test_what_a_browser_or_a_system_might_run_is_nothing(head: bytes) -> None:
    """It is in no table, so it is not taken."""
    assert found_type(head) is None


def test_a_kind_takes_what_fits_it() -> None:
    """A picture is a picture; a voice may be a film without pictures; a file is anything known."""
    assert fits(MessageKind.IMAGE, known.JPEG)
    assert fits(MessageKind.IMAGE, known.HEIC)
    assert not fits(MessageKind.IMAGE, known.PDF)
    assert not fits(MessageKind.IMAGE, known.MP4)
    assert fits(MessageKind.VOICE, known.MP4)
    assert not fits(MessageKind.VOICE, known.PNG)
    assert not fits(MessageKind.VIDEO, known.MP3)
    assert all(fits(MessageKind.FILE, one) for one in (known.PDF, known.JPEG, known.MP3))


@given(head=st.binary(max_size=200))
def test_any_bytes_are_something_or_nothing(head: bytes) -> None:
    """And what is found has a name and an ending."""
    found = found_type(head)
    assert found is None or (found.mime and extension_of(found.mime).startswith("."))
