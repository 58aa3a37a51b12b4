"""Every page of the real application on the demonstration firm: accessible, nothing sticks out, no console error.

Addresses are built from rows that exist. An argument that no row fills must be named in `WITHOUT_ROW`, with its reason.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casefile import accounts, clock, demo, matter_imports, webhooks
from casefile.app import create_app
from casefile.deadlines import absences, reminders
from casefile.models.evidence import Artifact, Capture, Passage, Publication
from casefile.models.ledger import Dispatch, Exhibit, Letter, OutgoingMail
from casefile.models.matter import Matter, Party
from casefile.models.people import Absence, Person, Role
from casefile.models.procedure import Deadline, IdentificationStep, TriggerEvent
from casefile.models.webhooks import Webhook
from casefile.models.work import MatterImport

from .harness import PHONE, WIDE, ZOOMED, axe_faults, moving, nameless, opened, overflow, serving

# Pages reached in the clinical case, or covered by the tests of their own capability on sealed browser captures.
WITHOUT_ROW = {
    "filename": "static files",
    "token": "single-use links",
    "number": "pictures of a comparison",
    "batch_id": "no batch in the demonstration",
    "part_id": "downloads",
    "match_id": "no likeness in the demonstration; test_the_lawyers_day opens one",
    "fmt": "downloads",
    "erasure_id": "certificates of destruction, downloads",
    "report_id": "no bailiff's report in the demonstration; the test of constats opens one",
    "version_id": "versions of letters; test_drafts opens them",
    "artifact_id": "downloads",
    "member_id": "posts only",
    "month": "downloads",
}
# What the clinical dossier has none of is opened in the dossier that has one.
OTHER_DOSSIER = {"letter_id": Letter, "dispatch_id": Dispatch, "exhibit_id": Exhibit, "step_id": IdentificationStep}
FILLED = {
    *("matter_id", "party_id", "publication_id", "capture_id", "deadline_id", "passage_id", "trigger_id"),
    *OTHER_DOSSIER,
    *("mail_id", "person_id", "artifact_id", "absence_id", "matter_import_id", "webhook_id"),
}
FIXED = {
    "kind": "notification_dsa",
    "genre": "nouvelle-publication",
    "rule_id": "limitation.presse_3m",
    "key": "google_maps",
    "name": "reserve",
}


@pytest.fixture
def firm(database, settings, storage):
    demo.load(database, storage, settings)
    with database.transaction() as session:
        someone = session.scalars(select(Person).where(Person.role == Role.PARTNER)).first()
        absences.plan(session, someone, someone, clock.today(), None)
        keeper = session.scalars(select(Person).where(Person.administers)).one()
        table = [
            {"name": "Lemaire", "urls": "https://x.com/1"},
            {"name": "Zola", "author_name": "Zola"},
            {"email": "x"},
        ]
        webhooks.make(session, keeper, "Facturation", "https://facturation.example/casefile", webhooks.KNOWN)
        webhooks.try_out(session, webhooks.of_person(session, keeper)[0])
        matter_imports.keep(session, keeper, "dossiers.csv", enumerate(table, start=2), ["Honoraires"])
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        reminders.tick(database, settings, clock.now())
    return create_app(settings, database)


def rows(database) -> dict[str, object]:
    """Find one row for each argument, all of the clinical dossier."""
    with database.reader() as session:
        matter = session.scalars(select(Matter).where(Matter.number == 1)).one()

        def first(model):
            return session.scalars(select(model.id).where(model.matter_id == matter.id)).first()

        person = session.scalars(select(Person).where(Person.role == Role.PARTNER, Person.administers)).one()
        return {
            **FIXED,
            "matter_id": matter.id,
            "party_id": first(Party),
            "publication_id": first(Publication),
            "capture_id": first(Capture),
            "deadline_id": first(Deadline),
            "passage_id": first(Passage),
            "trigger_id": first(TriggerEvent),
            "mail_id": session.scalars(select(OutgoingMail.id).where(OutgoingMail.recipient_id == person.id)).first(),
            "person_id": person.id,
            "artifact_id": session.scalars(select(Artifact.id)).first(),
            "absence_id": session.scalars(select(Absence.id)).first(),
            "webhook_id": session.scalars(select(Webhook.id)).first(),
            "matter_import_id": session.scalars(select(MatterImport.id)).first(),
        }


def elsewhere(database) -> dict[str, dict[str, object]]:
    """Find, for each argument that the clinical dossier cannot fill, one row with its own dossier."""
    with database.reader() as session:
        kept = {name: session.scalars(select(model)).first() for name, model in OTHER_DOSSIER.items()}
        return {name: {name: row.id, "matter_id": row.matter_id} for name, row in kept.items()}


def addresses(app, found, others):
    adapter = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in rule.methods or rule.arguments & set(WITHOUT_ROW):
            continue
        values = found | next((others[name] for name in rule.arguments if name in others), {})
        yield rule.endpoint, adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})


def test_every_argument_of_an_address_has_a_row_or_a_reason(settings, database):
    known = FILLED | FIXED.keys()
    unknown = {
        rule.rule: rule.arguments - known
        for rule in create_app(settings, database).url_map.iter_rules()
        if "GET" in rule.methods and not rule.arguments & WITHOUT_ROW.keys() and rule.arguments - known
    }
    assert unknown == {}


@pytest.mark.browser
@pytest.mark.slow
def test_every_page_is_accessible_and_fits(browser, firm, database):
    found = rows(database)
    others = elsewhere(database)
    assert found.keys() | others.keys() == FILLED | FIXED.keys()
    with database.transaction() as session:
        person = session.get_one(Person, found["person_id"])
        token = accounts.start_session(session, person, complete=True, user_agent="", address="")
    faults, seen = [], 0
    with serving(firm) as base, opened(browser, width=WIDE) as page:
        page.context.add_cookies([{"name": "casefile_session", "value": token, "url": base}])
        for endpoint, path in addresses(firm, found, others):
            answer = page.request.get(base + path)
            if not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
                assert answer.status < 500, path
                continue
            seen += 1
            page.set_viewport_size({"width": WIDE, "height": 900})
            page.goto(base + path)
            faults += [f"{endpoint} {WIDE}: {fault}" for fault in overflow(page)]
            faults += [f"{endpoint}: {fault}" for fault in (*nameless(page), *moving(page))]
            page.set_viewport_size({"width": ZOOMED, "height": 450})
            faults += [f"{endpoint} at 200 %: {fault}" for fault in overflow(page)]
            page.set_viewport_size({"width": PHONE, "height": 900})
            faults += [f"{endpoint} {PHONE}: {fault}" for fault in overflow(page)]
            faults += [f"{endpoint}: {fault}" for fault in axe_faults(page)]
    assert faults == [], "\n".join(faults)
    assert seen > 50
