"""The styles of the Word file, its language and its footer: what a person who goes on in Word finds ready."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

_FONT, _FALLBACK, _MONO = "Source Serif 4", "Cambria", "Consolas"
STYLES = {
    "body": "Corps de texte",
    "delivery": "Mention d’envoi",
    "subject": "Objet",
    "salutation": "Appel",
    "closing": "Politesse",
    "note": "Note",
    "reference": "Référence",
    "place_date": "Lieu et date",
    "centred": "Centré",
    "code": "Commande",
}
EXACT, URL, ADDRESS, SIGNATURE, LETTERHEAD, CELL, LABEL = (
    "Citation exacte", "Adresse web", "Destinataire", "Signature de l’avocat", "En-tête", "Cellule", "Étiquette",
)  # fmt: skip


def make_styles(document: Any, colour: str) -> None:
    """Give a new document its styles, in the firm's colour."""
    styles = document.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(10.5)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), _FALLBACK)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.widow_control = True
    for name, size in (("Title", 15), ("Heading 1", 11.5), ("Heading 2", 11)):
        style = styles[name]
        style.font.size, style.font.bold = Pt(size), True
        style.font.color.rgb = RGBColor.from_string(colour.lstrip("#"))
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:ascii"), _FALLBACK)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hAnsi"), _FALLBACK)
        style.paragraph_format.keep_with_next = True
    names = {*STYLES.values(), EXACT, URL, ADDRESS, SIGNATURE, LETTERHEAD, CELL, LABEL, "Numéro"}
    for name in sorted(names):
        made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style = normal
        made.paragraph_format.space_after = Pt(6)
    _shape(styles)


def _shape(styles: Any) -> None:
    styles["Corps de texte"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    styles["Centré"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name in ("Mention d’envoi", "Objet", LABEL):
        styles[name].font.bold = True
        styles[name].paragraph_format.keep_with_next = True
    for name in (URL, "Commande"):
        styles[name].font.name, styles[name].font.size = _MONO, Pt(8.5)
    exact = styles[EXACT].paragraph_format
    exact.left_indent = exact.right_indent = Mm(5)
    _shaded(styles[EXACT])
    styles["Lieu et date"].paragraph_format.left_indent = Mm(85)
    styles[SIGNATURE].paragraph_format.left_indent = Mm(90)
    styles[SIGNATURE].paragraph_format.keep_with_next = True
    for name in (LETTERHEAD, ADDRESS, CELL, SIGNATURE, "Note"):
        styles[name].paragraph_format.space_after = Pt(0)
    styles["Numéro"].paragraph_format.left_indent = Mm(8)
    styles["Numéro"].paragraph_format.first_line_indent = Mm(-6)
    for name in ("Note", LABEL, CELL, "Référence"):
        styles[name].font.size = Pt(9)


def _shaded(style: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", "F4F3EE")):
        shade.set(qn(name), value)
    style.element.get_or_add_pPr().append(shade)


def write_footer(section: Any, footer: str) -> None:
    """Write the reference and « page x sur y », as fields that Word keeps right."""
    made = section.footer.paragraphs[0]
    made.add_run(f"{footer}\tpage ")
    _field(made, "PAGE")
    made.add_run(" sur ")
    _field(made, "NUMPAGES")


def _field(made: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = made.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)  # noqa: SLF001 - python-docx has no field of its own
