"""What the API takes and gives, stated once: the same shapes check a body and are served as the OpenAPI document."""

from __future__ import annotations

from datetime import date
from typing import Any

from casefile.errors import InvalidInput
from casefile.models.evidence import DateKind
from casefile.models.matter import PartyRole
from casefile.web.matter_forms import TERRITORIES

Shape = dict[str, Any]


def _text(longest: int, least: int = 0) -> Shape:
    return {"type": "string", "maxLength": longest, "minLength": least}


def _object(required: tuple[str, ...] = (), **properties: Shape) -> Shape:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _one_of(*values: str) -> Shape:
    return {"type": "string", "enum": list(values)}


DAY = {"type": "string", "format": "date"}
PARTY = _object(
    ("role", "name"),
    role=_one_of(*(role.value for role in PartyRole)),
    is_company={"type": "boolean"},
    is_identified={"type": "boolean"},
    civility=_text(40),
    first_names=_text(200),
    name=_text(200, 1),
    birth_name=_text(200),
    profession=_text(200),
    legal_form=_text(100),
    email=_text(200),
    phone=_text(40),
    address=_text(600),
)
PUBLICATION = _object(
    ("title",),
    title=_text(200, 1),
    url=_text(2000),
    platform=_text(40),
    shown_author=_text(300),
    date_kind=_one_of(*(kind.value for kind in DateKind if kind is not DateKind.INTERVAL)),
    published_on=DAY,
    relative_text=_text(100),
    relative_seen_on=DAY,
    notes=_text(4000),
)
MATTER = _object(
    ("title",),
    title=_text(200, 1),
    territory=_one_of(*(code for code, _ in TERRITORIES)),
    summary=_text(4000),
    parties={"type": "array", "items": PARTY, "maxItems": 50},
)
NOTE = _object(("body",), body=_text(8000, 1))


def check(value: Any, shape: Shape, where: str = "corps") -> Any:
    """Check a JSON value against its shape and give it; raises InvalidInput naming the place and the repair."""
    kinds: dict[str, Any] = {"object": dict, "array": list, "string": str, "boolean": bool}
    if not isinstance(value, kinds[shape["type"]]):
        raise InvalidInput(f"{where} : un {shape['type']} est attendu.")
    if shape["type"] == "object":
        return _checked_object(value, shape, where)
    if shape["type"] == "array":
        if len(value) > shape["maxItems"]:
            raise InvalidInput(f"{where} : {shape['maxItems']} éléments au plus.")
        return [check(one, shape["items"], f"{where}[{place}]") for place, one in enumerate(value)]
    return _checked_text(value, shape, where) if isinstance(value, str) else value


def _checked_object(value: dict[str, Any], shape: Shape, where: str) -> dict[str, Any]:
    for name in value:
        if name not in shape["properties"]:
            raise InvalidInput(f"{where} : « {name[:60]!a} » n'est pas connu.")
    for name in shape["required"]:
        if name not in value:
            raise InvalidInput(f"{where}.{name} : ce champ est nécessaire.")
    return {name: check(one, shape["properties"][name], f"{where}.{name}") for name, one in value.items()}


def _checked_text(value: str, shape: Shape, where: str) -> Any:
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise InvalidInput(f"{where} : ce texte contient un caractère qui n'en est pas un.")
    if "enum" in shape and value not in shape["enum"]:
        raise InvalidInput(f"{where} : choisissez parmi {', '.join(shape['enum'])}.")
    if not shape.get("minLength", 0) <= len(value) <= shape.get("maxLength", len(value)):
        raise InvalidInput(f"{where} : de {shape.get('minLength', 0)} à {shape.get('maxLength')} caractères.")
    if shape.get("minLength") and not value.strip():
        raise InvalidInput(f"{where} : ce champ est vide.")
    if shape.get("format") == "date":
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise InvalidInput(f"{where} : écrivez un jour AAAA-MM-JJ.") from error
    return value
