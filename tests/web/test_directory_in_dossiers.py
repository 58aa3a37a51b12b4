"""The firm's directory inside the dossiers: letters follow it, courts come with their seat, operators too."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from casefile import directory
from casefile.documents import catalogue
from casefile.documents.dossier import facts_of, gather
from casefile.documents.findings import DocumentRefused
from casefile.identification import answers, procedure
from casefile.models.evidence import Publication
from casefile.models.ledger import Letter
from casefile.models.matter import Matter, Party, PartyRole
from casefile.models.people import Firm, Person
from casefile.models.procedure import IdentificationStep

from .procedure_ground import HARASSMENT, prepared, retain

pytestmark = pytest.mark.usefixtures("frozen_clock", "app")
COURT = {"name": "Tribunal judiciaire de Lyon", "legal_entity": "Tribunal judiciaire de Lyon", "country": "FR"}
COURT["roles"] = "juridiction"
SEAT = "67 rue Servient\n69433 Lyon Cedex 03"
IP = {"address": "203.0.113.7", "port": 51432, "at": "2026-09-01T14:05:22+02:00"}


@pytest.fixture
def lawyer(as_person):
    return as_person("lawyer")


def facts(session, people, capture, kind, **inputs):
    person = session.get(Person, people["lawyer"].id)
    matter = session.get(Matter, capture.matter_id)
    content = session.get(Publication, capture.publication_id)
    firm = session.get(Firm, 1)
    firm.address, firm.city, firm.bar, firm.email = "1 rue X\n75006 Paris", "Paris", "Paris", "c@aubry.example"
    return facts_of(gather(session, matter, person, content), kind, inputs)


def test_an_address_corrected_by_the_firm_is_the_one_that_letters_bear(database, people, capture):
    with database.writer() as session:
        person = session.get(Person, people["lawyer"].id)
        retain(session, person, capture)
        directory.correct(session, person, "google_maps", {"postal_address": "12 New Street\nDublin 8"}, 0)
        found = facts(session, people, capture, "notification_dsa")
    assert found["recipient"]["address"] == ["12 New Street", "Dublin 8", "Irlande"]


def test_a_court_needs_its_seat_and_gives_it_to_the_acts(lawyer, matter, database, people, capture):
    refused = lawyer.post("/annuaire/nouveau", COURT)
    assert refused.status_code == 400
    assert "article 53" in refused.text
    assert lawyer.post("/annuaire/nouveau", {**COURT, "postal_address": SEAT}).status_code == 303
    page = f"/dossiers/{matter.id}/parties/annuaire"
    shown = lawyer.get(f"{page}?qualite=juridiction").text
    assert "Tribunal judiciaire de Lyon" in shown
    assert "Fiche non contrôlée" in shown
    assert lawyer.post(page, {"key": "tribunal_judiciaire_de_lyon"}).status_code == 303
    again = lawyer.post(page, {"key": "tribunal_judiciaire_de_lyon"})
    assert again.status_code == 400
    assert "déjà une partie" in again.text
    with database.writer() as session:
        court = facts(session, people, capture, "pcpc")["court"]
    assert court == {"name": "Tribunal judiciaire de Lyon", "address": "67 rue Servient", "city": "Lyon"}


def test_a_new_party_is_announced_as_new_and_leads_to_the_directory(lawyer, matter):
    """A macro of the frame bore the name of the page's party: every new one was « modifiée », without the link."""
    text = lawyer.get(f"/dossiers/{matter.id}/parties/nouvelle").text
    assert "<h2>Ajouter une partie</h2>" in text
    assert f'href="/dossiers/{matter.id}/parties/annuaire"' in text


def test_an_entry_without_address_is_not_made_a_party(lawyer, matter):
    page = f"/dossiers/{matter.id}/parties/annuaire"
    refused = lawyer.post(page, {"key": "glassdoor"})
    assert refused.status_code == 400
    assert "relevez-la au registre" in refused.text
    assert lawyer.post(page, {"key": "inconnue"}).status_code == 400


def test_nobody_else_takes_from_the_directory(as_person, matter):
    page = f"/dossiers/{matter.id}/parties/annuaire"
    assert as_person("stranger").get(page).status_code == 404
    assert as_person("reader").get(page).status_code in {403, 404}


def test_without_the_seat_of_the_court_an_election_of_domicile_says_why(database, people, capture):
    with database.writer() as session:
        retain(session, session.get(Person, people["lawyer"].id), capture)
        found = facts(session, people, capture, "citation_directe", election_city="Lyon", election_address="2 rue Y")
        told = [finding.message for finding in catalogue.check("citation_directe", found, date(2026, 11, 23)).refusals]
    assert any("La commune où siège le tribunal n’est pas connue" in message for message in told)


