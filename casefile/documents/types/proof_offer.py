"""Offer of proof and counter-proof (21): strict, without comment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from casefile.documents.act import ACT_PARTS, act_end, act_top, court_words, elected_in_city, election, parties
from casefile.documents.blocks import Block, heading, numbered, paragraph, table
from casefile.documents.checks import COMMON, Check, Found, Required, refuse, warn
from casefile.documents.clauses import clause
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.typography import long_date


def _in_time(path: str, days: int, label: str) -> Check:
    def check(facts: Facts, on: date) -> Found:
        start = facts.day(path)
        if start is None:
            yield refuse("no_start", f"La date {label} manque.", path)
            return
        last = start + timedelta(days=days)
        if on > last:
            yield refuse(
                "too_late", f"Le délai de {days} jours a expiré le {last:%d/%m/%Y} : il n’est pas prorogé.", path
            )
        elif last.weekday() >= 5:
            yield warn("last_day", f"Le dernier jour ({last:%d/%m/%Y}) n’est pas ouvré : signifiez avant.", path)

    return check


def _witnesses(facts: Facts, on: date) -> Found:
    for rank, witness in enumerate(facts.rows("witnesses")):
        if not (witness.get("name") and witness.get("profession") and witness.get("address")):
            message = "Un témoin n’a pas ses nom, profession et demeure : la déchéance est encourue."
            yield refuse("witness", message, f"witnesses.{rank}")
    if facts.get("served_at") and facts.text("served_at") != facts.text("other_election"):
        yield refuse("wrong_place", "Le destinataire n’est pas signifié au domicile élu.", "served_at")
    if not facts.exhibits and not facts.rows("witnesses"):
        yield refuse("no_proof", "Ni pièce ni témoin ne sont offerts.", "exhibits")
    if facts.flag("illicit_proof"):
        yield warn("illicit", "Une preuve paraît avoir été obtenue illicitement.", "illicit_proof")


def _offer(*, counter: bool) -> Callable[[Draft], list[Block]]:
    def build(draft: Draft) -> list[Block]:
        facts = draft.facts
        served = facts.day("offer_served_on" if counter else "summons_served_on")
        assert served  # checked before
        what = "de l’offre de preuve" if counter else "de la citation"
        cite = draft.ref("loi1881_56" if counter else "loi1881_55")
        people = [
            [str(witness["name"]), str(witness["profession"]), str(witness["address"])]
            for witness in facts.rows("witnesses")
        ]
        return [
            *act_top(draft, "Contre-preuve" if counter else "Offre de preuve", f"devant le {court_words(facts)}"),
            *parties(draft, "À la requête de", facts.rows("defendants"), "Signifiée à"),
            election(draft),
            paragraph(f"Vu {cite} et la signification {what} du {long_date(served)} :"),
            heading(
                "Faits dont la preuve contraire est offerte"
                if counter
                else "Faits dont la vérité est offerte en preuve"
            ),
            numbered(*facts.texts("articulated")),
            *(
                [heading("Témoins"), table(["Nom", "Profession", "Demeure"], people, widths=[2, 2, 4])]
                if people
                else []
            ),
            *clause(draft, "copies"),
            *act_end(draft),
        ]

    return build


_NEEDS = (
    *ACT_PARTS,
    Required("defendants", "le destinataire de la signification"),
    Required("articulated", "les faits articulés et qualifiés"),
)
TYPES = (
    DocumentType(
        id="offre_de_preuve",
        number=21,
        title="Offre de preuve",
        required=_NEEDS,
        checks=(
            *COMMON,
            elected_in_city,
            _in_time("summons_served_on", 10, "de signification de la citation"),
            _witnesses,
        ),
        build=_offer(counter=False),
        references=("loi1881_35", "loi1881_55"),
        aliases=("proof_offer",),
        channels=("bailiff",),
        is_act=True,
        opens="Contre-preuve : cinq jours.",
        does_not=("Ne se mêle pas à la bonne foi.",),
    ),
    DocumentType(
        id="contre_preuve",
        number=21,
        title="Contre-preuve",
        required=_NEEDS,
        checks=(*COMMON, elected_in_city, _in_time("offer_served_on", 5, "de signification de l’offre"), _witnesses),
        build=_offer(counter=True),
        references=("loi1881_56",),
        aliases=("counter_proof",),
        channels=("bailiff",),
        is_act=True,
        does_not=("Doit parvenir au plus tard trois jours francs avant l’audience.",),
    ),
)
