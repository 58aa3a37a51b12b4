"""The files of ops/ say commands and settings that exist, expose nothing and run as nobody important."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from casefile.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent.parent
OPS = ROOT / "ops"
SERVICES = sorted((OPS / "systemd").glob("*.service"))
TEXTS = sorted(path for path in OPS.rglob("*") if path.is_file())


def unit(path):
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str
    parser.read(path, "utf-8")
    return parser


@pytest.fixture
def compose():
    return yaml.safe_load((OPS / "container" / "compose.yaml").read_text("utf-8"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_command_and_setting_named_exists(path):
    content = path.read_text("utf-8")
    for command in re.findall(r"(?:bin/casefile\"?,? \"?|`casefile )([a-z-]+)", content):
        assert command in COMMANDS, command
    known = "".join((ROOT / "casefile" / f"{name}.py").read_text("utf-8") for name in ("config", "key_file"))
    for setting in set(re.findall(r"\bCASEFILE_[A-Z_]+\b", content)) - {"CASEFILE_HOST"}:
        assert setting in known, setting


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_service_is_confined_and_not_root(path):
    service = unit(path)["Service"]
    assert service["User"] == "casefile"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["UMask"] == "0077"
    assert service["ExecStart"].count("casefile") >= 1


def test_each_timer_starts_a_service_that_exists():
    timers = sorted((OPS / "systemd").glob("*.timer"))
    assert {timer.with_suffix(".service") for timer in timers} <= set(SERVICES)
    assert all("OnCalendar" in unit(timer)["Timer"] for timer in timers)


def test_only_the_proxy_is_reached_from_outside(compose):
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]
    assert compose["networks"]["inside"]["internal"] is True
    reaching = {name for name, service in compose["services"].items() if "outside" in service["networks"]}
    assert reaching == {"worker", "proxy"}


def test_images_are_pinned_and_no_secret_is_written(compose):
    for service in compose["services"].values():
        assert re.search(r":\S*\d", service.get("image", "x:1"))
    secrets = re.findall(r"(?:PASSWORD|SECRET\w*): (.*)", (OPS / "container" / "compose.yaml").read_text("utf-8"))
    assert secrets
    assert all(secret.startswith("${") for secret in secrets)


def test_a_tool_in_clear_is_refused_and_a_browser_led_to_tls():
    nginx = (OPS / "nginx.conf").read_text("utf-8")
    plain = nginx[nginx.index("listen 80;") : nginx.index("listen 443")]
    for path in ("/api/", "/metrics"):
        assert re.search(rf"location {path} \{{\s*return 403;", plain)
    assert "return 301 https://$host$request_uri;" in plain
    caddy = (OPS / "container" / "Caddyfile").read_text("utf-8")
    clear = caddy[caddy.index("http://{$CASEFILE_HOST}") :]
    assert "@tools path /api/* /metrics" in clear
    assert "respond @tools 403" in clear


def test_only_ciphers_with_forward_secrecy_and_a_public_certificate():
    nginx = (OPS / "nginx.conf").read_text("utf-8")
    lists = re.findall(r"ssl_ciphers (.*);", nginx)
    assert len(lists) == nginx.count("listen 443 ssl") == 2
    for cipher in ":".join(lists).split(":"):
        assert re.fullmatch(r"ECDHE-(?:ECDSA|RSA)-(?:AES(?:128|256)-GCM-SHA(?:256|384)|CHACHA20-POLY1305)", cipher)
    assert nginx.count("/etc/letsencrypt/live/") == 4
    assert "tls internal" not in (OPS / "container" / "Caddyfile").read_text("utf-8")


def test_what_the_service_may_not_write_is_compiled_when_it_is_installed():
    """Neither the unit nor the image lets the service write beside the sources: each start would compile them all."""
    setup = (OPS / "setup.sh").read_text("utf-8").splitlines()
    assert setup[-1] == ".venv/bin/python -m compileall -q casefile migrations"
    assert "RUN sh ops/setup.sh" in (OPS / "container" / "Containerfile").read_text("utf-8")


def test_the_image_holds_what_runs_and_nothing_of_the_workshop():
    lines = (OPS / "container" / "Containerfile").read_text("utf-8").splitlines()
    copied = {part for line in lines if line.startswith("COPY") for part in line.split()[1:-1]}
    assert copied == {
        *("pyproject.toml", "requirements.lock", "README.md", "ops/setup.sh"),
        *("casefile", "templates", "migrations"),
    }
    assert "dev" not in re.findall(r"--extra (\w+)", "\n".join(lines))


def test_each_package_is_pinned_by_its_digest_and_from_no_registry_of_its_own():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    packages = re.split(r"\n(?=[A-Za-z0-9])", lock.strip())
    assert len(packages) > 50
    for package in packages:
        assert re.match(r"[A-Za-z0-9._-]+==[^\s;]+", package), package[:80]
        assert "--hash=sha256:" in package, package[:80]
    assert not re.search(r"--(?:extra-)?index-url|https?://|git\+", lock)


def test_an_audit_that_was_not_done_fails_and_says_so(tmp_path):
    """A copy of the script beside tools that answer as an audit without network, then with a flaw, then clean."""
    (tmp_path / "ops").mkdir()
    (tmp_path / "ops" / "audit.sh").write_bytes((OPS / "audit.sh").read_bytes())
    tools = tmp_path / ".venv" / "bin"
    tools.mkdir(parents=True)
    for name, body in (("cyclonedx-py", 'echo "{}" > build/sbom.json'), ("python", 'echo "$SAID"; exit $CODE')):
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    for said, code, expected in (("no route to host", "1", 3), ("Found 2 known vulnerabilities", "1", 1), ("", "0", 0)):
        environment = {"PATH": "/usr/bin:/bin", "SAID": said, "CODE": code}
        done = subprocess.run(
            ["/bin/sh", "ops/audit.sh"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == expected, done.stdout
        assert ("AUDIT NON FAIT" in done.stderr) is (expected == 3)
    assert (tmp_path / "build" / "sbom.json").is_file()


def test_the_container_does_not_run_as_root():
    lines = (OPS / "container" / "Containerfile").read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("USER")] == ["USER casefile"]
    copied = [line.split()[1] for line in lines if line.startswith("COPY")]
    assert all((ROOT / name).exists() for name in copied)


def test_the_proxies_speak_only_modern_tls_and_replace_the_address():
    nginx = (OPS / "nginx.conf").read_text("utf-8")
    caddy = (OPS / "container" / "Caddyfile").read_text("utf-8")
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in nginx
    assert "X-Forwarded-For $remote_addr;" in nginx
    assert "$proxy_add_x_forwarded_for" not in nginx
    assert "header_up X-Forwarded-For {remote_host}" in caddy
    for content in (nginx, caddy):
        assert "Strict-Transport-Security" in content
        assert content.count("{") == content.count("}")
