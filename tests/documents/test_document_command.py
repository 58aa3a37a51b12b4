import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents.letters import FOLDER, case, read_pdf


def run(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "casefile", "document", *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def test_check_says_what_is_missing_and_exits_three() -> None:
    facts, on = case("mise_en_demeure")
    facts.pop("client_agrees")
    done = run("check", given=json.dumps({"type": "mise_en_demeure", "facts": facts, "on": on.isoformat()}))
    answer = json.loads(done.stdout)
    assert done.returncode == 3
    assert answer["ok"] is False
    assert answer["refusals"][0] == {
        "code": "no_client_consent",
        "message": "L’assentiment du client à cette lettre n’est pas enregistré.",
        "field": "client_agrees",
    }
    assert "assentiment" in done.stderr


@pytest.mark.parametrize(
    "given", ["[]", "{", '{"type": "x", "facts": {}}', '{"type": "pcpc"}', '{"type": "3", "facts": {}, "on": "hier"}']
)
def test_malformed_input_exits_two(given: str) -> None:
    done = run("check", given=given)
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["message"] == done.stderr.strip()


def test_render_writes_a_pdf_and_a_docx(tmp_path: Path) -> None:
    source = str(FOLDER / "mise_en_demeure.json")
    assert run("render", source, "-o", str(tmp_path / "a.pdf")).returncode == 0
    assert "mise en demeure" in read_pdf((tmp_path / "a.pdf").read_bytes())
    assert run("render", source, "--format", "docx", "-o", str(tmp_path / "a.docx")).returncode == 0
    assert (tmp_path / "a.docx").read_bytes().startswith(b"PK")


def test_render_refuses_and_writes_nothing(tmp_path: Path) -> None:
    done = run("render", "-", "-o", str(tmp_path / "a.pdf"), given='{"type": "pcpc", "facts": {}}')
    assert done.returncode == 3
    assert "Il manque" in json.loads(done.stdout)["error"]["message"]
    assert not (tmp_path / "a.pdf").exists()
