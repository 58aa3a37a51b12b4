"""What all documents are made with: dated references, the head and the end of a letter, the disputed contents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from casefile.documents import civility
from casefile.documents.blocks import (
    Address,
    Block,
    Exact,
    Letterhead,
    Part,
    Signature,
    Strong,
    bullets,
    cell,
    heading,
    paragraph,
    quotation,
    table,
    url,
)
from casefile.documents.facts import Facts, as_day, as_instant
from casefile.documents.typography import long_date, long_instant
from casefile.law.rules import rule_at

CHANNELS = {
    "lrar": "Par lettre recommandée avec demande d’avis de réception",
    "lre": "Par lettre recommandée électronique qualifiée",
    "form": "Par le mécanisme de notification électronique du service",
    "email": "Par courriel",
    "bailiff": "Par commissaire de justice",
    "rpva": "Par le réseau privé virtuel des avocats (RPVA)",
    "deposit": "Par dépôt contre récépissé daté",
    "hand": "Remise en main propre",
    "space": "Par l’espace client, avec accusé de lecture",
    "secure_mail": "Par courriel sécurisé",
}
RIN_REASON = "Mention exigée par l’article 8.2 du règlement intérieur national : elle ne se retire pas."


@dataclass(frozen=True)
class Draft:
    """The facts on one day, and the references in force on that day."""

    facts: Facts
    on: date
    title: str = ""

    def ref(self, name: str) -> str:
        """Give the words of a reference in force on the day of the act; raises NoRuleInForce."""
        return str(rule_at(f"reference.{name}", self.on).values["citation"])

    def of(self, name: str) -> str:
        """Give the reference after « de »."""
        return contracted("de", self.ref(name))

    def refs(self, *names: str) -> str:
        """Cite several references at once."""
        return together(*(self.ref(name) for name in names))

    def aside(self, *names: str) -> str:
        """Cite in brackets, without the article: « (article 21 du règlement…) »."""
        return re.sub(r"^(?:l'|les |le )", "", self.refs(*names))

    def charge(self, qualification: str) -> tuple[str, str]:
        """Give the noun of a qualification, and its definition and penalty as one phrase after « de »."""
        values = rule_at(f"charge.{qualification}", self.on).values
        first, second = self.ref(values["definition"]), self.ref(values["penalty"])
        return str(values["noun"]), together(first, second)

    def charge_words(self, qualification: str) -> str:
        """Write a qualification and its texts: « une diffamation publique…, au sens des articles 29… et 32… »."""
        noun, texts = self.charge(qualification)
        masculine = ("dénigrement", "outrage", "harcèlement", "chantage")
        article = "des" if noun == "menaces" else "un" if noun.startswith(masculine) else "une"
        return f"{article} {noun}, au sens {contracted('de', texts)}"

    @property
    def client(self) -> Mapping[str, Any]:
        """Give the client."""
        return self.facts.part("client")

    @property
    def lawyer(self) -> Mapping[str, Any]:
        """Give the lawyer who signs."""
        return self.facts.part("lawyer")

    @property
    def clickable(self) -> bool:
        """Say whether addresses open on a click: in letters, not in acts."""
        return not self.facts.flag("_act")


def contracted(preposition: str, noun: str) -> str:
    """Join a preposition and a noun: « de » + « le décret » is « du décret », « de » + « auteur » is « d’auteur »."""
    forms = {("de", "le "): "du ", ("de", "les "): "des ", ("à", "le "): "au ", ("à", "les "): "aux "}
    for (word, article), contraction in forms.items():
        if word == preposition and noun.startswith(article):
            return contraction + noun.removeprefix(article)
    if preposition == "de" and noun[:1].lower() in "aàâeéèêëiîoôuh" and noun:
        return f"d’{noun}"
    return f"{preposition} {noun}"


def together(*citations: str) -> str:
    """Cite articles of one text at once: « les articles 29, alinéa 1er, et 32, alinéa 1er, de la loi… »."""
    unique = list(dict.fromkeys(citations))
    cut = re.compile(r"^l'article (.+?) (d[eu]s? (?:la loi|code|règlement).*)$")
    found = [match for match in map(cut.match, unique) if match]
    if len(unique) > 1 and len(found) == len(unique) and len({match[2] for match in found}) == 1:
        numbers = [match[1] for match in found]
        head = " ".join(number if number.endswith(",") else f"{number}," for number in numbers[:-1])
        return f"les articles {head if ',' in numbers[0] else head.rstrip(',')} et {numbers[-1]} {found[0][2]}"
    return " et ".join(unique)


def letter_top(draft: Draft, subject: str) -> list[Block]:
    """Make the head of a letter, down to the call."""
    facts = draft.facts
    yours = facts.text("recipient.reference")
    references = "\n".join(
        part for part in (f"V/Réf. : {yours}" if yours else "", f"N/Réf. : {facts.text('matter.reference')}") if part
    )
    return [
        firm_head(draft),
        Address(lines=tuple(postal_lines(facts.part("recipient")))),
        paragraph(references, style="reference"),
        paragraph(f"{facts.text('firm.city')}, le {long_date(draft.on)}", style="place_date"),
        paragraph(CHANNELS.get(facts.text("channel"), ""), style="delivery"),
        paragraph(f"Objet : {subject}", style="subject"),
        paragraph(f"{civility.salutation(facts.part('recipient'))},", style="salutation"),
    ]


def firm_head(draft: Draft) -> Letterhead:
    """Make the letterhead."""
    facts = draft.facts
    toque = facts.text("firm.toque")
    contact = " · ".join(part for part in (toque and f"Toque {toque}", facts.text("firm.email")) if part)
    place = ", ".join(facts.texts("firm.address"))
    lines = (f"Avocats au barreau de {facts.text('firm.bar')}", place, contact, facts.text("firm.phone"))
    return Letterhead(
        name=facts.text("firm.name"),
        lines=tuple(line for line in lines if line),
        colour=colour_of(facts),
    )


def colour_of(facts: Facts) -> str:
    """Give the firm's colour, or the default when it is not six hexadecimal digits."""
    colour = facts.text("firm.colour")
    return colour if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else "#7b1e3b"


