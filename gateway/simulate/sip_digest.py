"""Answer a SIP challenge (RFC 3261 section 22, RFC 8760 for SHA-256). Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

_PART = re.compile(r'(\w[\w-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^,\s]+))')
_BEST_FIRST = ("SHA-256", "MD5")


def parts(challenge: str) -> dict[str, str]:
    """``Digest realm="x", nonce="y"`` as names in lower case and values without quotes."""
    return {name.lower(): quoted or bare for name, quoted, bare in _PART.findall(challenge)}


def choose(challenges: Sequence[str]) -> str | None:
    """The strongest Digest challenge we can answer."""
    digests = [one for one in challenges if one.lower().startswith("digest ")]
    for algorithm in _BEST_FIRST:
        for one in digests:
            if parts(one).get("algorithm", "MD5").upper() == algorithm:
                return one
    return None


def answer(challenge: str, *, user: str, password: str, method: str, uri: str, cnonce: str) -> str:
    """The value of Authorization or Proxy-Authorization, for the first use of this nonce."""
    given = parts(challenge)
    algorithm = given.get("algorithm", "MD5")

    def digest(text: str) -> str:
        data = text.encode()
        if algorithm.upper() == "SHA-256":
            return hashlib.sha256(data).hexdigest()
        return hashlib.md5(data, usedforsecurity=False).hexdigest()  # RFC 2617 leaves no choice

    secret = digest(f"{user}:{given.get('realm', '')}:{password}")
    what = digest(f"{method}:{uri}")
    nonce = given.get("nonce", "")
    fields = [
        f'username="{user}"',
        f'realm="{given.get("realm", "")}"',
        f'nonce="{nonce}"',
        f'uri="{uri}"',
        f"algorithm={algorithm}",
    ]
    if "auth" in given.get("qop", "").split(","):
        response = digest(f"{secret}:{nonce}:00000001:{cnonce}:auth:{what}")
        fields += ["qop=auth", "nc=00000001", f'cnonce="{cnonce}"']
    else:
        response = digest(f"{secret}:{nonce}:{what}")
    fields.append(f'response="{response}"')
    if "opaque" in given:
        fields.append(f'opaque="{given["opaque"]}"')
    return "Digest " + ", ".join(fields)
