"""Does each test of SECURITY.md bite? Each defence is taken out in a copy of the tree, and its test must then fail.

`python -m bench.defences [WORD…]` runs those whose name holds one of the words (all without). It prints one line each
and exits 1 when a test passes without its defence, fails with it, or when the text to take out is no longer there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("casefile", "templates", "migrations", "tests", "fixtures", "pyproject.toml", "SECURITY.md", "ops", "bench")
SECONDS = 600
WEB, SECRET, SENSITIVE = "tests/web/", "tests/security/", "tests/security/test_sensitive_acts.py::"
EVERYWHERE = "tests/security/test_sentinel_everywhere.py::"


@dataclass(frozen=True, slots=True)
class Defence:
    """What protects, where it is written, what stands there without it, and the test that must see it go."""

    name: str
    file: str
    written: str
    without: str
    test: str


# The thirteen first are the most important ones: what keeps a dossier shut, an account closed, a proof true.
DEFENCES = (
    Defence(
        "the wall, in every listing and at every door",
        "casefile/access.py",
        "    return member & ~walled",
        "    return member",
        WEB + "test_search.py::test_the_wall_is_inside_the_search",
    ),
    Defence(
        "a child only through its own dossier (child_of)",
        "casefile/access.py",
        "entity.id == child_id, entity.matter_id == matter.id",
        "entity.id == child_id",
        EVERYWHERE + "test_children_of_a_hidden_dossier_are_not_reached_through_an_open_one",
    ),
    Defence(
        "the end of a place in a team",
        "casefile/access.py",
        "or_(TeamMember.until.is_(None), TeamMember.until > (clock.now() if now is None else now))",
        "or_(TeamMember.until.is_(None), TeamMember.until.is_not(None))",
        SECRET + "test_secrecy.py::test_a_guest_comes_by_invitation_reads_one_dossier_and_leaves_on_the_day",
    ),
    Defence(
        "readers only read",
        "casefile/access.py",
        "(not reads_only or permission in READER_KEEPS)",
        "bool(reads_only or True)",
        SECRET + "test_secrecy.py::test_a_partner_breaks_the_glass_for_a_day_and_the_responsible_is_told",
    ),
    Defence(
        "the anti-forgery token",
        "casefile/app.py",
        "    CSRFProtect(app)\n",
        "    app.jinja_env.globals['csrf_token'] = lambda: 'x'\n",
        SECRET + "test_forms.py::test_a_post_without_its_token_is_refused",
    ),
    Defence(
        "the prefix that binds cookies to this host",
        "casefile/web/guards.py",
        'return f"__Host-{name}" if secure else name',
        "return name if secure else name",
        SENSITIVE + "test_over_https_the_cookies_belong_to_this_host_alone",
    ),
    Defence(
        "no page inside a stranger's page",
        "casefile/web/guards.py",
        "    for name, value in HEADERS.items():",
        "    for name, value in {k: v.replace(\"frame-ancestors 'none'\", '') for k, v in HEADERS.items()"
        " if k != 'X-Frame-Options'}.items():",
        "tests/browser/test_attacks.py::test_no_page_of_ours_is_drawn_inside_the_page_of_another",
    ),
    Defence(
        "no cell of a sheet acts",
        "casefile/law/recipients.py",
        'FORMULA_STARTS = ("=", "+", "-", "@")',
        'FORMULA_STARTS = ("\\0",)',
        WEB + "test_directory.py::test_no_exported_cell_runs_in_a_spreadsheet",
    ),
    Defence(
        "a code serves once",
        "casefile/factors.py",
        "if step > last and hmac",
        "if hmac",
        WEB + "test_authentication.py::test_a_code_is_never_accepted_twice",
    ),
    Defence(
        "guessing slowed down",
        "casefile/attempts.py",
        "        if _aware(last) + wait > clock.now():",
        "        if False:",
        WEB + "test_authentication.py::test_failures_slow_the_account_down_and_time_opens_it_again",
    ),
    Defence(
        "a fresh token at each step of signing in",
        "casefile/web/authentication.py",
        "    response = make_response(page)\n    guards.sign_in(response, token)\n",
        "    g.login.revoked_at, g.login.complete = None, True\n    response = make_response(page)\n",
        SENSITIVE + "test_a_planted_session_is_worth_nothing_after_signing_in",
    ),
    Defence(
        "asking again before sensitive acts",
        "casefile/accounts.py",
        "return clock.now() - login.authenticated_at <= FRESH_LIMIT",
        "return True",
        SENSITIVE + "test_a_session_left_open_changes_no_role",
    ),
    Defence(
        "no private address for a capture",
        "casefile/evidence/address.py",
        "    return _refusal_v4(address)",
        "    return None",
        "tests/evidence/test_door.py::test_every_notation_of_a_private_address_is_refused",
    ),
    Defence(
        "the chain of the trail",
        "casefile/audit.py",
        "if digest_of(entry) != entry.hash:",
        "if False:",
        "tests/ops/test_verify.py::test_each_change_of_the_trail_is_found",
    ),
    Defence(
        "confidences shut in the database",
        "casefile/models/base.py",
        "return keys_of(dialect).lock(value, self.purpose) if value else value",
        "return value",
        SECRET + "test_sealed_columns.py::test_a_thief_of_the_database_reads_no_confidence",
    ),
    Defence(
        "a hold and the time of retention forbid a destruction",
        "casefile/destruction.py",
        "    if found:\n        raise Refused",
        "    if False:\n        raise Refused",
        SECRET + "test_destruction.py::test_what_forbids_it",
    ),
    Defence(
        "every table of a destroyed dossier goes",
        "casefile/emptying.py",
        'KEPT = frozenset({"audit_entry"',
        'KEPT = frozenset({"note", "audit_entry"',
        SECRET + "test_destruction.py::test_nothing_of_a_destroyed_dossier_is_left_but_its_proof",
    ),
    Defence(
        "deleted rows are overwritten on SQLite",
        "casefile/database.py",
        '"secure_delete=ON"',
        '"secure_delete=OFF"',
        SECRET + "test_destruction.py::test_nor_in_the_bytes_of_the_database_file",
    ),
    Defence(
        "the second factor beside the mailed link",
        "casefile/resets.py",
        "    if asks_factor(person):\n",
        "    if False:\n",
        SECRET + "test_account_notices.py::test_a_forgotten_password_takes_the_mailed_link_and_the_second_factor",
    ),
    Defence(
        "a typed reason never enters the trail",
        "casefile/audit.py",
        'TYPED = frozenset({"reason", "before", "after"})',
        "TYPED = frozenset()",
        SECRET + "test_destruction.py::test_what_a_person_typed_enters_the_trail_as_a_digest_only",
    ),
    Defence(
        "the antivirus over received mail",
        "casefile/web/correspondence.py",
        "examine=partial(antivirus.check, context().settings)",
        "examine=None",
        WEB + "test_correspondence.py::test_an_attachment_that_the_antivirus_condemns_keeps_the_whole_message_out",
    ),
)


def main() -> int:
    """Take each defence out in turn; print what its test said."""
    words = sys.argv[1:]
    chosen = [one for one in DEFENCES if not words or any(word in one.name for word in words)]
    with tempfile.TemporaryDirectory(prefix="casefile-defences-") as name:
        home = Path(name)
        for part in COPIED:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
            copy(ROOT / part, home / part)
        held = [_seen(home, one) for one in chosen]
    print(f"{sum(held)} of {len(held)} defences are seen to go")
    return 0 if all(held) else 1


def _seen(home: Path, one: Defence) -> bool:
    file = home / one.file
    whole = file.read_text("utf-8")
    if whole.count(one.written) != 1:
        print(f"| {one.name} | the text to take out is not there once: {one.file} |")
        return False
    before = _passes(home, one.test)
    file.write_text(whole.replace(one.written, one.without), "utf-8")
    after = _passes(home, one.test)
    file.write_text(whole, "utf-8")
    said = {(True, False): "fails", (True, True): "PASSES WITHOUT IT"}.get((before, after), "FAILS WITH IT")
    print(f"| {one.name} | {one.test.rpartition('::')[2]} | {said} |", flush=True)
    return before and not after


def _passes(home: Path, test: str) -> bool:
    environment = {**os.environ, "PYTHONPATH": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
    done = subprocess.run(command, cwd=home, env=environment, capture_output=True, timeout=SECONDS, check=False)
    if done.returncode not in {0, 1}:
        raise RuntimeError(done.stdout.decode()[-2000:])
    return done.returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
