"""Before the judge: identification by article 145, removal by article 6-3 of the LCEN (8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from casefile.documents.act import ACT_PARTS, act_end, act_top, court_words, election, parties
from casefile.documents.blocks import Block, heading, numbered, paragraph, url
from casefile.documents.checks import COMMON, Found, Required, client_is_complete, refuse, warn
from casefile.documents.clauses import clause
from casefile.documents.connections import connection_table, connections_are_usable
from casefile.documents.content_lines import contents
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft, contracted
from casefile.documents.facts import Facts
from casefile.documents.guard_checks import letter_is_guarded
from casefile.documents.letter_parts import ended, free_paragraphs, requests
from casefile.documents.types.writ import warning_to_appear
from casefile.documents.word_checks import has_contents

# What a lawyer types, in the words of the trade, for each datum; the act writes its full name.
_KINDS = {
    "identity": ("l’identité civile", ("identité", "identité civile")),
    "account": ("les données du compte", ("compte", "données du compte")),
    "payment": ("les données de paiement", ("paiement", "données de paiement")),
    "ip": ("les données techniques de connexion", ("adresse ip", "connexion", "données techniques")),
    "subscriber": (
        "l’identité de l’abonné à qui chacune des adresses ci-dessus était attribuée à l’instant indiqué",
        ("abonné", "titulaire"),
    ),
}


def _kind(row: Mapping[str, Any]) -> str:
    """Give the kind of datum that was typed; what is none of ours is kept as typed."""
    typed = str(row.get("kind")).strip().casefold()
    return next((kind for kind, (_name, words) in _KINDS.items() if typed in {kind, *words}), str(row.get("kind")))


def _data_is_bounded(facts: Facts, on: date) -> Found:
    for rank, measure in enumerate(facts.rows("data")):
        if not (measure.get("from") and measure.get("to")):
            message = "Des données sont demandées sans borne de temps : indiquez la période."
            yield refuse("unbounded", message, f"data.{rank}.from")
        if _kind(measure) == "ip" and not facts.flag("serious"):
            message = "L’adresse IP est demandée sur une simple diffamation : motivez par la gravité."
            yield warn("ip", message, f"data.{rank}.kind")
    if not facts.rows("data"):
        yield refuse("no_data", "Aucune donnée n’est demandée.", "data")
    if not facts.get("interrupting_act"):
        yield warn("no_act", "Aucun acte interruptif n’est programmé sur le fond.", "interrupting_act")


def _right_defendant(facts: Facts, on: date) -> Found:
    if not facts.rows("defendants"):
        yield refuse("no_defendant", "L’entité défenderesse manque.", "defendants")
    for rank, person in enumerate(facts.rows("defendants")):
        if person.get("commercial_subsidiary"):
            message = (
                "Le défendeur est une filiale commerciale sans rôle d’hébergement : assignez l’entité qui héberge."
            )
            yield refuse("wrong_entity", message, f"defendants.{rank}")
    if set(facts.texts("grounds")) >= {"6-3", "835"}:
        message = "L’article 6-3 de la LCEN et le référé ne se cumulent pas dans un même acte."
        yield refuse("mixed_grounds", message, "grounds")


def _without_contradiction(facts: Facts, on: date) -> Found:
    if not facts.texts("surprise"):
        message = (
            "Les circonstances qui imposent l’absence de contradictoire ne sont pas motivées (CPC, art. 493 et 845)."
        )
        yield refuse("no_surprise", message, "surprise")


def _hearing_is_set(facts: Facts, on: date) -> Found:
    if facts.day("hearing.on") is None or not facts.get("hearing.at"):
        yield refuse("no_hearing", "La date et l’heure de l’audience manquent.", "hearing.on")


def _data_blocks(draft: Draft) -> list[Block]:
    return [numbered(*ended(_datum(row) for row in draft.facts.rows("data")))]


def _datum(row: Mapping[str, Any]) -> str:
    kind = _kind(row)
    named = _KINDS[kind][0] if kind in _KINDS else kind
    why = f", au regard de : {row['why']}" if row.get("why") else ""
    return f"{named}, pour la période du {row.get('from')} au {row.get('to')}{why}"


def _middle(draft: Draft) -> list[Block]:
    return [
        heading("Faits"),
        *free_paragraphs(draft, "paragraphs"),
        heading("Contenus"),
        *contents(draft),
        heading("Motif légitime"),
        *free_paragraphs(draft, "legitimate_reason"),
        *([heading("Connexions reçues"), *connection_table(draft)] if draft.facts.rows("connections") else []),
        heading("Mesures sollicitées"),
        *clause(draft, "measures"),
        *_data_blocks(draft),
    ]


def _application(draft: Draft) -> list[Block]:
    return [
        *act_top(
            draft,
            "Requête",
            f"à {draft.facts.text('court.addressee', 'Madame ou Monsieur le Président')}",
            court_words(draft.facts),
        ),
        *parties(draft, "Requérant", draft.facts.rows("defendants"), "Personne à qui la mesure est demandée"),
        paragraph(
            f"Présentée au titre {contracted('de', draft.refs('cpc_145', 'cpc_493', 'cpc_845'))}, en double exemplaire."
        ),
        *_middle(draft),
        heading("Circonstances justifiant l’absence de débat contradictoire"),
        *free_paragraphs(draft, "surprise"),
        heading("Demandes"),
        numbered(*requests(draft)),
        *act_end(draft),
    ]


def _summary(draft: Draft) -> list[Block]:
    hearing = draft.facts.day("hearing.on")
    assert hearing  # checked before
    return [
        *act_top(
            draft,
            "Assignation en référé",
            f"devant le {court_words(draft.facts)}",
            f"sur le fondement {draft.of('cpc_145')}",
        ),
        *warning_to_appear(draft, hearing, summary=True),
        *parties(draft, "À la demande de", draft.facts.rows("defendants"), "Assigne"),
        *([election(draft)] if draft.facts.get("election.city") else []),
        *_middle(draft),
        heading("Par ces motifs"),
        numbered(*requests(draft)),
        *act_end(draft),
    ]


def _removal(draft: Draft) -> list[Block]:
    hearing = draft.facts.day("hearing.on")
    assert hearing  # checked before
    return [
        *act_top(
            draft,
            "Assignation selon la procédure accélérée au fond",
            f"devant le {court_words(draft.facts)}",
            f"sur le fondement {draft.of('lcen_6_3')}",
        ),
        *warning_to_appear(draft, hearing, summary=True),
        *parties(draft, "À la demande de", draft.facts.rows("defendants"), "Assigne"),
        *([election(draft)] if draft.facts.get("election.city") else []),
        *clause(draft, "procedure"),
        heading("Faits"),
        *free_paragraphs(draft, "paragraphs"),
        heading("Contenus"),
        *contents(draft),
        heading("Illicéité"),
        *free_paragraphs(draft, "discussion"),
        heading("Dommage"),
        *free_paragraphs(draft, "damage"),
        heading("Mesures, adresse par adresse"),
        *(url(str(content.get("url")), clickable=False) for content in draft.facts.contents),
        heading("Par ces motifs"),
        numbered(*requests(draft)),
        *act_end(draft),
    ]


_CHECKS = (*COMMON, client_is_complete, has_contents, letter_is_guarded, _right_defendant, connections_are_usable)
_NEEDS = (*ACT_PARTS, Required("requests", "les demandes"), Required("paragraphs", "l’exposé des faits"))
_NOT = ("N’interrompt pas la prescription de l’action en diffamation : déposez l’acte sur le fond avant elle.",)
TYPES = (
    DocumentType(
        id="requete_145",
        number=8,
        title="Requête aux fins d’identification",
        required=(*_NEEDS, Required("legitimate_reason", "le motif légitime")),
        checks=(*_CHECKS, _data_is_bounded, _without_contradiction),
        build=_application,
        references=("cpc_145", "cpc_493", "cpc_494", "cpc_845", "cpce_l34_1", "cpce_r10_13"),
        aliases=("ex_parte_application",),
        channels=("rpva", "deposit"),
        is_act=True,
        does_not=_NOT,
    ),
    DocumentType(
        id="refere_145",
        number=8,
        title="Assignation en référé aux fins d’identification",
        required=(
            *_NEEDS,
            Required("legitimate_reason", "le motif légitime"),
            Required("court.address", "l’adresse du tribunal"),
        ),
        checks=(*_CHECKS, _data_is_bounded, _hearing_is_set),
        build=_summary,
        references=("cpc_145", "cpce_l34_1", "cpce_r10_13", "cpc_760"),
        aliases=("article_145",),
        channels=("bailiff", "rpva"),
        is_act=True,
        does_not=_NOT,
    ),
    DocumentType(
        id="paf_6_3",
        number=8,
        title="Assignation aux fins de retrait",
        required=(
            *_NEEDS,
            Required("court.address", "l’adresse du tribunal"),
            Required("discussion", "l’illicéité"),
            Required("damage", "le dommage"),
        ),
        checks=(*_CHECKS, _hearing_is_set),
        build=_removal,
        references=("lcen_6_3", "cpc_481_1", "cpc_839", "cpc_760"),
        aliases=("removal_writ",),
        channels=("bailiff", "rpva"),
        is_act=True,
        does_not=_NOT,
        opens="Appel : quinze jours.",
    ),
)
