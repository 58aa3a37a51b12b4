"""What acts addressed to a court share: head, parties, exact words with their single charge, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from casefile.documents import civility
from casefile.documents.blocks import (
    Block,
    Exact,
    Heading,
    Part,
    Strong,
    bullets,
    heading,
    paragraph,
    quotation,
    table,
    url,
)
from casefile.documents.checks import COMMON, FIRM, Found, Required, client_is_complete, refuse, warn
from casefile.documents.content_lines import capture_words, content_line
from casefile.documents.draft import Draft, contracted
from casefile.documents.facts import Facts
from casefile.documents.guard_checks import act_is_guarded
from casefile.documents.letter_parts import exhibit_table, firm_head, identity, signature
from casefile.documents.typography import date_in_words, long_date, typeset
from casefile.documents.word_checks import ON_WORDS

ACT_PARTS = (*FIRM, Required("court.name", "la juridiction"), Required("court.city", "la commune de la juridiction"))
ACT_CHECKS = (*COMMON, *ON_WORDS, act_is_guarded, client_is_complete)


def act_top(draft: Draft, title: str, *lines: str) -> list[Block]:
    """Make the head of an act: firm, title, and to whom it is addressed."""
    return [
        firm_head(draft),
        Heading(text=typeset(title), level=0),
        *(paragraph(line, style="centred") for line in lines),
    ]


def parties(draft: Draft, role: str, against: list[Mapping[str, object]], against_role: str) -> list[Block]:
    """Write who asks, with whom as lawyer, and against whom."""
    facts = draft.facts
    lawyer_line = (
        f"Ayant pour avocat Me {facts.text('lawyer.name')}, "
        f"{civility.agree(draft.lawyer, 'avocat', 'avocate')} au barreau de "
        f"{facts.text('lawyer.bar') or facts.text('firm.bar')}, {', '.join(facts.texts('firm.address'))}"
        + (f", toque {facts.text('firm.toque')}" if facts.text("firm.toque") else "")
        + "."
    )
    return [
        heading(role),
        paragraph(*identity(draft.client), "."),
        paragraph(lawyer_line),
        heading(against_role),
        *(paragraph(*defendant(person)) for person in against),
    ]


def defendant(person: Mapping[str, object]) -> list[Part]:
    """Write one person against whom the act goes, and in which quality."""
    quality = f", en qualité {contracted('de', str(person['quality']))}" if person.get("quality") else ""
    known = list(identity(person)) if person.get("address") else [Strong(str(person.get("name") or "X"))]
    return [*known, f"{quality}."]


def words_and_charges(draft: Draft) -> Iterator[Block]:
    """Show each passage framed, exact and uncut, with its place, its date and its single charge."""
    number = 0
    contents = draft.facts.contents
    for rank, content in enumerate(contents, start=1):
        yield paragraph(*content_line(content, rank, len(contents)))
        yield url(str(content.get("url") or ""), clickable=False)
        for passage in content.get("passages") or []:
            number += 1
            yield quotation(str(passage["verbatim"]), label=f"Propos n° {number}")


def charges(draft: Draft) -> Iterator[Block]:
    """Write, passage by passage, the fact imputed, the person aimed at, the publicity and the single charge."""
    for number, (_path, content, passage) in enumerate(draft.facts.passages(), start=1):
        yield heading(f"Propos n° {number}", level=2)
        told = {
            "Fait imputé": passage.get("imputation"),
            "Personne visée": passage.get("target"),
            "Éléments d’identification": passage.get("identified_by"),
            "Publicité": content.get("publicity") or "contenu accessible à tout public, sans inscription",
            "Atteinte": passage.get("why"),
            "Preuve": capture_words(content),
        }
        known = [(label, _after_colon(str(value))) for label, value in told.items() if value]
        ends = [" ;"] * (len(known) - 1) + ["."]
        yield bullets(*((Strong(f"{label} : "), words + end) for (label, words), end in zip(known, ends, strict=True)))
        yield paragraph(
            Strong("Qualification unique : "),
            f"{draft.charge_words(str(passage['qualification']))}.",
        )


def charge_table(draft: Draft) -> Block:
    """Sum up facts, qualification and texts in one table, as article 53 wants them read."""
    rows: list[list[Part]] = []
    for number, (_path, _content, passage) in enumerate(draft.facts.passages(), start=1):
        noun, texts = draft.charge(str(passage["qualification"]))
        rows.append([f"{number}", Exact(str(passage["verbatim"])), noun, texts])
    return table(
        ["N°", "Propos", "Qualification", "Textes"],
        rows,
        widths=[0.8, 5, 3.4, 4.6],
        caption="Faits, qualification et textes applicables",
    )


def act_end(draft: Draft, *, exhibits: bool = True) -> list[Block]:
    """Date and sign the act, then list its exhibits."""
    place = draft.facts.text("firm.city")
    return [
        paragraph(f"Fait à {place}, le {long_date(draft.on)}."),
        signature(draft),
        *(exhibit_table(draft) if exhibits else []),
    ]


def in_words(day: date) -> str:
    """Write the date of a bailiff's act in words."""
    return (
        f"L’an deux mille {date_in_words(day).split(' deux mille ')[-1]} et le {date_in_words(day).split(' deux')[0]}"
    )


