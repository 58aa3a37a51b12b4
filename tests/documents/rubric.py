"""The partner's grid, evaluated on what poppler reads back from each PDF.

Automatic points are evaluated entirely, mixed ones for the part that a machine sees; human ones are left to a human.
"""

import hashlib
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from casefile.documents import catalogue
from casefile.documents.blocks import Block, Numbered, Quotation, Signature
from casefile.documents.checks import own_words
from casefile.documents.types.reply import lines_of
from casefile.documents.types.summons import earliest_hearing
from casefile.documents.typography import long_date, typeset
from casefile.law.rules import rules_of

GRID = json.loads((Path(__file__).parents[2] / "fixtures" / "document-rubric.json").read_text("utf-8"))
_OBSOLETE = re.compile(r"6[-,. ]+I[-,. ]+[458]\b|6[-,. ]+IV\b|myriam|2011-219|en la forme des référés")
_THREATS = re.compile(r"employeur|l’ordre des|\bfisc|impôts|titre de séjour|sinon|rendre publi", re.IGNORECASE)


@dataclass(frozen=True)
class Made:
    """One document: its facts, its blocks, and the text read back from its PDF."""

    facts: dict[str, Any]
    on: date
    blocks: list[Block]
    text: str

    @cached_property
    def flat(self) -> str:
        return re.sub(r"\s+", " ", self.text.replace("\u00a0", " ").replace("\u202f", " "))

    @cached_property
    def own(self) -> str:
        """The text without the words of others and without addresses."""
        text = self.text
        for content in self.facts["contents"]:
            text = text.replace(content["url"], "")
            for passage in content["passages"]:
                text = text.replace(passage["verbatim"], "")
        return text.replace(self.facts.get("message_text", "\0"), "")

    @cached_property
    def own_flat(self) -> str:
        return re.sub(r"\s+", " ", self.own.replace("\u00a0", " ").replace("\u202f", " "))

    @property
    def passages(self) -> list[dict[str, Any]]:
        return [passage for content in self.facts["contents"] for passage in content["passages"]]

    def says(self, *texts: str) -> bool:
        """Say whether the text holds these words, whatever their spaces and line ends."""
        found = re.sub(r"\s|-", "", self.flat)
        return all(re.sub(r"\s|\u202f|-", "", typeset(text)) in found for text in texts)

    def day(self, path: str) -> date:
        value: Any = self.facts
        for part in path.split("."):
            value = value[part]
        return date.fromisoformat(value)


def exact_words(made: Made) -> bool:
    quoted = [block for block in made.blocks if isinstance(block, Quotation)]
    digests = {hashlib.sha256(passage["verbatim"].encode()).hexdigest() for passage in made.passages}
    return {block.digest for block in quoted} == digests and all(one["verbatim"] in made.text for one in made.passages)


def located(made: Made) -> bool:
    return all(
        content["url"] in made.text
        and content["author"] in made.flat
        and made.says(content.get("published_text") or long_date(date.fromisoformat(content["published_on"])))
        for content in made.facts["contents"]
    )


def references_in_force(made: Made) -> bool:
    """Leave nothing that looks like an article once the citations of the dated table are taken away."""
    text = made.own_flat
    for parts in _known(made.on):
        text = text.replace(f"article {' '.join(parts)}", "").replace(f"articles {' '.join(parts)}", "")
    for tail in sorted({tail for _, tail in _known(made.on)}, key=len, reverse=True):
        numbers = [number for number, own in _known(made.on) if own == tail]
        one = "|".join(sorted(map(re.escape, numbers), key=len, reverse=True))
        text = re.sub(rf"articles (?:{one})(?:,? (?:{one}))* et (?:{one}) {re.escape(tail)}", "", text)
    return not _OBSOLETE.search(made.own_flat) and not re.search(r"\barticles? (?:[LRD]\. ?)?\d", text)


