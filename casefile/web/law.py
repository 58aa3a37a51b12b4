"""The rules of law that Casefile counts on: listed, read with their articles, given as a sheet to sign."""

from __future__ import annotations

import io
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request, send_file, url_for

from casefile import clock
from casefile.access import Permission
from casefile.documents.rule_sheet import rule_sheet
from casefile.documents.rule_words import values_in_words
from casefile.errors import NotFound
from casefile.law import catalogue, rules, texts
from casefile.web.guards import access

if TYPE_CHECKING:
    from casefile.law.catalogue import RuleLine
    from casefile.law.rule_model import Rule, RuleVersion, Source

blueprint = Blueprint("law", __name__, url_prefix="/droit")

# tone, sign of the badge; the word comes from the catalogue.
STATUSES = {
    "verified": ("ok", "circle-check"),
    "unverified": ("crit", "eye"),
    "disputed": ("soon", "alert-triangle"),
}
STALE = "stale"
FRESHNESS = (("", "Toutes"), (STALE, "À revérifier (plus de douze mois)"))
LONGEST_QUERY = 100


@blueprint.get("")
@access(Permission.LAW_READ)
def index() -> Any:
    """List the rules in force, by family; the search and the filters are in the address."""
    lines = catalogue.listing(clock.today())
    asked = _asked()
    found = [line for line in lines if _answers(line, asked)]
    return render_template(
        "law/index.html",
        families=[
            (catalogue.kind_in_french(kind), list(members))
            for kind, members in groupby(found, key=lambda line: line.rule.kind)
        ],
        found=len(found),
        total=len(lines),
        asked=asked,
        kinds=[("", "Toutes"), *((kind, catalogue.kind_in_french(kind)) for kind in catalogue.known_kinds())],
        statuses=[("", "Tous"), *((key, word.capitalize()) for key, word in catalogue.STATUSES.items())],
        freshness=FRESHNESS,
        counts=_counts(lines),
        stale=sum(line.stale for line in lines),
        badge=_badge,
    )


@blueprint.get("/<rule_id>")
@access(Permission.LAW_READ)
def show(rule_id: str) -> Any:
    """Show one rule: every version, its values in words, its sources, the articles word for word."""
    rule = _rule(rule_id)
    today = clock.today()
    return render_template(
        "law/show.html",
        rule=rule,
        family=catalogue.kind_in_french(rule.kind),
        versions=[_version(rule, version, today) for version in reversed(rule.versions)],
        articles=_articles(rule),
        gap=_gap(rule, today),
        badge=_badge,
    )


@blueprint.get("/<rule_id>/fiche")
@access(Permission.LAW_READ)
def sheet(rule_id: str) -> Any:
    """Give the one-page PDF that a lawyer checks and signs."""
    rule = _rule(rule_id)
    version = _chosen_version(rule)
    content = rule_sheet(rule, version, clock.today())
    name = f"fiche-{rule.id.replace('.', '-')}-{version.version}.pdf"
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


def _rule(rule_id: str) -> Rule:
    try:
        return rules.rule(rule_id)
    except rules.UnknownRule as error:
        raise NotFound("Cette règle n’existe pas.") from error


def _chosen_version(rule: Rule) -> RuleVersion:
    wanted = request.args.get("version")
    if not wanted:
        return rule.versions[-1]
    found = next((version for version in rule.versions if version.version == wanted), None)
    if found is None:
        raise NotFound("Cette version de la règle n’existe pas.")
    return found


def _asked() -> dict[str, str]:
    given = {name: request.args.get(name, "") for name in ("famille", "statut", "verification")}
    known = {
        "famille": catalogue.known_kinds(),
        "statut": tuple(catalogue.STATUSES),
        "verification": (STALE,),
    }
    kept = {name: value if value in known[name] else "" for name, value in given.items()}
    return {"q": request.args.get("q", "").strip()[:LONGEST_QUERY], **kept}


def _answers(line: RuleLine, asked: dict[str, str]) -> bool:
    version = line.version
    if asked["famille"] and line.rule.kind != asked["famille"]:
        return False
    if asked["statut"] and (version is None or version.status != asked["statut"]):
        return False
    if asked["verification"] and not line.stale:
        return False
    written = " ".join((line.rule.id, line.rule.title, version.citation if version else "")).casefold()
    return all(word in written for word in asked["q"].casefold().replace("’", "'").split())


def _counts(lines: list[RuleLine]) -> dict[str, int]:
    return {
        key: sum(line.version is not None and line.version.status == key for line in lines)
        for key in catalogue.STATUSES
    }


def _badge(version: RuleVersion | texts.Article) -> tuple[str, str, str]:
    tone, sign = STATUSES[version.status]
    return tone, catalogue.STATUSES[version.status].capitalize(), sign


def _version(rule: Rule, version: RuleVersion, today: date) -> dict[str, Any]:
    return {
        "version": version,
        "standing": version.stands_on(today),
        "stale": version.stands_on(today) and (today - version.verified_on).days > rules.STALE_AFTER_DAYS,
        "values": values_in_words(version),
        "sources": [(_named(source), source.url) for source in version.sources],
        "sheet_url": url_for(".sheet", rule_id=rule.id, version=version.version),
    }


def _named(source: Source) -> str:
    return str(source)


def _articles(rule: Rule) -> list[texts.Article]:
    held = [article for version in reversed(rule.versions) for article in texts.cited_by(version)]
    return list(dict.fromkeys(held))


def _gap(rule: Rule, today: date) -> str:
    if any(version.stands_on(today) for version in rule.versions):
        return ""
    return next((version.end_reason or version.gap_reason for version in reversed(rule.versions)), "")
