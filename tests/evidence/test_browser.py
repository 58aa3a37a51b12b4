"""The browser captures real pages served here: all of the honest one, and nothing inward from the hostile one."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from casefile.errors import CasefileError
from casefile.evidence import fonts
from casefile.evidence.address import Allowed
from casefile.evidence.browser import BrowserMissing, executable
from casefile.evidence.capture import Budget, capture_page, sealed_captures
from casefile.evidence.fetch import ForbiddenAddress
from casefile.evidence.provenance import Outcome, Provenance, Role
from casefile.evidence.verify import verify
from tests.evidence.conftest import Quiet, serving
from tests.evidence.sites import Hostile, review_site

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("captures")


def take(store, url, port, request_id, **budget):
    """Capture as the application does; only the time servers are left out."""
    return capture_page(
        url,
        into=store / "store",
        authority=store / "autorite",
        operator="Me Claire Vasseur, avocate",
        reference="2026/0001",
        request_id=request_id,
        allow=Allowed.parse(f"127.0.0.1:{port}"),
        budget=Budget(ntp_servers=(), **budget),
    )


@pytest.fixture(scope="module")
def reviews(store):
    with review_site() as port:
        url = f"http://127.0.0.1:{port}/avis.html?lieu=aubertin&tri=recent"
        yield take(store, url, port, "avis"), url, port


def test_b2_the_sixty_lazy_reviews_are_in_the_text_the_dom_and_the_images(reviews):
    capture = reviews[0]
    assert capture.completeness["words"] == "« 60 avis » annoncés, 60 chargés"
    assert (capture.outcome, capture.reasons, capture.provenance) == (Outcome.PRESENT, (), Provenance.SYSTEM_PUBLIC)
    dom = (capture.directory / "data" / "dom.html").read_text(encoding="utf-8")
    assert all(f'data-review-id="avis-{number:02d}"' in dom for number in range(1, 61))
    tiles = [capture.directory / a.path for a in capture.artifacts if a.role == Role.TILE]
    heights = [Image.open(tile).size[1] for tile in tiles]
    assert sum(heights) == capture.facts["measure"]["height"]
    assert heights[:-1] == [4000] * (len(heights) - 1)


def test_the_text_is_exact_and_opened_with_its_emoji_and_its_scripts(reviews):
    text = reviews[0].text
    for words in (
        "M NP",
        "il y a 3 mois",
        "réclame 80 € en espèces",
        "avant de tuer quelqu’un. 🤬",
        "李雷",
        "محمد العربي",
    ):
        assert words in text
    assert "Vous pouvez tout accepter" not in text
    positions = json.loads((reviews[0].directory / "data" / "positions.json").read_text(encoding="utf-8"))
    box = next(p for p in positions if p["text"] == "M NP")
    assert box["height"] > 5
    assert box["y"] > 300


def test_the_banner_is_refused_between_two_views_and_each_step_is_logged(reviews):
    capture = reviews[0]
    steps = [json.loads(line) for line in (capture.directory / "data" / "etapes.jsonl").read_text().splitlines()]
    assert capture.facts["cookies_choice"] == "refusés"
    assert [s["action"] for s in steps][:5] == ["ouverture", "navigation", "vue", "clic", "vue"]
    assert steps[0]["blank"] == "about:blank"
    assert steps[3]["label"] == "Tout refuser"
    assert [s["seq"] for s in steps] == list(range(1, len(steps) + 1))


def test_what_the_report_prints_is_read_from_the_process_itself(reviews):
    capture, url, port = reviews
    facts = capture.facts
    assert facts["url"] == url == facts["final_url"]
    assert "Chrome/" in facts["browser"]["product"]
    assert any("--proxy-bypass-list=<-loopback>" in a for a in facts["browser"]["command_line"])
    assert facts["browser"]["cookies_at_start"] == 0
    assert facts["server_address"] == "127.0.0.1"
    assert facts["relay"]["exempted_used"] == [f"127.0.0.1:{port}"]
    assert facts["clock"]["before"]["offset"] is None


def test_the_archive_of_the_traffic_is_read_by_public_tools(reviews):
    archive = reviews[0].directory / "data" / "reseau.warc.gz"
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", archive], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert reviews[0].facts["exchanges"] >= 63


def test_the_capture_is_sealed_and_the_same_request_gives_it_again(reviews, store):
    capture, url, port = reviews
    assert verify(capture.directory).intact
    again = take(store, url, port, "avis")
    assert (again.id, again.manifest_sha256) == (capture.id, capture.manifest_sha256)
    assert again.stamps == ()


@pytest.fixture(scope="module")
def hostile():
    Hostile.hits = []

    class Private(Quiet):
        def page(self):
            Hostile.hits.append(self.path)
            self.answer(b"secret")

        do_POST = page  # noqa: N815 - http.server's own name

    with serving(Private) as private, serving(Hostile) as port:
        Hostile.private = private
        yield port


def test_b3_nothing_on_the_page_reaches_a_private_service(store, hostile):
    capture = take(store, f"http://127.0.0.1:{hostile}/piege", hostile, "piege")
    assert Hostile.hits == []
    assert "Page piégée" in capture.text
    assert "root:" not in json.dumps(json.loads((capture.directory / "data" / "cadres.json").read_text()))
    steps = (capture.directory / "data" / "etapes.jsonl").read_text(encoding="utf-8")
    assert "Vous avez gagné" in steps
    assert "fenêtre ouverte par la page" in steps
    assert any(str(Hostile.private) in refused for refused in capture.facts["relay"]["refused"])


def test_a_redirect_inwards_is_refused_in_french_and_leaves_nothing(store, hostile):
    url = f"http://127.0.0.1:{hostile}/vers?http://127.0.0.1:{Hostile.private}/secret"
    with pytest.raises(CasefileError, match="n’est pas publique"):
        take(store, url, hostile, "redirection")
    with pytest.raises(ForbiddenAddress):
        take(store, f"http://127.0.0.1:{Hostile.private}/", hostile, "directe")
    assert Hostile.hits == []
    assert {c.name for c in sealed_captures(store / "store")}.isdisjoint({"redirection", "directe"})


def test_a_meta_refresh_leads_to_a_tall_and_restless_page_captured_to_its_foot(store, hostile):
    capture = take(store, f"http://127.0.0.1:{hostile}/entree", hostile, "haute")
    assert capture.final_url.endswith("/haute")
    assert [r["url"].rsplit("/", 1)[1] for r in capture.facts["redirects"]] == ["entree", "haute"]
    assert len(capture.facts["tiles"]) == 5
    assert "tout en bas 😡 李雷" in capture.text
    assert capture.outcome is Outcome.PRESENT


def test_b7_no_glyph_is_missing_and_right_to_left_words_are_exact(store, hostile):
    capture = take(store, f"http://127.0.0.1:{hostile}/signes", hostile, "signes")
    assert "glyphes manquants : 0" in capture.text
    for words in ("هذا الطبيب كاذب، لا تذهبوا إليه", "הרופא הזה רמאי", "👨‍⚕️ 李雷 한국 日本"):
        assert words in capture.text
    positions = json.loads((capture.directory / "data" / "positions.json").read_text(encoding="utf-8"))
    assert any("كاذب" in position["text"] and position["width"] > 50 for position in positions)


def test_an_endless_answer_is_cut_and_called_partial(store, hostile):
    capture = take(store, f"http://127.0.0.1:{hostile}/sans_fin", hostile, "sans-fin", max_bytes=150_000)
    assert capture.outcome is Outcome.PARTIAL
    assert "limite d’octets de la capture atteinte" in capture.reasons
    assert "Début de la page sans fin" in capture.text


def test_a_compressed_bomb_is_contained(store, hostile):
    capture = take(store, f"http://127.0.0.1:{hostile}/gonflee", hostile, "bombe")
    assert capture.outcome is Outcome.PRESENT
    assert sum(a.bytes for a in capture.artifacts) < 30_000_000


OUTCOMES = {
    "parti": (Outcome.ABSENT, "404"),
    "retire": (Outcome.ABSENT, "410"),
    "juge": (Outcome.ABSENT, "451"),
    "disparu": (Outcome.ABSENT, "n’est plus disponible"),
    "connexion": (Outcome.BLOCKED, "se connecter"),
    "prive": (Outcome.BLOCKED, "se connecter"),
    "robot": (Outcome.BLOCKED, "robot"),
    "mur": (Outcome.BLOCKED, "traceurs"),
    "manque": (Outcome.PARTIAL, "« 120 avis » annoncés, 30 chargés"),
}


def test_b6_walls_and_removals_are_results_and_never_called_present(store, hostile):
    def one(name):
        return take(store, f"http://127.0.0.1:{hostile}/{name}", hostile, name)

    with ThreadPoolExecutor(2) as pool:
        seen = dict(zip(OUTCOMES, pool.map(one, OUTCOMES), strict=True))
    for name, (outcome, words) in OUTCOMES.items():
        assert seen[name].outcome is outcome, (name, seen[name].reasons)
        assert words in " ".join(seen[name].reasons), name
        assert verify(seen[name].directory).intact


def test_a_machine_without_the_glyphs_refuses_to_capture(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(fonts.FontsMissing, match="fonts-noto-cjk"):
        fonts.require()
    with pytest.raises(BrowserMissing):
        executable()
