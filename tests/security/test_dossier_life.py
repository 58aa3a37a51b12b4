"""The life of one dossier, drawn at random: at each step exactly those who may see it do, and the trail stays whole."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from casefile import accounts, administration, audit, clock, glass, guests, matters, search
from casefile.access import Permission, matter_for, may, visible_to
from casefile.cipher import Keyring
from casefile.database import Database
from casefile.errors import CasefileError, NotFound
from casefile.models.matter import Matter, MatterState, TeamFunction, TeamMember, WallEntry
from casefile.models.people import LoginSession, Person, PersonState, Role

WORD = "zygomatiquement"
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ROLES = {
    "responsible": Role.LAWYER,
    "lawyer": Role.LAWYER,
    "partner": Role.PARTNER,
    "assistant": Role.ASSISTANT,
    "guest": Role.GUEST,
    "administrator": Role.ADMINISTRATOR,
}
READERS = {Role.LAWYER, Role.PARTNER, Role.ASSISTANT, Role.GUEST}
names = st.sampled_from(sorted(ROLES))
others = st.sampled_from(sorted(set(ROLES) - {"responsible"}))


class Life(RuleBasedStateMachine):
    """The model is a handful of sets; the firm is real, on a real database."""

    make_database = None

    @initialize()
    def begin(self):
        self.now, self.database = START, type(self).make_database()
        self.places: dict[str, tuple[TeamFunction, datetime | None]] = {}
        self.walled: set[str] = set()
        self.closed_accounts: set[str] = set()
        self.roles = dict(ROLES)
        self.holder, self.state = "responsible", MatterState.OPEN
        with self.act() as session:
            people = {
                name: Person(email=f"{name}@x.fr", full_name=name, role=role, password_hash="x")
                for name, role in ROLES.items()
            }
            session.add_all(people.values())
            session.flush()
            self.ids = {name: person.id for name, person in people.items()}
            matter = matters.open_matter(session, people["responsible"], title=WORD, territory="metropole")
            matters.add_note(session, people["responsible"], matter, WORD)
            self.matter_id, self.reference = matter.id, matter.reference
        self.places["responsible"] = (TeamFunction.LEAD, None)

    @contextlib.contextmanager
    def act(self):
        """Do one thing at the present instant; a refusal keeps nothing of it."""
        with clock.frozen(self.now), contextlib.suppress(CasefileError), self.database.transaction() as session:
            yield session

    def of(self, session, name):
        return session.get(Person, self.ids[name])

    def dossier(self, session):
        return session.get(Matter, self.matter_id)

    @rule(name=others, function=st.sampled_from(TeamFunction), days=st.sampled_from([None, 1, 5]))
    def join(self, name, function, days):
        until = None if days is None else self.now + timedelta(days=days)
        with self.act() as session:
            if function is TeamFunction.LEAD:
                return
            matters.join_team(
                session,
                self.of(session, self.holder),
                self.dossier(session),
                self.of(session, name),
                function,
                until=until,
            )
            self.places[name] = (function, until)

    @rule(name=others)
    def leave(self, name):
        with self.act() as session:
            member = session.scalar(select(TeamMember).where(TeamMember.person_id == self.ids[name]))
            if member is not None:
                matters.leave_team(session, self.of(session, self.holder), self.dossier(session), member)
                self.places.pop(name, None)

    @rule(name=names)
    def raise_wall(self, name):
        with self.act() as session:
            matters.raise_wall(
                session, self.of(session, self.holder), self.dossier(session), self.of(session, name), "conflit"
            )
            self.walled.add(name)

    @rule(name=names)
    def lift_wall(self, name):
        with self.act() as session:
            query = select(WallEntry).where(WallEntry.person_id == self.ids[name], WallEntry.lifted_at.is_(None))
            for entry in session.scalars(query).all():
                matters.lift_wall(session, self.of(session, self.holder), self.dossier(session), entry)
            self.walled.discard(name)

    @rule(name=others)
    def hand_over(self, name):
        with self.act() as session:
            person = self.of(session, name)
            matters.hand_over(session, self.of(session, self.holder), self.dossier(session), person)
            self.holder, self.places[name] = name, (TeamFunction.LEAD, None)

    @rule(days=st.integers(-1, 200))
    def invite_guest(self, days):
        with self.act() as session:
            until = clock.today() + timedelta(days=days)
            guests.invite(session, self.of(session, self.holder), self.dossier(session), "guest@x.fr", until)
            self.places["guest"] = (TeamFunction.READER, guests._end_of(until))

    @rule(reason=st.sampled_from(["court", "Le responsable est injoignable et le délai expire."]), name=names)
    def break_glass(self, reason, name):
        with self.act() as session:
            glass.break_glass(session, self.of(session, name), self.reference, reason, base_url="http://x")
            self.places[name] = (TeamFunction.READER, self.now + glass.LIFE)

    @rule(name=others)
    def close_or_open_the_account(self, name):
        with self.act() as session:
            person, administrator = self.of(session, name), self.of(session, "administrator")
            if name in self.closed_accounts:
                administration.enable(session, administrator, person)
                self.closed_accounts.discard(name)
            else:
                administration.disable(session, administrator, person)
                self.closed_accounts.add(name)

    @rule(name=others, role=st.sampled_from(Role))
    def change_role(self, name, role):
        with self.act() as session:
            person, administrator = self.of(session, name), self.of(session, "administrator")
            administration.change_role(session, administrator, person, role, administers=False)
            self.roles[name] = role

    @rule()
    def close_or_reopen(self):
        with self.act() as session:
            if self.state is MatterState.OPEN:
                matters.close(session, self.of(session, self.holder), self.dossier(session), clock.today())
                self.state = MatterState.CLOSED
            else:
                matters.reopen(session, self.of(session, self.holder), self.dossier(session))
                self.state = MatterState.OPEN

    @rule(hours=st.sampled_from([1, 23, 25, 24 * 4, 24 * 40]))
    def wait(self, hours):
        self.now += timedelta(hours=hours)

    @rule(name=names)
    def sign_in(self, name):
        with self.act() as session:
            accounts.start_session(session, self.of(session, name), complete=True, user_agent="", address="")

    def sees(self, name):
        place = self.places.get(name)
        present = place is not None and (place[1] is None or place[1] > self.now)
        able = self.roles[name] in READERS and name not in self.closed_accounts
        return present and able and name not in self.walled

    def writes(self, name):
        reads_only = name not in self.places or self.places[name][0] is TeamFunction.READER
        return self.sees(name) and not reads_only and self.roles[name] is not Role.GUEST

    @invariant()
    def exactly_those_who_may_see_it_do(self):
        with clock.frozen(self.now), self.database.reader() as session:
            for name in ROLES:
                person = self.of(session, name)
                for permission, expected in (
                    (Permission.MATTER_READ, self.sees(name)),
                    (Permission.MATTER_WRITE, self.writes(name)),
                ):
                    assert may(session, person, self.dossier(session), permission) is expected, (name, permission)
                if not self.sees(name):
                    with pytest.raises(NotFound):
                        matter_for(session, person, self.matter_id)
                found = [hit.matter_id for hit in search.find(session, person, WORD).hits]
                assert bool(found) is self.sees(name), (name, "search")
                if self.roles[name] in READERS and name not in self.closed_accounts:
                    listed = session.scalars(select(Matter.id).where(visible_to(person))).all()
                    assert bool(listed) is self.sees(name), (name, "list")

    @invariant()
    def the_trail_is_whole_and_tells_no_secret(self):
        with self.database.reader() as session:
            assert list(audit.verify(session)) == []

    @invariant()
    def nobody_closed_keeps_a_session(self):
        with self.database.reader() as session:
            rows = session.execute(select(LoginSession, Person).join(Person)).all()
            assert not [1 for login, person in rows if person.state is PersonState.DISABLED and not login.revoked_at]

    def teardown(self):
        if hasattr(self, "database"):
            self.database.close()


def test_whatever_happens_to_a_dossier_only_those_who_may_see_it_do(migrated_sqlite, tmp_path):
    count = iter(range(10_000))

    def fresh():
        file = tmp_path / f"{next(count)}.sqlite3"
        file.write_bytes(migrated_sqlite.read_bytes())
        return Database(f"sqlite:///{file}", Keyring(("0123456789abcdef" * 2,)))

    Life.make_database = staticmethod(fresh)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
