"""The one-page sheet of a rule: what the application counts on, for a lawyer to check and sign."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from casefile.documents.blocks import Block, Cell, Exact, Run, Strong, heading, paragraph, quotation, table
from casefile.documents.pdf import Meta, render
from casefile.documents.rule_words import values_in_words
from casefile.documents.typography import long_date
from casefile.errors import Refused
from casefile.law import texts
from casefile.law.catalogue import STATUSES, kind_in_french
from casefile.law.rules import STALE_AFTER_DAYS

if TYPE_CHECKING:
    from datetime import date

    from casefile.law.rule_model import Rule, RuleVersion

# Letters of article, then letters of each value, tried from the fullest page to the barest.
BUDGETS = ((1_500, 900), (800, 600), (400, 400), (150, 250), (0, 160))


def rule_sheet(rule: Rule, version: RuleVersion, on: date) -> bytes:
    """Give the sheet of one version of a rule, as a tagged PDF of one page dated `on`.

    Raises Refused when even the barest layout needs a second page: the rule then has to be split.
    """
    meta = Meta(
        title=f"Fiche de règle {rule.id}",
        author="Casefile",
        reference="À relire et à signer par un avocat",
        created=on,
        subject=rule.title,
    )
    from pypdf import PdfReader

    for article_letters, value_letters in BUDGETS:
        made = render(_blocks(rule, version, on, article_letters, value_letters), meta)
        if len(PdfReader(BytesIO(made)).pages) == 1:
            return made
    raise Refused("La fiche de cette règle ne tient pas sur une page : scindez la règle.", field="rule")


def _blocks(rule: Rule, version: RuleVersion, on: date, article_letters: int, value_letters: int) -> list[Block]:
    return [
        heading(rule.title, 0),
        paragraph("Règle ", Exact(rule.id), f" – {kind_in_french(rule.kind)}. {_state(rule, version, on)}"),
        table(
            ("Valeur", "En toutes lettres"),
            [(label, _cut(words, value_letters)) for label, words in values_in_words(version)],
            widths=(0.32, 0.68),
        ),
        paragraph(Strong("Sources. "), _cut(version.citation, 2 * value_letters), style="note"),
        *([paragraph(Strong("Note. "), _cut(version.note, value_letters), style="note")] if version.note else []),
        *_article(version, article_letters),
        _signature_box(),
    ]


def _state(rule: Rule, version: RuleVersion, on: date) -> str:
    until = f" au {long_date(version.in_force_until)}" if version.in_force_until else ", en cours"
    rank = 1 + sum(one.in_force_from < version.in_force_from for one in rule.versions)
    days = (on - version.verified_on).days
    stale = " Vérification de plus d’un an : à refaire." if days > STALE_AFTER_DAYS else ""
    return (
        f"Version {rank} sur {len(rule.versions)}, du {long_date(version.in_force_from)}{until}. "
        f"Statut : {STATUSES[version.status]} ; vérifiée le {long_date(version.verified_on)}.{stale}"
    )


def _article(version: RuleVersion, letters: int) -> list[Block]:
    held = texts.cited_by(version)
    if not held:
        return [paragraph("Aucun article cité n’est au recueil : le texte est à lire à la source.", style="note")]
    first = held[0]
    state = "" if first.status == "verified" else " Texte à recontrôler."
    others = f" Voir aussi : {', '.join(one.title.lower() for one in held[1:])}." if held[1:] else ""
    if not letters:
        return [paragraph(f"Texte au recueil : {first.citation}.{state}{others}", style="note")]
    words = "\n".join(first.paragraphs)
    return [quotation(_cut(words, letters), label=f"{first.citation}.{state}", capture=f"{first.source}.{others}")]


def _signature_box() -> Block:
    blank = Cell((Run("\n\n\n\n", exact=True),))
    return table(
        ("Relu par (nom, qualité)", "Le", "Conforme, à corriger, discutée", "Signature"),
        [(blank, blank, blank, blank)],
        widths=(0.3, 0.16, 0.27, 0.27),
        caption="L’avocat raye les mentions inutiles, date et signe.",
    )


def _cut(text: str, letters: int) -> str:
    if len(text) <= letters:
        return text
    return text[:letters].rsplit(" ", 1)[0].rstrip(" ,;") + " […]"
