"""What captures say over time: signed witnesses, passages followed word for word, the ledger, the opponent's list."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from PIL import Image, ImageDraw

from casefile.evidence import challenge, compare, facts, ledger, outcome, witness
from casefile.evidence.compare import PassageState
from casefile.evidence.provenance import Outcome, Provenance
from tests.evidence.test_intake import MAIL

WORDS = "M NP a écrit : « à fuir » 😡"


@pytest.fixture(scope="module")
def signer():
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def signed(signer, domain=b"plateforme.example", **options):
    headers = [b"from", b"to", b"subject", b"date"]
    return dkim.sign(MAIL, b"s1", domain, signer[0], include_headers=headers, **options) + MAIL


def test_a_signed_message_attests_the_very_words_offline(signer):
    raw = signed(signer)
    keys = witness.fetch_keys(raw, resolve=lambda _: signer[1])
    assert list(keys) == ["s1._domainkey.plateforme.example"]
    testimony = witness.examine(raw, keys, WORDS)
    assert testimony.attested
    assert "plateforme.example a signé" in testimony.reasons[0]


def test_it_attests_nothing_about_other_words_or_after_any_change(signer):
    raw, keys = signed(signer), {"s1._domainkey.plateforme.example": signer[1]}
    assert not witness.examine(raw, keys, "à recommander").attested
    assert not witness.examine(raw.replace(b"fuir", b"voir"), keys, "« à voir »").attested
    assert not witness.examine(raw.replace(b"noreply@", b"autre@"), keys, WORDS).attested
    assert not witness.examine(raw, {}, WORDS).attested
    assert not witness.examine(MAIL, keys, WORDS).attested


def test_a_partial_body_or_another_domain_is_not_green(signer):
    keys = {f"s1._domainkey.{d}": signer[1] for d in ("plateforme.example", "ailleurs.example")}
    partial = witness.examine(signed(signer, length=True), keys, WORDS)
    assert (partial.attested, "partie du corps" in partial.reasons[0]) == (False, True)
    foreign = witness.examine(signed(signer, b"ailleurs.example"), keys, WORDS)
    assert (foreign.attested, "autre domaine" in foreign.reasons[0]) == (False, True)


PASSAGE = "Il refuse la carte Vitale et réclame 80 € en espèces pour dix minutes."
PAGE = f"60 avis\nM NP\nÀ fuir absolument !!!\n{PASSAGE}\nÀ son âge, qu’il prenne sa retraite."


def test_a_passage_is_found_word_for_word_with_its_offsets():
    found = compare.find_passage(PASSAGE, PAGE)
    assert found.state is PassageState.PRESENT
    assert PAGE[found.start : found.end] == PASSAGE
    broken = PAGE.replace("carte Vitale", "carte\nVitale").replace("80 €", "80\u00a0€")
    assert compare.find_passage(PASSAGE, broken).state is PassageState.PRESENT


def test_a_changed_passage_shows_its_words_and_an_absent_one_is_absent():
    found = compare.find_passage(PASSAGE, PAGE.replace("80 €", "25 €"))
    assert found.state is PassageState.CHANGED
    assert ("replaced", "80", "25") in [(c.kind, c.before, c.after) for c in found.changes]
    assert compare.find_passage(PASSAGE, "Un très bon médecin, à l’écoute. " * 20).state is PassageState.ABSENT


@pytest.mark.parametrize("seen", [Outcome.BLOCKED, Outcome.PARTIAL])
def test_a_blocked_or_partial_capture_never_proves_an_absence(seen):
    assert compare.find_passage(PASSAGE, "Connectez-vous", seen).state is PassageState.UNKNOWN


def test_two_texts_and_two_images_are_compared(tmp_path):
    changes = compare.text_changes("un\ndeux\ntrois", "un\n2\ntrois\nquatre")
    assert [c.kind for c in changes] == ["equal", "replaced", "equal", "added"]
    first = Image.new("RGB", (200, 100), "white")
    first.save(tmp_path / "a.png")
    ImageDraw.Draw(first).rectangle((50, 20, 99, 59), fill="black")
    first.save(tmp_path / "b.png")
    change = compare.image_change(tmp_path / "a.png", tmp_path / "b.png", tmp_path / "c.png")
    assert (change.box, change.same_size) == ((50, 20, 100, 60), True)
    assert change.share == pytest.approx(0.1)
    assert compare.image_change(tmp_path / "a.png", tmp_path / "a.png").share == 0


DAY = datetime(2026, 9, 1, 10, tzinfo=UTC)


def sightings(text):
    kinds = {"P": Outcome.PRESENT, "A": Outcome.ABSENT, "B": Outcome.BLOCKED, "p": Outcome.PARTIAL}
    return [ledger.Sighting(DAY + timedelta(days=n), kinds[c], str(n)) for n, c in enumerate(text)]


def test_the_ledger_says_how_long_a_content_stayed():
    kept = ledger.keep(sightings("PPPP"))
    assert kept.words == "en ligne du 1er septembre 2026 au 4 septembre 2026, 4 constatations, 0 absence"
    assert kept.removed_between is None


def test_a_passing_fault_is_told_from_a_removal():
    passing = ledger.keep(sightings("PPAPB"))
    assert passing.gaps[0].returned == DAY + timedelta(days=3)
    assert passing.removed_between is None
    assert passing.inconclusive == 1
    recent = ledger.keep(sightings("PPAA"))
    assert recent.removed_between == (DAY + timedelta(days=1), DAY + timedelta(days=2))
    assert not recent.removal_confirmed
    assert "à confirmer" in recent.words
    assert ledger.keep(sightings("P" + "A" * 16)).removal_confirmed
    assert ledger.keep([]).words == "jamais vu en ligne par une capture"


def sealed_facts(**changes):
    base = {
        "url": "https://avis.example/lieu?id=1",
        "final_url": "https://avis.example/lieu?id=1",
        "operator": "Me Claire Vasseur",
        "software": "Casefile 0.1.0",
        "started": "2026-11-23T20:50:05.100+00:00",
        "ended": "2026-11-23T20:50:12.000+00:00",
        "provenance": {"class": "A", "words": Provenance.SYSTEM_PUBLIC.words},
        "outcome": "present",
        "reasons": [],
        "completeness": {"complete": True, "words": "« 60 avis » annoncés, 60 chargés"},
        "cookies_choice": "refusés",
        "redirects": [{"status": 200, "url": "https://avis.example/lieu?id=1"}],
        "requests": 65,
        "exchanges": 65,
        "public_address": "198.51.100.7",
        "declared": {},
        "clock": {"before": {"offset": 0.004}, "after": {"offset": -0.002}},
        "relay": {"words": "relais local sans cache ni déchiffrement, journal joint", "exempted_used": []},
        "browser": {
            "product": "Chrome/156.0",
            "user_agent": "Mozilla/5.0 Chrome/156",
            "extensions": "désactivées",
            "cookies_at_start": 0,
            "profile": "répertoire neuf",
            "window": [1280, 900],
            "pixel_ratio": 1,
        },
        "machine": {
            "maker": None,
            "model": None,
            "serial": None,
            "virtual": True,
            "system": "Debian 12",
            "kernel": "Linux",
            "last_update": "2026-11-20",
            "local_address": "192.0.2.2",
            "gateway": None,
            "dns_servers": ["192.0.2.53"],
            "proxy_variables": [],
            "antivirus": None,
        },
    }
    return base | changes


def test_b10_the_report_has_eighteen_lines_each_measured_or_said_not_established():
    lines = facts.prerequisites(sealed_facts())
    assert [line.number for line in lines] == list(range(1, 19))
    missing = [line.title for line in lines if not line.established]
    assert missing == ["Réseau local, fournisseur d’accès, routeur, pare-feu"]
    assert "21:50:05" in lines[0].value
    assert "20:50:05 UTC" in lines[0].value
    unsynchronised = facts.prerequisites(sealed_facts(clock={"before": {"offset": None}, "after": {"offset": None}}))
    assert unsynchronised[8].value == "non établi"


def test_what_the_firm_declares_is_never_called_measured():
    line = facts.prerequisites(sealed_facts(declared={"network": "fibre, routeur du cabinet"}))[4]
    assert (line.source, line.value) == ("déclaré par le cabinet", "fibre, routeur du cabinet")


def test_no_line_of_the_report_claims_more_than_it_proves():
    lines = facts.prerequisites(sealed_facts())
    said = " ".join([*(f"{line.title} {line.value}" for line in lines), *facts.LIMITS]).lower()
    assert not any(word in said for word in ("constat ", "certifié", "authentique", "inviolable"))


HOLDS = {
    "adresse": {"url": "https://avis.example/lieu…"},
    "cache": {"browser": sealed_facts()["browser"] | {"cookies_at_start": 3}},
    "adresse-ip": {"public_address": None},
    "proxy": {"machine": sealed_facts()["machine"] | {"proxy_variables": ["https_proxy"]}},
    "exemption": {"relay": sealed_facts()["relay"] | {"exempted_used": ["127.0.0.1:80"]}},
    "horloge": {"clock": {"before": {"offset": 40.0}, "after": {"offset": 40.0}}},
    "navigateur": {"browser": sealed_facts()["browser"] | {"user_agent": "HeadlessChrome/156"}},
    "bandeau": {"cookies_choice": "bandeau laissé en place, aucun refus proposé"},
    "partielle": {"outcome": "partial", "reasons": ["limite"]},
    "publicite": {"provenance": {"class": "B", "words": Provenance.SYSTEM_SESSION.words}},
    "operateur": {"operator": ""},
}


def holding(**changes):
    found = challenge.objections(sealed_facts(**changes), qualified_timestamp=True)
    assert all(o.source and o.remedy and o.finding for o in found)
    return {o.id for o in found if o.holds}


def test_a_clean_capture_leaves_the_opponent_only_the_missing_act():
    assert holding() == {"acte"}
    assert {o.id for o in challenge.objections(sealed_facts()) if o.holds} == {"acte", "horodatage"}


@pytest.mark.parametrize("objection", HOLDS)
def test_each_weakness_gives_the_opponent_its_objection(objection):
    assert holding(**HOLDS[objection]) == {"acte", objection}


@pytest.mark.parametrize(
    ("text", "items", "words"),
    [
        ("4,3 – 1 234 avis", {"article": 30}, "« 1 234 avis » annoncés, 30 chargés"),
        ("60 avis et 3 commentaires", {"data-review-id": 60, "article": 120}, "« 60 avis » annoncés, 60 chargés"),
        ("Bonjour", {"article": 3}, "nombre d’éléments non annoncé par la page"),
        ("12 réponses", {}, "« 12 réponses » annoncés, nombre chargé non mesurable"),
    ],
)
def test_completeness_is_a_count_against_what_the_page_announces(text, items, words):
    assert outcome.completeness(text, items).words == words
