"""The columns of a table of dossiers: their French headings, what each may hold, and how headings are recognised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from casefile.errors import InvalidInput
from casefile.tables import Row
from casefile.words import each_word

MOST_LINES = 300
FORMULAS = "formulas"  # the key under which a line names its columns that held one
MENDING = "Ce qu’il faut corriger"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the name that the code gives it, its heading, what to write, other headings understood."""

    name: str
    heading: str
    told: str
    width: int = 22
    aliases: tuple[str, ...] = ()


COLUMNS = (
    Column("nature", "Nature du client", "personne, professionnel de santé ou société", 18, ("nature",)),
    Column("civility", "Civilité", "Madame, Docteur…", 12, ("titre",)),
    Column("name", "Nom ou dénomination", "obligatoire", 26, ("nom", "client", "denomination")),
    Column("first_names", "Prénoms", "", 18, ("prenom",)),
    Column("number", "RPPS ou SIREN", "onze chiffres, ou neuf", 16, ("rpps", "siren", "siret")),
    Column("email", "Courriel", "nom@domaine.fr", 26, ("email", "e mail", "mail", "adresse electronique")),
    Column("phone", "Téléphone", "en texte, pour garder le zéro", 16, ("tel",)),
    Column("author_name", "Partie adverse", "vide si l’auteur n’est pas identifié", 24, ("adversaire", "auteur")),
    Column("platform", "Plateforme", "vide : déduite de l’adresse", 16, ("support", "site")),
    Column("urls", "Adresses des contenus", "une par ligne dans la cellule", 44, ("adresse", "url", "urls", "liens")),
    Column("shown_author", "Auteur affiché", "tel que la page le montre", 20, ("pseudonyme", "pseudo")),
    Column("published", "Date de publication", "12/03/2026, ou ce que la page affiche : « il y a 2 mois »", 20,
           ("publication", "publie le", "date")),
    Column("seen_on", "Mention vue le", "nécessaire avec « il y a… »", 14, ("vue le", "vu le", "date de consultation")),
    Column("discovered_on", "Découvert le", "12/03/2026", 14, ("date de decouverte", "decouverte")),
    Column("territory", "Territoire", "vide : France métropolitaine", 22),
    Column("court", "Juridiction", "si elle est déjà saisie", 26, ("tribunal",)),
    Column("title", "Intitulé", "vide : « client c/ auteur »", 26, ("dossier",)),
    Column("summary", "Notes", "les faits, en quelques lignes", 44, ("faits", "observations", "note")),
)  # fmt: skip
HEADINGS = {column.name: column.heading for column in COLUMNS}


def lines_of(rows: Sequence[Row]) -> tuple[list[tuple[int, dict[str, Any]]], list[str]]:
    """Give each line by column, with its number in the file, and the headings that are not known.

    Raises InvalidInput when the headings are missing, doubled, or followed by nothing or by too much.
    """
    places, unread = _places(rows[0])
    found = []
    for row in rows[1:]:
        cells: dict[str, Any] = {
            name: row.cells[place] for name, place in places.items() if place < len(row.cells) and row.cells[place]
        }
        formulas = sorted(name for name, place in places.items() if place in row.formulas)
        if cells or formulas:
            found.append((row.number, cells | ({FORMULAS: formulas} if formulas else {})))
    if not found:
        raise InvalidInput("Ce tableau n'a que ses en-têtes : ajoutez une ligne par dossier.", field="file")
    if len(found) > MOST_LINES:
        raise InvalidInput(
            f"Ce tableau a {len(found)} lignes : {MOST_LINES} au plus à la fois. Découpez-le en plusieurs.",
            field="file",
        )
    return found, unread


def folded(text: str) -> str:
    """Take away case, accents and signs."""
    return " ".join(word.folded for word in each_word(text))


def _places(head: Row) -> tuple[dict[str, int], list[str]]:
    known = {folded(name): column.name for column in COLUMNS for name in (column.heading, *column.aliases)}
    places: dict[str, int] = {}
    unread = []
    for place, heading in enumerate(head.cells):
        name = known.get(folded(heading))
        if name is None:
            unread += [heading.strip()[:80]] if heading.strip() and folded(heading) != folded(MENDING) else []
        elif name in places:
            raise InvalidInput(f"La colonne « {HEADINGS[name]} » est donnée deux fois : gardez-en une.", field="file")
        else:
            places[name] = place
    if "name" not in places:
        raise InvalidInput(
            "La première ligne doit porter les en-têtes du modèle, dont « Nom ou dénomination » : partez du modèle.",
            field="file",
        )
    return places, unread
