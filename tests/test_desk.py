"""The copies that lists walk equal their sources after anything that anybody writes, on both databases."""

from __future__ import annotations

import random
import threading
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import delete, func, insert, select, text, update

from bench import data as filling
from casefile import clock, desk, integrity, jobs, matters
from casefile.cipher import Keyring
from casefile.cli.lists import rebuild as rebuild_command
from casefile.database import Database
from casefile.documents.sending import ANSWERS, DECIDES_NOTHING
from casefile.identification import notices
from casefile.models.desk import DeskDeadline, DeskMatter, DeskSending, SendingStage
from casefile.models.evidence import Capture, CaptureState, OnlineState, Publication
from casefile.models.ledger import AuditEntry, Dispatch, Letter
from casefile.models.matter import Matter, MatterState, TeamFunction, TeamMember, WallEntry
from casefile.models.people import Person, Role
from casefile.models.procedure import ControlState, Deadline, DeadlineKind, DeadlineState

DAY = date(2026, 12, 1)
KEYS = Keyring(("0123456789abcdef" * 2,))
KINDS = ["mise_en_demeure", *desk.BY_CONTENT]


def pytest_generate_tests(metafunc):
    """Run everything on both databases each time: their triggers are written in two languages."""
    if "database_url" in metafunc.fixturenames:
        metafunc.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def firm(database):
    """Give three people and three dossiers, with nothing in them yet."""
    with database.transaction() as session:
        people = [Person(email=f"p{n}@cabinet.fr", full_name=f"P{n}", role=Role.PARTNER) for n in range(3)]
        session.add_all(people)
        session.flush()
        opened = [
            matters.open_matter(session, people[0], title=f"Dossier {number}", territory="metropole")
            for number in range(3)
        ]
        return [one.id for one in people], [one.id for one in opened]


