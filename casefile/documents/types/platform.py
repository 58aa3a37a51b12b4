"""Letters to the service that hosts: DSA notice (1), chaser and internal complaint (2), preservation request (7)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from casefile.documents import civility
from casefile.documents.blocks import Block, Exact, Strong, heading, numbered, paragraph, table
from casefile.documents.checks import (
    FIRM,
    LETTER,
    LETTER_PARTS,
    Found,
    Required,
    client_is_named,
    limitation_is_open,
    refuse,
    warn,
)
from casefile.documents.connections import connection_table, connections_are_usable
from casefile.documents.document_type import NOT_INTERRUPTING, DocumentType
from casefile.documents.draft import (
    Draft,
    contents,
    contracted,
    ended,
    free_paragraphs,
    letter_end,
    letter_top,
    proved_by,
    reserve,
)
from casefile.documents.facts import Facts
from casefile.documents.types.author import who
from casefile.documents.typography import long_date
from casefile.documents.word_checks import (
    ON_WORDS,
    captures_are_fresh,
    has_contents,
    has_passages,
    is_insult,
    opinions_are_named,
    why_unlawful,
)
from casefile.law.review_policies import policy_grounds

_FORM_LIMIT = 1500


def _notice_can_be_given(facts: Facts, on: date) -> Found:
    if not facts.get("notifier.email"):
        yield refuse("no_email", "Il manque le courriel du notifiant (DSA, art. 16, § 2, c).", "notifier.email")
    if not facts.get("notifier.name"):
        yield refuse("no_name", "Il manque le nom du notifiant (DSA, art. 16, § 2, c).", "notifier.name")
    if not facts.flag("good_faith_confirmed"):
        message = "La déclaration de bonne foi n’a pas été confirmée par la personne (DSA, art. 16, § 2, d)."
        yield refuse("no_good_faith", message, "good_faith_confirmed")
    if facts.flag("client_says_true"):
        message = "Le client a indiqué que le fait est vrai : une fausse notification est un délit."
        yield refuse("fact_is_true", message, "client_says_true")
    if facts.text("channel") != "form":
        message = "La notification passe par le mécanisme électronique du service ; la lettre recommandée n’en est qu’un double."
        yield warn("not_electronic", message, "channel")
    if facts.get("recipient.in_union") is False:
        yield warn("outside_union", "L’entité destinataire n’est pas établie dans l’Union.", "recipient.in_union")
    if facts.flag("already_notified"):
        message = "Le même contenu a déjà été notifié : préférez la relance ou la réclamation."
        yield warn("already_notified", message, "already_notified")
    for rank, content in enumerate(facts.contents):
        if content.get("is_listing"):
            message = "L’adresse est celle de la fiche et non celle de l’avis : notez l’adresse de l’avis."
            yield refuse("listing_url", message, f"contents.{rank}.url")


def _notice(draft: Draft) -> list[Block]:
    client = civility.titled(draft.client)
    mandated = civility.agree(draft.lawyer, "avocat mandaté", "avocate mandatée")
    return [
        *letter_top(draft, "notification d’un contenu illicite"),
        paragraph(
            f"Je vous notifie, au sens {draft.of('dsa_16')}, le contenu décrit ci-dessous, au nom et pour le compte "
            f"{contracted('de', who(draft))}, dont je suis le conseil."
        ),
        heading("Notifiant"),
        paragraph(
            "Nom : ",
            Strong(draft.facts.text("notifier.name")),
            " ; courriel : ",
            Exact(draft.facts.text("notifier.email")),
            f" ; agissant comme {mandated} par la personne visée.",
            locked="Mention exigée par l’article 16, § 2, c), du règlement (UE) 2022/2065.",
        ),
        heading("Contenu notifié et emplacement exact"),
        *contents(draft),
        heading("Pourquoi ce contenu est illicite"),
        *_explanations(draft),
        *free_paragraphs(draft, "paragraphs"),
        heading("Demandes"),
        numbered(*_notice_requests(draft)),
        paragraph(
            Strong("Déclaration de bonne foi. "),
            f"{client[:1].upper()}{client[1:]} déclare, par mon intermédiaire, croire de bonne foi que les informations et "
            "les allégations contenues dans la présente notification sont exactes et complètes.",
            locked="Mention exigée par l’article 16, § 2, d), du règlement (UE) 2022/2065.",
        ),
        reserve(draft),
        *letter_end(draft),
    ]


def _explanations(draft: Draft) -> Iterator[Block]:
    for number, (_path, content, passage) in enumerate(draft.facts.passages(), start=1):
        yield paragraph(
            Strong(f"Propos n° {number}. "),
            _what_is_said(passage),
            f"{_sentence(str(passage['why']))} Il est susceptible de constituer "
            f"{draft.charge_words(str(passage['qualification']))}{proved_by(content)}.",
        )


def _what_is_said(passage: Mapping[str, object]) -> str:
    if is_insult(passage.get("qualification")):
        return f"Ce propos vise {passage['target']} en des termes outrageants. "
    fact = str(passage["imputation"]).rstrip(". ")
    return f"Ce propos impute {contracted('à', str(passage['target']))} un fait précis : {fact}. "


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _notice_requests(draft: Draft) -> list[str]:
    return [
        "à titre principal, retirer ce contenu ou en rendre l’accès impossible ;",
        "à titre subsidiaire, en restreindre la visibilité ;",
        "conserver le contenu retiré et les données de nature à permettre l’identification de son auteur ;",
        (
            f"accuser réception et notifier une décision motivée, avec les voies de recours, à "
            f"{draft.facts.text('notifier.email')}."
        ),
    ]


def form_fields(draft: Draft, limit: int = _FORM_LIMIT) -> dict[str, str]:
    """Give the notice as the fields of a platform's form, plain text, the explanation cut at no word."""
    explanation = " ".join(block.text for block in _explanations(draft) if hasattr(block, "text"))
    if len(explanation) > limit:
        explanation = re.sub(r"\s+\S*$", "", explanation[: limit - 1]) + "…"
    ticked = draft.facts.texts("policy")
    grounds = [
        one.ground
        for row in draft.facts.contents
        for one in policy_grounds(str(row.get("service")))
        if one.id in ticked
    ]
    policy = {"policy": "\n".join(dict.fromkeys(grounds))} if grounds else {}
    return policy | {
        "name": draft.facts.text("notifier.name"),
        "email": draft.facts.text("notifier.email"),
        "urls": "\n".join(str(content.get("url")) for content in draft.facts.contents),
        "words": "\n\n".join(str(passage["verbatim"]) for _, _, passage in draft.facts.passages()),
        "explanation": explanation,
    }


