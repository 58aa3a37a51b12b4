"""The firm's directory: the seed of the reference, under what the firm added, corrected or checked itself."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casefile import audit, clock
from casefile.errors import Conflict, InvalidInput, NotFound
from casefile.law import recipients
from casefile.law.recipients import Recipient
from casefile.models.directory import RecipientEntry
from casefile.models.people import Person

LISTS = frozenset({"roles", "languages", "verified_fields", "wrong_entities"})
KEY = re.compile(r"[a-z0-9_]{1,60}")
COUNTRY = re.compile(r"[A-Z]{2}|")
MOST_ENTRIES = 2000
COURT = "juridiction"
# The last line of an address abroad; France needs none.
COUNTRIES = {
    "BE": "Belgique",
    "DK": "Danemark",
    "GB": "Royaume-Uni",
    "IE": "Irlande",
    "NL": "Pays-Bas",
    "US": "États-Unis",
}
SEAT = re.compile(r"\d{5} +\S")
NO_SEAT = (
    "l'adresse d'une juridiction finit par le code postal et la commune du siège\u00a0: l'article 53 de la loi de 1881 "
    "veut que le domicile soit élu dans cette ville, à peine de nullité."
)
ROLES = {
    "hebergeur": "hébergeur",
    "plateforme_en_ligne": "plateforme en ligne",
    "collecteur_avis": "collecteur d’avis",
    "hebergeur_des_avis": "hébergeur des avis",
    "hebergeur_technique": "hébergeur technique",
    "hebergeur_courriel": "hébergeur de courriel",
    "editeur": "éditeur",
    "bureau_enregistrement": "bureau d’enregistrement",
    "intermediaire_technique": "intermédiaire technique",
    "moteur_de_recherche": "moteur de recherche",
    "responsable_de_traitement": "responsable de traitement",
    "tiers_de_confiance": "tiers de confiance",
    "fai": "fournisseur d’accès",
    "juridiction": "juridiction",
    "chambre": "chambre des commissaires de justice",
    "autre": "autre",
}


def entries(session: Session) -> list[Recipient]:
    """Give the whole directory by name; the firm's entries prevail over the seed of the same key."""
    found = {seed.id: seed for seed in recipients.recipients()}
    found |= {row.key: _as_recipient(row) for row in session.scalars(select(RecipientEntry))}
    return sorted(found.values(), key=lambda one: (one.name.casefold(), one.service.casefold(), one.id))


def find(session: Session, key: str) -> Recipient | None:
    """Give one recipient, None when the directory does not have it."""
    row = entry(session, key)
    if row is not None:
        return _as_recipient(row)
    return next((seed for seed in recipients.recipients() if seed.id == key), None)


def get(session: Session, key: str) -> Recipient:
    """Give one recipient; raises NotFound."""
    found = find(session, key)
    if found is None:
        raise NotFound("Ce destinataire n'est pas dans l'annuaire.")
    return found


def matches(known: Recipient, asked: str, role: str) -> bool:
    """Tell whether an entry answers a search: some of its words, and a role when one is asked."""
    text = f"{known.name} {known.service} {known.legal_entity} {known.postal_address} {known.country}".casefold()
    return asked.casefold() in text and (not role or role in known.roles)


def keys(session: Session) -> set[str]:
    """Give the keys of the entries that the firm wrote itself."""
    return set(session.scalars(select(RecipientEntry.key)))


def entry(session: Session, key: str) -> RecipientEntry | None:
    """Give the firm's own row of a recipient, None when only the seed knows it."""
    return session.scalar(select(RecipientEntry).where(RecipientEntry.key == key))


def add(session: Session, actor: Person, facts: dict[str, Any]) -> Recipient:
    """Add a recipient under a key drawn from its name; raises InvalidInput."""
    key = _free_key(session, f"{facts.get('name', '')} {facts.get('service', '')}")
    return save(session, actor, _recipient(key, facts), seen_version=0)


def correct(session: Session, actor: Person, key: str, facts: dict[str, Any], seen_version: int) -> Recipient:
    """Correct a recipient; what was verified and is rewritten is no longer verified. Raises Conflict, NotFound."""
    before = get(session, key)
    after = replace(before, **_tidied(facts))
    kept = tuple(name for name in before.verified_fields if getattr(before, name, None) == getattr(after, name, None))
    return save(session, actor, replace(after, verified_fields=kept), seen_version=seen_version)


def mark_checked(session: Session, actor: Person, key: str, source: str) -> Recipient:
    """Record that a person read the entity and the address in a register today; the source says which."""
    if not source.strip():
        raise InvalidInput("Indiquez où vous avez contrôlé cette fiche (registre, page, jour).", field="source")
    known = get(session, key)
    fields = tuple(dict.fromkeys((*known.verified_fields, recipients.ENTITY, recipients.ADDRESS)))
    checked = replace(
        known, checked_on=clock.today().isoformat(), source=source.strip(), is_verified=True, verified_fields=fields
    )
    row = entry(session, key)
    return save(session, actor, checked, seen_version=row.version if row else 0)


