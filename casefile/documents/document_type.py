"""What a type of document declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from casefile.documents.blocks import Block
from casefile.documents.checks import Check, Required
from casefile.documents.draft import Draft

NOT_INTERRUPTING = "N’interrompt pas la prescription de l’article 65 de la loi du 29 juillet 1881."


@dataclass(frozen=True)
class DocumentType:
    """One type: its needs, its checks, the references that it cites, what sending it opens and does not do."""

    id: str
    number: int
    title: str
    required: tuple[Required, ...]
    checks: tuple[Check, ...]
    build: Callable[[Draft], list[Block]]
    references: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    channels: tuple[str, ...] = ("lrar",)
    is_act: bool = False
    interrupts: bool = False
    opens: str = ""
    does_not: tuple[str, ...] = (NOT_INTERRUPTING,)
