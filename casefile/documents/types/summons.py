"""The direct summons before the criminal court (11)."""

from __future__ import annotations

from datetime import date, timedelta

from casefile.documents import civility
from casefile.documents.act import (
    ACT_CHECKS,
    ACT_PARTS,
    act_end,
    act_top,
    charge_table,
    charges,
    company_accounts,
    court_words,
    elected_in_city,
    election,
    in_words,
    parties,
    words_and_charges,
)
from casefile.documents.blocks import Block, Strong, heading, numbered, paragraph
from casefile.documents.checks import Found, Required, limitation_is_open, refuse, warn
from casefile.documents.clauses import clause
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.letter_parts import free_paragraphs
from casefile.documents.typography import amount, long_date

_DISTANCE = {"metropole": 0, "outre_mer": 1, "ue": 1, "hors_ue": 2}


def earliest_hearing(served_on: date, place: str) -> date:
    """Give the first day of hearing: twenty clear days after service, plus one or two months for distance."""
    day = served_on + timedelta(days=21)
    months = _DISTANCE.get(place, 2)
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has twenty-eight days")


def hearing_is_far_enough(facts: Facts, on: date) -> Found:
    """Refuse a hearing nearer than article 54 allows for each person summoned."""
    hearing, served = facts.day("hearing.on"), facts.day("served_by") or on
    if hearing is None or not facts.get("hearing.at"):
        yield refuse("no_hearing", "La date et l’heure de l’audience manquent (CPP, art. 551).", "hearing.on")
        return
    for rank, person in enumerate(facts.rows("defendants")):
        first = earliest_hearing(served, str(person.get("location") or "metropole"))
        if hearing < first:
            message = (
                f"L’audience du {hearing:%d/%m/%Y} est trop proche : pas avant le {first:%d/%m/%Y} "
                "(loi de 1881, art. 54 ; CPP, art. 552)."
            )
            yield refuse("hearing_too_soon", message, f"defendants.{rank}.location")


def prosecutor_is_told(facts: Facts, on: date) -> Found:
    """Refuse an act without its notification to the prosecutor before the hearing (article 53)."""
    told, hearing = facts.day("prosecutor_notified_on"), facts.day("hearing.on")
    if told is None:
        message = "La notification au ministère public n’est pas prévue (loi de 1881, art. 53)."
        yield refuse("prosecutor_not_told", message, "prosecutor_notified_on")
    elif hearing and told >= hearing:
        message = "La notification au ministère public doit précéder l’audience (loi de 1881, art. 53)."
        yield refuse("prosecutor_told_late", message, "prosecutor_notified_on")


def defendants_are_known(facts: Facts, on: date) -> Found:
    """Refuse an act against nobody, or against somebody without a quality."""
    people = facts.rows("defendants")
    if not people:
        yield refuse(
            "no_defendant",
            "L’auteur est inconnu : choisissez la plainte avec constitution de partie civile.",
            "defendants",
        )
    for rank, person in enumerate(people):
        for name, label in (("address", "l’adresse"), ("quality", "la qualité")):
            if not person.get(name):
                yield refuse(
                    "missing", f"Il manque {label} de la personne citée n° {rank + 1}.", f"defendants.{rank}.{name}"
                )


def _summons_is_ready(facts: Facts, on: date) -> Found:
    if not facts.get("bailiff.name"):
        yield refuse("no_bailiff", "Le commissaire de justice instrumentaire n’est pas désigné.", "bailiff.name")
    if not any(person.get("quality") == "directeur de la publication" for person in facts.rows("defendants")):
        yield warn("no_director", "Le directeur de la publication n’est pas cité.", "defendants")
    if facts.flag("proof_offer_likely"):
        yield warn("proof_offer", "Une offre de preuve est probable : préparez la contre-preuve.", "proof_offer_likely")


def served_text(draft: Draft) -> Block:
    """Write the line by which the bailiff serves the act."""
    facts = draft.facts
    day = facts.day("served_by") or draft.on
    named = civility.agree(facts.part("bailiff"), "soussigné", "soussignée")
    return paragraph(
        f"{in_words(day)}, je, {named}, {facts.text('bailiff.name')}, commissaire de justice à {facts.text('bailiff.city')}, "
        "à la requête de la partie civile désignée ci-dessous, ai donné citation aux personnes désignées après elle."
    )


