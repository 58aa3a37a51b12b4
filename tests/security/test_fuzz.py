"""Every page and every form under random and hostile data: no 500, no trace, no way out, nothing stored on refusal.

`python bench/fuzz.py ROUNDS` runs the same for as long as one likes; a failure names its seed.
"""

from __future__ import annotations

import logging
import random
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import AnyConverter, IntegerConverter

from casefile import accounts, demo, pace
from casefile.app import create_app
from casefile.models import Base
from casefile.models.matter import Matter
from casefile.models.people import Person, Role
from tests.security import hostile

pytestmark = pytest.mark.slow

SEED = 1881
MODELS = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
FIXED = {
    "kind": "notification_dsa",
    "genre": "nouvelle-publication",
    "rule_id": "limitation.presse_3m",
    "key": "google_maps",
    "token": "faux",
    "fmt": "pdf",
    "filename": "casefile.css",
    "decision": "accorder",
    "number": 1,
}
ALIASES = {"trigger_id": "trigger_event", "step_id": "identification_step", "mail_id": "outgoing_mail",
           "session_id": "login_session", "member_id": "team_member", "entry_id": "wall_entry",
           "act_id": "procedural_act"}  # fmt: skip


@pytest.fixture
def firm(database, settings, storage, monkeypatch):
    """Load the demonstration firm, and let the fuzzer run faster than any person may."""
    demo.load(database, storage, settings)
    for kind in pace.Pace:
        monkeypatch.setitem(pace.LIMITS, kind, pace.Limit(10**9, timedelta(hours=1)))
    app = create_app(settings, database)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


class Attacker:
    """Somebody signed in who wishes harm; comes in again when an act ended their session."""

    def __init__(self, app, database, role):
        self.app, self.database, self.client, self.faults = app, database, app.test_client(), []
        with database.transaction() as session:
            self.matter = session.scalars(select(Matter).where(Matter.number == 1)).one()
            people = session.scalars(select(Person).where(Person.role == role).order_by(Person.email)).all()
            self.person = next((p for p in people if p.id == self.matter.responsible_id), people[0])
        self.sign_in()

    def sign_in(self):
        with self.database.transaction() as session:
            person = session.get(Person, self.person.id)
            token = accounts.start_session(session, person, complete=True, user_agent="", address="127.0.0.1")
        self.client.set_cookie("casefile_session", token)

    def values(self, rule):
        """Give a real row for each argument of an address."""
        found = dict(FIXED)
        with self.database.reader() as session:
            for name in rule.arguments - FIXED.keys():
                model = MODELS.get(ALIASES.get(name, name.removesuffix("_id")))
                query = select(model.id) if model is not None else None
                if query is not None and hasattr(model, "matter_id"):
                    query = query.where(model.matter_id == self.matter.id)
                found[name] = (query is not None and session.scalar(query.limit(1))) or self.matter.id
            found["matter_id"] = self.matter.id
        for name, converter in rule._converters.items():
            if isinstance(converter, AnyConverter):
                found[name] = min(converter.items)
            elif isinstance(converter, IntegerConverter):
                found[name] = 1
        return {name: found[name] for name in rule.arguments}

    def address(self, rule, method):
        return self.app.url_map.bind("localhost").build(rule.endpoint, self.values(rule), method=method)

    def open(self, path, method="GET", **options):
        answer = self.client.open(path, method=method, **options)
        if answer.headers.get("Location", "").startswith("/connexion"):
            self.sign_in()
            answer = self.client.open(path, method=method, **options)
        return answer

    def attack(self, form, seed):
        """Send one form filled from a seed; a refusal must leave every table as it was."""
        data = hostile.filled(form, random.Random(f"{seed} {form.page} {form.action}"))
        before = hostile.counts(self.database)
        kind = "multipart/form-data" if form.files else None
        answer = self.open(form.action, "POST", data=data, content_type=kind)
        what = f"POST {form.action} from {form.page}, seed {seed}: {str(data)[:300]}"
        self.faults += hostile.faults_of(answer, what)
        if answer.status_code >= 400 and (after := hostile.counts(self.database)) != before:
            changed = {name for name in after if after[name] != before[name]} - hostile.RECORDED.get(form.action, set())
            self.faults += [f"{answer.status_code} stored {sorted(changed)} {what}"] if changed else []


