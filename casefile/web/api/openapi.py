"""The OpenAPI 3.1 document of the API, made from the shapes that check its bodies."""

from __future__ import annotations

from typing import Any

from casefile import webhook_sending, webhooks
from casefile.tokens import Scope
from casefile.web.api import shapes

MATTER_ID = {"name": "matter_id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
STATE = {"name": "state", "in": "query", "schema": {"type": "string", "enum": ["open", "closed", "archived"]}}
PAGE = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100_000}}
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        }
    },
}
UUID = {"type": "string", "format": "uuid"}
TEXT = {"type": "string"}
TOLD: dict[str, Any] = {
    "type": "object",
    "required": ["id", "event", "at", "matter", "subject"],
    "properties": {
        "id": UUID,
        "event": TEXT,
        "at": {"type": "string", "format": "date-time"},
        "matter": {"type": "object", "properties": {"id": UUID, "reference": TEXT, "url": TEXT}},
        "subject": {"type": "object", "properties": {"type": TEXT, "id": TEXT}},
    },
}
REFUSALS = {
    "400": "La demande est incomplète ; le message dit quoi corriger.",
    "401": "Jeton absent, faux, expiré ou révoqué.",
    "403": "Le jeton n'autorise pas cet usage.",
    "404": "N'existe pas, ou pas pour la personne du jeton.",
    "413": "Corps trop lourd.",
    "429": "Trop de demandes ; Retry-After dit quand recommencer.",
}


def document(base_url: str) -> dict[str, Any]:
    """Give the whole document."""
    one = "/dossiers/{matter_id}"
    return {
        "openapi": "3.1.0",
        "info": {"title": "Casefile", "version": "1", "description": "Lire et créer, avec un jeton personnel."},
        "servers": [{"url": f"{base_url}/api/v1"}],
        "security": [{"jeton": []}],
        "components": {
            "securitySchemes": {"jeton": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": ERROR},
        },
        "paths": {
            "/dossiers": {
                "get": _reads("Lister ses dossiers", Scope.READ, STATE, PAGE),
                "post": _creates("Ouvrir un dossier", shapes.MATTER),
            },
            one: {"get": _reads("Lire un dossier", Scope.READ, MATTER_ID)},
            f"{one}/export": {"get": _reads("Exporter un dossier", Scope.EXPORT, MATTER_ID, media="application/zip")},
            f"{one}/parties": {"post": _creates("Ajouter une partie", shapes.PARTY, MATTER_ID)},
            f"{one}/contenus": {"post": _creates("Ajouter un contenu", shapes.PUBLICATION, MATTER_ID)},
            f"{one}/notes": {"post": _creates("Écrire une note", shapes.NOTE, MATTER_ID)},
        },
        "webhooks": {event: {"post": _tells(event)} for event in webhooks.KNOWN},
    }


def _reads(summary: str, scope: Scope, *parameters: Any, media: str = "application/json") -> dict[str, Any]:
    schema = {"type": "object"} if media == "application/json" else {}
    return {
        "summary": summary,
        "description": f"Portée « {scope.value} ».",
        "parameters": list(parameters),
        "responses": {"200": {"description": "Fait.", "content": {media: {"schema": schema}}}, **_refusals()},
    }


def _creates(summary: str, shape: shapes.Shape, *parameters: Any) -> dict[str, Any]:
    body = {"required": True, "content": {"application/json": {"schema": shape}}}
    made = {"description": "Créé.", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {
        "summary": summary,
        "description": f"Portée « {Scope.WRITE.value} ».",
        "parameters": list(parameters),
        "requestBody": body,
        "responses": {"201": made, **_refusals()},
    }


def _tells(event: str) -> dict[str, Any]:
    """Describe what a webhook receives; identifiers only."""
    content = {"application/json": {"schema": TOLD | {"properties": {**TOLD["properties"], "event": {"const": event}}}}}
    names = (webhook_sending.TIMESTAMP, webhook_sending.SIGNATURE)
    headers = [{"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in names]
    return {
        "summary": f"Prévenir de « {event} »",
        "parameters": headers,
        "requestBody": {"required": True, "content": content},
        "responses": {"2XX": {"description": "Entendu : l'envoi n'est pas réessayé."}},
    }


def _refusals() -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {code: {"description": words, "content": content} for code, words in REFUSALS.items()}
