"""The web's fixtures serve here too."""

from datetime import timedelta

import pyotp
import pytest

from casefile import accounts, clock, guests, matters
from casefile.models.matter import Matter, TeamFunction
from casefile.models.people import Person, Role
from tests.web.conftest import PASSWORD, app, as_person, capture, cheap_hashing, matter, people, publication

__all__ = ["app", "as_person", "capture", "cheap_hashing", "matter", "people", "publication"]


@pytest.fixture
def passing(database, people, matter):
    """Add a guest, a client who reads only where the dossier stands, and two whose places lapsed yesterday."""
    with database.transaction() as session:
        lawyer, dossier = session.get(Person, people["lawyer"].id), session.get(Matter, matter.id)
        for name, role, life in (
            ("guest", Role.GUEST, timedelta(days=7)),
            ("lapsed_guest", Role.GUEST, -timedelta(days=1)),
            ("lapsed_lawyer", Role.LAWYER, -timedelta(days=1)),
        ):
            person = Person(
                email=f"{name}@dehors.example",
                full_name=f"Personne {name}",
                role=role,
                password_hash=accounts.hash_password(PASSWORD),
                totp_secret=pyotp.random_base32(),
            )
            session.add(person)
            session.flush()
            until = clock.now() + life
            matters.join_team(session, lawyer, dossier, person, TeamFunction.READER, until=until)
            people[name] = person
        client = Person(
            email="client@dehors.example",
            full_name="Personne client",
            role=Role.CLIENT,
            password_hash=accounts.hash_password(PASSWORD),
            totp_secret=pyotp.random_base32(),
        )
        session.add(client)
        session.flush()
        guests.invite(session, lawyer, dossier, client.email, clock.today() + timedelta(days=7), role=Role.CLIENT)
        people["client"] = client
    return people
