"""An anonymous review, its author named, and the letter that reaches them: the whole route in a real browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from casefile import accounts, audit, clock
from casefile.app import create_app
from casefile.models.matter import Party, PartyRole
from casefile.models.people import Firm, Person
from casefile.models.procedure import Deadline, DeadlineKind, DeadlineState, IdentificationStep, StepState
from tests.web.conftest import REVIEW, capture, cheap_hashing, matter, people
from tests.web.procedure_ground import retain

from .harness import opened, screenshot, serving
from .journey import Journey
from .test_clinical_case import ADDRESS, pdf_words
from .test_qualification import text_of

__all__ = ["capture", "cheap_hashing", "matter", "people"]

WORDS = "Ce médecin s'est trompé dans les dosages du médicament."
EXPLAINED = {
    "_imputation": "s’être trompé dans les dosages d’un médicament",
    "_target": "le docteur Anne Lemaire",
    "_identified_by": "la fiche porte son nom",
    "_why": "La phrase affirme une faute professionnelle précise et vérifiable.",
}
AUTHOR = {"civility": "Monsieur", "first_names": "Jean Marc", "name": "Roux", "email": "jm.roux@courriel.example"}


@pytest.fixture
def ground(database, people, capture, matter):
    """Give a firm, a complete client and an anonymous review qualified as defamation, twenty days old."""
    published = clock.today() - timedelta(days=20)
    start = REVIEW.index(WORDS)
    with database.transaction() as session:
        session.add(Firm(id=1, name="Cabinet Aubry", email="c@aubry.example", **ADDRESS))
        lawyer = session.get(Person, people["lawyer"].id)
        client = session.scalar(select(Party).where(Party.matter_id == matter.id, Party.role == PartyRole.CLIENT))
        client.first_names, client.profession = "Anne", "médecin généraliste"
        client.address, client.nationality = "4 rue des Lilas\n75011 Paris", "française"
        client.born_on, client.born_at = clock.today().replace(year=1979, day=1), "Lyon"
        content = retain(session, lawyer, capture, published_on=published, words=(start, start + len(WORDS)))
        content.item_id = "avis-04"
        return accounts.start_session(session, lawyer, complete=True, user_agent="test", address="127.0.0.1")


def day(page, name, on):
    for part, value in (("jour", on.day), ("mois", on.month), ("annee", on.year)):
        page.fill(f'[name="{name}-{part}"]', str(value))


class Route(Journey):
    """The lawyer's way through the dossier; each stop keeps a picture when a directory is named for it."""

    count = 0

    def look(self):
        super().look()
        self.count += 1
        screenshot(self.page, f"route-{self.count:02d}")

    def home(self):
        self.go(f"{self.dossier}/identification")

    def step(self, code):
        self.home()
        row = self.page.locator("tr", has=self.page.locator("td", has_text=re.compile(f"^{code}$")))
        row.get_by_role("link").first.click()
        self.page.wait_for_load_state()
        self.look()

    def write(self, code, kind, explained=EXPLAINED, **answers):
        """Draft the letter of a step from that step's page, and read it; gives its words."""
        self.step(code)
        self.follow(kind)
        self.press("Commencer")
        for name, value in answers.items():
            choose_or_fill(self, name, value)
        for name, text in explained.items():
            for field in self.page.locator(f'[name$="{name}"]').all():
                field.fill(text)
        self.press("Enregistrer et relire")
        return pdf_words(self.download("PDF"))

    def send(self, channel, proof, **more):
        self.press("Valider la lettre")
        self.press("Continuer")
        self.choose("channel", channel)
        day(self.page, "sent_on", clock.today())
        for name, value in {"proof_note": proof, **more}.items():
            self.page.fill(f'[name="{name}"]', value)
        for name in ("no_interruption", "knows_changes"):
            if self.page.locator(f'[name="{name}"]').count():
                self.page.check(f'[name="{name}"]')
        self.press("Enregistrer l’envoi")


def choose_or_fill(route, name, value):
    if hasattr(value, "year"):
        day(route.page, name, value)
        return
    field = route.page.locator(f'[name="{name}"]')
    kind = field.first.evaluate("node => node.type")
    if kind in {"radio", "select-one"}:
        route.choose(name, value)
    else:
        field.fill(value)


@pytest.mark.browser
@pytest.mark.slow
def test_an_anonymous_review_leads_to_a_named_author_and_a_formal_notice(
    browser, settings, database, ground, matter, people
):
    with serving(create_app(settings, database)) as address, opened(browser) as page:
        page.context.add_cookies([{"name": "casefile_session", "value": ground, "url": address}])
        route = Route(page, address)
        route.dossier = f"/dossiers/{matter.id}"
        see_the_routes(route)
        ask_to_preserve(route)
        apply_to_the_judge(route)
        receive_the_account(route)
        complain(route)
        name_the_author(route)
        put_on_notice(route)
        assert route.faults == []
    with database.reader() as session:
        assert list(audit.verify(session)) == []
        author = session.scalar(select(Party).where(Party.matter_id == matter.id, Party.role == PartyRole.AUTHOR))
        assert (author.name, author.is_identified) == ("Roux", True)
        codes = {row.code: row.state for row in session.scalars(select(IdentificationStep))}
        assert {code for code, state in codes.items() if state is StepState.STARTED} >= {"S09", "S15"}
        running = session.scalars(
            select(Deadline).where(Deadline.kind == DeadlineKind.LIMITATION, Deadline.state == DeadlineState.OPEN)
        ).all()
        assert running
        assert all(row.prudent_on > clock.today() + timedelta(days=85) for row in running)
        watch = session.scalar(select(IdentificationStep).where(IdentificationStep.code == "S16"))
        assert watch.due_on == clock.today() + timedelta(days=80)


