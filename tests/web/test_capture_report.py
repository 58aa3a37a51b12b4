"""The capture report: the eighteen items with who says each, pictures that can be read, refusals; in the package."""

from __future__ import annotations

import copy
import io
import json
import subprocess
import zipfile

import pytest
from pypdf import PdfReader
from wacz.main import main as public_wacz
from warcio.archiveiterator import ArchiveIterator

from casefile.evidence.facts import prerequisites
from casefile.evidence.wacz import ARCHIVE, wacz

from .test_evidence import deposit

pytestmark = pytest.mark.browser


def page_of(row):
    return f"/dossiers/{row.matter_id}/captures/{row.id}"


def words_of(content: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return " ".join(text.split())


@pytest.fixture
def report(as_person, browsed):
    answer = as_person("lawyer").get(f"{page_of(browsed)}/rapport.pdf")
    assert answer.mimetype == "application/pdf"
    return answer.data


def test_the_report_states_each_item_and_what_was_not_established(report, browsed, page_taken):
    text = words_of(report)
    assert "« 60 avis » annoncés, 60 chargés" in text
    assert "Provenance A" in text
    assert "non établi" in text, "no time server answered in the tests"
    assert "n’est pas l’acte d’un commissaire de justice" in text
    assert page_taken.url in text.replace(" ", "")
    digest = page_taken.manifest_sha256
    groups = [digest[start : start + 8] for start in range(0, 64, 8)]
    assert " ".join(groups) in text


def test_the_pictures_of_the_page_follow_the_text_at_a_size_that_reads(report, tmp_path):
    pages = PdfReader(io.BytesIO(report)).pages
    last = pages[-1].extract_text()
    assert "SHA-256" in last
    assert "Page entière" in last
    images = [image.image for image in pages[-2].images]
    assert images
    assert images[0].width == 1280, "not reduced"


def test_the_package_holds_the_report_and_still_verifies(as_person, browsed, tmp_path):
    browser = as_person("lawyer")
    answer = browser.post(f"{page_of(browsed)}/exporter", page=page_of(browsed))
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        assert package.read("rapport-de-capture.pdf").startswith(b"%PDF")
        package.extractall(tmp_path)
    assert public_wacz(["validate", "-f", str(tmp_path / "capture.wacz")]) == 0
    checked = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=False)
    assert checked.returncode == 0


def test_the_public_address_is_declared_never_measured(page_taken):
    declared = copy.deepcopy(page_taken.facts) | {"declared": {"public_address": "203.0.113.7"}}
    line = prerequisites(declared)[5]
    assert "publique 203.0.113.7" in line.value
    assert "déclarée" in line.source
    assert prerequisites(page_taken.facts)[5].source == "mesuré"


def test_a_deposited_file_has_no_capture_report(as_person, publication):
    browser = as_person("lawyer")
    page = deposit(browser, publication).headers["Location"]
    assert browser.get(f"{page}/rapport.pdf").status_code == 303
    assert "ce fichier a été déposé" in browser.get(page).text
    package = zipfile.ZipFile(io.BytesIO(browser.post(f"{page}/exporter", page=page).data))
    assert "déposé" in package.read("rapport-de-capture-absent.txt").decode()


@pytest.mark.parametrize("name", ["stranger", "walled", "administrator"])
def test_the_report_does_not_exist_outside_the_team(as_person, browsed, name):
    assert as_person(name).get(f"{page_of(browsed)}/rapport.pdf").status_code == 404


def test_the_replay_file_finds_each_exchange_where_its_index_says(page_taken):
    with zipfile.ZipFile(io.BytesIO(wacz(page_taken.directory))) as package:
        archive = package.read(ARCHIVE)
        lines = package.read("indexes/index.cdx").decode().splitlines()
    assert archive == (page_taken.directory / "data" / "reseau.warc.gz").read_bytes()
    assert len(lines) >= 60
    for line in lines:
        place = json.loads(line.split(" ", 2)[2])
        start = int(place["offset"])
        piece = io.BytesIO(archive[start : start + int(place["length"])])
        record = next(iter(ArchiveIterator(piece)))
        assert record.rec_headers.get_header("WARC-Target-URI") == place["url"]
