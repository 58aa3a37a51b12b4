"""A small firm with a row in most tables, for the tests that copy, check or search everything."""

from __future__ import annotations

import io
from datetime import date

from casefile import audit, clock
from casefile.evidence import bag, filing, timestamp
from casefile.evidence.authority import EmbeddedAuthority
from casefile.models.evidence import Artifact, Capture, Passage, Publication, Seal
from casefile.models.ledger import Exhibit, Heartbeat, Letter, Note
from casefile.models.matter import Matter, MatterCounter, Party, PartyRole, TeamFunction, TeamMember
from casefile.models.people import Firm, Person, Role
from casefile.models.procedure import Deadline, DeadlineKind, TriggerEvent

REVIEW = "Ce médecin est un CHARLATAN 😡 ; il m’a facturé 80 € et refusé ma carte vitale."


def build(session, storage, directory, *, matters=2):
    """Create a firm, two people who replace each other, dossiers with a sealed capture; give the partner."""
    session.add(Firm(name="Cabinet Éditeur", settings={"lead": 5}))
    session.add(Heartbeat(name="tick", beat_at=clock.now()))
    anne = Person(email="anne@cabinet.fr", full_name="Anne Éluard", role=Role.PARTNER, totp_secret="JBSWY3DP")
    marc = Person(email="marc@cabinet.fr", full_name="Marc Ôtan", role=Role.LAWYER)
    session.add_all([anne, marc])
    session.flush()
    anne.deputy_id, marc.deputy_id = marc.id, anne.id
    session.add(MatterCounter(year=2026, last_number=matters))
    authority = EmbeddedAuthority.at(directory / "authority")
    for number in range(1, matters + 1):
        add_matter(session, storage, authority, anne, number)
    return anne


def add_matter(session, storage, authority, person, number):
    matter = Matter(
        year=2026,
        number=number,
        reference=f"2026/{number:04d}",
        title=f"Dossier {number}",
        opened_on=date(2026, 11, 1),
        responsible_id=person.id,
    )
    session.add(matter)
    session.flush()
    session.add(TeamMember(matter_id=matter.id, person_id=person.id, function=TeamFunction.LEAD))
    session.add(Party(matter_id=matter.id, role=PartyRole.CLIENT, civility="Dr", name=f"Lefèvre{number}"))
    publication = Publication(
        matter_id=matter.id, title="Avis", platform="google", published_on=date(2026, 10, 1), sightings=[{"n": 1}]
    )
    session.add(publication)
    session.flush()
    capture = add_capture(session, storage, authority, publication, person)
    add_work(session, storage, matter, publication, capture=capture, person=person)
    audit.record(session, person, "matter.opened", matter, {"number": number})
    return matter


def add_capture(session, storage, authority, publication, person):
    text = f"{REVIEW} ({publication.matter_id})"
    digest, size = storage.put(io.BytesIO(text.encode()))
    manifest = bag.manifest_lines({"data/page.txt": digest}).encode()
    manifest_digest, _ = storage.put(io.BytesIO(manifest))
    capture = Capture(
        matter_id=publication.matter_id,
        publication_id=publication.id,
        requested_by_id=person.id,
        origin="browser",
        provenance="A",
        text=text,
    )
    session.add(capture)
    session.flush()
    row = {"path": "data/page.txt", "sha256": digest, "size": size, "media_type": "text/plain", "role": "text"}
    session.add(Artifact(capture_id=capture.id, **row))
    token = timestamp.obtain_embedded(authority, manifest)
    seal = Seal(capture_id=capture.id, authority="interne", stamped_at=token.at, reply=token.reply)
    seal.chain_pem = token.chain.decode()
    session.add(seal)
    session.flush()
    session.add(Artifact(capture_id=capture.id, **manifest_row(manifest_digest, len(manifest))))
    filing.close(session, capture, manifest_digest)
    session.flush()
    return capture


def manifest_row(sha256, size):
    return {"path": bag.MANIFEST, "sha256": sha256, "size": size, "media_type": "text/plain", "role": "seal"}


def add_work(session, storage, matter, publication, *, capture, person):
    session.add(
        Passage(
            matter_id=matter.id,
            publication_id=publication.id,
            capture_id=capture.id,
            exact="CHARLATAN 😡",
            start=18,
            end=29,
            source_sha256=capture.text_sha256,
            marked_by_id=person.id,
        )
    )
    trigger = TriggerEvent(matter_id=matter.id, kind="publication", entered_by_id=person.id, facts={"é": [1, None]})
    session.add(trigger)
    session.flush()
    session.add(
        TriggerEvent(matter_id=matter.id, kind="publication", entered_by_id=person.id, supersedes_id=trigger.id)
    )
    session.add(
        Deadline(
            matter_id=matter.id,
            kind=DeadlineKind.LIMITATION,
            label="Prescription",
            prudent_on=date(2026, 12, 31),
            responsible_id=person.id,
        )
    )
    pdf, _ = storage.put(io.BytesIO(f"%PDF {matter.reference}".encode()))
    letter = Letter(
        matter_id=matter.id,
        letter_type="mise_en_demeure",
        title="Mise en demeure",
        dated_on=date(2026, 11, 2),
        written_by_id=person.id,
        pdf_sha256=pdf,
        inputs={"demande": "Retirez immédiatement ces propos diffamatoires."},
    )
    piece, _ = storage.put(io.BytesIO(f"piece {matter.reference}".encode()))
    exhibit = Exhibit(matter_id=matter.id, number=1, title="Constat", sha256=piece, media_type="application/pdf")
    note = Note(matter_id=matter.id, author_id=person.id, body="Le client s’inquiète de l’« œuvre » adverse.")
    session.add_all([letter, exhibit, note])
    session.flush()
