"""Every route × method × actor against a table written by hand; what is not in the table does not exist."""

from __future__ import annotations

import uuid

import pytest

from tests.web.conftest import Browser

pytestmark = pytest.mark.slow

ANYTHING = uuid.UUID("00000000-0000-4000-8000-000000000001")

# Who may open each endpoint. A letter per actor that is let in (any answer but 303-to-login or 404 by the wall):
# m member (lawyer) · r reader · x stranger · w walled · p partner outside the team · s assistant outside the team
# a administrator · g guest (reads one dossier until a day) · e guest whose access lapsed
# c client (reads only where the dossier stands, until a day)
# l lawyer whose place in the team lapsed · h half-logged-in · n anonymous · d disabled
EVERYONE = set("mrxwpsahndgelc")
SIGNED = set("mrxwpsagelc")
HALF = SIGNED | {"h"}
LAWYERS = set("mrxwpsl")
READERS = LAWYERS | set("ge")
TEAM = set("mrg")
MEMBER = set("m")
TABLE: dict[str, set[str]] = {
    "static": EVERYONE,
    "authentication.login": EVERYONE,
    "authentication.join": EVERYONE,
    "authentication.second_factor": HALF,
    "authentication.set_factor": HALF,
    "authentication.logout": HALF,
    "federation.start": set(),  # no provider is set here: tested in test_federation
    "federation.finish": set(),
    "federation.leave": set(),
    "resets.ask": EVERYONE,
    "resets.choose": EVERYONE,  # a wrong link is 404 by itself: test_account_notices
    "home.index": SIGNED,
    "account.index": SIGNED,
    "account.change_password": SIGNED,
    "account.change_theme": SIGNED,
    "account.revoke": SIGNED,
    "people.index": {"a"},
    "account.confirm": SIGNED,
    "account.new_codes": SIGNED,
    "passkeys.index": SIGNED,
    "passkeys.registration_challenge": SIGNED,
    "passkeys.register": SIGNED,
    "passkeys.remove": SIGNED,
    "passkeys.login_challenge": HALF,
    "passkeys.sign": HALF,
    "people.toggle": {"a"},
    "people.edit": {"a"},
    "secrecy.guest_list": MEMBER,
    "secrecy.end_status": MEMBER,
    "client_status.index": {"c"},
    "client_status.show": TEAM | {"c"},
    "client_status.write": MEMBER,
    "secrecy.journal": MEMBER,
    "secrecy.export_data": MEMBER,
    "secrecy.break_glass": {"p"},
    "people.reset_factor": {"a"},
    "people.end_sessions": {"a"},
    "guide.index": SIGNED,
    "api_help.index": SIGNED,
    "guide.news": SIGNED,
    "guide.prevention": SIGNED,
    "glossary.index": SIGNED,
    "first_dossier.index": SIGNED,
    "first_dossier.proof": SIGNED,
    "first_dossier.follow": LAWYERS,
    "first_dossier.leave": SIGNED,
    "demonstration.load": LAWYERS,
    "outbox.index": SIGNED,
    "outbox.show": SIGNED,
    "search.index": READERS,
    "deadlines.index": LAWYERS,
    "deadlines.matter": TEAM,
    "deadlines.new_act": MEMBER,
    "deadlines.new": MEMBER,
    "deadlines.show": TEAM,
    "deadlines.settle": MEMBER,
    "deadlines.control": MEMBER,
    "reopening.reopen": MEMBER,
    "controls.index": LAWYERS,
    "matters.index": READERS,
    "matters.new": LAWYERS,
    "intake.preview": LAWYERS,
    "imports.index": LAWYERS,
    "imports.model": LAWYERS,
    "imports.show": LAWYERS,  # then 404 for all but the one who brought the table: test_imports
    "imports.open_lines": LAWYERS,
    "imports.refused": LAWYERS,
    "imports.discard": LAWYERS,
    "conflicts.index": LAWYERS,
    "conflicts.decide": LAWYERS,  # then 404 for whoever may not decide that one: test_conflicts
    "conflicts.matter": TEAM,
    "conflicts.check": MEMBER,
    "correspondence.matter": TEAM,
    "correspondence.add": MEMBER,
    "correspondence.show": TEAM,
    "correspondence.original": TEAM,
    "correspondence.part": TEAM,
    "correspondence.index": LAWYERS,
    "correspondence.place": LAWYERS,
    "correspondence.set_aside": LAWYERS,
    "diligences.index": MEMBER,
    "diligences.export": MEMBER,
    "prevention.index": TEAM,
    "prevention.pdf": TEAM,
    "prevention.tick": MEMBER,
    "prevention.take_back": MEMBER,
    "client_intake.deliver": EVERYONE,  # the secret address is the key: tested in test_client_intake
    "client_intake.thanks": EVERYONE,
    "client_intake.overview": LAWYERS,
    "client_intake.index": MEMBER,
    "client_intake.revoke": MEMBER,
    "client_intake.set_aside": MEMBER,
    "client_intake.take_in": MEMBER,
    "tokens.index": LAWYERS,
    "tokens.make": LAWYERS,
    "tokens.revoke": LAWYERS,
    "webhooks.index": LAWYERS,
    "webhooks.make": LAWYERS,
    "webhooks.show": LAWYERS,  # then 404 for all but its person: test_webhooks
    "webhooks.try_out": LAWYERS,
    "webhooks.enable": LAWYERS,
    "webhooks.send_again": LAWYERS,
    "webhooks.remove": LAWYERS,
    "api.openapi": EVERYONE,
    # a token opens these, never a session: tested in test_api
    "api.index": set(),
    "api.show": set(),
    "api.export": set(),
    "api.open_matter": set(),
    "api.add_party": set(),
    "api.add_publication": set(),
    "api.add_note": set(),
    "unfinished.save": LAWYERS,
    "unfinished.discard": LAWYERS,
    "undo.take_back": MEMBER,
    "takeover.index": set("mrxwpl"),
    "matters.show": TEAM,
    "matters.edit": MEMBER,
    "matters.chronology": TEAM,
    "matters.add_note": MEMBER,
    "matters.close": MEMBER,
    "parties.new": MEMBER,
    "parties.pick": MEMBER,
    "parties.edit": MEMBER,
    "parties.team": TEAM,
    "parties.join": MEMBER,
    "parties.leave": MEMBER,
    "parties.hand_over": MEMBER,
    "parties.raise_wall": MEMBER,
    "parties.lift_wall": MEMBER,
    "publications.index": TEAM,
    "publications.new": MEMBER,
    "publications.show": TEAM,
    "publications.edit": MEMBER,
    "passages.new": MEMBER,
    "passages.withdraw": MEMBER,
    "passages.restore": MEMBER,
    "passages.correct": MEMBER,
    "passages.export": TEAM,
    "qualification.index": TEAM,
    "qualification.show": TEAM,
    "replies.show": TEAM,
    "replies.write": MEMBER,
    "replies.read": MEMBER,
    "replies.publish": MEMBER,
    "notifications.index": LAWYERS,
    "notifications.show": LAWYERS,
    "notifications.results": LAWYERS,
    "notifications.export": LAWYERS,
    "statistics.index": {"p"},
    "statistics.export": {"p"},
    "directory.index": LAWYERS,
    "directory.new": LAWYERS,
    "directory.show": LAWYERS,
    "directory.edit": LAWYERS,
    "directory.check": LAWYERS,
    "directory.export": LAWYERS,
    "directory.load": LAWYERS,
    "identification.index": TEAM,
    "identification.prepare": MEMBER,
    "identification.event": MEMBER,
    "identification.name_author": MEMBER,
    "identification.notices": TEAM,
    "identification.step": TEAM,
    "identification.begin": MEMBER,
    "identification.answer": MEMBER,
    "identification.skip": MEMBER,
    "identification.take_up": MEMBER,
    "identification.close": MEMBER,
    "identification.assign": MEMBER,
    "qualification.review": MEMBER,
    "campaign.index": TEAM,
    "campaign.qualify_alike": MEMBER,
    "many_publications.several": MEMBER,
    "qualification_note.pdf": TEAM,
    "evidence.capture": MEMBER,
    "batches.new": MEMBER,
    "batches.show": TEAM,
    "batches.cancel": MEMBER,
    "batches.resume": MEMBER,
    "constats.attach": MEMBER,
    "constats.compared": TEAM,
    "redactions.show": MEMBER,
    "redactions.picture": MEMBER,
    "destruction.ask": MEMBER,
    "destruction.grant": set(),  # a partner of the team: tests/security/test_destruction
    "destruction.refuse": set(),
    "destruction.index": {"p"},
    "destruction.proof": {"p"},
    "erasures.ask": MEMBER,
    "erasures.decide": MEMBER,
    "erasures.hold": MEMBER,
    "erasures.lift": MEMBER,
    "network_sheet.index": {"p", "a"},
    "processing.index": {"p", "a"},
    "processing.pdf": {"p", "a"},
    "gallery.show": TEAM,
    "gallery.picture": TEAM,
    "gallery.extract": TEAM,
    "challenge.show": TEAM,
    "challenge.sheet": TEAM,
    "followup.show": TEAM,
    "followup.schedule": MEMBER,
    "followup.compared": TEAM,
    "followup.difference": TEAM,
    "evidence.report": TEAM,
    "evidence.upload": MEMBER,
    "evidence.show": TEAM,
    "evidence.verify": TEAM,
    "evidence.export": TEAM,
    "evidence.file": TEAM,
    "evidence.picture": TEAM,
    "evidence.page": TEAM,
    "evidence.renew": MEMBER,
    "what_if.index": TEAM,
    "dating.show": TEAM,
    "dating.retain": MEMBER,
    "dating.add_sighting": MEMBER,
    "happenings.index": TEAM,
    "happenings.new": MEMBER,
    "happenings.correct": MEMBER,
    "documents.matter": TEAM,
    "documents.new": MEMBER,
    "documents.show": TEAM,
    "documents.edit": MEMBER,
    "documents.file": TEAM,
    "documents.validate": MEMBER,
    "documents.reopen": MEMBER,
    "documents.abandon": MEMBER,
    "documents.send": MEMBER,
    "documents.answer": MEMBER,
    "mailings.choose": MEMBER,
    "mailings.plan": MEMBER,
    "mailings.begin": MEMBER,
    "drafts.words": MEMBER,
    "drafts.versions": TEAM,
    "drafts.restore": MEMBER,
    "drafts.word": MEMBER,
    "drafts.came_back": TEAM,
    "drafts.retain": MEMBER,
    "exhibits.index": TEAM,
    "exhibits.add": MEMBER,
    "exhibits.deposit": MEMBER,
    "exhibits.show": TEAM,
    "exhibits.copy": TEAM,
    "exhibits.bundle": TEAM,
    "exhibits.separate": TEAM,
    "exhibits.move": MEMBER,
    "exhibits.remove": MEMBER,
    "exhibits.communicate": MEMBER,
    "firm.index": {"p", "a"},
    "house_wording.index": LAWYERS - {"s"},
    "house_wording.clause": LAWYERS - {"s"},
    "house_wording.write": {"p"},
    "house_wording.restore": {"p"},
    "letterhead.index": {"p", "a"},
    "letterhead.trial": {"p", "a"},
    "reminder_settings.index": {"p", "a"},
    "aftermath.index": TEAM,
    "aftermath.new": MEMBER,
    "aftermath.withdraw": MEMBER,
    "agenda.index": LAWYERS,
    "agenda.export": LAWYERS,
    "agenda.workbook": LAWYERS,
    "agenda.printed": LAWYERS,
    "agenda.add": LAWYERS,
    "agenda.offered": LAWYERS,
    "agenda.feed_settings": LAWYERS,
    "agenda.feed": EVERYONE,  # the secret address is the key: tested in test_agenda
    "agenda.evening": LAWYERS,
    "agenda.silent": LAWYERS,
    "agenda.sign_quiet": MEMBER,
    "agenda.move": MEMBER,
    "agenda.proof_archive": MEMBER,
    "absences.index": LAWYERS,
    "absences.show": LAWYERS,
    "absences.cancel": LAWYERS,
    "absences.name_deputy": LAWYERS,
    "deadline_journal.index": {"p"},
    "deadline_journal.show": {"p"},
    "deadline_journal.bundle": {"p"},
    "health.show": EVERYONE,
    "health.ready": EVERYONE,
    "metrics.show": set(),  # with the token only: tests/web/test_operation
    "pulse.index": LAWYERS | {"a"},
    "pulse.retry": LAWYERS | {"a"},
    "pulse.dismiss": LAWYERS | {"a"},
    "rule_changes.index": LAWYERS,
    "rule_changes.show": TEAM,
    "rule_changes.accept": MEMBER,
    "law.index": SIGNED,
    "law.show": SIGNED,
    "law.sheet": SIGNED,
}
ACTORS = {
    "m": "lawyer",
    "r": "reader",
    "x": "stranger",
    "w": "walled",
    "p": "partner",
    "s": "assistant",
    "a": "administrator",
    "g": "guest",
    "c": "client",
    "e": "lapsed_guest",
    "l": "lapsed_lawyer",
}


