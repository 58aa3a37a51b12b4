"""Load, validate and serve the dated rules of `casefile/law/data/*.toml`; refuses any file that is not sound.

To add a family: declare its kind and keys in `schema.KINDS`, then write `data/<family>.toml`:

    kind = "procedure"

    [appel_correctionnel]                       # the rule's id is then "procedure.appel_correctionnel"
    title = "Appel d'un jugement correctionnel"

    [[appel_correctionnel.versions]]
    in_force_from = 1881-07-29                  # first day; in_force_until (last day) only when it ended
    status = "verified"                         # verified | unverified | disputed
    verified_on = 2026-11-23
    sources = [{ article = "art. 498 C. pr. pén.", version = "2026" }]   # or decision, doctrine; and number, url
    note = ""                                   # optional
    read_from = 2005-05-06                      # optional: before that day the text was not read, hence unverified
    days = 10                                   # then the keys that schema.KINDS declares for the kind

Versions must cover 1881-07-29 to today without hole or overlap. A version that begins after a hole (also the one
before the first version) says why in `gap_reason`; a last version that ends says why in `end_reason`.
Ask with `rule_at("procedure.appel_correctionnel", on)`, which raises NoRuleInForce inside a hole.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from casefile.law import schema
from casefile.law.rule_model import BrokenRule, NoRuleInForce, Rule, RuleVersion, Source, UnknownRule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

__all__ = [
    "BrokenRule",
    "NoRuleInForce",
    "Rule",
    "RuleVersion",
    "Source",
    "UnknownRule",
    "all_rules",
    "fingerprint",
    "load_rules",
    "rule",
    "rule_at",
    "rules_of",
    "stale_rules",
    "unverified_count",
    "verified_since",
]

FIRST_DAY = date(1881, 7, 29)
ONE_DAY = timedelta(days=1)
STALE_AFTER_DAYS = 365
UNREAD_BEFORE = "Texte lu dans son état du {:%d/%m/%Y} : sa rédaction d’alors n’a pas été relue."


def rule_at(rule_id: str, on: date) -> RuleVersion:
    """Give the version in force on a day; raises UnknownRule or NoRuleInForce, never guesses."""
    found = rule(rule_id)
    for version in found.versions:
        if version.stands_on(on):
            return version
    later = [version.gap_reason for version in found.versions if version.in_force_from > on]
    because = (later[0] if later else found.versions[-1].end_reason) or "la loi du 29 juillet 1881 n'existait pas"
    raise NoRuleInForce(
        f"Aucune version de la règle « {found.title} » n'est en vigueur le {on:%d/%m/%Y} : {because}.",
        field=rule_id,
    )


def rule(rule_id: str) -> Rule:
    """Give a rule with all its versions; raises UnknownRule."""
    try:
        return all_rules()[rule_id]
    except KeyError as error:
        raise UnknownRule(f"La règle « {rule_id} » n'existe pas : vérifiez son identifiant.", field="rule") from error


def rules_of(kind: str) -> tuple[Rule, ...]:
    """Give every rule of one kind, in the order of its file."""
    return tuple(found for found in all_rules().values() if found.kind == kind)


def stale_rules(on: date) -> tuple[RuleVersion, ...]:
    """Give the versions in force that nobody has verified for twelve months: a banner, never a failure."""
    return tuple(
        version
        for found in all_rules().values()
        for version in found.versions
        if version.stands_on(on) and (on - version.verified_on).days > STALE_AFTER_DAYS
    )


@lru_cache(maxsize=8)
def verified_since(on: date) -> date:
    """Give the oldest verification among the versions in force: every one of them was read that day or later."""
    return min(
        version.verified_on for found in all_rules().values() for version in found.versions if version.stands_on(on)
    )


@lru_cache(maxsize=8)
def unverified_count(on: date) -> int:
    """Count the rules in force whose source nobody has read yet."""
    return sum(
        version.status == "unverified" and version.stands_on(on)
        for found in all_rules().values()
        for version in found.versions
    )


@cache
def fingerprint() -> str:
    """Give one digest of every rule file: while it stays, no computed date can move by itself."""
    directory = resources.files("casefile.law") / "data"
    files = sorted((file for file in directory.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return hashlib.sha256(b"\0".join(file.name.encode() + b"\0" + file.read_bytes() for file in files)).hexdigest()


@cache
def all_rules() -> Mapping[str, Rule]:
    """Load the rules of the package once."""
    return MappingProxyType(load_rules(resources.files("casefile.law") / "data"))


def load_rules(directory: Traversable) -> dict[str, Rule]:
    """Read every TOML file of a directory; raises BrokenRule naming the file and the key at fault."""
    loaded: dict[str, Rule] = {}
    for file in sorted(directory.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for found in _read_file(file):
            if found.id in loaded:
                raise _broken(file.name, found.id, f"règle déjà définie dans {loaded[found.id].file}")
            loaded[found.id] = found
    return loaded


def _read_file(file: Traversable) -> list[Rule]:
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _broken(file.name, "(fichier)", f"TOML illisible : {error}") from error
    kind = content.pop("kind", None)
    if kind not in schema.KINDS:
        raise _broken(file.name, "kind", f"genre de règle inconnu : {kind!r}")
    return [_read_rule(file.name, kind, key, entry) for key, entry in content.items()]


def _read_rule(file: str, kind: str, key: str, entry: Any) -> Rule:
    where = f"{kind}.{key}"
    if not isinstance(entry, dict):
        raise _broken(file, where, "une règle est une table")
    unknown = set(entry) - {"title", "versions"}
    if unknown:
        raise _broken(file, f"{where}.{min(unknown)}", "clé inconnue")
    title, versions = entry.get("title"), entry.get("versions")
    if not isinstance(title, str) or not title:
        raise _broken(file, f"{where}.title", "titre absent")
    if not isinstance(versions, list) or not versions:
        raise _broken(file, f"{where}.versions", "aucune version")
    read = tuple(
        part for version in versions for part in _as_read(_read_version(file, kind, where, title, version), version)
    )
    _check_coverage(file, where, read)
    return Rule(where, kind, title, file, read)


def _read_version(file: str, kind: str, where: str, title: str, raw: dict[str, Any]) -> RuleVersion:
    _check_common(file, where, raw)
    values = {name: value for name, value in raw.items() if name not in schema.COMMON_KEYS}
    mistake = schema.mistake_in(schema.KINDS[kind], values)
    if mistake:
        raise _broken(file, f"{where}.{mistake[0]}", mistake[1])
    return RuleVersion(
        rule_id=where,
        kind=kind,
        title=title,
        in_force_from=raw["in_force_from"],
        in_force_until=raw.get("in_force_until"),
        status=raw["status"],
        verified_on=raw["verified_on"],
        sources=tuple(_read_source(file, where, source) for source in raw["sources"]),
        note=raw.get("note", ""),
        values=MappingProxyType(values),
        gap_reason=raw.get("gap_reason", ""),
        end_reason=raw.get("end_reason", ""),
    )


def _as_read(version: RuleVersion, raw: dict[str, Any]) -> tuple[RuleVersion, ...]:
    """Split a version whose text is known only from a later day: before that day it is not verified, and says so."""
    read_from = raw.get("read_from")
    if read_from is None:
        return (version,)
    unread = replace(
        version,
        in_force_until=read_from - ONE_DAY,
        status="unverified",
        note=f"{version.note} {UNREAD_BEFORE.format(read_from)}".strip(),
    )
    return unread, replace(version, in_force_from=read_from, gap_reason="")


def _check_read_from(file: str, where: str, raw: dict[str, Any]) -> None:
    read_from = raw.get("read_from")
    if read_from is None:
        return
    if type(read_from) is not date or raw["status"] != "verified":
        raise _broken(file, f"{where}.read_from", "une date, dans une version relue seulement")
    if not raw["in_force_from"] < read_from <= raw.get("in_force_until", date.max):
        raise _broken(file, f"{where}.read_from", "hors de la version")


def _check_common(file: str, where: str, raw: dict[str, Any]) -> None:
    for name, expected in (("in_force_from", date), ("verified_on", date), ("status", str), ("sources", list)):
        if name not in raw:
            raise _broken(file, f"{where}.{name}", "clé obligatoire absente")
        if type(raw[name]) is not expected:
            raise _broken(file, f"{where}.{name}", f"type attendu : {expected.__name__}")
    for name, expected in (("in_force_until", date), ("note", str), ("gap_reason", str), ("end_reason", str)):
        if name in raw and type(raw[name]) is not expected:
            raise _broken(file, f"{where}.{name}", f"type attendu : {expected.__name__}")
    if raw["status"] not in schema.STATUSES:
        raise _broken(file, f"{where}.status", f"statut hors de la liste {', '.join(schema.STATUSES)}")
    if not raw["sources"]:
        raise _broken(file, f"{where}.sources", "une règle sans source n'est pas une règle")
    until = raw.get("in_force_until")
    if until is not None and until < raw["in_force_from"]:
        raise _broken(file, f"{where}.in_force_until", "la version finit avant de commencer")
    _check_read_from(file, where, raw)


def _read_source(file: str, where: str, raw: Any) -> Source:
    if not isinstance(raw, dict) or not all(isinstance(value, str) and value for value in raw.values()):
        raise _broken(file, f"{where}.sources", "une source est une table de textes non vides")
    unknown = set(raw) - {*schema.SOURCE_NAMES, *schema.SOURCE_LOCATORS}
    if unknown:
        raise _broken(file, f"{where}.sources.{min(unknown)}", "clé inconnue")
    named = [name for name in schema.SOURCE_NAMES if name in raw]
    located = {name: raw[name] for name in schema.SOURCE_LOCATORS if name in raw}
    if len(named) != 1:
        raise _broken(file, f"{where}.sources", "nommer un article, une décision ou un commentaire, et un seul")
    if not located:
        raise _broken(file, f"{where}.sources", "donner la version, le numéro ou l'adresse de la source")
    return Source(named[0], raw[named[0]], **located)


def _check_coverage(file: str, where: str, versions: tuple[RuleVersion, ...]) -> None:
    expected = FIRST_DAY
    for version in versions:
        if version.in_force_from < expected:
            raise _broken(file, f"{where}.in_force_from", f"chevauchement avant le {expected.isoformat()}")
        if version.in_force_from > expected and not version.gap_reason:
            raise _broken(file, f"{where}.gap_reason", f"trou non déclaré depuis le {expected.isoformat()}")
        if version.in_force_until is None and version is not versions[-1]:
            raise _broken(file, f"{where}.in_force_until", "seule la dernière version peut rester ouverte")
        expected = (version.in_force_until or date.max - ONE_DAY) + ONE_DAY
    if versions[-1].in_force_until is not None and not versions[-1].end_reason:
        raise _broken(file, f"{where}.end_reason", "trou non déclaré après la dernière version")


def _broken(file: str, key: str, why: str) -> BrokenRule:
    return BrokenRule(f"Règle défectueuse dans {file}, clé « {key} » : {why}.", field=key)
