"""Dossiers in the browser: opened, staffed, walled, edited by two, told."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import event, func, select, update

from casefile import clock
from casefile.deadlines import procedural, work
from casefile.indexing import IndexingSession
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState, Reminder, ReminderState

from .procedure_ground import retain

OPENING = {
    "title": "Dr Lemaire c/ M NP",
    "territory": "metropole",
    "nature": "person",
    "civility": "Docteur",
    "name": "Lemaire",
    "author_known": "no",
    "author_name": "M NP",
}


def test_opening_a_dossier_gives_the_first_number_of_the_year(as_person, frozen_clock):
    browser = as_person("lawyer")
    answer = browser.post("/dossiers/nouveau", OPENING)
    page = browser.get(answer.headers["Location"])
    assert "2026/0001" in page.text
    assert "Docteur Lemaire" in page.text
    assert "identité inconnue" in page.text


def test_numbers_follow_and_are_never_reused(as_person, database, frozen_clock):
    browser = as_person("lawyer")
    for _ in range(3):
        browser.post("/dossiers/nouveau", OPENING)
    with database.reader() as session:
        assert sorted(session.scalars(select(Matter.reference))) == ["2026/0001", "2026/0002", "2026/0003"]


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_whoever_may_not_know_gets_404(as_person, matter, name):
    answer = as_person(name).get(f"/dossiers/{matter.id}")
    assert answer.status_code == 404
    assert "Lemaire" not in answer.text


def test_a_reader_reads_and_writes_nothing(as_person, matter):
    reader = as_person("reader")
    assert reader.get(f"/dossiers/{matter.id}").status_code == 200
    assert reader.get(f"/dossiers/{matter.id}/modifier").status_code == 404
    refused = reader.post(f"/dossiers/{matter.id}/notes", {"body": "x"}, page=f"/dossiers/{matter.id}/equipe")
    assert refused.status_code == 404


def test_whoever_is_overtaken_while_saving_is_told_by_a_page(as_person, matter):
    """Found on PostgreSQL: the page of the refusal asked a session that its failed flush had left unusable."""

    def overtake(session, *_):
        if any(isinstance(row, Matter) for row in session.dirty):
            session.connection().execute(update(Matter).values(version=Matter.version + 1))

    browser, page = as_person("lawyer"), f"/dossiers/{matter.id}/modifier"
    event.listen(IndexingSession, "before_flush", overtake)
    try:
        refused = browser.post(page, {"title": "Titre deux", "territory": "metropole", "version": "1"})
    finally:
        event.remove(IndexingSession, "before_flush", overtake)
    assert refused.status_code == 409
    assert "Quelqu'un d'autre" in refused.text.replace("’", "'")
    assert "Titre deux" not in browser.get(f"/dossiers/{matter.id}").text


def test_the_second_of_two_editors_is_told_and_loses_nothing(as_person, matter):
    first, page = as_person("lawyer"), f"/dossiers/{matter.id}/modifier"
    assert first.post(page, {"title": "Titre un", "territory": "metropole", "version": "1"}).status_code == 303
    second = first.post(page, {"title": "Titre deux", "territory": "metropole", "version": "1"})
    assert second.status_code == 409
    assert "Titre un" in second.text
    assert "Titre deux" in second.text


@pytest.mark.parametrize(
    "title",
    ["", "x" * 10_000, "retour\u202eembrouillé", "nul\x00", "<script>alert(1)</script>", "{{7*7}}"],
)
def test_hostile_titles_are_refused_or_shown_as_typed(as_person, database, title):
    browser = as_person("lawyer")
    answer = browser.post("/dossiers/nouveau", {**OPENING, "title": title})
    if answer.status_code == 303:
        assert "<script>alert" not in browser.get(answer.headers["Location"]).text
        return
    assert answer.status_code == 400
    with database.reader() as session:
        assert session.scalar(select(func.count()).select_from(Matter)) == 0


def test_a_wall_takes_effect_at_the_next_request(as_person, matter, people):
    lawyer, reader = as_person("lawyer"), as_person("reader")
    assert reader.get(f"/dossiers/{matter.id}").status_code == 200
    lawyer.post(
        f"/dossiers/{matter.id}/cloisonnement",
        {"walled_person": str(people["reader"].id), "reason": "conflit"},
        page=f"/dossiers/{matter.id}/equipe",
    )
    assert reader.get(f"/dossiers/{matter.id}").status_code == 404


def test_another_dossiers_children_do_not_exist_here(as_person, matter, database, people):
    from casefile import matters
    from casefile.models.matter import PartyRole

    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        other = matters.open_matter(session, lawyer, title="Autre", territory="metropole")
        party = matters.add_party(session, lawyer, other, PartyRole.CLIENT, name="Durand")
    browser = as_person("lawyer")
    assert browser.get(f"/dossiers/{other.id}/parties/{party.id}").status_code == 200
    assert browser.get(f"/dossiers/{matter.id}/parties/{party.id}").status_code == 404


def test_the_chronology_tells_the_opening_and_the_notes(as_person, matter):
    browser = as_person("lawyer")
    browser.post(f"/dossiers/{matter.id}/notes", {"body": "Appel du client"}, page=f"/dossiers/{matter.id}/chronologie")
    page = browser.get(f"/dossiers/{matter.id}/chronologie").text
    assert "Dossier ouvert" in page
    assert "Appel du client" in page


def test_a_publication_keeps_its_relative_date_letter_for_letter(as_person, matter):
    browser = as_person("lawyer")
    answer = browser.post(
        f"/dossiers/{matter.id}/contenus/nouveau",
        {
            "title": "Avis à une étoile",
            "platform": "google_maps",
            "url": "https://maps.google.com/?cid=123",
            "shown_author": "  M NP 😡 ",
            "publicity": "yes",
            "date_kind": "relative",
            "relative_text": "il y a 3 mois",
            "relative_seen_on-jour": "6",
            "relative_seen_on-mois": "11",
            "relative_seen_on-annee": "2026",
        },
    )
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.headers["Location"]).text
    assert "il y a 3 mois" in page
    assert "  M NP 😡 " in page


def test_a_relative_date_without_the_day_it_was_seen_is_refused(as_person, matter):
    answer = as_person("lawyer").post(
        f"/dossiers/{matter.id}/contenus/nouveau",
        {"title": "Avis", "platform": "google_maps", "publicity": "yes", "date_kind": "relative"},
    )
    assert answer.status_code == 400
    assert "Indiquez le jour où cette mention a été vue" in answer.text


def test_an_unticked_box_stays_unticked_in_a_conflict(as_person, matter, database):
    from casefile.models.matter import Party

    with database.reader() as session:
        party = session.scalars(select(Party)).first()
    page = f"/dossiers/{matter.id}/parties/{party.id}"
    browser = as_person("lawyer")
    data = {"role": "client", "nature": "person", "name": "Lemaire", "is_identified": "y", "version": "1"}
    assert browser.post(page, {**data, "name": "Lemaitre"}).status_code == 303
    second = browser.post(page, {name: value for name, value in data.items() if name != "is_identified"})
    assert second.status_code == 409
    assert "Identité connue" in second.text  # the box is one of the fields that differ


def test_every_page_of_a_dossier_stands_under_dossiers(as_person, matter):
    browser = as_person("lawyer")
    for page in ("", "/delais", "/documents", "/pieces", "/identification"):
        html = browser.get(f"/dossiers/{matter.id}{page}").text
        assert re.findall(r'<a href="([^"]+)"[^>]* aria-current="page"', html.partition("<main")[0]) == ["/dossiers"], (
            page
        )


def test_a_mention_or_a_day_filled_in_states_the_kind_of_date_by_itself(as_person, matter, database):
    from casefile.models.evidence import DateKind, Publication

    browser, page = as_person("lawyer"), f"/dossiers/{matter.id}/contenus/nouveau"
    common = {"title": "Avis", "platform": "site", "publicity": "yes", "date_kind": "unknown"}
    mention = {"relative_text": "il y a 3 mois", "relative_seen_on-jour": "06/11/2026"}
    for facts in ({**common, **mention}, {**common, "published_on-jour": "03/09/2026"}, common):
        assert browser.post(page, facts).status_code == 303
    assert browser.post(page, {**common, "relative_text": "il y a 3 mois"}).status_code == 400
    with database.reader() as session:
        kinds = [row.date_kind for row in session.scalars(select(Publication).order_by(Publication.created_at))]
    assert kinds == [DateKind.RELATIVE, DateKind.EXACT, DateKind.UNKNOWN]


def test_another_court_s_territory_counts_the_dates_again(as_person, matter, people, database):
    """20 December is a holiday in La Réunion: an appeal of ten days ends on the 20th in Paris, on the 23rd there."""
    browser = as_person("lawyer")
    with database.transaction() as session:
        row, lawyer = session.get(Matter, matter.id), session.get(Person, people["lawyer"].id)
        row.territory = "la_reunion"
        procedural.open_procedural(session, lawyer, row, "jugement_correctionnel", date(2024, 12, 10), proof="Jugement")
        seen = row.version
    with database.reader() as session:
        assert appeal(session).admitted_on == date(2024, 12, 23)
    page = f"/dossiers/{matter.id}/modifier"
    fields = {"title": matter.title, "territory": "metropole", "version": str(seen)}
    assert browser.post(page, fields).status_code == 303
    assert "recomptés pour ce territoire" in browser.get(f"/dossiers/{matter.id}").text
    with database.reader() as session:
        assert appeal(session).admitted_on == date(2024, 12, 20)
        assert len(session.scalars(select(Deadline).where(Deadline.state == DeadlineState.SUPERSEDED)).all()) >= 1


def test_another_territory_moves_the_last_useful_day_of_a_limitation(as_person, matter, people, capture, database):
    """Good Friday is a working day in Paris and a holiday in Strasbourg."""
    with database.transaction() as session:
        retain(session, session.get(Person, people["lawyer"].id), capture, published_on=date(2026, 1, 5))
        seen = session.get(Matter, matter.id).version
        session.flush()
        before = limitation_of(session)
    page, fields = f"/dossiers/{matter.id}/modifier", {"title": matter.title, "territory": "alsace_moselle"}
    assert as_person("lawyer").post(page, {**fields, "version": str(seen)}).status_code == 303
    with database.reader() as session:
        after = limitation_of(session)
    assert after.last_useful_day < before.last_useful_day
    assert (after.prudent_on, after.admitted_on) == (before.prudent_on, before.admitted_on)


def limitation_of(session):
    query = select(Deadline).where(Deadline.kind == DeadlineKind.LIMITATION, Deadline.state == DeadlineState.OPEN)
    return session.scalars(query).one()


def test_reminders_follow_the_hour_of_the_new_court(as_person, matter, people, database):
    with database.transaction() as session:
        row, lawyer = session.get(Matter, matter.id), session.get(Person, people["lawyer"].id)
        day = clock.today() + timedelta(days=40)
        task = work.open_work(session, lawyer, row, DeadlineKind.HEARING, "Audience", on=day, responsible=lawyer)
        seen = row.version
    page = f"/dossiers/{matter.id}/modifier"
    hours = []
    for territory in ("nouvelle_caledonie", "metropole"):
        fields = {"title": matter.title, "territory": territory, "version": str(seen)}
        assert as_person("lawyer").post(page, fields).status_code == 303
        with database.reader() as session:
            seen = session.get(Matter, matter.id).version
            owed = select(Reminder).where(Reminder.deadline_id == task.id, Reminder.state == ReminderState.DUE)
            hours.append({reminder.due_at.hour for reminder in session.scalars(owed)})
    assert hours == [{21}, {7}], "eight in Nouméa, then eight in Paris"


def appeal(session):
    query = select(Deadline).where(Deadline.rule_id == "procedure.appel_correctionnel")
    return session.scalars(query.where(Deadline.state == DeadlineState.OPEN)).one()