@cache
def _known(on: date) -> tuple[tuple[str, str], ...]:
    """Give number and text of each article that may be cited on a day, as printed, with plain spaces."""
    found = []
    for rule in rules_of("reference"):
        version = rule.versions[-1]
        printed = re.sub(r"\s", " ", typeset(version.values["citation"]))
        cut = re.match(r"l’article (.+?) (d[eu]s? (?:la loi|code|règlement).*)$", printed)
        if cut and version.stands_on(on):
            found.append((cut[1], cut[2]))
    return tuple(found)


def nothing_left_to_fill(made: Made) -> bool:
    return not re.search(r"[\[\]{}]|à compléter|\bNone\b|\bXXX|undefined|TODO", made.own)


def parties_are_whole(made: Made) -> bool:
    facts = made.facts
    if "operator" in facts:
        return made.says(facts["operator"]["name"], facts["matter"]["reference"])
    if "parties" in facts:
        return made.says(facts["parties"]["for"], facts["parties"]["against"], facts["court"]["name"])
    named = made.says(facts["client"]["last_name"]) or made.says(facts["client"]["last_name"].upper())
    court = facts.get("court") or {}
    place = made.says(*(court[name] for name in ("name", "chamber") if court.get(name)))
    return named and place and ("recipient" not in facts or made.says(facts["recipient"]["address"][-1].upper()))


def facts_have_exhibits(made: Made) -> bool:
    numbers = {str(exhibit["number"]) for exhibit in made.facts["exhibits"]}
    cited = set(re.findall(r"[Pp]ièces? n° (\d+)", made.flat))
    return bool(cited) and cited <= numbers and "1" in cited


def typography(made: Made) -> bool:
    text = re.sub(r"\S+@\S+|https?://\S+|\S+\.example\S*|\S*T\d\d:\S*|sha256sum.*|openssl.*|→.*", "", made.own)
    wrong = re.search(
        r"\w'\w|(?<=\w)[;!?](?=\s)|« \S|«[^\u00a0]|[^\u00a0]»|n° \d|\b1er (?:jan|fév|mars|avr|mai)|etc\.\.\.", text
    )
    spaced = re.search(r"\w [;!?]", text)
    return not wrong and not spaced


def letter_order(made: Made) -> bool:
    facts, flat = made.facts, re.sub(r"\s", "", made.flat)
    marks = [
        facts["firm"]["name"],
        facts["recipient"]["address"][-1].upper(),
        f"{facts['firm']['city']}, le ",
        "Objet :",
        "Je vous prie d’agréer",
        facts["lawyer"]["name"] + "Avocat",
    ]
    places = [
        flat.find(re.sub(r"\s|[,;.](?=\s)", "", mark) if rank == 1 else re.sub(r"\s", "", mark))
        for rank, mark in enumerate(marks)
    ]
    return -1 not in places and places == sorted(places)


def pages_are_numbered(made: Made) -> bool:
    pages = made.text.rstrip("\f").split("\f")
    numbered = all(f"page {rank} sur {len(pages)}" in page for rank, page in enumerate(pages, start=1))
    names = [block.name for block in made.blocks if isinstance(block, Signature)]
    alone = any(page.lstrip().startswith(name) and "Cabinet" not in page[:40] for page in pages for name in names)
    titles = [str(exhibit["title"]) for exhibit in made.facts["exhibits"]]
    return numbered and not alone and ("Pièces" not in made.text or "operator" in made.facts or made.says(*titles))


def channel_is_said(made: Made) -> bool:
    words = {
        "lrar": "Par lettre recommandée avec demande d’avis de réception",
        "lre": "recommandée électronique qualifiée",
    }
    channel = made.facts["channel"]
    return made.says(words[channel]) and (channel != "lre" or made.facts["recipient"].get("consents_lre") is True)


def reply_fits(made: Made) -> bool:
    reply, message = typeset(made.facts["reply"]), made.facts["message_text"]
    counted = made.says(
        f"{len(reply)} signes, {lines_of(reply)} lignes", f"{len(message)} signes, {lines_of(message)} lignes"
    )
    return counted and len(reply) <= len(message) and lines_of(reply) <= 200


