"""The planner's counts, made by the worker in the file that every process reads; the connections of a process."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from casefile import jobs
from casefile.clock import frozen
from casefile.models.people import Person, Role
from tests.deadlines.conftest import MORNING

COUNTED = {
    "sqlite": "SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'person'",
    "postgresql": "SELECT count(*) FROM pg_stats WHERE tablename = 'person' AND schemaname = current_schema()",
}


@pytest.fixture
def crowd(database):
    with database.transaction() as session:
        session.add_all(Person(email=f"p{n}@cabinet.fr", full_name=f"P {n}", role=Role.LAWYER) for n in range(30))


def counted(database):
    with database.engine.connect() as connection:
        if database.is_sqlite and not connection.scalar(
            text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
        ):
            return 0
        return connection.scalar(text(COUNTED["sqlite" if database.is_sqlite else "postgresql"]))


def test_the_tables_are_counted(database, crowd):
    database.learn()
    assert counted(database) > 0


def test_a_base_that_refuses_to_be_counted_keeps_no_daily_work_from_being_done(database, settings, monkeypatch):
    def full():
        raise OperationalError("ANALYZE", {}, Exception("database or disk is full"))

    monkeypatch.setattr(jobs, "_sheets", lambda *_: 0)
    monkeypatch.setattr(database, "learn", full)
    with frozen(MORNING):
        assert jobs.daily(database, settings)


def test_they_are_counted_each_day_with_the_other_daily_work(database, settings, crowd, monkeypatch):
    monkeypatch.setattr(jobs, "_sheets", lambda *_: 0)
    with frozen(MORNING):
        assert jobs.daily(database, settings)
        assert counted(database) > 0
        assert jobs.daily(database, settings) == []


def test_the_connection_given_back_last_serves_first(database):
    """Turn about, five connections would each keep the same pages in memory."""
    with database.engine.connect() as first, database.engine.connect() as second:
        opened = [one.connection.driver_connection for one in (first, second)]
        assert opened[0] is not opened[1]
    for _ in range(3):
        with database.engine.connect() as again:
            assert again.connection.driver_connection is opened[0]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_statement_by_itself_holds_the_lock_no_longer_than_it_writes(database, crowd):
    with database.statement() as session:
        session.execute(update(Person).values(full_name="Lue"))
        other = sqlite3.connect(database.engine.url.database, timeout=0, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.close()
    with database.reader() as session:
        assert set(session.scalars(select(Person.full_name))) == {"Lue"}