class Scribe:
    """Writes anything into a firm, by objects and by bulk statements."""

    def __init__(self, session, draw, firm):
        self.session, self.draw = session, draw
        self.people, self.matters = firm

    def any_of(self, model):
        found = self.session.scalars(select(model.id).order_by(model.id)).all()
        return self.draw.choice(found) if found else None

    def day(self):
        return self.draw.choice([None, DAY + timedelta(days=self.draw.randrange(60))])

    def join(self):
        person, matter = self.draw.choice(self.people), self.draw.choice(self.matters)
        place = TeamMember.matter_id == matter, TeamMember.person_id == person
        if self.session.scalar(select(TeamMember.id).where(*place)):
            until = self.draw.choice([None, clock.now() + timedelta(days=3), clock.now() - timedelta(days=3)])
            self.session.execute(update(TeamMember).where(*place).values(until=until))
        else:
            self.session.add(TeamMember(matter_id=matter, person_id=person, function=TeamFunction.MEMBER))

    def leave(self):
        if one := self.any_of(TeamMember):
            self.session.execute(delete(TeamMember).where(TeamMember.id == one))

    def move_a_place(self):
        one = self.session.get(TeamMember, self.any_of(TeamMember) or uuid.uuid4())
        taken = set(self.session.execute(select(TeamMember.matter_id, TeamMember.person_id)).all())
        target = self.draw.choice(self.matters)
        if one and (target, one.person_id) not in {tuple(row) for row in taken}:
            one.matter_id = target

    def wall(self):
        place = {"matter_id": self.draw.choice(self.matters), "person_id": self.draw.choice(self.people)}
        self.session.add(WallEntry(**place, reason="conflit", raised_by_id=self.people[0]))

    def lift(self):
        if one := self.any_of(WallEntry):
            self.session.get(WallEntry, one).lifted_at = self.draw.choice([clock.now(), None])

    def unwall(self):
        if one := self.any_of(WallEntry):
            self.session.execute(delete(WallEntry).where(WallEntry.id == one))

    def turn(self):
        values = {
            "state": self.draw.choice([MatterState.OPEN, MatterState.CLOSED, MatterState.ARCHIVED]),
            "responsible_id": self.draw.choice(self.people),
            "next_prudent_on": self.day(),
            "quiet_at": self.draw.choice([None, clock.now()]),
        }
        name = self.draw.choice(list(values))
        self.session.execute(
            update(Matter).where(Matter.id == self.draw.choice(self.matters)).values({name: values[name]})
        )

    def owe(self):
        rows = [
            {
                "matter_id": self.draw.choice(self.matters),
                "kind": self.draw.choice(list(DeadlineKind)),
                "label": "Échéance",
                "prudent_on": self.day(),
                "last_useful_day": self.day(),
                "responsible_id": self.draw.choice(self.people),
            }
            for _ in range(self.draw.randrange(1, 4))
        ]
        self.session.execute(insert(Deadline), rows)

    def change(self):
        row = self.session.get(Deadline, self.any_of(Deadline) or uuid.uuid4())
        if row:
            row.state = self.draw.choice(list(DeadlineState))
            row.control_state = self.draw.choice(list(ControlState))
            row.prudent_on, row.last_useful_day = self.day(), self.day()
            row.responsible_id = self.draw.choice(self.people)
            row.is_critical = self.draw.random() < 0.5
            row.matter_id = self.draw.choice(self.matters)

    def settle_all(self):
        matter, state = self.draw.choice(self.matters), self.draw.choice(list(DeadlineState))
        self.session.execute(update(Deadline).where(Deadline.matter_id == matter).values(state=state))

    def forget(self):
        if one := self.any_of(Deadline):
            self.session.execute(delete(Deadline).where(Deadline.id == one))

    def publish(self):
        state, gone_on = self.draw.choice(list(OnlineState)), self.day()
        facts = {"title": "Avis", "platform": "x", "online_state": state, "removed_on": gone_on}
        self.session.add(Publication(matter_id=self.draw.choice(self.matters), **facts))

    def turn_a_content(self):
        values = {"online_state": self.draw.choice(list(OnlineState)), "removed_on": self.day(), "platform": "facebook"}
        name = self.draw.choice(list(values))
        content = Publication.id == self.any_of(Publication)
        self.session.execute(update(Publication).where(content).values({name: values[name]}))

    def look(self):
        if content := self.session.get(Publication, self.any_of(Publication) or uuid.uuid4()):
            around = content.removed_on or DAY
            ended = datetime(around.year, around.month, around.day, tzinfo=UTC)
            ended += self.draw.choice([timedelta(seconds=-1), timedelta(0), timedelta(days=2)])
            states, origins = [CaptureState.SEALED, CaptureState.RUNNING], ["browser", "browser", "upload"]
            facts = {"state": self.draw.choice(states), "origin": self.draw.choice(origins), "provenance": "A"}
            facts |= {"publication_id": content.id, "requested_by_id": self.people[0], "ended_at": ended}
            self.session.add(Capture(matter_id=content.matter_id, **facts))

    def end_a_capture(self):
        waiting = Capture.state == CaptureState.RUNNING
        self.session.execute(update(Capture).where(waiting).values(state=CaptureState.SEALED))

    def destroy(self):
        one = Capture.id == self.any_of(Capture)
        self.session.execute(update(Capture).where(one).values(state=CaptureState.DESTROYED))

    def send(self):
        content = self.session.get(Publication, self.any_of(Publication) or uuid.uuid4())
        content = content if self.draw.random() < 0.8 else None
        letter = Letter(title="L", dated_on=DAY, written_by_id=self.people[0], letter_type=self.draw.choice(KINDS))
        letter.matter_id = content.matter_id if content else self.draw.choice(self.matters)
        letter.publication_id = content.id if content else None
        self.session.add(letter)
        self.session.flush()
        sending = {"channel": "lrar", "sent_on": DAY, "sent_by_id": self.people[0], "follow_up_on": self.day()}
        self.session.add_all(Dispatch(matter_id=letter.matter_id, letter_id=letter.id, **sending) for _ in range(2))

    def answer(self):
        for row in self.session.scalars(select(Dispatch).order_by(Dispatch.id)):
            if self.draw.random() < 0.4:
                row.answered_on = self.day()
                row.answer_kind = self.draw.choice(["", *ANSWERS])
                row.follow_up_on = self.day()

    def rename(self):
        if one := self.any_of(Letter):
            self.session.execute(update(Letter).where(Letter.id == one).values(letter_type=self.draw.choice(KINDS)))

    def unsend(self):
        if one := self.any_of(Dispatch):
            self.session.execute(delete(Dispatch).where(Dispatch.id == one))

    def write(self):
        """Write one thing, drawn among all."""
        verbs = [
            name for name in vars(type(self)) if name not in {"__init__", "any_of", "day", "write"} and name[0] != "_"
        ]
        getattr(self, self.draw.choice(verbs))()
        self.session.flush()


