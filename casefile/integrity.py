"""The whole firm checked: the trail, each file that a row names, each manifest and its time-stamp tokens.

It reads everything again and believes nothing; what it finds is told in French, row by row.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from casefile import anchoring, audit, desk, destruction, emptying
from casefile.cipher import KeyMissing
from casefile.deadlines import journal, proof_check
from casefile.errors import CasefileError
from casefile.evidence import bag, custody_ledger
from casefile.models.client import DeliveredFile
from casefile.models.correspondence import FiledMail, MailPart
from casefile.models.erasure import MatterErasure
from casefile.models.evidence import Artifact, Capture, CaptureState, CustodyEvent, Passage, Seal
from casefile.models.ledger import AuditAnchor, AuditEntry, Exhibit, JournalSheet, Letter, LetterVersion
from casefile.models.matter import Matter, MatterState
from casefile.storage import BlobAltered, BlobMissing, verify_blob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from casefile.storage import Storage

BATCH = {"yield_per": 500}
# The columns that name a blob. A test compares this list to the models.
NAMING: dict[str, Any] = {
    "artifact.sha256": select(Artifact.sha256, Artifact.path, Artifact.size)
    .join(Capture)
    .where(Capture.state == CaptureState.SEALED),
    "letter.pdf_sha256": select(Letter.pdf_sha256, Letter.title).where(Letter.pdf_sha256.is_not(None)),
    "letter.docx_sha256": select(Letter.docx_sha256, Letter.title).where(Letter.docx_sha256.is_not(None)),
    "letter.word_sha256": select(Letter.word_sha256, Letter.title).where(Letter.word_sha256.is_not(None)),
    "letter_version.file_sha256": select(LetterVersion.file_sha256, Letter.title)
    .join(Letter, Letter.id == LetterVersion.letter_id)
    .where(LetterVersion.file_sha256.is_not(None)),
    "exhibit.sha256": select(Exhibit.sha256, Exhibit.title),
    "filed_mail.sha256": select(FiledMail.sha256, FiledMail.file_name),
    "mail_part.sha256": select(MailPart.sha256, MailPart.name, MailPart.size),
    "delivered_file.sha256": select(DeliveredFile.sha256, DeliveredFile.name, DeliveredFile.size),
    "journal_sheet.pdf_sha256": select(JournalSheet.pdf_sha256, JournalSheet.seal),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing altered, missing or misplaced: which kind, which row or file, and the French sentence."""

    kind: str
    where: str
    message: str


@dataclass(slots=True)
class Report:
    """What was checked, counted by kind, and what was found."""

    checked: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.faults

    def blame(self, kind: str, where: Any, message: str) -> None:
        """Add one fault."""
        self.faults.append(Fault(kind, str(where), message))

    def as_json(self) -> dict[str, Any]:
        """Give the JSON of `casefile verify`."""
        faults = [{"kind": f.kind, "where": f.where, "message": f.message} for f in self.faults]
        return {"ok": self.ok, "checked": dict(self.checked), "faults": faults}


def verify(session: Session, storage: Storage) -> Report:
    """Check everything; the report tells, nothing raises for what is altered."""
    report = Report()
    _check_trail(session, report)
    _check_custody(session, report)
    _check_blobs(session, storage, report)
    _check_captures(session, storage, report)
    _check_passages(session, report)
    _check_journal(session, storage, report)
    _check_destroyed(session, report)
    _check_lists(session, report)
    return report


def named_digests(session: Session) -> set[str]:
    """Give every blob that some row names: what must be in the store."""
    return {row[0] for query in NAMING.values() for row in session.execute(query)}


def _check_trail(session: Session, report: Report) -> None:
    report.checked["audit"] = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    for fault in audit.verify(session):
        report.blame("audit", fault.seq, fault.message)
    report.checked["anchors"] = session.scalar(select(func.count()).select_from(AuditAnchor)) or 0
    for seq, message in anchoring.faults(session):
        report.blame("anchor", seq, message)