def run(app, database, rounds, seed=SEED, role=Role.PARTNER):
    """Open every page with hostile arguments, then send every form that pages show; give the faults and the counts."""
    attacker, draw, names = Attacker(app, database, role), random.Random(seed), hostile.query_names()
    forms, pages, posts = {}, 0, 0
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" in rule.methods and rule.endpoint != "static":
            path = attacker.address(rule, "GET")
            page = attacker.open(path)
            for form in hostile.forms_of(path, page.text) if page.mimetype == "text/html" else ():
                forms.setdefault(form.action, form)
            query = hostile.hostile_query(names, draw)
            attacker.faults += hostile.faults_of(attacker.open(f"{path}?{query}"), f"GET {path} seed {seed}")
            pages += 1
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods:
            path = attacker.address(rule, "POST")
            bare = {name: ["1"] for name in ("title", "name", "version", "act", "person", "reason", "credential")}
            forms.setdefault(path, hostile.Form(path, path, bare))
    for number in range(rounds):
        for action in sorted(forms):
            if not hostile.LEFT_OUT.match(action):
                attacker.attack(forms[action], f"{seed}.{number}")
                posts += 1
    return attacker.faults, {"pages": pages, "forms": len(forms), "posts": posts}


@pytest.fixture
def quiet_log():
    """Say nothing of each refusal while the attack lasts; other tests read the log."""
    log = logging.getLogger("casefile")
    level = log.level
    log.setLevel(logging.CRITICAL)
    yield
    log.setLevel(level)


@pytest.mark.usefixtures("quiet_log")
def test_no_page_and_no_form_breaks_leaks_or_stores_what_it_refuses(firm, database):
    faults, done = run(firm, database, rounds=2)
    assert faults == []
    assert done["pages"] > 80
    assert done["posts"] > 150


@pytest.fixture
def small(app):
    """Take the small firm of the other tests, without its page checker: what is typed here is no French."""
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = FlaskClient
    return app


def test_signing_in_withstands_the_same(small, people, database):
    client, draw, faults = small.test_client(), random.Random(SEED), []
    paths = [rule.rule for rule in small.url_map.iter_rules() if rule.rule.startswith("/connexion")]
    for path in [*paths, "/invitation/faux", "/compte/confirmation"]:
        for _ in range(6):
            names = ("email", "password", "code", "credential", "full_name", "repeated", "next")
            data = {name: draw.choice(hostile.TEXTS) for name in names}
            before = hostile.counts(database)
            answer = client.post(f"{path}?{hostile.hostile_query(['next', 'code', 'state'], draw)}", data=data)
            faults += hostile.faults_of(answer, f"POST {path} {data}"[:300])
            assert hostile.counts(database) == before
    assert faults == []


@pytest.mark.parametrize(
    "body", [b"title=%ff%fe&summary=%00", b"\xff\xfe\x00", b"&&&=&=%", b"title=" + b"%41" * 70_000]
)
def test_broken_encodings_are_refused_like_any_other(small, matter, database, body):
    attacker = Attacker(small, database, Role.LAWYER)
    kind = "application/x-www-form-urlencoded"
    for path in ("/dossiers/nouveau", "/connexion", f"/dossiers/{attacker.matter.id}/modifier"):
        assert attacker.open(path, "POST", data=body, content_type=kind).status_code < 500


def test_a_seed_gives_the_same_attack_again():
    form = hostile.Form("/x", "/x", {"a": ["1"], "b": ["2"]})
    assert hostile.filled(form, random.Random("s")) == hostile.filled(form, random.Random("s"))
