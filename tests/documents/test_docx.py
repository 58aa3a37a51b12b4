from io import BytesIO

from docx import Document
from docx.oxml.ns import qn

from tests.documents.letters import made


def opened(name: str) -> object:
    return Document(BytesIO(made(name)[2]))


def test_the_word_file_has_real_styles_fields_and_language() -> None:
    document = opened("mise_en_demeure")
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Heading 1", "Citation exacte", "Numéro", "Adresse web", "Destinataire", "Signature de l’avocat"} <= styles
    footer = document.sections[0].footer._element.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer
    assert document.core_properties.language == "fr-FR"
    assert document.core_properties.title == "Mise en demeure"
    normal = document.styles["Normal"].element.xml
    assert 'w:val="fr-FR"' in normal
    assert document.styles["Normal"].paragraph_format.widow_control is True


def test_exact_words_are_neither_proofed_nor_corrected() -> None:
    document = opened("mise_en_demeure")
    exact = [
        run for paragraph in document.paragraphs if paragraph.style.name == "Citation exacte" for run in paragraph.runs
    ]
    assert len(exact) == 2
    for run in exact:
        properties = run._r.rPr
        assert properties.find(qn("w:noProof")) is not None
        assert properties.find(qn("w:lang")).get(qn("w:val")) == "x-none"


def test_the_address_stands_at_the_millimetres_of_the_pdf() -> None:
    frames = opened("mise_en_demeure").element.body.findall(f".//{qn('w:framePr')}")
    assert {(frame.get(qn("w:x")), frame.get(qn("w:y"))) for frame in frames} == {("6237", "3232")}


def test_each_block_is_a_bookmark_so_that_a_returned_file_can_be_compared() -> None:
    names = [mark.get(qn("w:name")) for mark in opened("mise_en_demeure").element.body.iter(qn("w:bookmarkStart"))]
    assert len(names) == len(set(names))
    assert any(name.startswith("quotation_1") for name in names)


def test_headers_repeat_and_rows_stay_whole() -> None:
    table = opened("citation_directe").tables[0]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
