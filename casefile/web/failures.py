"""Every refusal as a page in French: what happened, how to go on, never a trace.

`install` registers the handlers; a `CasefileError` shows its own sentence under its own status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from casefile.errors import CasefileError
from casefile.pace import TooFast
from casefile.web import paces
from casefile.web.filters import NARROW, NBSP, typography

if TYPE_CHECKING:
    from flask import Flask

NOT_FOUND = 404
HOME = ("Revenir à l’accueil", "/")
PAGES = {
    400: ("Demande incomplète", "La demande n’a pas pu être lue. Revenez à la page précédente et recommencez."),
    403: ("Accès réservé", "Votre rôle ne permet pas cet acte. Un associé du dossier peut vous l’ouvrir."),
    404: (
        "Page introuvable",
        f"Rien ne se trouve à cette adresse, ou vous n’y avez pas accès{NARROW}; vérifiez le numéro.",
    ),
    405: ("Geste impossible ici", "Cette adresse n’accepte pas cette demande. Passez par la page du dossier."),
    409: ("Modifié entre-temps", "La fiche a changé pendant votre saisie. Rouvrez-la, puis reportez votre changement."),
    413: ("Fichier trop lourd", "L’envoi dépasse la taille acceptée. Découpez-le ou compressez-le, puis recommencez."),
    429: ("Trop d’essais", "Trop de demandes en peu de temps. Attendez une minute, puis recommencez."),
    500: ("Une erreur est survenue", "Rien n’a été enregistré. L’incident est au journal technique. Recommencez."),
    507: ("Disque plein", "Rien n’a été enregistré. Libérez de la place sur le disque, puis recommencez."),
    503: ("Momentanément indisponible", "Casefile redémarre ou sauvegarde. Recommencez dans une minute."),
}
AGAIN = "Ne recommencez pas tout : retrouvez depuis l’accueil ce qui l’est, et complétez-le plus tard."
# What follows a first part that was kept (`guards.stands`).
REST = {
    507: f"Le reste n’a pas été enregistré : le disque est plein. {AGAIN}",
    503: f"Le reste n’a pas été enregistré : la base de données ne répond plus. {AGAIN}",
    500: f"Le reste n’a pas été enregistré : l’incident est au journal technique. {AGAIN}",
}
STALE = f"La page est restée ouverte trop longtemps{NBSP}: revenez en arrière, rechargez-la et envoyez de nouveau."


def failure(code: int, message: str | None = None, name: str = "refused") -> tuple[Any, int]:
    """Renders one refusal; a code without a page of its own borrows the one of its class; tools get JSON."""
    title, sentence = PAGES.get(code) or PAGES[500 if code >= 500 else 400]  # noqa: PLR2004 - the classes of HTTP
    if g.get("stands") and code >= 500:  # noqa: PLR2004 - idem
        message = typography(f"{g.stands} {REST.get(code, REST[500])}")
    if request.path.startswith("/api/"):
        return jsonify(error={"code": name, "message": message or sentence}), code
    return render_template("error.html", code=code, title=title, message=message or sentence, back=[HOME]), code


def install(app: Flask) -> None:
    """Gives the application its pages of refusal."""
    app.register_error_handler(CasefileError, _refused)
    app.register_error_handler(CSRFError, lambda _: failure(400, STALE))
    app.register_error_handler(HTTPException, lambda error: failure(error.code or 500))


def _refused(error: CasefileError) -> tuple[Any, int, dict[str, str]]:
    if error.status == NOT_FOUND:
        try:
            paces.guessed()
        except TooFast as too_fast:
            error = too_fast
    wait = getattr(error, "retry_after", None)
    page, status = failure(error.status, typography(error.message), error.code)
    return page, status, {} if wait is None else {"Retry-After": str(wait)}