def hearing_is_whole(made: Made) -> bool:
    facts = made.facts
    said = made.says(facts["court"]["name"], facts["court"]["address"], facts["court"]["city"],
                     long_date(made.day("hearing.on")), facts["hearing"]["at"],
                     *(person["quality"] for person in facts["defendants"]))  # fmt: skip
    served = made.day("served_by")
    return said and all(
        made.day("hearing.on") >= earliest_hearing(served, one["location"]) for one in facts["defendants"]
    )


def exhibits_listed(made: Made) -> bool:
    return all(
        made.says(
            f"Pièce n° {one['number']}", one["title"], long_date(date.fromisoformat(one["date"])), str(one["pages"])
        )
        for one in made.facts["exhibits"]
    ) and set(made.facts.get("cited_exhibits", [])) <= {str(one["number"]) for one in made.facts["exhibits"]}


def digests_and_token(made: Made) -> bool:
    token = made.facts["timestamp"]
    files = all(file["sha256"] in re.sub(r"\s", "", made.text) for file in made.facts["files"])
    return files and token["verified"] is True and made.says("horodatage", token["authority"])


CHECKS: dict[str, Callable[[Made], bool]] = {
    "R01": exact_words,
    "R02": located,
    "R03": lambda made: not any("diffamation" in part and "injure" in part for part in made.own.split("\n\n")),
    "R04": lambda made: "1240" not in made.own and "dénigrement" not in made.own,
    "R05": references_in_force,
    "R06": nothing_left_to_fill,
    "R08": lambda made: not any(one.get("health") and not one.get("redacted") for one in made.facts["exhibits"]),
    "R09": parties_are_whole,
    "R11": facts_have_exhibits,
    "R12": lambda made: all(
        made.says(one["imputation"], one["why"], one["target"].removeprefix("le ")) for one in made.passages
    ),
    "R13": lambda made: made.says(
        made.facts["notifier"]["name"], made.facts["notifier"]["email"], "exactes et complètes"
    ),
    "R14": lambda made: made.facts["channel"] == "form" and made.says("mécanisme de notification électronique"),
    "R16": lambda made: not re.search(r"\b(?:24|48) ?h|quarante-huit|vingt-quatre|préalablement à l’auteur", made.own),
    "R17": lambda made: made.says("faculté de consulter un avocat", "faire connaître son nom"),
    "R18": lambda made: not _THREATS.search(made.own),
    "R19": lambda made: made.facts["recipient"]["represented"] is False and made.facts["client_agrees"] is True,
    "R20": lambda made: (
        any(isinstance(block, Numbered) and not block.bullet for block in made.blocks)
        and made.says(long_date(made.day("answer_before")), "m’en justifier")
    ),
    "R21": lambda made: made.day("answer_before") <= made.day("limitation.prudent_on") - timedelta(days=10),
    "R22": channel_is_said,
    "R23": lambda made: (
        made.says("article 1er-1, III", "décret n° 2007-1527") and (made.on - made.day("available_on")).days < 90
    ),
    "R24": lambda made: made.facts["can_answer_directly"] is False,
    "R25": lambda made: (
        located(made)
        and made.says(made.facts["nature"], made.facts["access"], made.facts["reply"])
        and exact_words(made)
    ),
    "R26": reply_fits,
    "R28": lambda made: (
        made.says(made.facts["recipient"]["role"], "mandat spécial") and made.facts["mandate"]["online"]
    ),
    "R29": lambda made: made.says("articles 29, alinéa 1er, et 32, alinéa 1er,"),
    "R30": lambda made: made.says("réquisitions aux fins d’enquête", "articulent et qualifient"),
    "R31": lambda made: (
        bool(made.facts["limitation"]["acknowledged_by"])
        and made.day("limitation.interrupting_act_on") <= made.day("limitation.prudent_on")
    ),
    "R33": lambda made: (
        made.facts["election"]["city"] == made.facts["court"]["city"]
        and made.says("Élisant domicile", "ville où siège")
    ),
    "R34": lambda made: (
        made.says("notifiée au ministère public", long_date(made.day("prosecutor_notified_on")))
        and made.day("prosecutor_notified_on") < made.day("hearing.on")
    ),
    "R35": hearing_is_whole,
    "R36": lambda made: (
        [block.label for block in made.blocks if isinstance(block, Quotation)]
        == [typeset(f"Propos n° {rank}") for rank in range(1, len(made.passages) + 1)]
        and exact_words(made)
    ),
    "R37": lambda made: all(
        made.says(f"en qualité d’{one['quality']}") or made.says(one["quality"]) for one in made.facts["defendants"]
    ),
    "R38": exhibits_listed,
    "R39": lambda made: made.says(
        f"Fait à {made.facts['firm']['city']}, le {long_date(made.on)}", "cachet", made.facts["lawyer"]["name"]
    ),
    "R40": lambda made: (
        not any(one.get("between_lawyers") or one.get("language", "fr") != "fr" for one in made.facts["exhibits"])
    ),
    "R41": lambda made: (
        made.says("cachet", "restent hors cachet")
        and all(one.get("size", 0) < 4_000_000 for one in made.facts["exhibits"])
    ),
    "R42": digests_and_token,
    "R43": lambda made: made.says(
        "Poste",
        "Navigateur",
        "IP",
        "proxy",
        "DNS",
        "Cache, cookies",
        "Horloge synchronisée",
        "Début des opérations",
        "fin :",
        "Session déconnectée",
    ),
    "R44": lambda made: (
        not re.search(r"\bconstat|certifi|authenti", made.own, re.IGNORECASE)
        and made.says("n’est pas l’acte d’un commissaire de justice", "non la véracité")
    ),
    "R45": lambda made: made.says(made.facts["operator"]["name"], made.facts["operator"]["link"]),
    "R46": lambda made: (
        made.says("page entière", "page publique") and made.facts["final_url"] in made.text and located(made)
    ),
    "R47": lambda made: (
        not re.search("[\ufffd□]", made.text)
        and all(block.verbatim in made.text for block in made.blocks if isinstance(block, Quotation))
    ),
    "R48": letter_order,
    "R49": typography,
    "R50": pages_are_numbered,
}


