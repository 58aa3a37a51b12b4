"""The one dossier of the firm that has everything: its page is then drawn with its eight sections filled.

What the product decides is left to it: passages, qualifications, the limitation with its trace, the act that moves it
are written by its own verbs, each at its own instant of the last seconds: a trail that began days ago without a night's
work would be an alarm on every page. Captures are rows without files, since the page opens none.
Identifiers alone are not drawn from the seed: the verbs make their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from casefile import clock, matters, passages, qualification
from casefile.deadlines import limitation
from casefile.models.evidence import Capture, CaptureState, DateKind, Passage, Publication
from casefile.models.matter import Matter, PartyRole
from casefile.models.people import Person
from casefile.models.procedure import IdentificationStep, StepState

# An offence whose period is a year: its last useful day is beyond the ninety days in which each list of the probed
# lawyer shows as many rows at every size, and so is the day of each step.
OFFENCE = "diffamation_publique_sexiste_homophobe_handicap"
REASONS = "Un fait précis est imputé à raison du sexe."
WORDS = (
    "Elle falsifie les comptes rendus, comme toutes les femmes de ce service.",
    "Les femmes de ce cabinet volent leurs patients, elle la première.",
    "Fuyez, c'est hors de prix.",
)
TEXT = "Avis publié par Patient pressé\n" + "\n".join(WORDS) + "\n"
NOTE = "La cliente a revu la page ce matin : l'avis est toujours en ligne.\nRien n'y a changé."
SUMMARY = "Un avis publié sur une fiche impute à la cliente des faux et des vols.\nElle en demande le retrait."
AHEAD = 120  # days until the first step to come


def fill(session: Session, person_id: Any, matter_id: Any) -> None:
    """Live one dossier up to now."""
    lawyer, matter = session.get_one(Person, person_id), session.get_one(Matter, matter_id)
    with _ago(9):
        matters.edit(session, lawyer, matter, matter.version, summary=SUMMARY)
        matters.add_party(session, lawyer, matter, PartyRole.AUTHOR, name="Patient pressé", is_identified=False)
        content = _content(session, lawyer, matter)
    with _ago(8):
        matters.add_party(session, lawyer, matter, PartyRole.HOST, name="Avis en ligne", is_company=True)
        shown = _capture(session, lawyer, content, "browser", requested_url=content.url)
    with _ago(7):
        _capture(session, lawyer, content, "upload", file_name="constat.pdf", media_type="application/pdf")
    for place, words in enumerate(WORDS):
        with _ago(6 - place):
            passage = passages.mark(session, lawyer, shown, *passages.locate(TEXT, words, None))
            if words != WORDS[-1]:
                _qualify(session, lawyer, matter, content, passage)
    with _ago(3):
        act, done_on = "requisitions_enquete_articulees", clock.today() - timedelta(days=20)
        note = "Réquisitions du parquet reçues."
        limitation.record_act(session, lawyer, matter, act, done_on, publication=content, is_proved=True, note=note)
    with _ago(2):
        session.add_all(_steps(lawyer, content))
        session.flush()
    with _ago(1):
        matters.add_note(session, lawyer, matter, NOTE)


@contextmanager
def _ago(seconds: int) -> Iterator[None]:
    with clock.frozen(clock.now() - timedelta(seconds=seconds)):
        yield


def _content(session: Session, lawyer: Person, matter: Matter) -> Publication:
    online = clock.today() - timedelta(days=47)
    return matters.add_publication(
        session,
        lawyer,
        matter,
        title="Avis de « Patient pressé »",
        platform="google_maps",
        url="https://avis.example/fiche/1",
        shown_author="Patient pressé",
        date_kind=DateKind.EXACT,
        published_on=online,
        date_proof="date affichée sur la page",
        discovered_on=online + timedelta(days=2),
    )


def _capture(session: Session, lawyer: Person, content: Publication, origin: str, **facts: Any) -> Capture:
    instant, digest = clock.now(), hashlib.sha256(TEXT.encode()).hexdigest()
    if origin == "browser":
        facts |= {"text": TEXT, "text_sha256": digest}
    capture = Capture(
        matter_id=content.matter_id,
        publication_id=content.id,
        requested_by_id=lawyer.id,
        state=CaptureState.SEALED,
        origin=origin,
        provenance="A",
        started_at=instant,
        ended_at=instant,
        sealed_at=instant,
        manifest_sha256=digest,
        **facts,
    )
    session.add(capture)
    session.flush()
    return capture


def _qualify(session: Session, lawyer: Person, matter: Matter, content: Publication, passage: Passage) -> None:
    draft = qualification.reopen(session, lawyer, passage, content)
    qualification.choose(session, lawyer, matter, draft, chosen=OFFENCE, reasons=REASONS, acknowledged=True)


def _steps(lawyer: Person, content: Publication) -> Iterator[IdentificationStep]:
    """Write steps as their pages leave them, without the reminder that each day to come would put on the lists."""
    today = clock.today()
    shared = {"matter_id": content.matter_id, "publication_id": content.id, "responsible_id": lawyer.id}
    answered = {
        "started_on": today - timedelta(days=18),
        "answered_on": today - timedelta(days=9),
        "answer_kind": "accepted",
    }
    result = "L'hébergeur a conservé les données de connexion."
    named = (
        (
            "conservation",
            "Demander à l'hébergeur de conserver les données",
            StepState.DONE,
            {**answered, "result": result},
        ),
        ("identite", "Demander l'identité de l'auteur", StepState.STARTED, {"started_on": today - timedelta(days=9)}),
        ("operateur", "Interroger l'opérateur : qui avait cette adresse ?", StepState.PLANNED, {}),
    )
    for position, (code, label, state, facts) in enumerate(named):
        due_on = today + timedelta(days=AHEAD + 30 * position)
        yield IdentificationStep(
            code=code, label=label, position=position, state=state, due_on=due_on, **shared, **facts
        )
