"""Places for a store: SQLite always, PostgreSQL when its programs are there."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres_world import PostgresWorld, postgres_world
from tests.store_world import NewPlace, StorePlace


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresWorld]:
    """One private cluster for all tests here."""
    with postgres_world() as world:
        yield world


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> NewPlace:
    """Makes empty places on one engine."""

    def new() -> StorePlace:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        if request.param == "sqlite":
            return StorePlace("", folder)
        world: PostgresWorld = request.getfixturevalue("postgres")
        return StorePlace(world.create_database(), folder)

    return new


@pytest.fixture
def place(new_place: NewPlace) -> StorePlace:
    """One empty place."""
    return new_place()


@pytest.fixture
def sqlite_place(tmp_path: Path) -> StorePlace:
    """One empty place on SQLite."""
    return StorePlace("", tmp_path)
