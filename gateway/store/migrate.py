"""Brings a database to the tables of this version, at every start.

Runs in one transaction under the writers' lock (BEGIN IMMEDIATE, or the advisory lock), so of two
starts at once the second waits and finds nothing to do, and a half-done migration leaves no trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from gateway.core.errors import StoreUnavailable

if TYPE_CHECKING:
    import sqlalchemy as sa

SCRIPTS = "gateway.store:migrations"
"""Found through the package, so an installed wheel has them as well as a checkout."""


def migrate(connection: sa.Connection) -> None:
    """Upgrade to the newest revision; StoreUnavailable when the database is newer than we are."""
    config = _config()
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    present = MigrationContext.configure(connection).get_current_heads()
    unknown = [revision for revision in present if revision not in known]
    if unknown:
        raise StoreUnavailable(
            f"数据库由更新的版本写成（结构 {', '.join(unknown)}），请使用该版本或更新版本的程序。"
            "The database was written by a newer version of this program; use that version."
        )
    command.upgrade(config, "head")


def newest_revisions() -> set[str]:
    """The revisions of this version's tables."""
    return set(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    return config
