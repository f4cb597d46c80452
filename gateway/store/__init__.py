"""The truth on disk: SQLite or PostgreSQL, one writer, personal data encrypted."""

from gateway.store.store import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