def postal_lines(recipient: Mapping[str, Any]) -> list[str]:
    """Write an address for the window: the last lines in capitals, without punctuation."""
    name = str(recipient.get("name") or civility.full_name(recipient))
    person = recipient.get("kind") != "company" and recipient.get("civility") in {
        "Madame",
        "Monsieur",
        "Maître",
        "Docteur",
    }
    first = f"{recipient['civility']} {name}" if person and not recipient.get("function") else name
    lines = [str(line) for line in recipient.get("address") or []]
    if recipient.get("attention"):
        lines.insert(0, str(recipient["attention"]))
    return [first, *(re.sub(r"[,;.]+", "", line).upper() for line in lines)]


def letter_end(draft: Draft, *, colleague: bool = False) -> list[Block]:
    """Make the closing formula that repeats the call, the signature and the list of what is joined."""
    recipient = draft.facts.part("recipient")
    return [
        paragraph(civility.closing(recipient, colleague=colleague, writer=draft.lawyer), style="closing"),
        signature(draft),
        *joined_exhibits(draft),
    ]


def signature(draft: Draft, *lines: str) -> Signature:
    """Make the lawyer's signature."""
    bar = draft.facts.text("lawyer.bar") or draft.facts.text("firm.bar")
    quality = f"{civility.agree(draft.lawyer, 'Avocat', 'Avocate')} au barreau de {bar}"
    return Signature(name=draft.facts.text("lawyer.name"), lines=(quality, *lines))


def joined_exhibits(draft: Draft) -> Iterator[Block]:
    """List what is joined to the letter."""
    exhibits = draft.facts.exhibits
    if not exhibits:
        return
    yield paragraph("Pièces jointes :" if len(exhibits) > 1 else "Pièce jointe :", style="note")
    for exhibit in exhibits:
        yield paragraph(f"Pièce n° {exhibit.get('number')} – {exhibit.get('title')}", style="note")


def exhibit_table(draft: Draft, title: str = "Bordereau des pièces") -> list[Block]:
    """List the exhibits of an act as a table."""
    rows = [
        [
            f"{exhibit.get('number')}",
            _short_day(exhibit.get("date")),
            str(exhibit.get("title") or ""),
            str(exhibit.get("pages") or ""),
        ]
        for exhibit in draft.facts.exhibits
    ]
    return [heading(title), table(["N°", "Date", "Intitulé", "Pages"], rows, widths=[1, 3.2, 8.4, 1.4])] if rows else []


def contents(draft: Draft, *, framed_law: bool = False) -> Iterator[Block]:
    """Show each content: what it is, where it is, and its words, exact and numbered through the document."""
    number = 0
    for rank, content in enumerate(draft.facts.contents, start=1):
        yield paragraph(*content_line(content, rank, len(draft.facts.contents)))
        yield url(str(content.get("url") or ""), clickable=draft.clickable)
        for passage in content.get("passages") or []:
            number += 1
            label = f"Propos n° {number}"
            if framed_law and passage.get("qualification"):
                noun, texts = draft.charge(str(passage["qualification"]))
                label += f" – {noun} – {texts}"
            yield quotation(str(passage.get("verbatim") or ""), label=label)