def points(number: int) -> list[dict[str, Any]]:
    """Give the points of the grid that apply to a type and that a machine can answer."""
    return [point for point in GRID["points"] if number in point["types"] and point["id"] in CHECKS]


def failed(name: str, made: Made) -> list[dict[str, Any]]:
    """Give the points that the document does not earn."""
    return [point for point in points(catalogue.type_of(name).number) if not CHECKS[point["id"]](made)]


def table() -> str:
    """Write the score of every type that the grid covers: `python -m tests.documents.rubric`."""
    from casefile.documents import catalogue

    from .letters import TYPES, case, made, pdf_text

    lines = [f"{'type':<24} {'n°':>3} {'points':>7} {'score':>6} {'bloquants':>9}"]
    for kind in sorted(TYPES, key=lambda name: (catalogue.type_of(name).number, name)):
        number = catalogue.type_of(kind).number
        asked = points(number)
        facts, on = case(kind)
        lost = failed(kind, Made(facts, on, made(kind)[0], pdf_text(kind)))
        total = sum(point["points"] for point in asked)
        score = f"{1 - sum(point['points'] for point in lost) / total:.2f}" if total else "–"  # the grid asks nothing
        blocking = sum(point["gravite"] == "bloquant" for point in lost)
        lines.append(f"{kind:<24} {number:>3} {total:>7} {score:>6} {blocking:>9}")
    return "\n".join(lines)


__all__ = ["CHECKS", "GRID", "Made", "failed", "own_words", "points", "table"]


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
