"""Encryption, blind index and the phones' passwords."""

import base64
from itertools import pairwise

import pytest
from cryptography.exceptions import InvalidTag

from gateway.core.line import PhoneKind
from gateway.store.errors import DoesNotOpen
from gateway.store.vault import SUITES, Aes256Gcm, PhonePasswords, Sm4Gcm, Vault, subkey

KEY = bytes(range(32))

# Test case 16 of McGrew and Viega, "The Galois/Counter Mode of Operation" (the GCM submission)
AES = {
    "key": "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
    "nonce": "cafebabefacedbaddecaf888",
    "place": "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    "plain": "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    "sealed": "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
    "76fc6ece0f4e1768cddf8853bb2d551b",
}
# RFC 8998, appendix A.1
SM4 = {
    "key": "0123456789abcdeffedcba9876543210",
    "nonce": "00001234567800000000abcd",
    "place": "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    "plain": "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
    "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
    "sealed": "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
    "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    "83de3541e4c2b58177e065a9bf7b62ec",
}


@pytest.mark.parametrize(("suite", "vector"), [(Aes256Gcm, AES), (Sm4Gcm, SM4)])
def test_suites_are_the_standards(suite: type[Aes256Gcm | Sm4Gcm], vector: dict[str, str]) -> None:
    """Each suite gives the standard's own ciphertext and tag, and opens them."""
    cipher = suite(bytes.fromhex(vector["key"]))
    nonce, place, plain, sealed = (
        bytes.fromhex(vector[name]) for name in ("nonce", "place", "plain", "sealed")
    )
    assert cipher.seal(nonce, plain, place) == sealed
    assert cipher.open(nonce, sealed, place) == plain
    with pytest.raises(InvalidTag):
        cipher.open(nonce, sealed, place + b"x")


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("text", ["", "13800001234", "张三投诉噪音\0", "长" * 5000])
def test_what_is_sealed_opens(suite: str, text: str) -> None:
    """Any text comes back, and the ciphertext says which suite made it."""
    vault = Vault(KEY, suite)
    sealed = vault.seal("call", "number_cipher", "c1", text)
    assert sealed.startswith(suite.encode() + b":")
    assert vault.open("call", "number_cipher", "c1", sealed) == text


def test_every_suite_is_readable_whichever_is_written() -> None:
    """After a change of suite the old rows still open."""
    old = Vault(KEY, "aes256gcm").seal("t", "c", "r", "旧")
    assert Vault(KEY, "sm4gcm").open("t", "c", "r", old) == "旧"


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("place", [("x", "c", "r"), ("t", "x", "r"), ("t", "c", "x")])
def test_a_moved_ciphertext_does_not_open(suite: str, place: tuple[str, str, str]) -> None:
    """Swapping ciphertexts between rows, columns or tables is noticed."""
    vault = Vault(KEY, suite)
    sealed = vault.seal("t", "c", "r", "张三")
    with pytest.raises(DoesNotOpen) as error:
        vault.open(*place, sealed)
    assert "张三" not in str(error.value)


@pytest.mark.parametrize("suite", SUITES)
def test_no_byte_can_be_changed_or_cut(suite: str) -> None:
    """Every byte of a ciphertext is protected, its suite and its length too."""
    vault = Vault(KEY, suite)
    sealed = vault.seal("t", "c", "r", "张三")
    for n in range(len(sealed)):
        changed = bytearray(sealed)
        changed[n] ^= 1
        for broken in (bytes(changed), sealed[:n]):
            with pytest.raises(DoesNotOpen):
                vault.open("t", "c", "r", broken)
    with pytest.raises(DoesNotOpen):
        Vault(KEY[::-1], suite).open("t", "c", "r", sealed)


def test_nonces_do_not_repeat() -> None:
    """The same text in the same place never gives the same nonce."""
    vault = Vault(KEY)
    nonces = {vault.seal("t", "c", "r", "x").partition(b":")[2][:12] for _ in range(20_000)}
    assert len(nonces) == 20_000


def test_each_purpose_has_its_own_key() -> None:
    """No two subkeys are alike, and none is the master key."""
    names = ["encrypt|aes256gcm", "encrypt|sm4gcm", "index", "phones"]
    keys = sorted([KEY, *(subkey(KEY, name) for name in names)])
    assert all(one != other for one, other in pairwise(keys))


def test_the_index_is_one_for_all_writings_of_a_number() -> None:
    """A number has one hash, other numbers, kinds and keys have others; withheld has none."""
    vault = Vault(KEY)
    index = vault.index("phone", "13800001234")
    assert len(index) == 32
    assert vault.index("phone", "+86 138 0000 1234") == index
    assert vault.index("phone", "0086-13800001234") == index
    others = {
        vault.index("phone", "13800001235"),
        vault.index("openid", "13800001234"),
        Vault(KEY[::-1]).index("phone", "13800001234"),
    }
    assert len(others | {index}) == 4
    assert vault.index("phone", "anonymous") == vault.index("phone", "") == b""


def test_phone_passwords_are_derived_and_differ() -> None:
    """32 characters of base32; the same for ever; another for each phone, seat and key."""
    passwords = PhonePasswords(KEY)
    one = passwords.password("8001", PhoneKind.BROWSER)
    assert one == PhonePasswords(KEY).password("8001", PhoneKind.BROWSER)
    assert len(one) == 32
    assert len(base64.b32decode(one)) == 20
    others = {
        passwords.password("8001", PhoneKind.DESK),
        passwords.password("8002", PhoneKind.BROWSER),
        PhonePasswords(KEY[::-1]).password("8001", PhoneKind.BROWSER),
    }
    assert len(others | {one}) == 4
    assert one == "45AKHXI7JXSHBJU67O74QCOUJWTQJHGD", (
        "a changed derivation locks every desk phone out"
    )
