"""The places of ``tests.store_places``, for laws about what is kept."""

from tests.store_places import new_place, place, postgres, sqlite_place

__all__ = ["new_place", "place", "postgres", "sqlite_place"]
