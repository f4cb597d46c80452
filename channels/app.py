"""The city's App and mini-programs, which speak to our REST interface with a key of their own."""

from __future__ import annotations

import hashlib
import hmac
import re

from channels.channel import Channel
from channels.message import Finding
from channels.options import Options
from channels.pull import PullAccount

PLAIN = re.compile(r"[A-Za-z0-9_+/=-]{24,128}")
HASHED = re.compile(r"sha256:([0-9a-f]{64})")
MOST_KEYS = 20
MOST_CHARACTERS = 256


class AppAccount(PullAccount):
    """``app:<name>``; ``keys`` are SHA-256 of what the App may send as its bearer token."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        super().__init__("app")
        self._keys = keys

    def opens(self, key: str) -> bool:
        """Whether this is one of its keys; takes as long for one that is nearly right."""
        digest = hashlib.sha256(key[:MOST_CHARACTERS].encode(errors="replace")).digest()
        found = [hmac.compare_digest(digest, one) for one in self._keys]
        return len(key) <= MOST_CHARACTERS and any(found)

    async def check(self) -> tuple[Finding, ...]:
        """How many keys there are; without one nobody is let in, which may be meant."""
        count = len(self._keys)
        said = Finding(
            name="keys",
            good=True,
            zh=f"接口密钥 {count} 个" if count else "没有接口密钥（key_file），App 接口不接受请求",
            en=f"API keys: {count}" if count else "no API key (key_file): no App is let in",
        )
        return (*await super().check(), said)


def open_account(name: str, options: Options) -> Channel:
    """``app:<name>``; ``key_file`` has one key a line, without a key nobody can write by it.

    A line is the key, or ``sha256:`` and its hash in hex: then whoever reads the file has no key.
    Two lines stand there while a key is exchanged.
    """
    del name
    keys = []
    for line in options.secret("key_file", needed=False).splitlines():
        bare = line.strip()
        hashed = HASHED.fullmatch(bare)
        if hashed:
            keys.append(bytes.fromhex(hashed[1]))
        elif PLAIN.fullmatch(bare):
            keys.append(hashlib.sha256(bare.encode()).digest())
        else:
            options.say(
                "key_file",
                "每行应为一个密钥（24 至 128 个字母、数字或 _+/=-），或 sha256: 加 64 位十六进制",
                "each line must be a key (24 to 128 letters, digits or _+/=-), or sha256: and 64 "
                "hex digits",
            )
            break
    if len(keys) > MOST_KEYS:
        options.say("key_file", f"最多 {MOST_KEYS} 个密钥", f"at most {MOST_KEYS} keys")
    return AppAccount(tuple(keys))