def content_line(content: Mapping[str, Any], rank: int, total: int) -> list[Part]:
    """Write the line that introduces a content: nature, service, author as shown, date, exhibit."""
    head = f"Contenu n° {rank} : {content.get('nature') or 'publication'}" if total > 1 else _nature(content)
    parts: list[Part] = [f"{head} sur {content.get('platform')}, sous le nom affiché « "]
    parts += [Exact(content.get("author") or "sans nom"), " », "]
    parts += published(content)
    if content.get("item_id"):
        parts += [", identifiant ", Exact(content["item_id"])]
    parts += [captured(content), " :"]
    return parts


def published(content: Mapping[str, Any]) -> list[Part]:
    """Write the date of publication: exact, or as displayed with the day on which it was seen."""
    exact, shown = as_day(content.get("published_on")), content.get("published_text")
    if exact and not shown:
        return [f"en ligne depuis le {long_date(exact)}"]
    seen = as_day(content.get("seen_on"))
    first = as_day(content.get("first_online_on")) or exact
    parts: list[Part] = ["dont la date affichée était « ", Exact(shown or "non indiquée"), " »"]
    if seen:
        parts.append(f" le {long_date(seen)}")
    if first:
        parts.append(f", soit une première mise en ligne retenue au {long_date(first)}")
    return parts


def captured(content: Mapping[str, Any]) -> str:
    """Write in brackets which capture shows the content, with its exhibit number."""
    words = capture_words(content)
    return f" ({words})" if words else ""


def proved_by(content: Mapping[str, Any]) -> str:
    """Write in brackets the exhibit that shows the content; the discussion repeats no more than its number."""
    number = (content.get("capture") or {}).get("exhibit")
    return f" (Pièce n° {number})" if number else captured(content)


def capture_words(content: Mapping[str, Any]) -> str:
    """Write which capture shows the content, with its exhibit number."""
    capture = content.get("capture") or {}
    number = capture.get("exhibit")
    at = f"capture du {long_instant(as_instant(capture['captured_at']))}" if capture.get("captured_at") else ""
    if capture.get("received_at"):
        at = f"copie reçue le {long_instant(as_instant(capture['received_at']))}"
    return ", ".join(part for part in (at, f"Pièce n° {number}" if number else "") if part)


def free_paragraphs(draft: Draft, path: str) -> list[Block]:
    """Give the lawyer's own paragraphs, typeset."""
    texts = enumerate(draft.facts.texts(path), start=1)
    return [replace(paragraph(text), id=f"own-{path}-{rank}") for rank, text in texts]


def identity(person: Mapping[str, Any]) -> list[Part]:
    """Write the full civil status of a party, as the acts require."""
    if person.get("kind") == "company":
        represented = person.get("represented_by")
        return [
            Strong(f"La société {person.get('name')}"),
            (
                f", {person.get('legal_form')}, dont le siège social est situé {_joined(person.get('address'))}"
                f"{_numbered_at(person)}, représentée par {represented}"
            ),
        ]
    born = as_day(person.get("born_on"))
    birth = f", {civility.agree(person, 'né', 'née')} le {long_date(born)} à {person.get('born_at')}" if born else ""
    nationality = f", de nationalité {person['nationality']}" if person.get("nationality") else ""
    job = f", {person['profession']}" if person.get("profession") else ""
    civil = "Madame" if person.get("gender") == "F" else "Monsieur" if person.get("gender") == "M" else ""
    return [
        Strong(f"{civil} {civility.full_name(person, capitals=True)}".strip()),
        f"{birth}{nationality}{job}, demeurant {_joined(person.get('address'))}",
    ]


def requests(draft: Draft, path: str = "requests") -> list[str]:
    """Give the requests chosen by the lawyer, each ending as an item of a list."""
    return ended(draft.facts.texts(path))


def ended(items: Iterable[str]) -> list[str]:
    """End each item of a list with a semicolon and the last one with a full stop."""
    texts = [item.rstrip(" ;.,\u00a0\u202f") for item in items]
    return [f"{text} ;" for text in texts[:-1]] + [f"{text}." for text in texts[-1:]]


def reserve(draft: Draft) -> Block:
    """Write the reserve of rights."""
    return paragraph(
        "La présente n’emporte aucune renonciation aux droits de " + civility.client_words(draft.client) + "."
    )


def simple_list(items: list[str]) -> Block:
    """Make a list whose order means nothing."""
    return bullets(*items)


def mono(text: str) -> Any:
    """Make a cell of exact text in the fixed face: an address, a digest."""
    return cell(Exact(text), mono=True)


def _nature(content: Mapping[str, Any]) -> str:
    nature = str(content.get("nature") or "publication")
    return nature[:1].upper() + nature[1:]


def _short_day(value: Any) -> str:
    day = as_day(value)
    return long_date(day) if day else ""


def _joined(lines: Any) -> str:
    return ", ".join(str(line) for line in lines or [])


def _numbered_at(person: Mapping[str, Any]) -> str:
    return f", immatriculée {person['registration']}" if person.get("registration") else ""
