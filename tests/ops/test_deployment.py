"""The files of ops/ say commands and settings that exist, expose nothing and run as nobody important."""

from __future__ import annotations

import configparser
import re
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
    known = (ROOT / "casefile" / "config.py").read_text("utf-8")
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