def _check_destroyed(session: Session, report: Report) -> None:
    """Each destroyed dossier has its certificate, as the trail says it, and nothing else."""
    query = (
        select(Matter.id, Matter.reference, MatterErasure.id, MatterErasure.certificate, MatterErasure.digest)
        .outerjoin(MatterErasure, (MatterErasure.matter_id == Matter.id) & MatterErasure.granted)
        .where(Matter.state == MatterState.ERASED)
    )
    for matter_id, reference, erasure_id, certificate, digest in session.execute(query).all():
        report.checked["destroyed"] += 1
        said = session.scalars(
            select(AuditEntry.facts).where(
                AuditEntry.action == "matter.erased", AuditEntry.subject_id == str(erasure_id)
            )
        ).all()
        true = erasure_id is not None and digest == destruction.digest_of(certificate)
        if not true or [facts.get("certificate") for facts in said] != [digest]:
            report.blame("destroyed", reference, f"La preuve de destruction du dossier {reference} a été modifiée.")
        left = emptying.left_of(session, matter_id)
        if left:
            report.blame(
                "destroyed", reference, f"Il reste des lignes du dossier détruit {reference} : {', '.join(left)}."
            )


def _check_lists(session: Session, report: Report) -> None:
    """The copies that lists sort and count say what their sources say: a date that they lack is shown to nobody."""
    report.checked["lists"] = desk.count(session)
    for matter_id in sorted({matter_id for *_kind, matter_id in desk.differences(session)}, key=str):
        report.blame(
            "lists",
            matter_id,
            f"Les listes ne montrent plus fidèlement le dossier {matter_id} : lancez « casefile lists rebuild ».",
        )


def _check_journal(session: Session, storage: Storage, report: Report) -> None:
    pages = journal.export(session, date.min, date.max)
    report.checked["journal"] = len(pages["pages"])
    for message in proof_check.journal_faults(pages):
        report.blame("journal", "journal_page", message)
    for message in proof_check.sheets_faults(_sheets(session, storage, report)):
        report.blame("journal", "journal_sheet", message)


def _sheets(session: Session, storage: Storage, report: Report) -> Iterator[tuple[str, bytes]]:
    for row in session.scalars(select(JournalSheet).order_by(JournalSheet.number).execution_options(**BATCH)):
        try:
            with storage.open(row.pdf_sha256) as source:
                content = source.read()
        except (CasefileError, ValueError):
            continue  # named among the blobs
        if proof_check.seal_of(content) != row.seal:
            report.blame("journal", row.number, f"La feuille {row.number} n'est pas celle du registre.")
        yield f"La feuille {row.number}", content


def _check_custody(session: Session, report: Report) -> None:
    report.checked["custody"] = session.scalar(select(func.count()).select_from(CustodyEvent)) or 0
    for fault in custody_ledger.verify(session):
        report.blame("custody", fault.seq, fault.message)


def _check_blobs(session: Session, storage: Storage, report: Report) -> None:
    known: dict[str, int | CasefileError] = {}
    for kind, query in NAMING.items():
        for sha256, name, *size in session.execute(query.execution_options(**BATCH)):
            if sha256 not in known:
                known[sha256] = _examine(storage, sha256)
                report.checked["blobs"] += 1
            found = known[sha256]
            if isinstance(found, CasefileError):
                report.blame("blob", f"{kind} {sha256}", f"« {name} » : {found.message}")
            elif size and size[0] != found:
                report.blame("blob", f"{kind} {sha256}", f"« {name} » : la taille inscrite n'est pas celle du fichier.")


def _examine(storage: Storage, sha256: str) -> int | CasefileError:
    try:
        return verify_blob(storage, sha256)
    except (BlobMissing, BlobAltered, KeyMissing) as error:
        return error
    except ValueError:
        return BlobMissing(f"L'empreinte {sha256!r} n'a pas la forme d'une empreinte : la ligne a été modifiée.")


