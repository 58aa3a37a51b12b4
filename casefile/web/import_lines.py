"""A line of a table of dossiers, read by the opening form: the same limits, the same sentences, named by column."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from werkzeug.datastructures import MultiDict

from casefile.errors import InvalidInput
from casefile.models.evidence import DateKind
from casefile.models.matter import Party, PartyRole
from casefile.web.checks import LINE
from casefile.web.fields import Choice, FrenchDate, Line, Url, Verbatim
from casefile.web.forms import CasefileForm
from casefile.web.import_columns import FORMULAS, HEADINGS, folded
from casefile.web.many_publications import read_lines
from casefile.web.matter_forms import CLIENT_NATURES, TERRITORIES, OpenForm
from casefile.web.opening import TEXTS, Content, Opening, title_of
from casefile.web.publications import platform_choices

NATURES = {
    **{folded(label): value for value, label in CLIENT_NATURES},
    **dict.fromkeys(("personne", "particulier", "personne physique", "physique"), "person"),
    **dict.fromkeys(("medecin", "sante", "professionnel de sante"), "health"),
    **dict.fromkeys(("societe", "entreprise", "association", "personne morale", "morale"), "company"),
}
YEAR = re.compile(r"\d{4}", re.ASCII)
FULL_DAY = re.compile(r"\d{1,2}(er)?\s+\w+\s+\d{4}", re.ASCII | re.IGNORECASE)
RPPS_DIGITS = 11
WHOLE_DAY = "Écrivez le jour en entier, avec l’année, par exemple 12/03/2026."
SENTENCES = {
    "nature": "Écrivez « personne », « professionnel de santé » ou « société ».",
    "platform": "Cette plateforme n’est pas connue : laissez vide, ou écrivez son nom comme la liste des contenus.",
    "territory": "Ce territoire n’est pas connu : laissez vide (métropole), ou écrivez par exemple « La Réunion ».",
}
FORMULA = "Cette cellule porte une formule : collez sa valeur."
# Fields of the form → the column that fills them, where the names differ.
COLUMN_OF = {"rpps": "number", "siren": "number", "published_on": "published", "relative_text": "published"}
NAMELESS = "Contenu à compléter"


class LineForm(OpenForm):
    """The opening form without a browser, and what a table tells besides."""

    class Meta(OpenForm.Meta):
        """A line is typed by nobody: the table that brought it came with its token."""

        csrf = False

    platform = Choice("Plateforme", choices=platform_choices())
    shown_author = Verbatim("Auteur affiché")
    seen_on = FrenchDate("Mention vue le", past=True)
    discovered_on = FrenchDate("Découvert le", past=True)
    court = Line("Juridiction", max_length=LINE)


class UrlForm(CasefileForm):
    """One address, checked as one pasted alone."""

    class Meta(CasefileForm.Meta):
        """Idem."""

        csrf = False

    url = Url("Adresse")


def read(cells: dict[str, Any]) -> tuple[Opening | None, dict[str, str]]:
    """Give the dossier that a line describes, or None and what to mend, by column."""
    form = LineForm(_filled(cells))
    form.validate()
    wrong: dict[str, str] = {}
    for name, field in form._fields.items():
        if field.errors:
            column = COLUMN_OF.get(name, name)
            wrong.setdefault(column, SENTENCES.get(column) or " ".join(str(error) for error in field.errors))
    wrong |= _wrong_days(form, cells) | _wrong_addresses(cells)
    wrong |= dict.fromkeys(cells.get(FORMULAS, ()), FORMULA)
    if wrong:
        return None, {name: wrong[name] for name in HEADINGS if name in wrong}
    return _opening(form), {}


def _filled(cells: dict[str, Any]) -> MultiDict[str, str]:
    data = {name: text for name, text in cells.items() if name not in {FORMULAS, "number", "published"}}
    data["nature"] = NATURES.get(folded(cells.get("nature", "")), cells.get("nature", "")) or "person"
    data["territory"] = _chosen(cells.get("territory", ""), TERRITORIES) or "metropole"
    data["platform"] = _chosen(cells.get("platform", ""), platform_choices())
    if number := cells.get("number", "").strip():
        digits = sum(sign.isdigit() for sign in number)
        by_nature = data["nature"] == "company"
        data["siren" if by_nature or digits in {9, 14} else "rpps"] = number
    published = cells.get("published", "").strip()
    data["published_on" if _is_day(published) else "relative_text"] = published
    shown = cells.get("shown_author", "")
    data["author_known"] = "yes" if cells.get("author_name", "").strip() else "no"
    if data["author_known"] == "no" and _may_name(shown):
        data["author_name"] = shown
    return MultiDict(data)


def _chosen(text: str, choices: Any) -> str:
    """Give the value of an answer from its label or its value; what is unknown goes on, to be refused by the form."""
    known: dict[str, str] = {
        folded(word): value for value, label in choices for word in (value, label, label.partition(" (")[0])
    }
    return known.get(folded(text), text)


def _is_day(text: str) -> bool:
    """Tell whether a date was meant; anything with words besides is what a page shows, kept as it is."""
    return bool(text) and (not any(sign.isalpha() for sign in text) or FULL_DAY.fullmatch(text) is not None)


def _may_name(text: str) -> bool:
    """Tell whether an author as shown may stand as a party's name; the content keeps it letter for letter anyway."""
    return 0 < len(text.strip()) <= LINE and not any(unicodedata.category(sign) in {"Cc", "Cf", "Cs"} for sign in text)