def _summons(draft: Draft) -> list[Block]:
    facts = draft.facts
    people = facts.rows("defendants")
    hearing, told = facts.day("hearing.on"), facts.day("prosecutor_notified_on")
    assert hearing  # checked before
    assert told  # checked before
    asked = civility.agree(draft.client, "partie civile", "partie civile")
    return [
        *act_top(draft, "Citation directe", f"devant le {court_words(facts)}, siégeant à {facts.text('court.city')}"),
        served_text(draft),
        *parties(draft, "Partie civile requérante", people, "Personnes citées"),
        election(draft),
        heading("Audience"),
        paragraph(
            "À comparaître en personne, ou représenté par un avocat, le ",
            Strong(long_date(hearing)),
            f" à {facts.text('hearing.at')}, devant le {court_words(facts)}, {facts.text('court.address')}, à "
            f"{facts.text('court.city')}, selon {draft.ref('cpp_551')}.",
        ),
        paragraph(
            "La personne citée peut se faire assister d’un avocat de son choix, ou demander qu’il lui en soit commis un "
            "d’office. Si elle entend prouver la vérité des faits, elle dispose de dix jours à compter de la "
            f"signification, selon {draft.ref('loi1881_55')}."
        ),
        paragraph(
            f"La présente citation est notifiée au ministère public près ce tribunal le {long_date(told)}, avant l’audience, "
            f"selon {draft.ref('loi1881_53')}.",
            locked="Mention exigée par l’article 53 de la loi du 29 juillet 1881, à peine de nullité.",
        ),
        heading("I. Faits"),
        *free_paragraphs(draft, "paragraphs"),
        heading("II. Propos incriminés"),
        *clause(draft, "scope"),
        *words_and_charges(draft),
        heading("III. Qualification, propos par propos"),
        *charges(draft),
        charge_table(draft),
        heading("IV. Responsabilité"),
        *free_paragraphs(draft, "liability"),
        heading("V. Préjudice"),
        *free_paragraphs(draft, "damage"),
        heading("Par ces motifs"),
        paragraph(f"La {asked} demande au tribunal de :"),
        numbered(*_prayers(draft)),
        *act_end(draft),
    ]


def _prayers(draft: Draft) -> list[str]:
    facts = draft.facts
    nouns = sorted({draft.charge(str(passage["qualification"]))[0] for _, _, passage in facts.passages()})
    lines = [
        f"déclarer les personnes citées coupables de {' et de '.join(nouns)}, pour les propos ci-dessus ;",
        "statuer sur la peine selon les réquisitions du ministère public ;",
        f"recevoir {civility.titled(draft.client)} en sa constitution de partie civile ;",
    ]
    if facts.get("damages"):
        lines.append(
            f"condamner les personnes citées à lui verser {amount(facts.text('damages'))} à titre de dommages-intérêts ;"
        )
    lines += [f"{text.rstrip(' ;.')} ;" for text in facts.texts("measures")]
    if facts.get("costs"):
        lines.append(f"les condamner à lui verser {amount(facts.text('costs'))} au titre {draft.of('cpp_475_1')} ;")
    return [*lines[:-1], lines[-1].rstrip(" ;") + "."]


TYPES = (
    DocumentType(
        id="citation_directe",
        number=11,
        title="Citation directe",
        required=(
            *ACT_PARTS,
            Required("court.chamber", "la chambre"),
            Required("court.address", "l’adresse du tribunal"),
            Required("liability", "l’exposé de la responsabilité"),
            Required("damage", "l’exposé du préjudice"),
        ),
        checks=(
            *ACT_CHECKS,
            defendants_are_known,
            elected_in_city,
            prosecutor_is_told,
            hearing_is_far_enough,
            company_accounts,
            _summons_is_ready,
            limitation_is_open(warn_below=15, refuse_expired=True),
        ),
        build=_summons,
        references=("loi1881_53", "loi1881_54", "loi1881_55", "cpp_551", "cpp_552"),
        aliases=("direct_summons", "citation"),
        channels=("bailiff",),
        is_act=True,
        interrupts=True,
        opens="Offre de preuve : dix jours ; contre-preuve : cinq jours ; consignation ; acte interruptif tous les trois mois.",
        does_not=("N’identifie personne ; expose à la relaxe et à une amende civile.",),
    ),
)
