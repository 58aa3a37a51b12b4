"""The « note de qualification » for the client: each passage, what it is in law, how solid, what may be answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from casefile.documents.blocks import (
    Block,
    Exact,
    Letterhead,
    Strong,
    bullets,
    heading,
    paragraph,
    quotation,
    table,
    url,
)
from casefile.documents.pdf import Meta
from casefile.documents.typography import long_date
from casefile.law.consequences import Consequences, consequences_of
from casefile.law.defences import LEVEL_LABELS, PROSPECT_LABELS, defences_for, strength_of
from casefile.law.thresholds import ACCESS_LABELS, Threshold
from casefile.models.people import Firm

TITLE = "Note de qualification"
NOTHING = "aucune"
WEIGHS = {"for": "Acquis", "unknown": "À établir", "against": "Contre nous"}


@dataclass(frozen=True)
class NotedPassage:
    """One passage with the choice that a lawyer made of it; None when nobody has chosen yet."""

    words: str
    read_by_machine: str | None
    content: str
    address: str
    author: str
    capture: str
    qualification: str
    facts_on: date
    answers: Mapping[str, str] = field(default_factory=dict)
    reasons: str = ""
    decided: str = ""
    reviewed: str = ""
    prudent_on: date | None = None
    useful_on: date | None = None
    client_reply: str = ""
    facts_until: date | None = None


@dataclass(frozen=True)
class NotedMatter:
    """The dossier as the head of the note names it."""

    reference: str
    title: str
    client: str
    lawyer: str
    firm: Firm | None


def note(matter: NotedMatter, passages: Sequence[NotedPassage], on: date) -> list[Block]:
    """Build the note on one day, under the procedure of that day."""
    return [
        _head(matter),
        heading(TITLE, 0),
        paragraph(f"{matter.reference} – ", Exact(matter.title), style="subject"),
        paragraph(
            f"Établie le {long_date(on)} pour ", Exact(matter.client or "le client"), ", sous le secret professionnel."
        ),
        heading("En bref"),
        _summary(passages),
        *(block for number, passage in enumerate(passages, 1) for block in _passage(number, passage, on)),
        paragraph(
            "Cette note est une analyse à la date indiquée : de nouveaux éléments, une autre date de mise en ligne ou "
            "une réponse différente peuvent la modifier. La date prudente est celle à ne pas dépasser.",
            style="note",
        ),
    ]


def meta(matter: NotedMatter, on: date) -> Meta:
    """Give what stands around the note."""
    demo = matter.firm is not None and matter.firm.is_demo
    return Meta(
        title=TITLE,
        author=matter.lawyer,
        reference=f"Dossier {matter.reference}",
        created=on,
        watermark="DÉMONSTRATION" if demo else "",
    )


def _head(matter: NotedMatter) -> Letterhead:
    firm = matter.firm
    if firm is None:
        return Letterhead(name=matter.lawyer)
    bar = f"Avocats au barreau de {firm.bar}" if firm.bar else ""
    lines = (bar, ", ".join(firm.address.splitlines()), firm.phone, firm.email)
    return Letterhead(name=firm.name, lines=tuple(line for line in lines if line))


def _summary(passages: Sequence[NotedPassage]) -> Block:
    rows = []
    for number, passage in enumerate(passages, 1):
        chosen = passage.qualification != NOTHING
        found = consequences_of(passage.qualification, passage.facts_on, passage.facts_on) if chosen else None
        level = strength_of(passage.qualification, passage.answers, passage.facts_on).level if chosen else None
        rows.append(
            [
                str(number),
                found.title if found else "Critique admissible",
                LEVEL_LABELS[level] if level else "–",
                long_date(passage.prudent_on) if passage.prudent_on else "–" if not chosen else "à établir",
            ]
        )
    return table(["N°", "Qualification", "Solidité", "Date prudente"], rows, widths=(0.6, 5, 1.6, 2.4))


def _passage(number: int, passage: NotedPassage, on: date) -> Iterator[Block]:
    yield heading(f"Propos n° {number}")
    yield paragraph(Exact(passage.content), ", sous le nom affiché « ", Exact(passage.author or "sans nom"), " »")
    if passage.address:
        yield url(passage.address)
    yield quotation(passage.words, label=f"Propos n° {number}", capture=passage.capture)
    if passage.read_by_machine is not None:
        yield paragraph(
            "Texte relu par l’avocat sur l’image ; la lecture optique avait donné « ",
            Exact(passage.read_by_machine),
            " ».",
            style="note",
        )
    yield from _decision(passage)
    if passage.qualification == NOTHING:
        return
    found = consequences_of(
        passage.qualification, passage.facts_on, on, passage.answers, facts_until=passage.facts_until
    )
    yield from _consequences(passage, found)
    yield from _strength(passage)
    yield from _defences(passage)


def _decision(passage: NotedPassage) -> Iterator[Block]:
    if passage.qualification == NOTHING:
        yield paragraph(Strong("Aucune qualification : critique admissible. "), passage.reasons)
    elif passage.reasons:
        yield paragraph(Strong("Motif : "), passage.reasons)
    if passage.decided:
        yield paragraph(passage.decided, style="note")
    if passage.reviewed:
        yield paragraph(passage.reviewed, style="note")


def _consequences(passage: NotedPassage, found: Consequences) -> Iterator[Block]:
    yield heading("Ce qui en découle", 2)
    prudent = f" Date prudente : {long_date(passage.prudent_on)}." if passage.prudent_on else ""
    useful = f" Dernier jour utile : {long_date(passage.useful_on)}." if passage.useful_on else ""
    rows = [
        ["Qualification", found.title],
        ["Textes", ", ".join(found.texts)],
        ["Peine encourue", f"{found.penalty} {found.aggravation}".strip()],
        ["Prescription", f"{found.limitation} ({found.limitation_source}).{prudent}{useful}"],
        ["Plainte préalable", f"{found.complaint} ({found.complaint_source})"],
        ["Juge pénal", found.criminal_court],
        ["Juge civil", found.civil_court],
        ["Données techniques, seuil pénal", _threshold(found.criminal)],
        ["Données techniques, seuil civil", _threshold(found.civil)],
    ]
    yield table(["Point", "Réponse"], [row for row in rows if row[1]], widths=(2.6, 7))
    for warning in found.warnings:
        yield paragraph(warning, style="note")


def _threshold(found: Threshold) -> str:
    return f"{ACCESS_LABELS[found.access].capitalize()}. {found.why} {found.source}"


def _strength(passage: NotedPassage) -> Iterator[Block]:
    found = strength_of(passage.qualification, passage.answers, passage.facts_on)
    yield heading(f"Solidité : {LEVEL_LABELS[found.level].lower()}", 2)
    rows = [[WEIGHS[reason.weighs], reason.text, reason.source] for reason in found.reasons]
    yield table(["", "Raison", "Source"], rows, widths=(1.5, 6, 2.4))


def _defences(passage: NotedPassage) -> Iterator[Block]:
    yield heading("Défenses à prévoir", 2)
    for defence in defences_for(passage.qualification, passage.answers, passage.facts_on):
        yield paragraph(
            Strong(f"{defence.label}, {PROSPECT_LABELS[defence.prospect]}. "),
            " ".join(part for part in (defence.why, defence.deadline, f"Source : {defence.source}.") if part),
        )
        yield bullets(*(f"De notre côté : {text}" for text in defence.client_side))
    if passage.client_reply.strip():
        yield paragraph(Strong("Votre réponse publique. "), "Si elle a précédé l’injure, l’auteur peut l’invoquer :")
        yield quotation(passage.client_reply, label="Réponse publique du client")
