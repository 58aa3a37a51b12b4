"""Signing in: address and password sent as a browser sends them, against the same check and the same row by hand."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta
from html import unescape

from argon2 import PasswordHasher

from bench.ground import Ground
from bench.measure import Pair
from bench.pages import served
from bench.workday import TOKEN
from casefile import accounts, clock
from casefile.models.people import Person

PASSWORD = "une phrase que personne ne devine"
KNOWN = "SELECT id, password_hash FROM person WHERE email = ? AND state = 'active'"
OPENED = (
    "INSERT INTO login_session (id, token_digest, person_id, complete, authenticated_at, last_seen_at, expires_at, "
    "user_agent, address, created_at) VALUES (?, ?, ?, 0, ?, ?, ?, 'bench', '127.0.0.1', ?)"
)
LAST_TWO = "SELECT person_id, complete, user_agent, address FROM login_session ORDER BY rowid DESC LIMIT 2"
HALF_WAY = timedelta(minutes=10)


def signing_in(ground: Ground) -> Pair:
    """Send the form with its password; both sides check it and open the half session that awaits the second factor."""
    with ground.database.transaction() as session:
        session.get_one(Person, ground.person.id).password_hash = accounts.hash_password(PASSWORD)
    email, hasher = ground.person.email, PasswordHasher()
    reader = served(ground).test_client()
    token = TOKEN.search(reader.get("/connexion").get_data(as_text=True))
    form = reader.get_cookie("casefile_form")
    assert token is not None
    assert form is not None
    fields = {"email": email, "password": PASSWORD, "csrf_token": unescape(token[1])}
    # Each visit comes without the session that the one before it opened.
    browser = reader.application.test_client(use_cookies=False)
    headers = {"Cookie": f"{form.key}={form.value}", "User-Agent": "bench"}

    def floor(_number: int) -> object:
        person_id, known = ground.raw.execute(KNOWN, (email,)).fetchone()
        hasher.verify(known, PASSWORD)
        now, secret = clock.now(), secrets.token_urlsafe(32)
        instants = [one.isoformat(" ") for one in (now, now, now + HALF_WAY, now)]
        digest = hashlib.sha256(secret.encode()).hexdigest()
        ground.raw.execute("BEGIN IMMEDIATE")
        ground.raw.execute(OPENED, (uuid.uuid4().hex, digest, person_id, *instants))
        ground.raw.execute("COMMIT")
        return person_id

    def ours(_number: int) -> object:
        return browser.post("/connexion", data=fields, headers=headers).headers.get("Location")

    def same(left: object, right: object) -> bool:
        """Both opened a session of the same person, and ours asks for the code next."""
        first, second = ground.raw.execute(LAST_TWO).fetchall()
        return first == second and first[0] == left and right == "/connexion/code"

    return Pair(floor, ours, rounds=40, warm_up=2, same=same, waits=True)
