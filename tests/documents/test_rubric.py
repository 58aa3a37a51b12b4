import pytest

from casefile.documents import catalogue
from tests.documents.letters import case, made, pdf_text
from tests.documents.rubric import CHECKS, GRID, Made, failed, points, table

GRADED = (
    "notification_dsa",
    "mise_en_demeure",
    "droit_de_reponse",
    "plainte_simple",
    "citation_directe",
    "bordereau_pieces",
    "rapport_capture",
)


def document(name: str, text: str | None = None) -> Made:
    facts, on = case(name)
    return Made(facts, on, made(name)[0], text if text is not None else pdf_text(name))


@pytest.mark.parametrize("name", GRADED)
def test_a_partner_would_sign_it(name: str) -> None:
    lost = failed(name, document(name))
    asked = points(catalogue.type_of(name).number)
    assert [point["id"] for point in lost if point["gravite"] == "bloquant"] == [], lost
    score = 1 - sum(point["points"] for point in lost) / sum(point["points"] for point in asked)
    assert score >= 0.95, [point["id"] for point in lost]


def test_the_table_of_scores_has_no_blocking_failure() -> None:
    rows = [line.split() for line in table().splitlines()[1:]]
    assert {row[0] for row in rows} == set(catalogue.types())
    assert [row for row in rows if row[-1] != "0"] == []
    assert {row[0]: row[-2] for row in rows if row[-2] != "–"}.keys() == set(GRADED)


def test_every_automatic_point_of_the_grid_is_evaluated() -> None:
    automatic = {point["id"] for point in GRID["points"] if point["controle"] == "auto"}
    assert automatic <= set(CHECKS)


@pytest.mark.parametrize(
    ("name", "old", "new", "point"),
    [
        ("mise_en_demeure", "😡😡", "😡", "R01"),
        ("mise_en_demeure", "faculté de consulter", "possibilité de voir", "R17"),
        ("mise_en_demeure", "hl=fr-FR", "hl=fr", "R02"),
        ("mise_en_demeure", "Objet", "Sujet", "R48"),
        ("mise_en_demeure", "l’article\u00a08.2", "l’article 6-I-5", "R05"),
        ("mise_en_demeure", "salutations", "[à compléter]", "R06"),
        ("notification_dsa", "exactes et", "exactes ou", "R13"),
        ("citation_directe", "ville où siège", "ville proche de", "R33"),
        ("rapport_capture", "intégrité", "constat", "R44"),
        ("mise_en_demeure", "l’avis", "l'avis", "R49"),
        ("mise_en_demeure", "page\u00a01 sur", "feuille 1 sur", "R50"),
    ],
)
def test_the_grid_sees_a_spoilt_document(name: str, old: str, new: str, point: str) -> None:
    text = pdf_text(name)
    spoilt = text.replace(old, new) if old in text else text.replace(old.replace("\u00a0", " "), new)
    assert spoilt != text
    assert point in {one["id"] for one in failed(name, document(name, spoilt))}
