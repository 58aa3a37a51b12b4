"""The parts that documents share: the head and the end of a letter, civil status, requests, exhibits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from casefile.documents import civility
from casefile.documents.blocks import (
    Address,
    Block,
    Exact,
    Letterhead,
    Part,
    Signature,
    Strong,
    bullets,
    cell,
    heading,
    paragraph,
    table,
)
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts, as_day
from casefile.documents.typography import long_date

CHANNELS = {
    "lrar": "Par lettre recommandée avec demande d’avis de réception",
    "lre": "Par lettre recommandée électronique qualifiée",
    "form": "Par le mécanisme de notification électronique du service",
    "email": "Par courriel",
    "bailiff": "Par commissaire de justice",
    "rpva": "Par le réseau privé virtuel des avocats (RPVA)",
    "deposit": "Par dépôt contre récépissé daté",
    "hand": "Remise en main propre",
    "space": "Par l’espace client, avec accusé de lecture",
    "secure_mail": "Par courriel sécurisé",
}
RIN_REASON = "Mention exigée par l’article 8.2 du règlement intérieur national : elle ne se retire pas."


def letter_top(draft: Draft, subject: str) -> list[Block]:
    """Make the head of a letter, down to the call."""
    facts = draft.facts
    yours = facts.text("recipient.reference")
    references = "\n".join(
        part for part in (f"V/Réf. : {yours}" if yours else "", f"N/Réf. : {facts.text('matter.reference')}") if part
    )
    return [
        firm_head(draft),
        Address(lines=tuple(postal_lines(facts.part("recipient")))),
        paragraph(references, style="reference"),
        paragraph(f"{facts.text('firm.city')}, le {long_date(draft.on)}", style="place_date"),
        paragraph(CHANNELS.get(facts.text("channel"), ""), style="delivery"),
        paragraph(f"Objet : {subject}", style="subject"),
        paragraph(f"{civility.salutation(facts.part('recipient'))},", style="salutation"),
    ]


def firm_head(draft: Draft) -> Letterhead:
    """Make the letterhead."""
    facts = draft.facts
    toque = facts.text("firm.toque")
    contact = " · ".join(part for part in (toque and f"Toque {toque}", facts.text("firm.email")) if part)
    place = ", ".join(facts.texts("firm.address"))
    lines = (f"Avocats au barreau de {facts.text('firm.bar')}", place, contact, facts.text("firm.phone"))
    return Letterhead(
        name=facts.text("firm.name"),
        lines=tuple(line for line in lines if line),
        colour=colour_of(facts),
    )


def colour_of(facts: Facts) -> str:
    """Give the firm's colour, or the default when it is not six hexadecimal digits."""
    colour = facts.text("firm.colour")
    return colour if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else "#7b1e3b"


def postal_lines(recipient: Mapping[str, Any]) -> list[str]:
    """Write an address for the window: the last lines in capitals, without punctuation."""
    name = str(recipient.get("name") or civility.full_name(recipient))
    person = recipient.get("kind") != "company" and recipient.get("civility") in {
        "Madame",
        "Monsieur",
        "Maître",
        "Docteur",
    }
    first = f"{recipient['civility']} {name}" if person and not recipient.get("function") else name
    lines = [str(line) for line in recipient.get("address") or []]
    if recipient.get("attention"):
        lines.insert(0, str(recipient["attention"]))
    return [first, *(re.sub(r"[,;.]+", "", line).upper() for line in lines)]


def letter_end(draft: Draft, *, colleague: bool = False) -> list[Block]:
    """Make the closing formula that repeats the call, the signature and the list of what is joined."""
    recipient = draft.facts.part("recipient")
    return [
        paragraph(civility.closing(recipient, colleague=colleague, writer=draft.lawyer), style="closing"),
        signature(draft),
        *joined_exhibits(draft),
    ]