def see_the_routes(route):
    route.home()
    route.press("Préparer les étapes")
    text = route.page.inner_text("main")
    assert "le seuil d’un an n’est pas atteint" in text
    assert "identité civile" in text
    printed = text_of(route.page.pdf(format="A4"))
    assert "Données encore détenues, et prescription" in printed
    assert printed.replace("10- 13", "10-13").count("R. 10-13") >= 5  # the last column, which the screen scrolls to


def ask_to_preserve(route):
    words = route.write(
        "S06",
        "Demande de conservation",
        explained={},
        channel="form",
        lawyer_gender="F",
        client_gender="F",
        categories="identité civile déclarée\ndonnées de création du compte",
        range_from="1er novembre 2026",
        range_to="30 novembre 2026",
        planned_action="requête en identification",
    )
    assert "Google Ireland Limited" in words
    route.send("form", "accusé de réception n° 4-7712")
    route.step("S06")
    assert "Réponse attendue" in route.page.inner_text("main")


def add_from_directory(route, words):
    route.go(f"{route.dossier}/parties/annuaire?q={words}")
    route.press("Ajouter au dossier")
    assert "Partie ajoutée" in route.page.inner_text(".flashes")


def apply_to_the_judge(route):
    """The reference holds no court: the firm adds it, then both parties come from the directory."""
    route.go("/annuaire/nouveau")
    route.fill(name="Tribunal judiciaire de Paris", legal_entity="Tribunal judiciaire de Paris", country="FR")
    route.page.check('[name="roles"][value="juridiction"]')
    route.press("Enregistrer")
    assert "article 53" in route.page.inner_text("main")
    route.fill(postal_address="1 parvis du Tribunal\n75017 Paris")
    route.press("Enregistrer")
    add_from_directory(route, "parvis")
    add_from_directory(route, "fiche d’établissement")
    words = route.write(
        "S10",
        "Requête aux fins",
        explained={},
        lawyer_gender="F",
        client_gender="F",
        legitimate_reason="Les propos imputent une faute précise et leur auteur se cache.",
        surprise="L’hébergeur n’est pas l’adversaire ; le compte peut être clos à tout instant.",
        data="identité | 1er novembre 2026 | 30 novembre 2026\ncompte | 1er novembre 2026 | 30 novembre 2026",
        interrupting_act="plainte avec constitution de partie civile",
        paragraphs="Le docteur Anne Lemaire a découvert l’avis sur sa fiche.",
        requests="ordonner la communication des données ci-dessus",
    )
    assert "Tribunal judiciaire de Paris" in words
    assert "l’identité civile, pour la période" in words
    assert "Google Ireland Limited" in words
    route.send("deposit", "récépissé du greffe")


def receive_the_account(route):
    """The order, then the data of the account: what was answered opens what follows, and is never typed twice."""
    route.step("S10")
    answer(route, "order", note="ordonnance du président, sur minute")
    route.step("S11")
    route.press("Engager")
    answer(route, "account", name="J. M. Roux", email=AUTHOR["email"], phone="06 00 00 00 00")
    text = route.page.inner_text("main")
    assert "J. M. Roux" in text
    route.home()
    assert "S14" in route.page.inner_text("main")


def answer(route, kind, **details):
    route.choose("kind", kind)
    day(route.page, "answered_on", clock.today())
    for name in ("name", "address"):
        if name in details and not route.page.locator(f'[name="{name}"]').is_visible():
            route.page.locator("details", has=route.page.locator(f'[name="{name}"]')).locator("summary").click()
    for name, value in details.items():
        route.page.fill(f'[name="{name}"]', value)
    route.press("Enregistrer la réponse")


def complain(route):
    words = route.write(
        "S09",
        "Plainte avec constitution",
        channel="deposit",
        lawyer_gender="F",
        client_gender="F",
        court_addressee="Madame la Doyenne des juges d’instruction",
        declared_address="4 rue des Lilas, 75011 Paris",
        deposit_funded="yes",
        acknowledged_by="Personne Lawyer",
        interrupting_act_on=clock.today(),
        measures="entendre la personne que désignent les données du compte",
        paragraphs="L’hébergeur a communiqué les données du compte.",
    )
    assert WORDS.replace("'", "’") in words or WORDS in words
    route.send("deposit", "récépissé du doyen")
    assert "enregistrez l’acte" in route.page.inner_text(".flashes")
    route.go(f"{route.dossier}/delais/actes/nouveau")
    route.choose("act_type", "pcpc")
    day(route.page, "done_on", clock.today())
    route.page.check('[name="is_proved"]')
    route.press("Enregistrer l’acte")


def name_the_author(route):
    route.home()
    route.follow("Auteur identifié")
    route.page.locator('[name="nature"][value="person"]').check(force=True)
    route.fill(**AUTHOR, postal_address="8 impasse du Puits\n69003 Lyon", proof="données du compte, pièce n° 4")
    route.press("Identifier l’auteur")
    assert "Auteur identifié" in route.page.inner_text(".flashes")


def put_on_notice(route):
    words = route.write(
        "S15",
        "Mise en demeure",
        channel="lrar",
        lawyer_gender="F",
        client_gender="F",
        client_agrees="yes",
        represented="no",
        identity_proved="yes",
        answer_before=clock.today() + timedelta(days=8),
        subject="avis publié sur Google",
        why_wrong="Le docteur Anne Lemaire a respecté les dosages.",
    )
    assert "ROUX" in words
    assert "8 impasse du puits" in words.casefold()
    route.send("lrar", "dépôt du jour", tracking_number="1A 234 567 8901 2")
