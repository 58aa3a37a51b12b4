"""Another tool is told what happened: signed, in the order of the trail, never across a wall, never for ever."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import jsonschema
import pytest
from sqlalchemy import func, select, text

from casefile import clock, mail, matters, webhook_sending, webhooks
from casefile.deadlines import settlement, work
from casefile.errors import InvalidInput
from casefile.models.ledger import AuditEntry, OutgoingMail
from casefile.models.matter import TeamFunction
from casefile.models.people import Person, PersonState
from casefile.models.webhooks import DeliveryState, Webhook, WebhookDelivery
from casefile.web.api_help import RECIPE

PAGE = "/compte/webhooks"


@contextmanager
def receiver():
    """A tool that listens; what it answers is the last of `answers`, or each in turn."""
    heard, answers = [], [200]

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
            self.end_headers()

        def log_message(self, *_arguments):
            return

    server = HTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, heard, answers
    finally:
        server.shutdown()


@pytest.fixture
def ear(settings):
    with receiver() as (port, heard, answers):
        near = replace(settings, webhook_allow=(f"127.0.0.1:{port}",))
        yield f"http://127.0.0.1:{port}/casefile", heard, answers, near


@pytest.fixture
def told(database, people, ear):
    """Give the lawyer a webhook on everything; give its row, its secret and a function that lets the worker work."""
    url, _, _, near = ear
    with database.transaction() as session:
        secret = webhooks.make(session, session.get(Person, people["lawyer"].id), "Outil", url, webhooks.KNOWN)
        row = webhooks.of_person(session, session.get(Person, people["lawyer"].id))[0]

    def drain(after=timedelta(0)):
        with clock.frozen(clock.now() + after):
            while webhook_sending.work(database, near, clock.now()):
                pass

    return row, secret, drain


def sent(database):
    with database.reader() as session:
        return session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.audit_seq)).all()


def test_a_fact_is_told_once_signed_and_without_a_name(database, people, ear, told):
    _, heard, _, _ = ear
    _, secret, drain = told
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        mine = matters.open_matter(session, lawyer, title="Zébulonzygote c/ X", territory="metropole")
        task = work.open_task(session, lawyer, mine, "Relancer Zébulonzygote", clock.today())
        moved = work.move(session, lawyer, task, clock.today() + timedelta(days=3))
        settlement.mark_done(session, lawyer, moved, "Récépissé n° 12")
    drain()
    drain()
    bodies = [json.loads(body) for _, body in heard]
    assert [body["event"] for body in bodies] == [
        "matter.opened",
        "deadline.created",
        "deadline.withdrawn",
        "deadline.moved",
        "deadline.settled",
    ]
    assert bodies[0]["matter"]["reference"] == mine.reference
    assert bodies[3]["subject"] == {"type": "deadline", "id": str(moved.id)}
    assert "bulonzygote" not in str(heard)
    recipe = {}
    exec(RECIPE, recipe)  # the program that the help page gives
    headers, body = heard[0]
    assert recipe["is_from_casefile"](secret, headers, body)
    assert not recipe["is_from_casefile"](secret, headers, body + b" ")
    assert not recipe["is_from_casefile"]("cfw_autre", headers, body)
    assert not recipe["is_from_casefile"](secret, {**headers, "Casefile-Timestamp": "1"}, body)


def test_what_was_undone_is_never_told(database, people, ear, told):
    with database.writer() as session:
        matters.open_matter(session, session.get(Person, people["lawyer"].id), title="A", territory="metropole")
        session.rollback()
    told[2]()
    assert ear[1] == []


@pytest.mark.parametrize("late", [False, True])
def test_a_wall_stops_it_even_after_it_was_queued(database, people, ear, told, late):
    heard = ear[1]
    with database.transaction() as session:
        stranger = session.get(Person, people["stranger"].id)
        lawyer = session.get(Person, people["lawyer"].id)
        theirs = matters.open_matter(session, stranger, title="Secret", territory="metropole")
        if late:
            matters.join_team(session, stranger, theirs, lawyer, TeamFunction.MEMBER)
            webhooks.walk(session, clock.now())
            matters.raise_wall(session, stranger, theirs, lawyer, "ancien conseil")
    told[2]()
    assert heard == []
    assert {one.state for one in sent(database)} == ({DeliveryState.VOID} if late else set())


def test_a_person_who_left_is_told_nothing_more(database, people, ear, told, matter):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        matters.open_matter(session, lawyer, title="B", territory="metropole")
        webhooks.walk(session, clock.now())
        lawyer.state = PersonState.DISABLED
    told[2]()
    assert ear[1] == []


def test_a_silent_tool_is_tried_again_then_left_alone_and_its_person_told(database, people, ear, told, as_person):
    row, _, drain = told
    _, heard, answers, _ = ear
    answers[:] = [500]
    with database.transaction() as session:
        matters.open_matter(session, session.get(Person, people["lawyer"].id), title="C", territory="metropole")
    drain()
    drain()  # not before its wait has passed
    assert len(heard) == 1
    one = sent(database)[0]
    assert (one.state, one.attempts, one.status) == (DeliveryState.QUEUED, 1, 500)
    for _ in range(webhook_sending.MOST_ATTEMPTS):
        drain(after=timedelta(hours=7))
        with database.transaction() as session:
            waiting = session.scalars(select(WebhookDelivery)).one()
            if waiting.state is DeliveryState.QUEUED:
                waiting.next_attempt_at = clock.now()
    assert len(heard) == webhook_sending.MOST_ATTEMPTS
    assert len({headers["Casefile-Delivery"] for headers, _ in heard}) == 1
    assert sent(database)[0].state is DeliveryState.FAILED
    with database.reader() as session:
        assert session.get(Webhook, row.id).disabled_at
        assert session.scalars(select(OutgoingMail).where(OutgoingMail.subject.contains("webhook"))).all()
    lawyer, page = as_person("lawyer"), f"{PAGE}/{row.id}"
    assert "Arrêté après des échecs répétés" in lawyer.get(page).text
    assert "Un webhook est arrêté" in lawyer.get("/compte").text
    lawyer.post(f"{page}/remettre-en-marche", page=page)
    answers[:] = [204]
    lawyer.post(f"{page}/envois/{one.id}/relancer", page=page)
    drain()
    assert sent(database)[0].state is DeliveryState.SENT
    assert "Reçu" in lawyer.get(page).text


def test_a_worker_killed_while_sending_sends_it_again_under_the_same_name(database, people, ear, told, monkeypatch):
    near = ear[3]
    with database.transaction() as session:
        matters.open_matter(session, session.get(Person, people["lawyer"].id), title="K", territory="metropole")
    with monkeypatch.context() as patch:
        patch.setattr(webhook_sending, "_settle", lambda *_arguments: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            webhook_sending.work(database, near, clock.now())
    told[2]()  # its lease still runs
    assert len(ear[1]) == 1
    told[2](after=webhook_sending.LEASE + timedelta(seconds=1))
    assert len({headers["Casefile-Delivery"] for headers, _ in ear[1]}) == 1
    assert (len(ear[1]), sent(database)[0].state) == (2, DeliveryState.SENT)


def test_what_is_sent_is_what_the_description_says(app, database, people, ear, told):
    with database.transaction() as session:
        matters.open_matter(session, session.get(Person, people["lawyer"].id), title="L", territory="metropole")
    told[2]()
    described = app.test_client().get("/api/v1/openapi.json").json["webhooks"]
    assert described.keys() == set(webhooks.KNOWN)
    headers, body = ear[1][0]
    shape = described["matter.opened"]["post"]
    jsonschema.validate(json.loads(body), shape["requestBody"]["content"]["application/json"]["schema"])
    assert {one["name"] for one in shape["parameters"]} <= headers.keys()


@pytest.mark.parametrize("answer", [302, 410])
def test_a_redirect_is_not_followed_and_a_gone_address_is_left_at_once(database, people, ear, told, answer):
    row, _, drain = told
    ear[2][:] = [answer]
    with database.transaction() as session:
        matters.open_matter(session, session.get(Person, people["lawyer"].id), title="D", territory="metropole")
    drain()
    assert len(ear[1]) == 1
    with database.reader() as session:
        assert (session.get(Webhook, row.id).disabled_at is not None) == (answer == 410)


@pytest.mark.parametrize(
    "url",
    [
        "http://exemple.fr/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://10.0.0.8/x",
        "https://169.254.169.254/latest",
        "https://localhost/x",
        "https://u:p@exemple.fr/",
        "https://exemple.fr:22/",
        "ftp://exemple.fr/",
    ],
)
def test_an_address_that_is_not_public_https_is_refused(settings, url):
    with pytest.raises(InvalidInput) as told:
        webhooks.check_address(settings, url)
    assert told.value.field == "url"


def test_a_name_that_turns_private_later_is_refused_at_the_door(database, people, settings, matter):
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        webhooks.make(session, lawyer, "Outil", "https://127.0.0.1/x", ["matter.opened"])
        webhooks.try_out(session, webhooks.of_person(session, lawyer)[0])
    webhook_sending.work(database, settings, clock.now())
    one = sent(database)[0]
    assert (one.state, one.status) == (DeliveryState.QUEUED, None)
    assert one.last_error == webhooks.NOT_PUBLIC


def test_from_the_page_to_the_trial(app, database, people, ear, as_person, monkeypatch):
    url, heard, _, near = ear
    monkeypatch.setitem(app.extensions, "casefile", replace(app.extensions["casefile"], settings=near))
    lawyer, stranger = as_person("lawyer"), as_person("stranger")
    asked = {"name": "Facturation", "url": url, "events": ["letter.sent"]}
    made = lawyer.post(PAGE, asked)
    secret = re.search(r'id="secret">(cfw_[\w-]+)<', made.text)[1]
    listed = lawyer.get(PAGE).text
    assert secret not in listed
    with database.engine.connect() as connection:
        rows = str(connection.execute(text("SELECT * FROM webhook")).all())
    assert secret not in rows
    assert "127.0.0.1" not in rows
    page = re.search(rf'href="({PAGE}/[^"]+)"', listed)[1]
    assert stranger.get(page).status_code == 404
    for act in ("essayer", "remettre-en-marche", "supprimer"):
        assert stranger.post(f"{page}/{act}", page=PAGE).status_code == 404
    lawyer.post(f"{page}/essayer", page=page)
    while webhook_sending.work(database, near, clock.now()):
        pass
    assert json.loads(heard[0][1]).keys() == {"id", "event", "at"}
    assert "Essai" in lawyer.get(page).text
    for wrong in ({"events": []}, {"url": "https://10.0.0.1/"}, {"events": ["autre"]}):
        assert lawyer.post(PAGE, {**asked, **wrong}).status_code == 400
    lawyer.post(f"{page}/supprimer", page=page)
    with database.reader() as session:
        assert session.scalar(select(func.count(Webhook.id))) == 0
        assert session.scalar(select(func.count(WebhookDelivery.id))) == 0
        entries = session.scalars(select(AuditEntry)).all()
    assert not [entry for entry in entries if url in str(entry.facts) or secret in str(entry.facts)]


def test_making_one_asks_for_the_password_again_and_is_told_by_mail(as_person, database, people, told, settings):
    with database.reader() as session:
        subjects = session.scalars(select(OutgoingMail.text).where(OutgoingMail.recipient_id == people["lawyer"].id))
        assert any("webhook" in words for words in subjects)
    assert mail.render("webhook", {"url": "https://x", "recipient": "A"})[0].startswith("[Casefile]")


def test_the_help_of_the_api_is_reached_and_says_the_recipe(as_person):
    lawyer = as_person("lawyer")
    page = lawyer.get("/aide/api")
    assert "compare_digest" in page.text
    for path in ("/compte", "/aide", "/compte/jetons", PAGE):
        assert 'href="/aide/api"' in lawyer.get(path).text
    assert "/compte/jetons" not in as_person("administrator").get("/aide/api").text
