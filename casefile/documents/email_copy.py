"""An e-mail as a readable PDF copy: its headers, its plain text, the names of what it carried."""

from __future__ import annotations

import re
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage

from casefile.documents.blocks import Cell, Exact, Heading, Paragraph, Part, Run, cell, table
from casefile.documents.pdf import Meta, render

_HEADERS = ("From", "To", "Cc", "Date", "Subject", "Message-ID")
_LABELS = {"From": "De", "To": "À", "Cc": "Copie", "Date": "Date", "Subject": "Objet", "Message-ID": "Identifiant"}


def email_as_pdf(content: bytes) -> bytes:
    """Draw one message: nothing of it is executed, fetched or interpreted."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    rows: list[list[Part | Cell]] = [
        [_LABELS[name], cell(Exact(_clean(str(message[name]))))] for name in _HEADERS if message[name]
    ]
    attached = [part.get_filename() or "sans nom" for part in message.iter_attachments()]
    if attached:
        rows.append(["Fichiers joints", cell(Exact(_clean(", ".join(attached))))])
    blocks = [
        Heading(text="Courriel", level=0),
        table([], rows, widths=[1.4, 8]),
        Paragraph(runs=(Run(_clean(_body(message)), exact=True),)),
    ]
    return render(blocks, Meta("Courriel", "", "", date(2000, 1, 1)))


def _body(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    text = str(part.get_content())
    return re.sub(r"<[^>]*>", " ", text) if part.get_content_type() == "text/html" else text


def _clean(text: str) -> str:
    """Drop control characters, which no face draws, and nothing else."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", "", text)
