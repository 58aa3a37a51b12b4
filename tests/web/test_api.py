"""The firm's tools read and create with a personal token: scoped, expiring, revocable, behind the same walls."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from casefile import accounts, clock, tokens
from casefile.models.evidence import DateKind, Publication
from casefile.models.ledger import AuditEntry, Note
from casefile.models.matter import Matter, Party
from casefile.models.people import Person, PersonState
from casefile.models.tokens import ApiToken
from casefile.pace import LIMITS, Limit, Pace

from .conftest import Browser

BASE = "/api/v1/dossiers"
ALL = ("lire", "creer", "exporter")


class Tool:
    """A program with a token."""

    def __init__(self, app, token):
        self.client, self.headers = app.test_client(), {"Authorization": f"Bearer {token}"}

    def get(self, path):
        return self.client.get(path, headers=self.headers)

    def post(self, path, body):
        return self.client.post(path, json=body, headers=self.headers)


@pytest.fixture
def tool_of(app, database, people):
    def make(name, *scopes, days=30):
        with database.transaction() as session:
            person = session.get(Person, people[name].id)
            return Tool(app, tokens.make(session, person, "Facturation", scopes or ALL, days))

    return make


def test_a_token_is_made_from_the_account_shown_once_kept_as_a_digest_and_revoked(app, as_person, database):
    lawyer = as_person("lawyer")
    made = lawyer.post("/compte/jetons", {"name": "Facturation", "scopes": ["lire"], "days": "30"})
    token = re.search(r'id="jeton">(cf_[\w-]+)<', made.text)[1]
    assert token not in lawyer.get("/compte/jetons").text
    with database.engine.connect() as connection:
        assert token not in str(connection.execute(text("SELECT * FROM api_token")).all())
    tool = Tool(app, token)
    assert tool.get(BASE).status_code == 200
    assert "Jamais" not in lawyer.get("/compte/jetons").text
    lawyer.post(re.search(r'action="([^"]+/revoquer)"', lawyer.get("/compte/jetons").text)[1], page="/compte/jetons")
    assert tool.get(BASE).status_code == 401
    for wrong in ({"scopes": ["lire"], "days": "366"}, {"scopes": [], "days": "9"}):
        assert lawyer.post("/compte/jetons", {"name": "x", **wrong}).status_code == 400


def test_making_one_asks_for_the_password_again_and_nobody_revokes_anothers(as_person, tool_of, database):
    tool_of("stranger")
    with database.reader() as session:
        row = session.scalars(select(ApiToken)).one()
    lawyer = as_person("lawyer")
    assert lawyer.post(f"/compte/jetons/{row.id}/revoquer", page="/compte/jetons").status_code == 404
    with clock.frozen(clock.now() + accounts.FRESH_LIMIT + timedelta(minutes=1)):
        answer = lawyer.post("/compte/jetons", {"name": "x", "scopes": ["lire"], "days": "3"})
    assert answer.headers["Location"].startswith("/compte/confirmation")


def test_nothing_opens_without_a_live_token_of_the_right_scope(app, as_person, tool_of, matter, database, people):
    one = f"{BASE}/{matter.id}"
    assert as_person("lawyer").client.get(one).status_code == 401  # a session is never looked at
    assert as_person("lawyer").client.post(f"{one}/notes", json={"body": "x"}).status_code == 401
    for header in ("", "Bearer", "Bearer cf_faux", "Basic abc"):
        answer = app.test_client().get(one, headers={"Authorization": header})
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "bad_token")
    reader = tool_of("lawyer", "lire")
    assert reader.post(f"{one}/notes", {"body": "x"}).status_code == 403
    assert reader.get(f"{one}/export").status_code == 403
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert reader.get(one).status_code == 401
    with database.transaction() as session:
        session.get(Person, people["lawyer"].id).state = PersonState.DISABLED
    assert reader.get(one).status_code == 401


@pytest.mark.parametrize("name", ["stranger", "walled", "partner", "assistant"])
def test_a_dossier_behind_a_wall_does_not_exist_for_a_tool(tool_of, matter, name):
    tool = tool_of(name)
    assert tool.get(BASE).json == {"matters": [], "next_page": None}
    for path in (f"{BASE}/{matter.id}", f"{BASE}/{matter.id}/export"):
        answer = tool.get(path)
        assert answer.status_code == 404
        assert matter.title not in answer.text
    assert tool.post(f"{BASE}/{matter.id}/notes", {"body": "x"}).status_code == 404


def test_a_reader_of_a_dossier_reads_it_by_a_tool_and_writes_nothing(tool_of, matter):
    tool = tool_of("reader")
    assert tool.get(f"{BASE}/{matter.id}").json["title"] == matter.title
    assert tool.post(f"{BASE}/{matter.id}/notes", {"body": "x"}).status_code == 404
    assert tool.get(f"{BASE}/{matter.id}/export").status_code == 404


def test_a_dossier_is_opened_completed_and_read_back(tool_of, database):
    tool = tool_of("lawyer")
    party = {"role": "client", "name": "Lemaire", "civility": "Docteur"}
    made = tool.post(BASE, {"title": "Lemaire c/ NP", "parties": [party]})
    assert made.status_code == 201
    one = f"{BASE}/{made.json['id']}"
    content = {"title": "Avis", "url": "https://www.google.fr/maps/place/x", "date_kind": "exact"}
    assert tool.post(f"{one}/contenus", content).status_code == 400
    assert tool.post(f"{one}/contenus", {**content, "published_on": "2026-09-03"}).status_code == 201
    assert tool.post(f"{one}/parties", {"role": "author", "name": "NP"}).status_code == 201
    assert tool.post(f"{one}/notes", {"body": "Appel du client."}).status_code == 201
    seen = tool.get(one).json
    assert [row["role"] for row in seen["parties"]] == ["client", "author"]
    assert seen["publications"][0]["published_on"] == "2026-09-03"
    assert seen["publications"][0]["platform"] == "google_maps"
    assert tool.get(BASE).json["matters"][0]["reference"] == seen["reference"]
    with database.reader() as session:
        assert session.scalars(select(Publication.date_kind)).one() is DateKind.EXACT
        assert session.scalar(select(func.count(Note.id))) == 1
        assert session.scalar(select(AuditEntry).where(AuditEntry.action == "matter.opened"))


def test_the_whole_dossier_leaves_as_json_and_as_sheets_that_run_nothing(tool_of, matter, database):
    tool = tool_of("lawyer")
    tool.post(f"{BASE}/{matter.id}/parties", {"role": "other", "name": '=HYPERLINK("x")'})
    archive = zipfile.ZipFile(io.BytesIO(tool.get(f"{BASE}/{matter.id}/export").data))
    rows = json.loads(archive.read("donnees.json"))["tables"]
    sheet = archive.read("csv/party.csv").decode("utf-8-sig")
    assert len(rows["party"]) == sheet.count("\r\n") - 1 == 2
    assert "'=HYPERLINK" in sheet
    with database.reader() as session:
        assert session.scalar(select(AuditEntry).where(AuditEntry.action == "matter.data_exported"))


def test_a_refused_body_stores_nothing_and_says_where(tool_of, database):
    tool = tool_of("lawyer")
    bad = {"title": "A c/ B", "parties": [{"role": "client", "name": "A"}, {"role": "roi", "name": "B"}]}
    answer = tool.post(BASE, bad)
    assert answer.status_code == 400
    assert "parties[1].role" in answer.json["error"]["message"]
    deep = tool.client.post(BASE, data="[" * 100_000, headers=tool.headers, content_type="application/json")
    big = tool.client.post(BASE, json={"title": "x" * 1_000_001}, headers=tool.headers)
    nothing = tool.client.post(BASE, data="title=x", headers=tool.headers)
    assert (deep.status_code, big.status_code, nothing.status_code) == (400, 413, 400)
    with database.reader() as session:
        assert session.scalar(select(func.count(Matter.id))) == 0
        assert session.scalar(select(func.count(Party.id))) == 0


def test_a_tool_in_a_hurry_is_told_when_to_go_on(tool_of, monkeypatch):
    monkeypatch.setitem(LIMITS, Pace.API, Limit(3, timedelta(minutes=1)))
    tool = tool_of("lawyer")
    answers = [tool.get(BASE) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_the_served_document_describes_every_address_and_no_other(app):
    served = Browser(app).get("/api/v1/openapi.json").json
    told = {(path, method.upper()) for path, methods in served["paths"].items() for method in methods}
    real = set()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi":
            path = rule.rule.removeprefix("/api/v1").replace("<uuid:matter_id>", "{matter_id}")
            real |= {(path, method) for method in rule.methods & {"GET", "POST"}}
    assert told == real


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from(["client", "metropole"])
KEYS = st.sampled_from(["title", "territory", "parties", "role", "name", "body", "published_on", "date_kind", "autre"])
BODIES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)


def test_no_body_whatever_breaks_it(tool_of, matter, monkeypatch):
    monkeypatch.setitem(LIMITS, Pace.API, Limit(10_000, timedelta(minutes=1)))
    tool, one = tool_of("lawyer"), f"{BASE}/{matter.id}"

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.sampled_from([BASE, f"{one}/parties", f"{one}/contenus", f"{one}/notes"]), BODIES)
    def send(path, body):
        answer = tool.post(path, body)
        assert answer.status_code in {201, 400}
        assert answer.is_json

    send()