@pytest.mark.parametrize("seed", range(4))
def test_copies_follow_whatever_is_written(database, firm, seed):
    draw, seen = random.Random(seed), set()
    for _ in range(40):
        with database.transaction() as session:
            scribe = Scribe(session, draw, firm)
            for _ in range(draw.randrange(1, 12)):
                scribe.write()
            if draw.random() < 0.1:
                session.rollback()
        with database.reader() as session:
            assert desk.differences(session) == []
            seen |= {
                model for model in (DeskMatter, DeskDeadline, DeskSending) if session.scalar(select(model).limit(1))
            }
    assert len(seen) == 3


@pytest.fixture
def notice(database, firm):
    """Send a notice about a content; tell where it stands after something is written."""
    (lawyer, *_), (matter, *_) = firm
    with database.transaction() as session:
        content = Publication(matter_id=matter, title="Avis", platform="x")
        session.add(content)
        session.flush()
        letter = Letter(matter_id=matter, publication_id=content.id, letter_type="notification_dsa", title="N")
        letter.dated_on, letter.written_by_id = DAY, lawyer
        session.add(letter)
        session.flush()
        session.add(Dispatch(matter_id=matter, letter_id=letter.id, channel="form", sent_on=DAY, sent_by_id=lawyer))

    def after(statement):
        with database.transaction() as session:
            session.execute(statement)
        with database.reader() as session:
            assert desk.differences(session) == []
            return session.scalars(select(DeskSending.stage)).one()

    return after, content, lawyer


def test_a_sending_stands_where_its_content_and_its_proofs_put_it(notice):
    after, content, lawyer = notice
    look = {"matter_id": content.matter_id, "publication_id": content.id, "requested_by_id": lawyer, "provenance": "A"}
    look |= {"origin": "browser", "state": CaptureState.SEALED}
    eve = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # in Paris, DAY has begun
    written = {"title": "Un avis"}
    assert after(update(Publication).values(written)) is SendingStage.WAITS
    assert after(update(Publication).values(online_state=OnlineState.REMOVED)) is SendingStage.WAITS
    assert after(update(Publication).values(removed_on=DAY)) is SendingStage.JUDGED
    assert after(insert(Capture).values(**look, ended_at=eve)) is SendingStage.JUDGED
    running = {**look, "state": CaptureState.RUNNING, "ended_at": eve + timedelta(hours=1)}
    assert after(insert(Capture).values(**{**look, **running})) is SendingStage.JUDGED
    sealing = update(Capture).where(Capture.state == CaptureState.RUNNING)
    assert after(sealing.values(state=CaptureState.SEALED)) is SendingStage.OVER
    assert after(update(Capture).values(state=CaptureState.DESTROYED)) is SendingStage.JUDGED
    assert after(update(Publication).values(online_state=OnlineState.ONLINE)) is SendingStage.WAITS


@pytest.mark.parametrize(
    ("kind", "letter_type", "stage"),
    [
        ("acknowledged", "notification_dsa", SendingStage.WAITS),
        ("removed", "notification_dsa", SendingStage.JUDGED),
        ("removed", "mise_en_demeure", SendingStage.OVER),
        ("refused", "reclamation_dsa", SendingStage.JUDGED),
        ("partial", "rgpd_effacement", SendingStage.OVER),
        ("returned", "mise_en_demeure", SendingStage.JUDGED),
        ("other", "notification_dsa", SendingStage.OVER),
    ],
)
def test_a_sending_stands_where_its_answer_puts_it(notice, kind, letter_type, stage):
    after, *_ = notice
    after(update(Letter).values(letter_type=letter_type))
    assert after(update(Dispatch).values(answered_on=DAY, answer_kind=kind)) is stage


