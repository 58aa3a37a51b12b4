"""Complaints: to the prosecutor (9) and with constitution as civil party (10)."""

from __future__ import annotations

from datetime import date

from casefile.documents import civility
from casefile.documents.act import (
    ACT_CHECKS,
    act_top,
    charge_table,
    charges,
    company_accounts,
    court_words,
    words_and_charges,
)
from casefile.documents.blocks import Block, heading, numbered, paragraph
from casefile.documents.checks import (
    LETTER_PARTS,
    Found,
    Required,
    address_fits_window,
    limitation_is_open,
    refuse,
    warn,
)
from casefile.documents.clauses import clause
from casefile.documents.document_type import NOT_INTERRUPTING, DocumentType
from casefile.documents.draft import Draft, contracted
from casefile.documents.facts import Facts
from casefile.documents.letter_parts import exhibit_table, free_paragraphs, identity, letter_top, signature
from casefile.documents.typography import long_date
from casefile.law.rule_model import NoRuleInForce, UnknownRule
from casefile.law.rules import rule_at


def _press_apart(facts: Facts, on: date) -> Found:
    regimes = {path: regime_of(passage.get("qualification"), on) for path, _content, passage in facts.passages()}
    if "presse" in regimes.values():
        for path, regime in regimes.items():
            if regime not in {"presse", ""}:
                message = "Une infraction hors presse est mêlée aux propos : déposez une plainte séparée."
                yield warn("not_press", message, f"{path}.qualification")


def regime_of(qualification: object, on: date) -> str:
    """Give the regime of a qualification, empty when it is not known."""
    try:
        return str(rule_at(f"charge.{qualification}", on).values["regime"])
    except (UnknownRule, NoRuleInForce):
        return ""


def _alert_acknowledged(facts: Facts, on: date) -> Found:
    if not facts.get("limitation.acknowledged_by"):
        message = "L’avocat n’a pas pris acte que la plainte simple n’interrompt pas la prescription."
        yield refuse("not_acknowledged", message, "limitation.acknowledged_by")
    planned, end = facts.day("limitation.interrupting_act_on"), facts.day("limitation.prudent_on")
    if end and not (planned and planned <= end):
        message = "Aucun acte interruptif n’est programmé avant la date prudente de prescription."
        yield refuse("no_interrupting_act", message, "limitation.interrupting_act_on")
    if facts.flag("truth_provable"):
        yield warn("truth", "Le fait paraît exact ou prouvable : pesez la plainte.", "truth_provable")
    if facts.flag("suspect_minor"):
        yield warn("minor", "Un mineur est mis en cause.", "suspect_minor")


def _complaint(draft: Draft) -> list[Block]:
    facts = draft.facts
    first, last = facts.day("limitation.start_on"), facts.day("limitation.prudent_on")
    against = facts.text("suspect", "personne non dénommée (X)")
    top = letter_top(draft, f"plainte contre {against}")
    signer = civility.agree(draft.lawyer, "l’avocat soussigné", "l’avocate soussignée")
    return [
        *top,
        paragraph(
            f"J’ai l’honneur de déposer plainte entre vos mains, au titre "
            f"{contracted('de', draft.refs('cpp_15_3', 'cpp_40'))}, au nom et pour le compte de la personne suivante, contre {against}."
        ),
        heading("Plaignant"),
        paragraph(*identity(draft.client), f", ayant pour conseil {signer}."),
        heading("Faits"),
        *free_paragraphs(draft, "paragraphs"),
        heading("Propos dénoncés"),
        *words_and_charges(draft),
        heading("Qualification, propos par propos"),
        *charges(draft),
        charge_table(draft),
        paragraph(
            f"La publicité résulte {draft.of('loi1881_23')} ; la plainte préalable est celle que vise {draft.ref('loi1881_48_6')}."
        ),
        heading("Identification de l’auteur"),
        *clause(draft, "investigation"),
        *free_paragraphs(draft, "identification"),
        heading("Urgence"),
        paragraph(
            f"La première mise en ligne est retenue au {long_date(first)}. " if first else "",
            f"La prescription de trois mois {draft.of('loi1881_65')} est calculée au {long_date(last)}. "
            "La présente plainte ne l’interrompt pas."
            if last
            else "",
        ),
        heading("Demandes"),
        numbered(
            "ouvrir une enquête sur les propos reproduits ci-dessus ;",
            "prendre, avant cette date, des réquisitions aux fins d’enquête qui articulent et qualifient les propos comme "
            f"ci-dessus, au sens {draft.of('loi1881_65')} ;",
            "me tenir informé des suites données.".replace(
                "informé", civility.agree(draft.lawyer, "informé", "informée")
            ),
        ),
        paragraph(
            f"{civility.titled(draft.client)[:1].upper()}{civility.titled(draft.client)[1:]} atteste sur l’honneur "
            f"l’exactitude des faits dénoncés et connaît les dispositions {draft.of('cpen_226_10')}."
        ),
        paragraph(civility.closing(facts.part("recipient")), style="closing"),
        signature(draft),
        *exhibit_table(draft, "Pièces jointes"),
    ]


