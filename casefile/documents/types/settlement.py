"""The settlement (20): reciprocal concessions, withdrawal after performance."""

from __future__ import annotations

import re
from datetime import date

from casefile.documents import civility
from casefile.documents.blocks import Block, Heading, PageBreak, Signature, Strong, heading, numbered, paragraph, url
from casefile.documents.checks import COMMON, FIRM, Found, Required, client_is_named, refuse, warn
from casefile.documents.clauses import clause
from casefile.documents.document_type import DocumentType
from casefile.documents.draft import Draft
from casefile.documents.facts import Facts
from casefile.documents.letter_parts import RIN_REASON, firm_head, free_paragraphs, identity
from casefile.documents.typography import amount, long_date
from casefile.documents.word_checks import has_contents


def _is_a_settlement(facts: Facts, on: date) -> Found:
    for path, label in (("concessions.ours", "du client"), ("concessions.theirs", "de l’autre partie")):
        if not facts.texts(path):
            yield refuse(
                "one_sided", f"Les concessions {label} manquent : une transaction en veut de réciproques.", path
            )
    if not facts.get("object"):
        yield refuse("no_object", "L’objet de la transaction manque.", "object")
    if not facts.flag("mandate.special"):
        yield refuse("no_mandate", "Le mandat spécial de transiger manque.", "mandate.special")
    words = " ".join(
        [*facts.texts("concessions.ours"), *facts.texts("concessions.theirs"), *facts.texts("clauses")]
    ).lower()
    if re.search(r"(ne pas|interdi\w+ de|renonce\w* à).{0,40}(témoigner|saisir|signaler|police|autorité|ordre)", words):
        yield refuse("silence", "Une clause interdit de témoigner ou de saisir une autorité : retirez-la.", "clauses")
    if facts.flag("other_party.minor"):
        yield warn("minor", "L’autre partie est mineure ou protégée.", "other_party.minor")
    if facts.flag("other_party.patient"):
        yield warn(
            "patient",
            "L’autre partie est un patient : aucune renonciation aux soins ni au dossier.",
            "other_party.patient",
        )
    end = facts.day("limitation.prudent_on")
    if end and (end - on).days < 30:
        yield warn(
            "limitation_near", "La prescription est proche : négocier ne l’interrompt pas.", "limitation.prudent_on"
        )


def _settlement(draft: Draft) -> list[Block]:
    facts = draft.facts
    other = facts.part("other_party")
    until = facts.day("removal_before")
    return [
        firm_head(draft),
        Heading(text="Protocole transactionnel", level=0),
        heading("Entre"),
        paragraph(
            *identity(draft.client),
            f", {civility.agree(draft.client, 'assisté', 'assistée')} de Me {facts.text('lawyer.name')},",
        ),
        paragraph(
            *identity(other),
            f", {civility.agree(other, 'assisté', 'assistée')} de Me {other['lawyer']}."
            if other.get("lawyer")
            else ", qui a été invité à consulter un avocat.".replace(
                "invité", civility.agree(other, "invité", "invitée")
            ),
        ),
        heading("Préambule"),
        *clause(draft, "preamble"),
        *free_paragraphs(draft, "preamble"),
        heading("Article 1 – Objet"),
        paragraph(
            f"{facts.text('object')} La transaction ne règle que cet objet, selon {draft.refs('cciv_2044', 'cciv_2048')}."
        ),
        *(url(str(content["url"])) for content in facts.contents),
        heading("Article 2 – Concessions de l’autre partie"),
        numbered(*facts.texts("concessions.theirs")),
        *(
            [
                paragraph(
                    "Retrait au plus tard le ",
                    Strong(long_date(until)),
                    ", justifié par une capture datée, caches et copies compris.",
                )
            ]
            if until
            else []
        ),
        heading("Article 3 – Concessions du client"),
        numbered(*facts.texts("concessions.ours")),
        *(
            [paragraph(f"L’indemnité de {amount(facts.text('sum'))} est versée par l’intermédiaire de la CARPA.")]
            if facts.get("sum")
            else []
        ),
        heading("Article 4 – Désistement"),
        paragraph(
            "Après complète exécution, et non avant, le client se désiste de son instance et de son action, ce que l’autre partie "
            f"accepte. Le ministère public n’est pas lié ({draft.aside('cciv_2046')}). Jusqu’à la signature, tout acte interruptif de "
            "prescription est maintenu."
        ),
        heading("Article 5 – Confidentialité et loyauté"),
        *clause(draft, "confidentiality"),
        *_clauses(draft),
        paragraph(
            f"Conformément à {draft.ref('rin_8_2')}, l’autre partie non assistée a été informée de sa faculté de consulter un avocat et "
            "invitée à faire connaître son nom ; un délai de réflexion raisonnable lui a été laissé.",
            locked=RIN_REASON,
        ),
        paragraph(f"L’exécution fait obstacle à une action ayant le même objet, selon {draft.ref('cciv_2052')}."),
        paragraph(
            f"Fait à {facts.text('firm.city')}, le {long_date(draft.on)}, en autant d’exemplaires que de parties."
        ),
        Signature(name=civility.full_name(draft.client), lines=("lu et approuvé",)),
        Signature(name=civility.full_name(other), lines=("lu et approuvé",)),
        *(
            [PageBreak(), Heading(text="Annexe – Texte rectificatif", level=1), *free_paragraphs(draft, "correction")]
            if facts.texts("correction")
            else []
        ),
    ]


def _clauses(draft: Draft) -> list[Block]:
    return (
        [heading("Article 6 – Autres clauses"), *free_paragraphs(draft, "clauses")]
        if draft.facts.texts("clauses")
        else []
    )


TYPES = (
    DocumentType(
        id="transaction",
        number=20,
        title="Protocole transactionnel",
        required=(
            *FIRM,
            Required("other_party.last_name", "le nom de l’autre partie"),
            Required("other_party.address", "son adresse"),
        ),
        checks=(*COMMON, client_is_named, has_contents, _is_a_settlement),
        build=_settlement,
        references=("cciv_2044", "cciv_2046", "cciv_2048", "cciv_2052", "rin_8_2"),
        aliases=("settlement", "protocole"),
        channels=("hand",),
        does_not=("Négocier n’interrompt ni ne suspend sûrement la prescription.",),
        opens="L’exécution.",
    ),
)