def test_a_letter_that_names_its_contents_is_looked_at_closer(notice):
    after, *_ = notice
    assert after(update(Letter).values(publication_id=None)) is SendingStage.JUDGED
    assert after(update(Letter).values(letter_type="mise_en_demeure")) is SendingStage.WAITS


def test_the_copies_call_letters_and_answers_as_the_follow_up_does():
    assert set(desk.ABOUT_A_CONTENT) == notices.ABOUT_A_CONTENT
    assert set(desk.BY_CONTENT) == notices.BY_CONTENT
    assert set(desk.CONTESTED) == notices.NOTICES | {notices.COMPLAINT}
    assert set(desk.REFUSALS) == notices.REFUSALS
    assert set(desk.DECIDES_NOTHING) == DECIDES_NOTHING


def test_a_wall_takes_every_copy_away_and_lifting_it_brings_them_back(database, firm):
    (lawyer, *_), (matter, *_) = firm

    def held():
        with database.reader() as session:
            tables = (DeskMatter, DeskDeadline, DeskSending)
            query = select(
                *(
                    select(func.count()).select_from(one).where(one.matter_id == matter).scalar_subquery()
                    for one in tables
                )
            )
            return tuple(session.execute(query).one())

    with database.transaction() as session:
        scribe = Scribe(session, random.Random(1), ([lawyer], [matter]))
        scribe.send()
        session.add(
            Deadline(matter_id=matter, kind=DeadlineKind.TASK, label="T", prudent_on=DAY, responsible_id=lawyer)
        )
    assert held() == (1, 1, 2)
    with database.transaction() as session:
        session.add(WallEntry(matter_id=matter, person_id=lawyer, reason="conflit", raised_by_id=lawyer))
    assert held() == (0, 0, 0)
    with database.transaction() as session:
        session.scalar(select(WallEntry)).lifted_at = clock.now()
    assert held() == (1, 1, 2)


def spoil(database):
    """Change a copy behind its source's back."""
    with database.transaction() as session:
        session.execute(text("UPDATE desk_deadline SET limit_on = '2031-01-01'"))
        session.execute(text("DELETE FROM desk_matter WHERE number = 2"))


@pytest.fixture
def spoiled(database, firm):
    (lawyer, *_), (matter, *_) = firm
    with database.transaction() as session:
        session.add(
            Deadline(matter_id=matter, kind=DeadlineKind.TASK, label="T", prudent_on=DAY, responsible_id=lawyer)
        )
    spoil(database)
    return database


def test_what_differs_is_found_told_and_made_again(spoiled, storage, settings):
    with spoiled.reader() as session:
        found = desk.differences(session)
        assert sorted((kind, table) for kind, table, _ in found) == [
            ("left over", "desk_deadline"),
            ("missing", "desk_deadline"),
            ("missing", "desk_matter"),
        ]
        report = integrity.verify(session, storage)
    assert [fault.kind for fault in report.faults] == ["lists", "lists"]
    assert "casefile lists rebuild" in report.faults[0].message
    assert report.checked["lists"] == 3
    with spoiled.transaction() as session:
        assert desk.rebuild(session) == 4
    with spoiled.reader() as session:
        assert desk.differences(session) == []


def test_the_work_of_the_day_mends_what_differs_and_the_trail_says_so(spoiled, settings):
    assert jobs.daily(spoiled, settings)
    with spoiled.reader() as session:
        assert desk.differences(session) == []
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "desk.mended")).one()
        assert entry.facts == {"copies": 3}


def test_the_command_makes_them_again(spoiled, settings, monkeypatch, capsys):
    monkeypatch.setenv("CASEFILE_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CASEFILE_DATABASE_URL", settings.database_url)
    rebuild_command.main([], standalone_mode=False)
    assert '"copied": 4' in capsys.readouterr().out
    with spoiled.reader() as session:
        assert desk.differences(session) == []


