"""What was seen, judged from measures of the page: pure functions, so that every verdict can be explained."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from casefile.evidence.provenance import Outcome

_GONE = frozenset({404, 410, 451})
_DENIED = frozenset({401, 403, 407, 429, 503})
_SHORT = 1500
_ANNOUNCED = re.compile(
    r"(?<![\d,.])(\d{1,3}(?:[ \u00a0\u202f.]\d{3})+|\d+)\s*"
    r"(avis|commentaires?|réponses?|reviews?|comments?|évaluations?)\b",
    re.IGNORECASE,
)
_ITEMS = ("data-review-id", "itemprop=review", "itemtype=Review", ".review", ".comment", "article")
_CAPTCHA_FRAME = re.compile(r"recaptcha|hcaptcha|challenges\.cloudflare|captcha-delivery|arkoselabs", re.IGNORECASE)
_CAPTCHA_TEXT = re.compile(
    r"captcha|je ne suis pas un robot|i.m not a robot|trafic (exceptionnel|inhabituel)|unusual traffic|"
    r"vérifi\w+ que vous êtes (bien )?(un )?humain|checking your browser|are you human",
    re.IGNORECASE,
)
_GONE_TEXT = re.compile(
    r"(cette page|ce contenu|cet avis|cette publication|this page|this content)\s+"
    r"(n.existe (pas|plus)|n.est (pas|plus) (disponible|accessible)|a été (supprimée?|retirée?)|isn.t available|"
    r"does(n.t| not) exist|was (deleted|removed))|page introuvable|contenu indisponible|page not found",
    re.IGNORECASE,
)
_LOGIN_PATH = re.compile(r"/(login|log-in|signin|sign-in|connexion|se-connecter|auth|accounts?/login)\b", re.IGNORECASE)
_CONSENT_HOST = re.compile(r"^consent\.|^consent-", re.IGNORECASE)


@dataclass(frozen=True)
class Completeness:
    """How many items the page announces and how many were loaded."""

    announced: int | None
    announced_as: str | None
    loaded: int | None
    counted_by: str | None

    @property
    def complete(self) -> bool | None:
        """Tell whether all was loaded; None when the page announces nothing that can be counted."""
        if self.announced is None or self.loaded is None:
            return None
        return self.loaded >= self.announced

    @property
    def words(self) -> str:
        """Give the sentence that the report prints."""
        if self.announced is None:
            return "nombre d’éléments non annoncé par la page"
        loaded = "nombre chargé non mesurable" if self.loaded is None else f"{self.loaded} chargés"
        return f"« {self.announced_as} » annoncés, {loaded}"


@dataclass
class Signals:
    """What the browser measured at the end of a capture."""

    requested: str
    final: str
    status: int | None
    text: str
    measure: dict[str, Any] = field(default_factory=dict)
    banner_left: str | None = None
    cuts: list[str] = field(default_factory=list)


def completeness(text: str, items: dict[str, int]) -> Completeness:
    """Compare the largest announced number with the items counted in the page."""
    announced = max(
        ((int(re.sub(r"\D", "", match[1])), match[0]) for match in _ANNOUNCED.finditer(text)), default=(None, None)
    )
    counted = next(((items[kind], kind) for kind in _ITEMS if items.get(kind)), (None, None))
    return Completeness(announced[0], announced[1], counted[0], counted[1])


def judge(signals: Signals, complete: Completeness) -> tuple[Outcome, list[str]]:
    """Give the outcome and its reasons; walls first, since a wall often answers 200."""
    wall = _wall(signals)
    if wall:
        return Outcome.BLOCKED, [wall]
    if signals.status in _GONE:
        return Outcome.ABSENT, [f"le serveur a répondu {signals.status}"]
    if signals.status in _DENIED or (signals.status or 0) >= 500:  # noqa: PLR2004 - server errors of HTTP
        return Outcome.BLOCKED, [f"le serveur a répondu {signals.status}"]
    if len(signals.text) < _SHORT and (said := _GONE_TEXT.search(signals.text)):
        return Outcome.ABSENT, [f"la page dit : « {said[0]} »"]
    reasons = list(signals.cuts)
    if complete.complete is False:
        reasons.append(complete.words)
    if not signals.text.strip() and not signals.measure.get("images_loaded"):
        reasons.append("la page ne contient ni texte ni image")
    return (Outcome.PARTIAL, reasons) if reasons else (Outcome.PRESENT, [])


def _wall(signals: Signals) -> str | None:
    final, requested = urlsplit(signals.final), urlsplit(signals.requested)
    short = len(signals.text) < _SHORT
    frames = " ".join(signals.measure.get("frames", []))
    if (short and (_CAPTCHA_TEXT.search(signals.text) or _CAPTCHA_FRAME.search(frames))) or "/sorry/" in final.path:
        return "la page demande de prouver qu’on n’est pas un robot (captcha)"
    sent_to_login = _LOGIN_PATH.search(final.path) and not _LOGIN_PATH.search(requested.path)
    if sent_to_login or (short and signals.measure.get("passwords")):
        return "la page demande de se connecter"
    if _CONSENT_HOST.search(final.hostname or "") and final.hostname != requested.hostname:
        return "la page demande un consentement avant d’afficher le contenu"
    if signals.banner_left and short:
        return "la page exige d’accepter ses traceurs ; aucun refus n’était proposé"
    return None
