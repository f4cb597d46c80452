"""The envelope, against Tencent's samples and wechatpy."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from channels.errors import Forged
from channels.wechat_codec import Codec, aes_key, encoded_key, signature
from tests.peers.wechat_words import KEYS

FIXTURES = Path(__file__).parent.parent / "fixtures" / "channels" / "wechat"
VECTORS = json.loads((FIXTURES / "vectors.json").read_text("utf-8"))
KEY = aes_key(KEYS.aes_key)
CODEC = Codec(KEYS.token, KEY, KEYS.appid)


def sealed(plain: bytes) -> str:
    """These very bytes, encrypted: for envelopes that nobody honest makes."""
    encryptor = Cipher(algorithms.AES256(KEY), modes.CBC(KEY[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def test_tencents_url_check_is_opened() -> None:
    """The second official sample: signature over echostr, and what is inside."""
    told = VECTORS["url_check"]
    codec = Codec(told["token"], aes_key(told["encoding_aes_key"]), told["corpid"])
    codec.vouch(told["msg_signature"], told["timestamp"], told["nonce"], told["echostr"])
    assert codec.open(told["echostr"]).decode() == told["expect"]


@given(st.text(max_size=2000))
@settings(max_examples=60, deadline=None)
def test_wechatpy_and_we_open_each_other(text: str) -> None:
    """Whatever one seals, the other reads."""
    text = text.encode("utf-8", "ignore").decode()
    theirs = WeChatCrypto(KEYS.token, KEYS.aes_key, KEYS.appid)
    envelope = theirs.encrypt_message(text, "n", "1")
    encrypt = envelope.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    CODEC.vouch(signature(KEYS.token, "1", "n", encrypt), "1", "n", encrypt)
    assert CODEC.open(encrypt).decode() == text
    ours = CODEC.seal(text.encode())
    signed = signature(KEYS.token, "1", "n", ours)
    envelope = f"<xml><Encrypt>{ours}</Encrypt></xml>"
    assert theirs.decrypt_message(envelope, signed, "1", "n") == text


@pytest.mark.parametrize(
    ("reason", "plain"),
    [
        ("padding", b"r" * 16 + b"\0\0\0\1m" + KEYS.appid.encode() + b"\0" * 25),
        ("padding", b"r" * 16 + b"\0\0\0\1m" + KEYS.appid.encode() + b"\x21" * 25),
        ("padding", b"r" * 16 + b"\0\0\0\1m" + KEYS.appid.encode() + b"x" * 24 + b"\x19"),
        ("length", b"r" * 16 + b"\xff\xff\xff\xffm" + KEYS.appid.encode() + b"\x19" * 25),
        ("length", b"\x10" * 16),
        ("appid", b"r" * 16 + b"\0\0\0\2m" + KEYS.appid.encode() + b"\x19" * 25),
        ("appid", b"r" * 16 + b"\0\0\0\1m" + b"wx" + b"0" * 16 + b"\x19" * 25),
    ],
)
def test_what_nobody_honest_seals_is_refused(reason: str, plain: bytes) -> None:
    """Padding is 1..32 equal bytes, the length is inside, the appid is all that follows."""
    with pytest.raises(Forged) as raised:
        CODEC.open(sealed(plain))
    assert raised.value.reason == reason


@given(st.one_of(st.text(), st.binary().map(lambda raw: base64.b64encode(raw).decode())))
@settings(max_examples=300, deadline=None)
def test_nothing_but_forged_comes_out_of_garbage(text: str) -> None:
    """Bad base64, odd lengths, random blocks: one error, never another."""
    with pytest.raises(Forged):
        CODEC.open(text)


def test_a_key_is_43_characters_of_base64() -> None:
    """And names its 32 bytes whichever way its last character is written."""
    assert aes_key(encoded_key(KEY)) == KEY
    for bad in ("", KEYS.aes_key[:-1], KEYS.aes_key + "A", "?" * 43):
        with pytest.raises(ValueError, match=r"."):
            aes_key(bad)