def _chaser_is_due(facts: Facts, on: date) -> Found:
    if not facts.get("ticket"):
        yield refuse("no_ticket", "Il manque le numéro de la notification (ticket).", "ticket")
    notified = facts.day("notified_on")
    if notified and notified > on:
        yield refuse("notified_later", "La notification est datée après la relance.", "notified_on")


def _complaint_is_open(facts: Facts, on: date) -> Found:
    decided = facts.day("decision_on")
    if decided is None or not facts.get("ticket"):
        yield refuse(
            "no_decision", "Une réclamation vise une décision : indiquez sa date et son numéro.", "decision_on"
        )
    elif on > _six_months(decided):
        yield refuse("too_late", "Plus de six mois se sont écoulés depuis la décision (DSA, art. 20).", "decision_on")
    if not facts.texts("errors"):
        yield refuse("no_errors", "Il manque les erreurs de la décision, point par point.", "errors")
    if not facts.get("new_element"):
        yield warn("same_text", "Aucun élément nouveau : la réclamation répète la notification.", "new_element")


def _six_months(day: date) -> date:
    month, year = (day.month + 5) % 12 + 1, day.year + (day.month + 5) // 12
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def _chaser(draft: Draft) -> list[Block]:
    facts = draft.facts
    return [
        *letter_top(draft, f"relance – notification n° {facts.text('ticket')}"),
        paragraph(
            f"Le {long_date(_day(facts, 'notified_on'))}, je vous ai notifié au sens {draft.of('dsa_16')} le contenu "
            f"suivant, sous le numéro ",
            Exact(facts.text("ticket")),
            ". Aucune décision ne m’est parvenue à ce jour.",
        ),
        *contents(draft),
        heading("Demandes"),
        numbered(
            "m’adresser votre décision motivée et les voies de recours dont elle dispose ;",
            "à défaut de décision, m’indiquer l’état de l’examen et la date à laquelle il s’achèvera.",
        ),
        *free_paragraphs(draft, "paragraphs"),
        reserve(draft),
        *letter_end(draft),
    ]