def signature(draft: Draft, *lines: str) -> Signature:
    """Make the lawyer's signature."""
    bar = draft.facts.text("lawyer.bar") or draft.facts.text("firm.bar")
    quality = f"{civility.agree(draft.lawyer, 'Avocat', 'Avocate')} au barreau de {bar}"
    return Signature(name=draft.facts.text("lawyer.name"), lines=(quality, *lines))


def joined_exhibits(draft: Draft) -> Iterator[Block]:
    """List what is joined to the letter."""
    exhibits = draft.facts.exhibits
    if not exhibits:
        return
    yield paragraph("Pièces jointes :" if len(exhibits) > 1 else "Pièce jointe :", style="note")
    for exhibit in exhibits:
        yield paragraph(f"Pièce n° {exhibit.get('number')} – {exhibit.get('title')}", style="note")


def exhibit_table(draft: Draft, title: str = "Bordereau des pièces") -> list[Block]:
    """List the exhibits of an act as a table."""
    rows = [
        [
            f"{exhibit.get('number')}",
            _short_day(exhibit.get("date")),
            str(exhibit.get("title") or ""),
            str(exhibit.get("pages") or ""),
        ]
        for exhibit in draft.facts.exhibits
    ]
    return [heading(title), table(["N°", "Date", "Intitulé", "Pages"], rows, widths=[1, 3.2, 8.4, 1.4])] if rows else []


def free_paragraphs(draft: Draft, path: str) -> list[Block]:
    """Give the lawyer's own paragraphs, typeset."""
    texts = enumerate(draft.facts.texts(path), start=1)
    return [replace(paragraph(text), id=f"own-{path}-{rank}") for rank, text in texts]


def identity(person: Mapping[str, Any]) -> list[Part]:
    """Write the full civil status of a party, as the acts require."""
    if person.get("kind") == "company":
        represented = person.get("represented_by")
        return [
            Strong(f"La société {person.get('name')}"),
            (
                f", {person.get('legal_form')}, dont le siège social est situé {_joined(person.get('address'))}"
                f"{_numbered_at(person)}, représentée par {represented}"
            ),
        ]
    born = as_day(person.get("born_on"))
    birth = f", {civility.agree(person, 'né', 'née')} le {long_date(born)} à {person.get('born_at')}" if born else ""
    nationality = f", de nationalité {person['nationality']}" if person.get("nationality") else ""
    job = f", {person['profession']}" if person.get("profession") else ""
    civil = "Madame" if person.get("gender") == "F" else "Monsieur" if person.get("gender") == "M" else ""
    return [
        Strong(f"{civil} {civility.full_name(person, capitals=True)}".strip()),
        f"{birth}{nationality}{job}, demeurant {_joined(person.get('address'))}",
    ]


def requests(draft: Draft, path: str = "requests") -> list[str]:
    """Give the requests chosen by the lawyer, each ending as an item of a list."""
    return ended(draft.facts.texts(path))


def ended(items: Iterable[str]) -> list[str]:
    """End each item of a list with a semicolon and the last one with a full stop."""
    texts = [item.rstrip(" ;.,\u00a0\u202f") for item in items]
    return [f"{text} ;" for text in texts[:-1]] + [f"{text}." for text in texts[-1:]]


def reserve(draft: Draft) -> Block:
    """Write the reserve of rights."""
    return paragraph(
        "La présente n’emporte aucune renonciation aux droits de " + civility.client_words(draft.client) + "."
    )


def simple_list(items: list[str]) -> Block:
    """Make a list whose order means nothing."""
    return bullets(*items)


def mono(text: str) -> Any:
    """Make a cell of exact text in the fixed face: an address, a digest."""
    return cell(Exact(text), mono=True)


def _short_day(value: Any) -> str:
    day = as_day(value)
    return long_date(day) if day else ""


def _joined(lines: Any) -> str:
    return ", ".join(str(line) for line in lines or [])


def _numbered_at(person: Mapping[str, Any]) -> str:
    return f", immatriculée {person['registration']}" if person.get("registration") else ""