@pytest.fixture
def connected(database, people, capture):
    """Give a dossier whose host has answered with a connection, and whose operator is a party."""
    steps = prepared(database, people, capture, HARASSMENT)
    with database.transaction() as session:
        person, matter = session.get(Person, people["lawyer"].id), session.get(Matter, capture.matter_id)
        client = session.scalar(select(Party).where(Party.matter_id == matter.id, Party.role == PartyRole.CLIENT))
        client.first_names, client.civility = "Anne", "Madame"
        step = session.get(IdentificationStep, steps["S10"].id)
        procedure.begin(session, person, matter, step, date(2026, 11, 20))
        answers.record_answer(session, person, matter, step, answers.CONNECTION, on=date(2026, 11, 22), details=IP)
        session.add(
            Party(
                matter_id=matter.id,
                role=PartyRole.ISP,
                is_company=True,
                name="Free SAS",
                address="8 rue X\n75008 Paris",
            )
        )
    return steps


def text_of(blocks):
    return " ".join(str(block) for block in blocks).replace("\u00a0", " ").replace("\u202f", " ")


def test_the_letter_to_the_operator_names_port_instant_and_zone(database, people, capture, connected):
    inputs = {"addressee": "isp", "channel": "lrar", "range_zone": "Europe/Paris"}
    with database.writer() as session:
        found = facts(session, people, capture, "conservation_donnees", **inputs)
        words = text_of(catalogue.build("conservation_donnees", found, date(2026, 11, 23)))
    assert found["recipient"]["name"] == "Free SAS"
    assert found["range"]["zone"] == "temps universel (UTC)"
    for said in ("203.0.113.7", "51432", "01/09/2026 à 12:05:22 UTC", "01/09/2026 à 14:05:22 (UTC+0200)", "abonné"):
        assert said in words, said


@pytest.mark.parametrize(
    ("change", "on", "code"),
    [
        ({"port": None}, date(2026, 11, 23), "no_port"),
        ({}, date(2027, 9, 2), "erased"),
    ],
)
def test_a_connection_that_names_nobody_is_refused(database, people, capture, connected, change, on, code):
    with database.writer() as session:
        found = facts(session, people, capture, "conservation_donnees", addressee="isp", channel="lrar")
    found["connections"] = [{**found["connections"][0], **change}]
    with pytest.raises(DocumentRefused) as refused:
        catalogue.build("conservation_donnees", found, on)
    assert code in [finding.code for finding in refused.value.preflight.refusals]


def test_without_an_address_the_operator_is_not_written_to(database, people, capture):
    with database.writer() as session:
        retain(session, session.get(Person, people["lawyer"].id), capture)
        found = facts(session, people, capture, "conservation_donnees", addressee="isp", channel="lrar")
        codes = [one.code for one in catalogue.check("conservation_donnees", found, date(2026, 11, 23)).refusals]
    assert "no_connection" in codes


def test_the_second_application_is_against_the_operator(database, people, capture, connected):
    with database.writer() as session:
        found = facts(session, people, capture, "requete_145", addressee="isp")
    assert [(one["name"], one["quality"]) for one in found["defendants"]] == [("Free SAS", "fournisseur d’accès")]


def test_a_health_paragraph_enters_a_letter_only_when_ticked(lawyer, matter, database, people, capture):
    with database.writer() as session:
        retain(session, session.get(Person, people["lawyer"].id), capture)
        ours = {"paragraphs": ["Les nôtres."]}
        plain = facts(session, people, capture, "mise_en_demeure", **ours)
        ticked = facts(session, people, capture, "mise_en_demeure", **ours, health=["secret_empeche_de_repondre"])
    assert plain["paragraphs"] == ["Les nôtres."]
    assert ticked["paragraphs"][0] == "Les nôtres."
    assert "secret professionnel" in ticked["paragraphs"][1]
    start = f"/dossiers/{matter.id}/documents/nouveau/mise_en_demeure"
    form = lawyer.post(start, follow_redirects=True).text
    assert "Le secret empêche de répondre" not in form  # this client is no health professional


def test_the_step_of_the_operator_begins_a_letter_to_the_operator(lawyer, matter, connected, database):
    page = lawyer.get(f"/dossiers/{matter.id}/identification/etapes/{connected['S13'].id}").text
    assert "destinataire=isp" in page
    path = f"/dossiers/{matter.id}/documents/nouveau/conservation_donnees?destinataire=isp"
    assert lawyer.post(path).status_code == 303
    with database.reader() as session:
        assert session.scalar(select(Letter)).inputs["addressee"] == "isp"


@pytest.mark.parametrize(("platform", "offered"), [("google_maps", True), ("facebook", False)])
def test_the_grounds_of_the_platform_s_own_rules_are_ticked_beside_the_legal_one(
    lawyer, matter, capture, database, people, platform, offered
):
    with database.transaction() as session:
        retain(session, session.get(Person, people["lawyer"].id), capture).platform = platform
    start = f"/dossiers/{matter.id}/documents/nouveau/notification_dsa"
    letter = lawyer.post(start).headers["Location"].removesuffix("/modifier")
    form = lawyer.get(f"{letter}/modifier").text
    assert ("Engagement factice" in form) is offered
    assert ("(de mémoire)" in form) is offered
    if offered:
        saved = lawyer.post(
            f"{letter}/modifier", {"policy": "google_accusation", "version": "1"}, page=f"{letter}/modifier"
        )
        assert saved.status_code == 303
        with database.reader() as session:
            assert session.scalar(select(Letter)).inputs["policy"] == ["google_accusation"]