def test_a_member_and_a_deadline_that_arrive_at_once_meet(database, firm):
    """On PostgreSQL each of two transactions would miss the other's row, were they not made to wait."""
    (lawyer, other, _), (matter, *_) = firm
    both_wrote = threading.Barrier(2)
    failures = []

    def bring(row):
        try:
            with database.transaction() as session:
                if not database.is_sqlite:  # one writer at a time there: nothing to wait for together
                    session.execute(select(Person.id))
                    both_wrote.wait(10)
                session.add(row)
                session.flush()
        except Exception as error:  # noqa: BLE001 - told by the test
            failures.append(error)

    rows = [
        TeamMember(matter_id=matter, person_id=other, function=TeamFunction.MEMBER),
        Deadline(matter_id=matter, kind=DeadlineKind.TASK, label="T", prudent_on=DAY, responsible_id=lawyer),
    ]
    for _ in range(3 if database.is_sqlite else 12):
        threads = [threading.Thread(target=bring, args=(row,)) for row in rows]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert failures == []
        with database.transaction() as session:
            assert desk.differences(session) == []
            assert session.scalar(select(func.count()).select_from(DeskDeadline)) == 2
            session.execute(delete(TeamMember).where(TeamMember.person_id == other))
            session.execute(delete(Deadline))
        rows = [
            TeamMember(matter_id=matter, person_id=other, function=TeamFunction.MEMBER),
            Deadline(matter_id=matter, kind=DeadlineKind.TASK, label="T", prudent_on=DAY, responsible_id=lawyer),
        ]


def test_a_firm_migrated_with_its_dossiers_has_its_copies(database, firm):
    (lawyer, *_), (matter, *_) = firm
    with database.transaction() as session:
        session.add(
            Deadline(matter_id=matter, kind=DeadlineKind.TASK, label="T", prudent_on=DAY, responsible_id=lawyer)
        )
    database.migrate_down("0038")
    assert not any(name.startswith("desk_") for name in sa.inspect(database.engine).get_table_names())
    database.migrate()
    with database.reader() as session:
        assert desk.differences(session) == []
        assert session.scalar(select(func.count()).select_from(DeskDeadline)) == 1


def test_a_firm_filled_at_once_reads_no_row_again_for_each_new_one(postgresql_url):
    """PostgreSQL has counted nothing yet, and keeps the ways that it took when the tables were empty."""
    base = Database(postgresql_url, KEYS)
    base.migrate()
    read = text(
        "SELECT relname, n_tup_ins, seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables "
        "WHERE n_tup_ins > 0"
    )
    with base.transaction() as session:
        made = filling.fill(session, 200, 10)
        tables = {name: (written, fetched) for name, written, fetched in session.execute(read)}
        assert desk.differences(session) == []
    base.close()
    assert len(made["matters"]) == 200
    deadlines, fetched = tables["deadline"]
    assert deadlines >= 1000
    assert fetched < 4 * deadlines
    written = sum(count for count, _ in tables.values())
    assert max(fetched for _, fetched in tables.values()) < 2 * written


def test_copies_made_again_while_somebody_writes_are_whole(database, firm):
    """On PostgreSQL a row committed between the emptying and the copying would be copied twice."""
    (lawyer, *_), (matter, *_) = firm
    failures = []

    def write():
        try:
            for number in range(25):
                with database.transaction() as session:
                    row = {"kind": DeadlineKind.TASK, "label": f"T{number}", "prudent_on": DAY}
                    session.add(Deadline(matter_id=matter, responsible_id=lawyer, **row))
        except Exception as error:  # noqa: BLE001 - told by the test
            failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        with database.transaction() as session:
            desk.rebuild(session)
    writer.join(30)
    assert failures == []
    with database.reader() as session:
        assert desk.differences(session) == []
        assert session.scalar(select(func.count()).select_from(DeskDeadline)) == 25