def save(session: Session, actor: Person, known: Recipient, *, seen_version: int) -> Recipient:
    """Write an entry seen at a version (0 when only the seed had it); only names of fields enter the trail."""
    _check(known)
    row = entry(session, known.id)
    if (row.version if row else 0) != seen_version:
        raise Conflict("Quelqu'un d'autre a modifié cette fiche entre-temps : rouvrez-la et reportez votre saisie.")
    if row is None:
        row = RecipientEntry(key=known.id)
        session.add(row)
    changed = _write(row, known, actor)
    session.flush()
    audit.record(session, actor, "recipient.saved", row, {"key": known.id, "fields": changed})
    return _as_recipient(row)


def read_csv(session: Session, text: str) -> list[tuple[Recipient, str]]:
    """Read a CSV and say of each entry whether it is new, changed or the same; raises InvalidInput, stores nothing."""
    read = recipients.from_csv(_with_commas(text))
    if len(read) > MOST_ENTRIES:
        raise InvalidInput(f"Le fichier a {len(read)} lignes : le maximum est {MOST_ENTRIES}.", field="file")
    known = {one.id: one for one in entries(session)}
    seen: set[str] = set()
    for line, one in enumerate(read, start=2):
        _check(one, line)
        if one.id in seen:
            raise InvalidInput(f"Ligne {line} : l'identifiant « {one.id} » est donné deux fois.", field="id")
        seen.add(one.id)
    return [(one, _compared(known.get(one.id), one)) for one in read]


def import_csv(session: Session, actor: Person, text: str) -> dict[str, int]:
    """Write the entries of a CSV that are new or changed; gives how many of each."""
    done = {"new": 0, "changed": 0, "same": 0}
    for one, what in read_csv(session, text):
        done[what] += 1
        if what != "same":
            row = entry(session, one.id)
            save(session, actor, one, seen_version=row.version if row else 0)
    audit.record(session, actor, "recipient.imported", facts=done)
    return done


def _with_commas(text: str) -> str:
    """Give a sheet saved with semicolons, as French spreadsheets do, in the form that the reader expects."""
    header = text.partition("\n")[0]
    if header.count(";") <= header.count(","):
        return text
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(csv.reader(io.StringIO(text), delimiter=";"))
    return out.getvalue()


def seat_lines(address: str) -> list[str]:
    """Cut an address into its lines; one typed on a single line is cut at its commas."""
    lines = [line.strip() for line in address.splitlines() if line.strip()]
    return [part.strip() for part in lines[0].split(",") if part.strip()] if len(lines) == 1 else lines


def _seat(address: str) -> bool:
    lines = seat_lines(address)
    return bool(lines) and SEAT.match(lines[-1]) is not None


def _compared(known: Recipient | None, one: Recipient) -> str:
    if known is None:
        return "new"
    return "same" if known == one else "changed"


def _check(known: Recipient, line: int | None = None) -> None:
    where = f"Ligne {line} : " if line else ""
    if not KEY.fullmatch(known.id):
        raise InvalidInput(f"{where}l'identifiant s'écrit en minuscules sans accent, chiffres et « _ ».", field="id")
    _check_names(known, where)
    if not COUNTRY.fullmatch(known.country):
        raise InvalidInput(f"{where}le pays s'écrit en deux lettres (FR, IE).", field="country")
    if known.checked_day and known.checked_day > clock.today():
        raise InvalidInput(f"{where}la date de contrôle est à venir.", field="checked_on")
    if COURT in known.roles and not _seat(known.postal_address):
        raise InvalidInput(f"{where}{NO_SEAT}", field="postal_address")
    for field in ("notice_url", "review_policy_url"):
        url = getattr(known, field)
        if url and not url.startswith(("https://", "http://")):
            raise InvalidInput(f"{where}l'adresse web doit commencer par https://.", field=field)


def _check_names(known: Recipient, where: str) -> None:
    for field, label in (("name", "le nom"), ("legal_entity", "l'entité juridique")):
        if not getattr(known, field).strip():
            raise InvalidInput(f"{where}indiquez {label}.", field=field)
    for field in ("name", "service", "legal_entity"):
        if len(getattr(known, field)) > 300:  # noqa: PLR2004 - the width of a line in the database
            raise InvalidInput(f"{where}ce texte est trop long (300 caractères au plus).", field=field)


def _recipient(key: str, facts: dict[str, Any]) -> Recipient:
    blank = Recipient(key, "", "", "", (), "", "", "", "", "", "", (), False, "", "", "", False)
    return replace(blank, **_tidied(facts))


def _tidied(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if name in LISTS else value for name, value in facts.items()}


def _free_key(session: Session, name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:50] or "destinataire"
    taken = {one.id for one in entries(session)}
    return next(
        key for count in range(1, MOST_ENTRIES) if (key := stem if count == 1 else f"{stem}_{count}") not in taken
    )


def _as_recipient(row: RecipientEntry) -> Recipient:
    values = {name: getattr(row, name) for name in recipients.COLUMNS if name not in {"id", "checked_on"}}
    values = {name: tuple(value) if name in LISTS else value for name, value in values.items()}
    return Recipient(id=row.key, checked_on=row.checked_on.isoformat() if row.checked_on else "", **values)


def _write(row: RecipientEntry, known: Recipient, actor: Person) -> list[str]:
    values = asdict(known)
    values.pop("id")
    values["checked_on"] = known.checked_day
    values = {name: list(value) if name in LISTS else value for name, value in values.items()}
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if "checked_on" in changed:
        row.checked_by_id = actor.id
    for name in changed:
        setattr(row, name, values[name])
    return changed