@pytest.fixture
def actors(app, database, passing, as_person, matter):
    """Put one browser in the hands of each actor."""
    from casefile import accounts
    from casefile.models.people import Person, PersonState

    browsers = {letter: as_person(name) for letter, name in ACTORS.items()}
    browsers["n"] = Browser(app)
    half, disabled = Browser(app), Browser(app)
    with database.transaction() as session:
        person = session.get(Person, passing["lawyer"].id)
        token = accounts.start_session(session, person, complete=False, user_agent="", address="")
        half.client.set_cookie("casefile_session", token)
        gone = Person(email="gone@x.fr", full_name="Partie", role=person.role)
        session.add(gone)
        session.flush()
        token = accounts.start_session(session, gone, complete=True, user_agent="", address="")
        disabled.client.set_cookie("casefile_session", token)
        gone.state = PersonState.DISABLED
    return browsers | {"h": half, "d": disabled}


def rules(app):
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"})
    ]


def test_every_route_declares_its_policy(app):
    missing = [
        endpoint for endpoint, view in app.view_functions.items() if endpoint != "static" and not view.access_policy
    ]
    assert missing == []


def test_the_table_names_every_route_and_no_other(app):
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(TABLE)


def test_only_post_changes_things(app):
    assert {method for _, method in rules(app)} <= {"GET", "POST"}