def _wrong_days(form: LineForm, cells: dict[str, Any]) -> dict[str, str]:
    wrong = {name: WHOLE_DAY for name in ("seen_on", "discovered_on") if cells.get(name, "").strip()
             and not YEAR.search(cells[name])}  # fmt: skip
    if form.relative_text.data and not cells.get("seen_on", "").strip():
        wrong["seen_on"] = "Indiquez le jour où cette mention a été vue."
    return wrong


def _wrong_addresses(cells: dict[str, Any]) -> dict[str, str]:
    for url in cells.get("urls", "").split():
        form = UrlForm(MultiDict({"url": url}))
        if not form.validate():
            return {"urls": f"{url[:60]} : {' '.join(str(error) for error in form.url.errors)}"}
    try:
        read_lines("\n".join(cells.get("urls", "").split()))
    except InvalidInput as error:
        return {"urls": error.message}
    return {}


def _opening(form: LineForm) -> Opening:
    parties = _parties(form)
    shown, platform = form.shown_author.data or "", form.platform.data or ""
    author = shown or form.author_name.data or ""
    contents = tuple(Content(url, author, platform=platform) for url in (form.urls.data or "").split())
    dating = _dating(form)
    if not contents and (shown or platform or dating != {"date_kind": DateKind.UNKNOWN}):
        contents = (Content("", author, platform=platform, title=NAMELESS),)
    return Opening(
        title=form.title.data or title_of(parties),
        territory=form.territory.data,
        summary=form.summary.data or "",
        parties=parties,
        contents=contents,
        dating=dating,
    )


def _parties(form: LineForm) -> tuple[Party, ...]:
    client = Party(role=PartyRole.CLIENT, is_company=form.nature.data == "company", is_identified=True)
    for name in TEXTS:
        setattr(client, name, form[name].data or "")
    blank = dict.fromkeys(TEXTS, "")
    known = form.author_known.data == "yes"
    author = Party(role=PartyRole.AUTHOR, is_company=False, is_identified=known,
                   **blank | {"name": form.author_name.data or ""})  # fmt: skip
    if not form.court.data:
        return client, author
    court = Party(role=PartyRole.COURT, is_company=True, is_identified=True, **blank | {"name": form.court.data})
    return client, author, court


def _dating(form: LineForm) -> dict[str, Any]:
    found: dict[str, Any] = {"date_kind": DateKind.UNKNOWN}
    if form.published_on.data:
        found = {"date_kind": DateKind.EXACT, "published_on": form.published_on.data}
    elif form.relative_text.data:
        found = {
            "date_kind": DateKind.RELATIVE,
            "relative_text": form.relative_text.data,
            "relative_seen_on": form.seen_on.data,
        }
    return found | ({"discovered_on": form.discovered_on.data} if form.discovered_on.data else {})
