"""A content with a retained qualification, and what its identification tests share."""

from __future__ import annotations

from datetime import date

from casefile import clock, passages
from casefile.deadlines import limitation
from casefile.identification import procedure
from casefile.models.evidence import Capture, DateKind, Publication
from casefile.models.matter import Matter
from casefile.models.people import Person
from casefile.models.procedure import IdentificationStep, Qualification, QualificationState

PUBLISHED_ON = date(2026, 9, 3)
DEFAMATION = "diffamation_publique_particulier"
HARASSMENT = "cyberharcelement"


def retain(session, lawyer, capture, qualification=DEFAMATION, published_on=PUBLISHED_ON, words=(0, 4)) -> Publication:
    """Retain a qualification on the first words of a capture, and open its limitation."""
    capture = session.get(Capture, capture.id)
    matter, publication = session.get(Matter, capture.matter_id), session.get(Publication, capture.publication_id)
    publication.date_kind, publication.published_on = DateKind.EXACT, published_on
    publication.date_proof = "date affichée dans la page"
    passage = passages.mark(session, lawyer, capture, *words)
    row = Qualification(
        matter_id=matter.id,
        passage_id=passage.id,
        state=QualificationState.CHOSEN,
        facts_on=published_on,
        chosen=qualification,
        chosen_by_id=lawyer.id,
        chosen_at=clock.now(),
    )
    session.add(row)
    session.flush()
    limitation.recompute_limitation(
        session, lawyer, matter, publication, qualification, reason="retenue", qualification=row
    )
    return publication


def prepared(database, people, capture, qualification=DEFAMATION) -> dict[str, IdentificationStep]:
    """Prepare the steps of a content and give them by code."""
    with database.transaction() as session:
        lawyer = session.get(Person, people["lawyer"].id)
        publication = retain(session, lawyer, capture, qualification)
        steps = procedure.prepare(session, lawyer, session.get(Matter, capture.matter_id), publication)
    return {step.code: step for step in steps}