def _civil_party_ready(facts: Facts, on: date) -> Found:
    if not facts.get("limitation.start_proof"):
        yield refuse(
            "no_start_proof", "La preuve de la date de première mise en ligne manque.", "limitation.start_proof"
        )
    if not facts.get("declared_address"):
        yield refuse("no_address", "L’adresse déclarée de la partie civile manque (CPP, art. 89).", "declared_address")
    end = facts.day("limitation.prudent_on")
    if end and 0 <= (end - on).days <= 5:
        yield warn("last_days", "Il reste cinq jours au plus : déposez contre récépissé daté.", "limitation.prudent_on")
    if not facts.flag("deposit_funded"):
        yield warn("deposit", "La consignation n’est pas provisionnée.", "deposit_funded")
    for path, _content, passage in facts.passages():
        name = passage.get("qualification")
        if isinstance(name, str) and name in {"cyberharcelement", "usurpation_identite", "menaces", "chantage"}:
            message = "Une infraction hors presse est mêlée : l’article 85 du CPP exige une plainte préalable."
            yield warn("not_press", message, f"{path}.qualification")


def _civil_party(draft: Draft) -> list[Block]:
    facts = draft.facts
    against = facts.text("suspect", "personne non dénommée (X)")
    first, last = facts.day("limitation.start_on"), facts.day("limitation.prudent_on")
    return [
        *act_top(
            draft,
            "Plainte avec constitution de partie civile",
            f"À {facts.text('court.addressee', 'Madame ou Monsieur le Doyen des juges d’instruction')}",
            court_words(facts),
        ),
        heading("Partie civile"),
        paragraph(*identity(draft.client), "."),
        paragraph(
            f"Ayant pour avocat Me {facts.text('lawyer.name')}, du barreau de {facts.text('firm.bar')}. "
            f"Adresse déclarée au sens {draft.of('cpp_89')} : {facts.text('declared_address')}."
        ),
        heading("Contre"),
        paragraph(f"{against[:1].upper()}{against[1:]}."),
        heading("Faits et publication"),
        *free_paragraphs(draft, "paragraphs"),
        paragraph(
            f"La première mise en ligne est retenue au {long_date(first)} ({facts.text('limitation.start_proof')}). "
            if first
            else "",
            f"La prescription est calculée au {long_date(last)}." if last else "",
        ),
        heading("Propos incriminés"),
        *words_and_charges(draft),
        heading("Articulation et qualification"),
        paragraph(
            f"Conformément {contracted_to(draft.ref('loi1881_50'))}, les propos sont articulés et qualifiés comme suit."
        ),
        *charges(draft),
        charge_table(draft),
        heading("Recevabilité"),
        *clause(draft, "admissible"),
        heading("Constitution et consignation"),
        paragraph(
            f"{civility.titled(draft.client)[:1].upper()}{civility.titled(draft.client)[1:]} déclare se constituer partie "
            f"civile et offre de verser la consignation qui sera fixée au titre {draft.of('cpp_88')}."
        ),
        heading("Actes demandés"),
        numbered(*(facts.texts("measures") or ["toute réquisition utile à l’identification de l’auteur des propos."])),
        paragraph(f"Fait à {facts.text('firm.city')}, le {long_date(draft.on)}."),
        signature(draft),
        *exhibit_table(draft),
    ]


def contracted_to(citation: str) -> str:
    """Give a citation after « à »."""
    return f"à {citation}" if not citation.startswith("le ") else f"au {citation[3:]}"


TYPES = (
    DocumentType(
        id="plainte_simple",
        number=9,
        title="Plainte",
        required=(*LETTER_PARTS,),
        checks=(
            *ACT_CHECKS,
            address_fits_window,
            _press_apart,
            _alert_acknowledged,
            limitation_is_open(warn_below=45, refuse_expired=True),
        ),
        build=_complaint,
        references=("loi1881_23", "loi1881_48_6", "loi1881_65", "cpp_15_3", "cpp_40", "cpp_77_1_1", "cpen_226_10"),
        aliases=("complaint", "plainte"),
        channels=("deposit", "lrar"),
        is_act=True,
        does_not=(NOT_INTERRUPTING,),
        opens="Pour les seuls délits hors presse : trois mois avant une plainte avec constitution de partie civile.",
    ),
    DocumentType(
        id="pcpc",
        number=10,
        title="Plainte avec constitution de partie civile",
        required=(
            *(need for need in LETTER_PARTS if not need.path.startswith("recipient")),
            Required("court.name", "la juridiction"),
            Required("court.city", "la commune de la juridiction"),
        ),
        checks=(
            *ACT_CHECKS,
            company_accounts,
            _civil_party_ready,
            limitation_is_open(warn_below=5, refuse_expired=True),
        ),
        build=_civil_party,
        references=("loi1881_48_6", "loi1881_50", "cpp_85", "cpp_88", "cpp_89"),
        aliases=("civil_party_complaint",),
        channels=("deposit", "lrar"),
        is_act=True,
        interrupts=True,
        does_not=("Ne désigne pas de juge du retrait.",),
        opens="Consignation dans le délai fixé.",
    ),
)
