"""The partner's statistics: counted over what this partner may see, silent under five, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from casefile import activity, clock, matters
from casefile.models.evidence import Capture, CaptureState
from casefile.models.matter import Matter, TeamFunction
from casefile.models.people import Person
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState

from .procedure_ground import retain
from .test_notices import send

pytestmark = pytest.mark.usefixtures("frozen_clock")
PAGE, SHEET = "/statistiques", "/statistiques/export.csv"
COUNTS = (
    activity.months,
    activity.qualifications,
    activity.first_captures,
    activity.first_letters,
    activity.workload,
)
STATEMENTS = 10  # of the five together


def open_for(session, lawyer, partner, number, opened_on):
    """Open a dossier of the lawyer in which the partner reads, captured and written about `number` days later."""
    matter = matters.open_matter(session, lawyer, title=f"Dossier {number}", territory="metropole")
    matter.opened_on = opened_on
    matters.join_team(session, lawyer, matter, partner, TeamFunction.MEMBER)
    content = matters.add_publication(session, lawyer, matter, title="Avis", platform="site")
    for delay in (number, number + 30):  # only the first of each counts
        capture = Capture(
            matter_id=matter.id,
            publication_id=content.id,
            requested_by_id=lawyer.id,
            state=CaptureState.SEALED,
            origin="upload",
            provenance="C",
            manifest_sha256="0" * 64,
            sealed_at=clock.now() - (clock.today() - opened_on) + timedelta(days=delay),
        )
        session.add(capture)
        send(session, lawyer, matter, content, sent_on=opened_on + timedelta(days=2 * delay))
    return matter


@pytest.fixture
def staff(database, people):
    def add(count, first=1):
        with database.transaction() as session:
            lawyer, partner = (session.get(Person, people[name].id) for name in ("lawyer", "partner"))
            for number in range(first, first + count):
                open_for(session, lawyer, partner, number, date(2026, 9, 10))

    return add


def figures(browser):
    text = browser.get(SHEET).get_data(as_text=True).lstrip("\ufeff")
    return {tuple(row[:3]): row[3] for row in csv.reader(io.StringIO(text), delimiter=";")}


def test_months_count_what_was_opened_and_closed_in_them(as_person, staff, database):
    staff(3)
    with database.transaction() as session:
        rows = session.scalars(select(Matter).order_by(Matter.number)).all()
        rows[0].opened_on = date(2025, 12, 1)  # the first day counted
        rows[1].opened_on = date(2025, 11, 30)  # the day before
        matters.close(session, session.get(Person, rows[1].responsible_id), rows[1], date(2026, 11, 2))
    found = figures(as_person("partner"))
    told = {key[1:]: value for key, value in found.items() if key[0] == "Dossiers par mois" and value != "0"}
    assert told == {
        ("déc. 2025", "Ouverts"): "1",
        ("sept. 2026", "Ouverts"): "1",
        ("nov. 2026", "Clos"): "1",
    }


def test_four_dossiers_give_no_delay_and_five_give_the_median_of_the_first_acts(as_person, staff):
    staff(4)
    partner = as_person("partner")
    key = "Délais depuis l’ouverture"
    assert figures(partner)[key, "à la première capture", "Jours (médiane)"] == "moins de cinq"
    assert figures(partner)[key, "à la première lettre envoyée", "Dossiers comptés"] == "moins de cinq"
    assert "moins de cinq" in partner.get(PAGE).text
    staff(1, first=5)
    assert figures(partner)[key, "à la première capture", "Jours (médiane)"] == "3"
    assert figures(partner)[key, "à la première lettre envoyée", "Jours (médiane)"] == "6"
    assert figures(partner)[key, "à la première capture", "Dossiers comptés"] == "5"


def test_an_act_that_precedes_the_opening_is_no_delay(database, people, staff):
    staff(5)
    with database.transaction() as session:
        row = session.scalars(select(Matter).order_by(Matter.number)).first()
        row.opened_on = date(2026, 11, 1)
    with database.reader() as session:
        partner = session.get(Person, people["partner"].id)
        assert activity.first_captures(session, partner) == activity.Delay(None, None)


def test_what_a_partner_may_not_see_is_in_no_figure(as_person, staff, database, people):
    staff(5)
    with database.transaction() as session:
        partner, lawyer = (session.get(Person, people[name].id) for name in ("partner", "lawyer"))
        row = session.scalars(select(Matter).order_by(Matter.number)).first()
        matters.raise_wall(session, lawyer, row, partner, "conseil de l'adversaire")
        matters.open_matter(session, lawyer, title="Hors équipe", territory="metropole")
    found = figures(as_person("partner"))
    assert found["Dossiers par mois", "sept. 2026", "Ouverts"] == "4"
    assert found["Charge par personne", "Personne Lawyer", "Dossiers en cours"] == "4"
    assert found["Dossiers par qualification", "Non qualifié", "En cours"] == "4"
    assert found["Délais depuis l’ouverture", "à la première capture", "Jours (médiane)"] == "moins de cinq"
    for name in ("lawyer", "assistant", "administrator"):
        assert as_person(name).get(PAGE).status_code == 404


def test_a_qualification_counts_its_dossier_once_until_its_passage_is_withdrawn(database, people, capture):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        for words in ((0, 4), (5, 9)):
            retain(session, lawyer, capture, words=words)
        (share,) = activity.qualifications(session, lawyer)
        assert (share.open, share.closed) == (1, 0)
        assert share.qualification != activity.UNQUALIFIED
        matters.close(session, lawyer, session.get(Matter, capture.matter_id), clock.today())
        (share,) = activity.qualifications(session, lawyer)
        assert (share.open, share.closed) == (0, 1)


def test_the_workload_counts_open_deadlines_of_open_dossiers_and_the_late_ones(database, people, matter):
    with database.transaction() as session:
        lawyer, assistant = (session.get(Person, people[name].id) for name in ("lawyer", "assistant"))
        for days, state in ((-1, DeadlineState.OPEN), (0, DeadlineState.OPEN), (-5, DeadlineState.DONE)):
            session.add(
                Deadline(
                    matter_id=matter.id,
                    kind=DeadlineKind.PROCEDURAL,
                    label="Conclure",
                    prudent_on=clock.today() + timedelta(days=days),
                    state=state,
                    responsible_id=assistant.id,
                )
            )
        session.flush()
        assert activity.workload(session, lawyer) == [
            activity.Load("Personne Assistant", 0, 2, 1),
            activity.Load("Personne Lawyer", 1, 0, 0),
        ]
        assert activity.workload(session, assistant) == []


def test_the_page_draws_each_table_of_counts_and_says_when_there_is_nothing(as_person, staff):
    partner = as_person("partner")
    assert "Aucun dossier en cours" in partner.get(PAGE).text
    staff(2)
    assert partner.get(PAGE).text.count('<svg class="bars"') == 3


def test_more_dossiers_run_no_more_statements(staff, database, people):
    def statements():
        seen = []
        with database.reader() as session:
            partner = session.get(Person, people["partner"].id)
            event.listen(database.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
            for count in COUNTS:
                count(session, partner)
        return len(seen)

    staff(1)
    assert statements() == STATEMENTS
    staff(3, first=2)
    assert statements() == STATEMENTS


def test_a_name_that_a_spreadsheet_would_run_stays_text(as_person, staff, database, people):
    staff(1)
    with database.transaction() as session:
        session.get(Person, people["lawyer"].id).full_name = "=cmd()"
    text = as_person("partner").get(SHEET).get_data(as_text=True)
    assert ";'=cmd();" in text
    assert ";=" not in text


def test_the_page_is_found_from_the_outcomes_and_the_firm_by_partners_only(as_person):
    assert PAGE in as_person("partner").get("/notifications/issues").text
    assert PAGE in as_person("partner").get("/cabinet").text
    assert PAGE not in as_person("lawyer").get("/notifications/issues").text
    assert PAGE not in as_person("administrator").get("/cabinet").text