def _complaint(draft: Draft) -> list[Block]:
    facts = draft.facts
    new = facts.text("new_element")
    return [
        *letter_top(draft, f"réclamation interne – décision n° {facts.text('ticket')}"),
        heading("Rappel"),
        table(
            ["Date", "Étape"],
            [
                [long_date(_day(facts, "notified_on")), "Notification du contenu"],
                [long_date(_day(facts, "decision_on")), f"Décision : {facts.text('decision')}"],
                [long_date(draft.on), f"Réclamation au titre {draft.of('dsa_20')}"],
            ],
            widths=[1, 3],
        ),
        *contents(draft),
        heading("Erreurs de la décision"),
        numbered(*facts.texts("errors")),
        *([heading("Élément nouveau"), paragraph(new)] if new else []),
        heading("Demande"),
        paragraph(
            "Je demande le réexamen de cette décision par une personne qualifiée, et non par le seul moyen d’un "
            "traitement automatisé, puis le retrait du contenu."
        ),
        paragraph(
            "À défaut, ma cliente ou mon client pourra saisir un organe de règlement extrajudiciaire certifié "
            f"({draft.aside('dsa_21')}), le coordinateur pour les services numériques ({draft.aside('dsa_53')}) "
            f"ou le juge ({draft.aside('lcen_6_3')}).".replace(
                "ma cliente ou mon client", civility.client_words(draft.client)
            )
        ),
        *letter_end(draft),
    ]


def _day(facts: Facts, path: str) -> date:
    found = facts.day(path)
    assert found is not None  # required by the type
    return found


def _is_an_invitation(facts: Facts, on: date) -> Found:
    words = " ".join([*facts.texts("categories"), *facts.texts("paragraphs")]).lower()
    if re.search(r"\b(enjoi|ordonn|injonction|sommé|sommons|contraint)", words):
        message = (
            "La demande est rédigée comme une injonction : seule l’autorité judiciaire peut l’adresser (CPCE, L. 34-1)."
        )
        yield refuse("injunction", message, "paragraphs")
    if re.search(r"(communiqu|transmet|remet|fourni)\w*.{0,40}\b(adresse ip|ip)\b", words):
        message = "La remise de l’adresse IP au cabinet est demandée : un particulier n’y a aucun droit direct."
        yield refuse("asks_for_ip", message, "categories")
    old = [
        content
        for content in facts.contents
        if (day := content.get("published_on")) and (on - date.fromisoformat(str(day)[:10])).days > 270
    ]
    if old:
        yield warn(
            "data_may_be_gone", "La publication a plus de neuf mois : les données sont peut-être effacées.", "contents"
        )
    if facts.flag("account_closed"):
        yield warn("account_closed", "Le compte est supprimé : le délai de conservation court.", "account_closed")
    if not facts.get("planned_action"):
        yield warn("nothing_planned", "Aucune requête ni plainte n’est programmée.", "planned_action")