def test_each_actor_opens_what_the_table_says_and_nothing_else(app, actors, matter):
    app.config["WTF_CSRF_ENABLED"] = False  # the token is another test's subject; here only the door is
    wrong = []
    for rule, method in rules(app):
        if rule.endpoint == "authentication.logout":
            continue  # it would end the actors' own sessions; tested in test_authentication
        values = {name: matter.id if name == "matter_id" else ANYTHING for name in rule.arguments}
        values |= {"genre": "suspension"} if "genre" in values else {}
        values |= {"number": 7} if "number" in values else {}
        values |= {"fmt": "csv"} if "fmt" in values else {}
        values |= {"decision": "accorder"} if "decision" in values else {}
        if rule.endpoint == "static":
            values = {"filename": "casefile.css"}
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
        for letter, browser in actors.items():
            answer = browser.client.open(path, method=method)
            if entered(answer) != (letter in TABLE[rule.endpoint]):
                wrong.append(f"{method} {rule.rule} {letter}: {answer.status_code}")
    assert wrong == []


def entered(answer) -> bool:
    """Tell whether the door opened: neither sent to sign in, nor told that the page or dossier does not exist."""
    location = answer.headers.get("Location", "").partition("?")[0]
    if answer.status_code == 303 and location == "/connexion":
        return False
    if answer.status_code == 401:  # a tool without its token
        return False
    refusals = ("Ce dossier n’existe pas", "Cette page n’existe pas")
    return not (answer.status_code == 404 and any(words in answer.text for words in refusals))
