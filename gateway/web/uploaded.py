"""Files that were uploaded before the message that takes them."""

from __future__ import annotations

import hashlib

from gateway.core.errors import Invalid, Problem, Unknown
from gateway.web.citizen_uses import CitizenParts
from gateway.web.letters import SentFile, at
from gateway.web.visits import Visit


def owner_of(visit: Visit) -> str:
    """By what the uploads know a visitor: the id itself stands in no file."""
    return hashed(f"visit|{visit.id}")


def hashed(owner: str) -> str:
    """32 hex digits."""
    return hashlib.sha256(owner.encode()).hexdigest()[:32]


async def files_of(
    parts: CitizenParts,
    owner: str,
    ids: tuple[str, ...],
    names: tuple[str, ...],
    types: tuple[str, ...],
) -> tuple[SentFile, ...]:
    """These uploads of this owner. Raises Invalid unless every one is here whole."""
    files = []
    for index, id_ in enumerate(dict.fromkeys(ids)):
        try:
            upload = await parts.uploads.look(owner, id_)
        except Unknown:
            upload = None
        if upload is None or not upload.whole:
            zh, en = "文件没有上传完，请重新上传。", "This file is not here whole; send it again."
            raise Invalid(Problem("/files", "file-not-whole", zh, en))
        files.append(
            SentFile(
                id=id_,
                size_bytes=upload.size_bytes,
                name=at(names, index),
                declared_type=at(types, index),
            )
        )
    return tuple(files)