def _preservation(draft: Draft) -> list[Block]:
    facts = draft.facts
    return [
        *letter_top(draft, "invitation à conserver des données d’identification"),
        paragraph(
            f"Je suis le conseil {contracted('de', civility.titled(draft.client))}, qui envisage une instance relative aux contenus "
            "suivants, notamment sur le fondement "
            f"{draft.of('cpc_145')}."
        ),
        *contents(draft),
        *([heading("Connexions"), *connection_table(draft)] if facts.rows("connections") else []),
        heading("Données concernées"),
        paragraph(
            f"Je vous invite à conserver, dans la limite de ce que prévoient {draft.refs('cpce_l34_1', 'cpce_r10_13')}"
            f", pour la période du {facts.text('range.from')} au {facts.text('range.to')} "
            f"(fuseau : {facts.text('range.zone')}) :"
        ),
        numbered(*ended([*facts.texts("categories"), "le contenu lui-même, s’il est retiré"])),
        paragraph(
            "La présente est une invitation : elle ne demande la remise d’aucune donnée à mon cabinet. Leur "
            "communication sera, s’il y a lieu, demandée au juge."
        ),
        *free_paragraphs(draft, "paragraphs"),
        paragraph(f"Je vous remercie d’en accuser réception à l’adresse {facts.text('firm.email')}."),
        *letter_end(draft),
    ]


TYPES = (
    DocumentType(
        id="notification_dsa",
        number=1,
        title="Notification de contenu illicite",
        required=(*LETTER_PARTS, Required("firm.email", "le courriel du cabinet")),
        checks=(
            *LETTER,
            *ON_WORDS,
            client_is_named,
            why_unlawful,
            _notice_can_be_given,
            captures_are_fresh,
            opinions_are_named,
            limitation_is_open(warn_below=21, refuse_expired=False),
        ),
        build=_notice,
        references=("dsa_16",),
        aliases=("takedown_notice", "dsa_notice", "notification"),
        channels=("form", "lrar"),
        opens="Examen par le service, puis six mois de réclamation interne après la décision.",
        does_not=(NOT_INTERRUPTING, "N’identifie pas l’auteur.", "N’oblige pas à retirer un avis seulement négatif."),
    ),
    DocumentType(
        id="relance_dsa",
        number=2,
        title="Relance d’une notification",
        required=(
            *LETTER_PARTS,
            Required("notified_on", "la date de la notification"),
            Required("ticket", "le numéro"),
        ),
        checks=(
            *LETTER,
            has_contents,
            client_is_named,
            _chaser_is_due,
            limitation_is_open(warn_below=45, refuse_expired=False),
        ),
        build=_chaser,
        references=("dsa_16",),
        aliases=("chaser", "relance"),
        channels=("form", "email"),
        opens="Décision du service.",
    ),
    DocumentType(
        id="reclamation_dsa",
        number=2,
        title="Réclamation interne",
        required=(
            *LETTER_PARTS,
            Required("notified_on", "la date de la notification"),
            Required("decision_on", "la date de la décision"),
            Required("decision", "la teneur de la décision"),
        ),
        checks=(
            *LETTER,
            has_contents,
            client_is_named,
            _complaint_is_open,
            limitation_is_open(warn_below=45, refuse_expired=False),
        ),
        build=_complaint,
        references=("dsa_20", "dsa_21", "dsa_53", "lcen_6_3"),
        aliases=("internal_complaint",),
        channels=("form",),
        opens="Examen de la réclamation, puis organe extrajudiciaire.",
        does_not=(NOT_INTERRUPTING, "Ne suspend aucun délai et n’est pas un préalable obligatoire au juge."),
    ),
    DocumentType(
        id="conservation_donnees",
        number=7,
        title="Demande de conservation de données",
        required=(
            *LETTER_PARTS,
            Required("categories", "les catégories de données"),
            Required("range.from", "le début de la plage"),
            Required("range.to", "la fin de la plage"),
            Required("range.zone", "le fuseau horaire"),
            Required("firm.email", "le courriel du cabinet"),
        ),
        checks=(*LETTER, has_contents, client_is_named, _is_an_invitation, connections_are_usable),
        build=_preservation,
        references=("cpc_145", "cpce_l34_1", "cpce_r10_13"),
        aliases=("preservation_request",),
        channels=("form", "lrar"),
        does_not=("N’oblige pas le service et n’interrompt rien.",),
    ),
)
__all__ = ["FIRM", "TYPES", "form_fields", "has_passages"]
