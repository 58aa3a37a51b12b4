"""A small firm: Anne (partner), Bruno (lawyer, Anne's deputy), a walled third, one dossier, and a mail server."""

from __future__ import annotations

import dataclasses
import socket
from datetime import UTC, date, datetime

import pytest
from aiosmtpd.controller import Controller

from casefile.database import Database
from casefile.models.matter import Matter, TeamFunction, TeamMember
from casefile.models.people import Firm, Person, Role
from casefile.models.procedure import ControlState, Deadline, DeadlineKind

MORNING = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)  # 08:05 in Paris


def add_person(session, name, role=Role.LAWYER, **values):
    person = Person(email=f"{name.lower()}@cabinet.fr", full_name=name, role=role, **values)
    session.add(person)
    session.flush()
    return person


def add_matter(session, number, responsible, *members, **values):
    matter = Matter(
        year=2026,
        number=number,
        reference=f"2026/{number:04d}",
        title="Clientèle Sentinelle",
        opened_on=date(2026, 11, 1),
        responsible_id=responsible.id,
        **values,
    )
    session.add(matter)
    session.flush()
    for one in (responsible, *members):
        function = TeamFunction.LEAD if one is responsible else TeamFunction.MEMBER
        session.add(TeamMember(matter_id=matter.id, person_id=one.id, function=function))
    session.flush()
    return matter


def add_deadline(session, matter, responsible, prudent_on, **values):
    values = {
        "kind": DeadlineKind.LIMITATION,
        "rule_id": "presse.trois_mois",
        "label": "Prescription de trois mois",
        "is_critical": True,
        "control_state": ControlState.AWAITED,
        **values,
    }
    deadline = Deadline(
        matter_id=matter.id,
        prudent_on=prudent_on,
        admitted_on=prudent_on,
        responsible_id=responsible.id,
        entered_by_id=responsible.id,
        **values,
    )
    session.add(deadline)
    session.flush()
    return deadline


@dataclasses.dataclass
class Office:
    anne: Person
    bruno: Person
    walled: Person
    matter: Matter


@pytest.fixture
def office(database):
    with database.transaction() as session:
        session.add(Firm(id=1, name="Cabinet Lefèvre"))
        anne = add_person(session, "Anne", Role.PARTNER)
        bruno = add_person(session, "Bruno")
        walled = add_person(session, "Chloe", Role.PARTNER)
        anne.deputy_id = bruno.id
        matter = add_matter(session, 1, anne, bruno)
    return Office(anne, bruno, walled, matter)


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request, data_dir, settings):
    """Give the settings on each database in turn, migrated: for what the two do differently."""
    if request.param == "sqlite":
        url = f"sqlite:///{data_dir}/both.sqlite3"
        (data_dir / "both.sqlite3").write_bytes(request.getfixturevalue("migrated_sqlite").read_bytes())
    else:
        url = request.getfixturevalue("postgresql_url")
        Database(url).migrate()
    chosen = dataclasses.replace(settings, database_url=url)
    database = Database.of(chosen)
    yield chosen, database
    database.close()


class Mailbox:
    """A mail server that keeps what it accepts; `trouble` makes it misbehave."""

    def __init__(self):
        self.messages = []
        self.trouble = None

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.trouble is not None:
            answer = await self.trouble(server, envelope)
            if answer:
                return answer
        self.messages.append(envelope)
        return "250 OK"

    @property
    def identifiers(self):
        return [self.header(one, b"message-id") for one in self.messages]

    @staticmethod
    def header(envelope, name):
        lines = envelope.content.split(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").split(b"\r\n")
        return next(line.split(b":", 1)[1].strip().decode() for line in lines if line.lower().startswith(name + b":"))


@pytest.fixture
def mailbox():
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.url = f"smtp://127.0.0.1:{port}?timeout=1"
    box.stop = controller.stop
    yield box
    if controller.server is not None:
        controller.stop()


@pytest.fixture
def posted(settings, mailbox):
    """Give the settings of a firm whose mail server is the mailbox."""
    return dataclasses.replace(settings, smtp_url=mailbox.url)
