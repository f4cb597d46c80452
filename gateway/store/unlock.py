"""Opening a database: migrations first, then proof that the key is the one of this database."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gateway.core.errors import StoreUnavailable
from gateway.store.engine import Engines, require_durable
from gateway.store.errors import DoesNotOpen
from gateway.store.key_file import make_key, read_key
from gateway.store.migrate import migrate
from gateway.store.tables import key_check
from gateway.store.vault import Vault
from gateway.store.writer import AWAY

if TYPE_CHECKING:
    from pathlib import Path

OPEN_SECONDS = 120
"""How long migrations may take, and waiting for another start that runs them."""

CHECK = "master"
"""Name and text of the sample that tells the right key from a wrong one."""


async def unlock(opened: Engines, data_dir: Path, key_file: Path | None, suite: str) -> bytes:
    """Migrate, then return the master key after proving that it is the one of this database.

    A key is made only for a database that has none: a lost key file is never replaced in silence.
    """
    path = key_file or data_dir / "keys" / "master.key"
    try:
        async with asyncio.timeout(OPEN_SECONDS), opened.writer.begin() as connection:
            await require_durable(connection)
            await connection.run_sync(migrate)
            column = key_check.c.sample_cipher
            found = await connection.execute(sa.select(column).where(key_check.c.name == CHECK))
            sample = found.scalar_one_or_none()
            if sample is None and key_file is None:
                make_key(path)
            master = read_key(path)
            vault = Vault(master, suite)
            if sample is None:
                new = vault.seal("key_check", "sample_cipher", CHECK, CHECK)
                await connection.execute(
                    sa.insert(key_check), [{"name": CHECK, "sample_cipher": new}]
                )
            else:
                vault.open("key_check", "sample_cipher", CHECK, sample)
    except DoesNotOpen as error:
        raise StoreUnavailable(
            f"{path} 中的密钥打不开此数据库。The key in this file is not the database's."
        ) from error
    except AWAY as error:
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        raise StoreUnavailable(f"数据库打不开。The database does not open: {cause}") from error
    return master