def _check_captures(session: Session, storage: Storage, report: Report) -> None:
    sealed = select(Capture).where(Capture.state == CaptureState.SEALED).order_by(Capture.id)
    for capture in session.scalars(sealed.execution_options(**BATCH)):
        report.checked["captures"] += 1
        rows = session.execute(select(Artifact.path, Artifact.sha256).where(Artifact.capture_id == capture.id))
        digests: dict[str, str] = {row.path: row.sha256 for row in rows}
        _check_text(capture, report)
        _check_sealing(session, capture, report)
        _check_manifest(session, storage, capture, digests, report)


def _check_text(capture: Capture, report: Report) -> None:
    if capture.text_sha256 and hashlib.sha256(capture.text.encode()).hexdigest() != capture.text_sha256:
        report.blame("capture", capture.id, "Le texte de la capture a été modifié.")


def _check_sealing(session: Session, capture: Capture, report: Report) -> None:
    said = session.scalars(
        select(CustodyEvent.facts).where(CustodyEvent.capture_id == capture.id, CustodyEvent.action == "sealed")
    ).all()
    if [facts.get("manifest") for facts in said] != [capture.manifest_sha256]:
        report.blame("custody", capture.id, "Le registre de conservation ne dit pas ce scellement.")


def _check_manifest(
    session: Session, storage: Storage, capture: Capture, digests: dict[str, str], report: Report
) -> None:
    if capture.manifest_sha256 is None or digests.get(bag.MANIFEST) not in {None, capture.manifest_sha256}:
        report.blame("manifest", capture.id, "L'empreinte du manifeste de la capture a été modifiée.")
        return
    try:
        with storage.open(capture.manifest_sha256) as source:
            manifest = source.read()
        listed = bag.read_manifest(manifest.decode())
    except (CasefileError, UnicodeDecodeError) as error:
        report.blame("manifest", capture.id, getattr(error, "message", "Le manifeste est illisible."))
        return
    report.checked["manifests"] += 1
    rows = {path: sha256 for path, sha256 in digests.items() if path.startswith(f"{bag.PAYLOAD}/")}
    for path in sorted(listed.keys() - rows.keys()):
        report.blame("artifact", f"{capture.id} {path}", f"La ligne du fichier « {path} » a été supprimée.")
    for path in sorted(rows.keys() - listed.keys()):
        report.blame("artifact", f"{capture.id} {path}", f"Le fichier « {path} » n'est pas dans le manifeste.")
    for path in sorted(rows.keys() & listed.keys()):
        if rows[path] != listed[path]:
            report.blame("artifact", f"{capture.id} {path}", f"L'empreinte du fichier « {path} » a été modifiée.")
    _check_tokens(session, capture, manifest, report)


def _check_tokens(session: Session, capture: Capture, manifest: bytes, report: Report) -> None:
    from casefile.evidence import timestamp

    for token in session.scalars(select(Seal).where(Seal.capture_id == capture.id)):
        report.checked["tokens"] += 1
        try:
            found = timestamp.check(token.reply, manifest, token.chain_pem.encode())
        except CasefileError as error:
            report.blame("token", token.id, f"{token.authority} : {error.message}")
            continue
        if found.at != token.stamped_at:
            report.blame("token", token.id, f"{token.authority} : l'instant inscrit n'est pas celui du jeton.")


def _check_passages(session: Session, report: Report) -> None:
    query = select(
        Passage.id, Passage.exact, Passage.ocr_proposal, Passage.source_sha256, Capture.text, Capture.text_sha256
    ).join(Capture, Capture.id == Passage.capture_id)
    for row in session.execute(query.execution_options(**BATCH)):
        report.checked["passages"] += 1
        if row.source_sha256 != row.text_sha256 or (row.ocr_proposal or row.exact) not in row.text:
            report.blame("passage", row.id, "Les mots du passage ne sont plus ceux de la capture.")
