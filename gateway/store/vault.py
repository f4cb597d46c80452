"""Personal data at rest: authenticated encryption, blind index, passwords of phones.

One master key (32 bytes, base64, in a file outside the database) is never used itself: HKDF-SHA256
(RFC 5869) derives one subkey a purpose. A ciphertext is ``suite ":" nonce text tag`` with a random
nonce of 96 bits (NIST SP 800-38D 8.2.2) and the place it stands in as associated data, so one moved
to another row, column or table does not open. Both suites are always readable; one is written.
"""

from __future__ import annotations

import base64
import hmac
import os
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.core.citizen import normalise_number
from gateway.core.line import PhoneKind
from gateway.store.errors import DoesNotOpen

if TYPE_CHECKING:
    from collections.abc import Mapping

NONCE_BYTES = 12
TAG_BYTES = 16
PHONE_PASSWORD_LENGTH = 32
"""Characters of base32: 160 bits."""
MARK_LENGTH = 6
"""Characters of base32: 30 bits, so that two pairs of letters seldom share a mark."""
MOST_MARKS = 10_000
"""Of one text; what stands further behind is not found."""
REMEMBERED_MARKS = 1 << 16


class Suite(Protocol):
    """One authenticated cipher. ``open`` raises InvalidTag."""

    def seal(self, nonce: bytes, plain: bytes, place: bytes) -> bytes:
        """Ciphertext with its tag at the end."""
        ...

    def open(self, nonce: bytes, sealed: bytes, place: bytes) -> bytes:
        """The plain bytes."""
        ...


class Aes256Gcm:
    """AES-256-GCM (NIST SP 800-38D)."""

    key_bytes = 32

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def seal(self, nonce: bytes, plain: bytes, place: bytes) -> bytes:
        """Ciphertext with its tag at the end."""
        return self._aead.encrypt(nonce, plain, place)

    def open(self, nonce: bytes, sealed: bytes, place: bytes) -> bytes:
        """The plain bytes."""
        return self._aead.decrypt(nonce, sealed, place)


class Sm4Gcm:
    """SM4-GCM (GB/T 32907-2016 in the mode of RFC 8998)."""

    key_bytes = 16

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, nonce: bytes, plain: bytes, place: bytes) -> bytes:
        """Ciphertext with its tag at the end."""
        encryptor = Cipher(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(place)
        return encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def open(self, nonce: bytes, sealed: bytes, place: bytes) -> bytes:
        """The plain bytes."""
        text, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
        if len(tag) < TAG_BYTES:
            raise InvalidTag
        decryptor = Cipher(algorithms.SM4(self._key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(place)
        return decryptor.update(text) + decryptor.finalize()


SUITES: Mapping[str, type[Aes256Gcm | Sm4Gcm]] = {"aes256gcm": Aes256Gcm, "sm4gcm": Sm4Gcm}
"""Suite ids as they stand in every ciphertext; never renamed."""


def subkey(master: bytes, purpose: str, length: int = 32) -> bytes:
    """The key of one purpose, ``length`` bytes."""
    info = f"hotline|{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(master)


class Vault:
    """Seals and opens the store's personal data; ``suite`` names the one that is written."""

    def __init__(self, master: bytes, suite: str = "aes256gcm") -> None:
        self._suites: dict[str, Suite] = {
            name: kind(subkey(master, f"encrypt|{name}", kind.key_bytes))
            for name, kind in SUITES.items()
        }
        self._index_key = subkey(master, "index")
        words_key = subkey(master, "words")

        @lru_cache(REMEMBERED_MARKS)
        def mark(pair: tuple[str, str]) -> str:
            digest = hmac.digest(words_key, "".join(pair).encode(), "sha256")
            return base64.b32encode(digest[:5]).decode()[:MARK_LENGTH].lower()

        self._mark = mark
        self._writes = suite
        self._with = self._suites[suite]

    def seal(self, table: str, column: str, row: str, text: str) -> bytes:
        """The ciphertext of ``text`` for exactly this place."""
        return self.seal_bytes(table, column, row, text.encode())

    def seal_bytes(self, table: str, column: str, row: str, plain: bytes) -> bytes:
        """The ciphertext of ``plain`` for exactly this place."""
        nonce = os.urandom(NONCE_BYTES)
        place = f"{self._writes}|{table}|{column}|{row}".encode()
        sealed = self._with.seal(nonce, plain, place)
        return b"".join((self._writes.encode(), b":", nonce, sealed))

    def open(self, table: str, column: str, row: str, sealed: bytes) -> str:
        """The text sealed for this place; raises DoesNotOpen."""
        return self.open_bytes(table, column, row, sealed).decode()

    def open_bytes(self, table: str, column: str, row: str, sealed: bytes) -> bytes:
        """What was sealed for this place; raises DoesNotOpen."""
        name, _, rest = bytes(sealed).partition(b":")
        suite = self._suites.get(name.decode("ascii", "replace"))
        if suite is None or len(rest) < NONCE_BYTES + TAG_BYTES:
            raise DoesNotOpen(table, column)
        place = b"%b|%b" % (name, f"{table}|{column}|{row}".encode())
        try:
            return suite.open(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place)
        except InvalidTag as error:
            raise DoesNotOpen(table, column) from error

    def index(self, kind: str, number: str) -> bytes:
        """The keyed hash by which a number is found: 32 bytes, empty for a withheld number."""
        normal = normalise_number(number)
        if not normal:
            return b""
        return hmac.digest(self._index_key, f"{kind}|{normal}".encode(), "sha256")

    def index_of(self, kind: str, account: str, text: str) -> bytes:
        """The keyed hash by which a word of one channel account is found: 32 bytes."""
        return hmac.digest(self._index_key, f"{kind}|{account}|{text}".encode(), "sha256")

    def marks(self, folded: str) -> str:
        """The keyed hashes of a text's pairs of letters, in order, with a space between.

        Who has the key can tell whether words stand in a text; nobody else can read it.
        """
        return " ".join(self._mark(pair) for pair in pairwise(folded[: MOST_MARKS + 1]))


class PhonePasswords:
    """``ports.PhoneSecrets`` by derivation: nothing is stored, one key gives one password."""

    _ENDPOINT: Mapping[PhoneKind, str] = {PhoneKind.BROWSER: "seat", PhoneKind.DESK: "desk"}

    def __init__(self, master: bytes) -> None:
        self._key = subkey(master, "phones")

    def password(self, seat: str, phone: PhoneKind) -> str:
        """The SIP password of this phone, 32 characters of base32."""
        endpoint = f"{self._ENDPOINT[phone]}-{seat}"
        digest = hmac.digest(self._key, f"sip|{endpoint}".encode(), "sha256")
        return base64.b32encode(digest).decode()[:PHONE_PASSWORD_LENGTH]

    def wall(self, number: str) -> str:
        """The wallboard's token for this random ``number``: 32 characters of base32."""
        digest = hmac.digest(self._key, f"wall|{number}".encode(), "sha256")
        return base64.b32encode(digest).decode()[:PHONE_PASSWORD_LENGTH]

    def web_calls(self) -> str:
        """What the telephone system knows a citizen's browser call by (X-Hotline-Web)."""
        digest = hmac.digest(self._key, b"header|X-Hotline-Web", "sha256")
        return base64.b32encode(digest).decode()[:PHONE_PASSWORD_LENGTH]

    def citizens(self, purpose: str) -> bytes:
        """The key of one purpose of the citizens' pages: sessions, forms, puzzles. 32 bytes."""
        return hmac.digest(self._key, f"citizens|{purpose}".encode(), "sha256")
