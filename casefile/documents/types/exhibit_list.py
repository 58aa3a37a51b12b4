"""The list of exhibits communicated to the other side (14)."""

from __future__ import annotations

from datetime import date

from casefile.documents.act import act_top, court_words
from casefile.documents.blocks import Block, Cell, Part, heading, paragraph, table
from casefile.documents.checks import COMMON, FIRM, Found, Required, refuse, warn
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts, as_day
from casefile.documents.letter_parts import CHANNELS, mono, signature
from casefile.documents.typography import long_date

_LIMITS = {"court": 4_000_000, "lawyer": 10_000_000}


def _list_is_whole(facts: Facts, on: date) -> Found:
    if not facts.exhibits:
        yield refuse("no_exhibits", "Le bordereau est vide.", "exhibits")
    roots = sorted(
        {
            int(str(exhibit.get("number")).split("-")[0])
            for exhibit in facts.exhibits
            if str(exhibit.get("number", "")).split("-")[0].isdigit()
        }
    )
    first = facts.get("first_number", 1)
    if roots and roots != list(range(int(first), int(first) + len(roots))):
        yield refuse("gap", "La numérotation a un trou : un numéro de pièce manque.", "exhibits")
    limit = int(facts.get("size_limit", _LIMITS["court"]))
    for rank, exhibit in enumerate(facts.exhibits):
        number = exhibit.get("number")
        for name, label in (("date", "la date"), ("pages", "le nombre de pages")):
            if not exhibit.get(name):
                yield refuse("missing", f"Il manque {label} de la pièce n° {number}.", f"exhibits.{rank}.{name}")
        if int(exhibit.get("size") or 0) > limit:
            yield warn(
                "size", f"La pièce n° {number} dépasse la taille d’envoi : elle sera découpée.", f"exhibits.{rank}.size"
            )
        if exhibit.get("searchable") is False:
            yield warn("no_text", f"La pièce n° {number} n’a pas de texte cherchable.", f"exhibits.{rank}.searchable")
        if exhibit.get("language", "fr") != "fr" and not exhibit.get("translated"):
            yield warn(
                "translation",
                f"La pièce n° {number} est en langue étrangère, sans traduction.",
                f"exhibits.{rank}.language",
            )


def _list(draft: Draft) -> list[Block]:
    facts = draft.facts
    pages = sum(int(exhibit.get("pages") or 0) for exhibit in facts.exhibits)
    count = len(facts.exhibits)
    case = facts.text("court.case_number")
    return [
        *act_top(
            draft, "Bordereau de communication de pièces", f"{court_words(facts)}{f' – RG n° {case}' if case else ''}"
        ),
        heading("Parties"),
        paragraph(f"Pour : {facts.text('parties.for')}."),
        paragraph(f"Contre : {facts.text('parties.against')}."),
        paragraph(
            f"Pièces communiquées à {facts.text('communicated_to')}, le {long_date(draft.on)}, "
            f"{CHANNELS.get(facts.text('channel'), facts.text('channel'))[:1].lower()}{CHANNELS.get(facts.text('channel'), '')[1:]}, "
            f"en application {draft.of('rin_5_5')} et {draft.of('cpc_132')}."
        ),
        heading("Pièces"),
        table(
            ["N°", "Date", "Intitulé", "Nature", "Pages"],
            [_row(exhibit) for exhibit in facts.exhibits],
            widths=[2, 3, 6.6, 1.9, 1.3],
        ),
        paragraph(f"Total : {count} pièce{'s' if count > 1 else ''}, {pages} page{'s' if pages > 1 else ''}."),
        paragraph(
            f"Chaque pièce porte le cachet « {facts.text('stamp', 'Me ' + facts.text('lawyer.name'))} – Pièce n° » sur sa première "
            "page. Les originaux et les captures scellées restent hors cachet, conservés avec leur empreinte."
        ),
        *_digests(draft),
        paragraph(f"Fait à {facts.text('firm.city')}, le {long_date(draft.on)}."),
        signature(draft),
    ]


def _row(exhibit: object) -> list[Part | Cell]:
    assert isinstance(exhibit, dict)
    day = as_day(exhibit.get("date"))
    return [
        f"Pièce n° {exhibit.get('number')}",
        long_date(day) if day else "",
        str(exhibit.get("title")),
        str(exhibit.get("kind") or "copie"),
        str(exhibit.get("pages")),
    ]


def _digests(draft: Draft) -> list[Block]:
    rows = [
        [f"{exhibit['number']}", mono(str(exhibit["digest"]))]
        for exhibit in draft.facts.exhibits
        if exhibit.get("digest")
    ]
    return (
        [heading("Empreintes SHA-256 des pièces communiquées", 2), table(["N°", "Empreinte"], rows, widths=[1, 9])]
        if rows
        else []
    )


TYPES = (
    DocumentType(
        id="bordereau_pieces",
        number=14,
        title="Bordereau de pièces",
        required=(
            *FIRM,
            Required("court.name", "la juridiction"),
            Required("parties.for", "la partie représentée"),
            Required("parties.against", "la partie adverse"),
            Required("communicated_to", "le confrère destinataire"),
            Required("channel", "le canal"),
        ),
        checks=(*COMMON, _list_is_whole),
        build=_list,
        references=("rin_5_5", "cpc_132"),
        aliases=("exhibit_list", "bordereau"),
        channels=("rpva", "secure_mail"),
        is_act=True,
        opens="Discussion contradictoire.",
        does_not=("Une communication de pièces n’interrompt pas sûrement la prescription.",),
    ),
)
