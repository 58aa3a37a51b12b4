"""What the code never does, read in it: run what was typed, glue SQL, draw weak secrets, trust a browser."""

from __future__ import annotations

import ast
import pickle
import re
from functools import cache
from pathlib import Path

import pytest

from casefile import jobs
from casefile.evidence import compare

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "casefile" / "static").glob("*.js"))
# A constant list of our own words, no value: SQLite and PostgreSQL bind no parameter there.
GLUED = {"casefile/database.py", "casefile/backup/rows.py"}


@cache
def trees():
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted((ROOT / "casefile").rglob("*.py"))
    }


def calls():
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield file, node, node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def imported():
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((file, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((file, f"{node.module}.{alias.name}") for alias in node.names)


def test_nothing_is_executed_from_a_text():
    found = [
        f"{file}:{call.lineno}"
        for file, call, name in calls()
        if isinstance(call.func, ast.Name) and name in {"eval", "exec", "compile", "__import__"}
    ]
    assert found == []


def test_commands_are_lists_of_words_and_no_shell_reads_them():
    for file, call, _ in calls():
        where, called = f"{file}:{call.lineno}", ast.unparse(call.func)
        assert called not in {"os.system", "os.popen", "subprocess.getoutput"}, where
        assert not (called.startswith("subprocess.") and any(word.arg == "shell" for word in call.keywords)), where


def test_no_form_that_carries_code_is_read():
    wrong = {"pickle", "marshal", "shelve", "dill", "jsonpickle", "yaml"}
    assert [(file, name) for file, name in imported() if name.partition(".")[0] in wrong] == []


def test_who_writes_into_the_queue_runs_nothing_in_the_worker(settings):
    class Bomb:
        def __reduce__(self):
            return pytest.fail, ("run",)

    huey, started = jobs._jobs(settings)
    huey.storage.enqueue(pickle.dumps(Bomb()))
    with pytest.raises(ValueError, match="decode"):
        huey.dequeue()
    started["drain"]()
    assert huey.dequeue().name == "casefile.jobs.drain" or huey.pending_count() == 0


def test_no_value_is_glued_into_sql():
    found = {
        file
        for file, call, name in calls()
        if name in {"text", "execute", "exec_driver_sql", "executescript"}
        and call.args
        and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
        and not (
            name == "text" and isinstance(call.func, ast.Attribute)
        )  # `facts.text("a name")` reads a letter's fact
    }
    assert found <= GLUED


def test_secrets_are_drawn_by_the_system_and_never_by_a_seed():
    assert [(file, name) for file, name in imported() if name.partition(".")[0] == "random"] == []


def test_no_weak_cipher_or_hash_is_used():
    """SHA-1 and MD5 only ever appear as names of what others signed with, to refuse or to read it."""
    weak = {"md5", "sha1", "MD5", "SHA1", "DES", "ARC4", "Blowfish", "ECB", "CBC", "PKCS1v15"}
    used = [
        f"{file}:{node.lineno}"
        for file, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in weak
    ]
    assert used == []
    assert [name for _, name in imported() if name.endswith(("ciphers.modes", "ciphers.Cipher"))] == []


def test_the_page_s_own_script_writes_text_and_keeps_nothing():
    """No markup from a value, no message from another window, no address outside, one preference in the browser."""
    kept = set()
    for script in SCRIPTS:
        code = script.read_text("utf-8")
        for wrong in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert wrong not in code, (script.name, wrong)
        for wrong in ("postMessage", '"message"', "sessionStorage", "indexedDB", "document.cookie", "__proto__"):
            assert wrong not in code, (script.name, wrong)
        assert not re.search(r"https?://(?!www\.w3\.org)", code), script.name
        kept |= set(re.findall(r"localStorage\.setItem\(([^,]+),", code))
    assert kept == {'"touches"'}, "a preference of the keyboard, never a word of a dossier"


def test_templates_escape_everything_and_load_nothing_from_elsewhere():
    for file in sorted((ROOT / "templates").rglob("*.html")):
        text = file.read_text("utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|\bMarkup\(", text), file
        if "mail" not in file.parts:
            assert not re.search(
                r"<(?:script|img|link|iframe|object|embed)\b[^>]*(?:src|href|data)=\"(?:https?:)?//", text
            )
        assert not re.search(r"<(?:object|embed|applet)\b", text), file


def test_query_and_body_are_never_read_as_one():
    """A field of a form never comes from the address: a link cannot fill what a person did not type."""
    wrong = [
        f"{file}:{node.lineno}"
        for file, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "request.values"
    ]
    assert wrong == []


@pytest.mark.parametrize("passage", ["a+b (vraiment) [sic]", "80 € ??? \\d .* ^$", "(((", "[z-a]"])
def test_words_are_sought_as_words_and_never_as_a_pattern(passage):
    assert compare._exact(passage, f"avant  {passage.replace(' ', '  ')} après") is not None
    assert compare._exact(passage, "aab vraiment s 80 € 5 xx z") is None