def court_words(facts: Facts) -> str:
    """Name the court and its chamber."""
    chamber = facts.text("court.chamber")
    return f"{facts.text('court.name')}{f', {chamber}' if chamber else ''}"


def company_accounts(facts: Facts, on: date) -> Found:
    """Refuse a profit-making company without balance sheet and income statement (CPP 85 and 392-1)."""
    if facts.text("client.kind") == "company" and facts.get("client.non_profit") is not True:
        for name, label in (("balance_sheet", "le bilan"), ("income_statement", "le compte de résultat")):
            if not facts.flag(f"accounts.{name}"):
                yield refuse(
                    "no_accounts", f"La société doit joindre {label} (CPP, art. 85 et 392-1).", f"accounts.{name}"
                )
        if not facts.get("accounts.authorisation"):
            yield warn(
                "no_authorisation",
                "L’habilitation de l’organe de la société n’est pas jointe.",
                "accounts.authorisation",
            )


def elected_in_city(facts: Facts, on: date) -> Found:
    """Refuse an address for service outside the very town where the court sits (article 53)."""
    chosen, seat = facts.text("election.city"), facts.text("court.city")
    if not chosen or not facts.get("election.address"):
        yield refuse("no_election", "L’élection de domicile manque (loi de 1881, art. 53).", "election.city")
    elif not seat:
        message = (
            "La commune où siège le tribunal n’est pas connue : l’article 53 veut que le domicile y soit élu. Ajoutez "
            "la juridiction depuis l’annuaire, avec l’adresse de son siège."
        )
        yield refuse("no_seat", message, "court.city")
    elif chosen.casefold() != seat.casefold():
        message = f"Le domicile est élu à {chosen} et le tribunal siège à {seat} : l’acte serait nul (art. 53)."
        yield refuse("election_elsewhere", message, "election.city")


def election(draft: Draft) -> Block:
    """Write the address for service."""
    facts = draft.facts
    return paragraph(
        f"Élisant domicile, pour les besoins de la présente procédure, chez {facts.text('election.at')}, "
        f"{facts.text('election.address')}, à {facts.text('election.city')}, ville où siège la juridiction saisie.",
        locked="Mention exigée par l’article 53 de la loi du 29 juillet 1881, à peine de nullité.",
    )


_OPENINGS = re.compile(r"(?:Les?|La|Ce(?:s|t|tte)?|Une?|Des|Ils?|Elles?|En|Par|L[’']|S[’'])\b")


def _after_colon(words: str) -> str:
    """Write a sentence after a colon: no capital on a common first word, no full stop of its own."""
    words = words.strip().rstrip(". \u00a0\u202f;")
    return words[:1].lower() + words[1:] if _OPENINGS.match(words) else words
