"""Data protection: erasure or objection, delisting, complaint to the authority (6)."""

from __future__ import annotations

from datetime import date

from casefile.documents.blocks import Block, Exact, heading, numbered, paragraph, url
from casefile.documents.checks import LETTER, LETTER_PARTS, Found, Required, client_is_named, refuse, warn
from casefile.documents.clauses import clause
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft, contracted
from casefile.documents.facts import Facts
from casefile.documents.letter_parts import free_paragraphs, letter_end, letter_top
from casefile.documents.typography import long_date
from casefile.documents.variables import person_words


def _is_a_person(facts: Facts, on: date) -> Found:
    if facts.text("client.kind") == "company":
        yield refuse(
            "company", "Une personne morale n’a pas ce droit : seule une personne physique l’exerce.", "client.kind"
        )
    if not facts.contents or not all(content.get("url") for content in facts.contents):
        yield refuse("no_url", "Aucune adresse (URL) exacte n’est jointe.", "contents")
    if facts.flag("journalism"):
        yield warn(
            "journalism", "Le traitement est journalistique : la liberté d’expression prévaut souvent.", "journalism"
        )
    if facts.flag("sensitive"):
        yield warn("sensitive", "La demande expose elle-même des données sensibles.", "sensitive")
    if facts.flag("press_instead"):
        yield warn("press_instead", "La demande paraît contourner la loi de 1881.", "press_instead")


def _right_is_named(facts: Facts, on: date) -> Found:
    if facts.text("right") not in {"effacement", "opposition"}:
        yield refuse("no_right", "Choisissez le droit exercé : effacement ou opposition.", "right")


def _queries_are_nominal(facts: Facts, on: date) -> Found:
    queries = facts.texts("queries")
    name = facts.text("client.last_name").lower()
    if not queries:
        yield refuse("no_query", "Aucune requête portant le nom n’a été testée sur le moteur.", "queries")
    elif name and not all(name in query.lower() for query in queries):
        yield refuse("query_without_name", "Une requête ne contient pas le nom de la personne.", "queries")


def _request_came_first(facts: Facts, on: date) -> Found:
    asked = facts.day("asked_on")
    if asked is None:
        yield refuse("no_request", "La plainte suppose une demande préalable : indiquez sa date.", "asked_on")
    elif not facts.get("answer") and (on - asked).days < 31:
        yield refuse("too_early", "Le délai d’un mois pour répondre n’est pas écoulé.", "asked_on")
    if not facts.get("proof_of_request"):
        yield refuse("no_proof", "La preuve de l’envoi de la demande manque.", "proof_of_request")


def _addresses(draft: Draft) -> list[Block]:
    return [url(str(content["url"])) for content in draft.facts.contents]


def _erasure(draft: Draft) -> list[Block]:
    facts = draft.facts
    erase = facts.text("right") == "effacement"
    article = draft.ref("rgpd_17" if erase else "rgpd_21")
    ground = facts.text("ground")
    return [
        *letter_top(draft, f"exercice du droit {'à l’effacement' if erase else 'd’opposition'}"),
        paragraph(
            f"Au nom {contracted('de', person_words(draft))}, j’exerce auprès de vous, responsable du traitement, le droit "
            f"{'à l’effacement' if erase else 'd’opposition'} que prévoit {article}"
            f"{f' ({ground})' if ground else ''}."
        ),
        heading("Données visées"),
        *_addresses(draft),
        *_reasons(draft),
        *clause(draft, "one_month"),
        *letter_end(draft),
    ]


def _delisting(draft: Draft) -> list[Block]:
    return [
        *letter_top(draft, "demande de déréférencement"),
        *clause(draft, "opening"),
        heading("Liens à déréférencer"),
        *_addresses(draft),
        heading("Requêtes"),
        numbered(*([Exact(query)] for query in draft.facts.texts("queries"))),
        *_reasons(draft),
        *clause(draft, "one_month"),
        *letter_end(draft),
    ]


def _reasons(draft: Draft) -> list[Block]:
    return [
        heading("Raisons tenant à la situation particulière"),
        *free_paragraphs(draft, "reasons"),
        heading("Mise en balance avec l’information du public"),
        *free_paragraphs(draft, "balance"),
        *free_paragraphs(draft, "paragraphs"),
    ]


def _authority(draft: Draft) -> list[Block]:
    facts = draft.facts
    asked = facts.day("asked_on")
    assert asked  # checked before
    answer = facts.text("answer")
    return [
        *letter_top(draft, "plainte relative à un traitement de données"),
        *clause(draft, "opening"),
        heading("La demande préalable"),
        paragraph(
            f"Le {long_date(asked)}, l’exercice du droit {facts.text('right', 'à l’effacement')} a été demandé "
            f"({facts.text('proof_of_request')}). "
            + (
                f"La réponse a été la suivante : {answer}"
                if answer
                else "Aucune réponse n’est parvenue dans le délai d’un mois."
            )
        ),
        heading("Adresses concernées"),
        *_addresses(draft),
        *_reasons(draft),
        *letter_end(draft),
    ]


_LETTER = (
    *LETTER_PARTS,
    Required("reasons", "les raisons tenant à la situation particulière"),
    Required("balance", "la mise en balance avec l’information du public"),
    Required("firm.email", "le courriel du cabinet"),
)
_CHECKS = (*LETTER, client_is_named, _is_a_person)
TYPES = (
    DocumentType(
        id="rgpd_effacement",
        number=6,
        title="Demande d’effacement ou d’opposition",
        required=(*_LETTER, Required("right", "le droit exercé")),
        checks=(*_CHECKS, _right_is_named),
        build=_erasure,
        references=("rgpd_12", "rgpd_17", "rgpd_21"),
        aliases=("erasure",),
        channels=("form", "lrar"),
        opens="Réponse sous un mois.",
    ),
    DocumentType(
        id="rgpd_dereferencement",
        number=6,
        title="Demande de déréférencement",
        required=_LETTER,
        checks=(*_CHECKS, _queries_are_nominal),
        build=_delisting,
        references=("rgpd_12", "rgpd_17"),
        aliases=("delisting", "dereferencement"),
        channels=("form",),
        opens="Réponse sous un mois.",
    ),
    DocumentType(
        id="plainte_cnil",
        number=6,
        title="Plainte à la CNIL",
        required=(*_LETTER, Required("controller", "le responsable du traitement")),
        checks=(*_CHECKS, _request_came_first),
        build=_authority,
        references=("rgpd_77",),
        aliases=("cnil_complaint",),
        channels=("form", "lrar"),
        opens="Instruction de la plainte.",
    ),
)
