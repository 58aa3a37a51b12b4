"""The settings: frozen, read once from the environment and an optional file, refused when unsafe.

The secret key lives beside the data directory, never inside it: whoever steals the data does not get the key.
"""

from __future__ import annotations

import ipaddress
import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from casefile import key_file
from casefile.cipher import Keyring
from casefile.errors import UnsafeConfiguration

MINIMUM_KEY_LENGTH = 32
MINIMUM_DISTINCT = 8


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the deployment decides."""

    data_dir: Path
    database_url: str
    storage_url: str
    secret_key: str = field(repr=False)
    former_keys: tuple[str, ...] = field(default=(), repr=False)
    key_file: Path | None = None
    base_url: str = "http://127.0.0.1:8000"
    vault_url: str = ""
    bind: str = "127.0.0.1:8000"
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = "casefile@localhost"
    tsa: tuple[str, ...] = ()
    signature_file: Path | None = None
    signature_password: str = field(default="", repr=False)
    capture_allow: tuple[str, ...] = ()
    webhook_allow: tuple[str, ...] = ()
    clamav: str | None = None
    oidc_issuer: str | None = None
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    debug: bool = False
    maximum_upload_bytes: int = 2 * 1024**3
    trusted_proxies: int = 0
    backup_dir: Path | None = None
    backup_keep_days: int = 35  # then the first of each month for a year; 0 keeps all
    metrics_token: str = field(default="", repr=False)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings, create the data directory and the key when missing.

        Raises UnsafeConfiguration, with the sentence that says what to change, rather than start exposed.
        """
        env = dict(os.environ if environ is None else environ)
        data_dir = Path(env.get("CASEFILE_DATA_DIR") or Path.home() / ".local/share/casefile").expanduser().absolute()
        _prepare(data_dir)
        file = data_dir / "casefile.toml"
        values = {**_from_file(file), **{k: v for k, v in env.items() if k.startswith("CASEFILE_")}}
        bind = values.get("CASEFILE_BIND", "127.0.0.1:8000")
        file_of_keys, secret_key, former_keys = key_file.keys(values, data_dir)
        settings = cls(
            data_dir=data_dir,
            database_url=values.get("CASEFILE_DATABASE_URL") or f"sqlite:///{data_dir / 'casefile.sqlite3'}",
            storage_url=values.get("CASEFILE_STORAGE_URL") or f"file://{data_dir / 'blobs'}",
            secret_key=secret_key,
            former_keys=former_keys,
            key_file=file_of_keys,
            base_url=(values.get("CASEFILE_BASE_URL") or f"http://{bind}").rstrip("/"),
            vault_url=values.get("CASEFILE_VAULT_URL", "").rstrip("/"),
            bind=bind,
            smtp_url=values.get("CASEFILE_SMTP_URL") or None,
            mail_from=values.get("CASEFILE_MAIL_FROM") or "casefile@localhost",
            tsa=_list(values.get("CASEFILE_TSA"), ";"),
            signature_file=Path(name).expanduser() if (name := values.get("CASEFILE_SIGNATURE")) else None,
            signature_password=values.get("CASEFILE_SIGNATURE_PASSWORD", ""),
            capture_allow=_list(values.get("CASEFILE_CAPTURE_ALLOW")),
            webhook_allow=_list(values.get("CASEFILE_WEBHOOK_ALLOW")),
            clamav=values.get("CASEFILE_CLAMAV") or None,
            oidc_issuer=(values.get("CASEFILE_OIDC_ISSUER") or "").rstrip("/") or None,
            oidc_client_id=values.get("CASEFILE_OIDC_CLIENT_ID", ""),
            oidc_client_secret=values.get("CASEFILE_OIDC_CLIENT_SECRET", ""),
            debug=values.get("CASEFILE_DEBUG", "") == "1",
            trusted_proxies=int(values.get("CASEFILE_TRUSTED_PROXIES") or 0),
            backup_dir=_directory(values.get("CASEFILE_BACKUP_DIR")),
            backup_keep_days=int(values.get("CASEFILE_BACKUP_KEEP_DAYS") or 35),
            metrics_token=values.get("CASEFILE_METRICS_TOKEN") or "",
        )
        _refuse_unsafe(settings)
        return settings

    @property
    def keyring(self) -> Keyring:
        """Give the secrets that open what is kept encrypted, the present one first."""
        return Keyring((self.secret_key, *self.former_keys))

    @property
    def maintenance_file(self) -> Path:
        """Give the file whose presence closes the pages: it holds the sentence that they show meanwhile."""
        return self.data_dir / "maintenance"

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the database is the embedded one."""
        return self.database_url.startswith("sqlite")

    @property
    def vault_origin(self) -> str:
        """Give the origin where captured pages are opened; empty when a public address has no second one."""
        if self.vault_url:
            return self.vault_url.lower()
        parts = urlsplit(self.base_url)
        port = f":{parts.port}" if parts.port else ""
        # Browsers take every name under « localhost » to this machine, and keep its cookies apart.
        return f"http://coffre.localhost{port}" if _is_loopback(parts.hostname or "") else ""

    @property
    def is_https(self) -> bool:
        """Tell whether browsers reach the application over TLS, so that cookies may be Secure."""
        return self.base_url.startswith("https://")


def _directory(value: str | None) -> Path | None:
    return Path(value).expanduser().absolute() if value else None


def _list(value: str | None, separator: str = ",") -> tuple[str, ...]:
    return tuple(part.strip() for part in (value or "").split(separator) if part.strip())


def _prepare(data_dir: Path) -> None:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnsafeConfiguration(
            f"Le dossier de données {data_dir} ne peut pas être créé : choisissez-en un autre avec CASEFILE_DATA_DIR."
        ) from error
    if data_dir.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        raise UnsafeConfiguration(
            f"Le dossier de données {data_dir} est lisible par d'autres utilisateurs de la machine : "
            f"exécutez « chmod 700 {data_dir} », puis relancez."
        )


def _from_file(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnsafeConfiguration(f"Le fichier de réglages {file} est illisible : {error}. Corrigez-le.") from error
    return {
        # An authority's entry holds commas of its own.
        f"CASEFILE_{key.upper()}": (";" if key == "tsa" else ",").join(v) if isinstance(v, list) else str(v)
        for key, v in content.items()
    }


def _refuse_unsafe(settings: Settings) -> None:
    if len(settings.secret_key) < MINIMUM_KEY_LENGTH or len(set(settings.secret_key)) < MINIMUM_DISTINCT:
        raise UnsafeConfiguration(
            f"La clé secrète est trop faible : donnez à CASEFILE_SECRET_KEY au moins {MINIMUM_KEY_LENGTH} caractères "
            "tirés au hasard, ou retirez ce réglage pour que Casefile en crée une."
        )
    if settings.metrics_token and len(settings.metrics_token) < MINIMUM_KEY_LENGTH:
        raise UnsafeConfiguration(
            f"Le jeton de CASEFILE_METRICS_TOKEN est trop court : donnez-lui au moins {MINIMUM_KEY_LENGTH} caractères."
        )
    host = settings.bind.rsplit(":", 1)[0].strip("[]")
    local = host in {"localhost", ""} or _is_loopback(host)
    if settings.debug and not (local and _is_loopback(urlsplit(settings.base_url).hostname or "")):
        raise UnsafeConfiguration(
            "Le mode de mise au point n'est permis que sur cette machine : retirez CASEFILE_DEBUG, "
            "ou remettez CASEFILE_BIND et CASEFILE_BASE_URL sur 127.0.0.1."
        )
    _refuse_unsafe_vault(settings)
    _refuse_open_certificate(settings.signature_file)
    if not local and not settings.is_https:
        raise UnsafeConfiguration(
            "Casefile écoute une adresse publique sans chiffrement : placez-le derrière un relais TLS et donnez "
            "à CASEFILE_BASE_URL une adresse en https://."
        )
    _refuse_unsafe_provider(settings)
    _refuse_far_scanner(settings)
    _refuse_unsaid_line(settings)


def _refuse_far_scanner(settings: Settings) -> None:
    """Files of a dossier leave for no other machine: the scanner's socket is on this one."""
    place = settings.clamav
    if place is None or place.startswith("/"):
        return
    host, _, port = place.rpartition(":")
    if not (port.isdecimal() and _is_loopback(host.strip("[]"))):
        raise UnsafeConfiguration(
            "CASEFILE_CLAMAV doit être le chemin d'une prise locale (/run/clamav/clamd.ctl) ou 127.0.0.1:3310 : "
            "les fichiers des dossiers ne partent pas vers une autre machine."
        )


def _refuse_unsaid_line(settings: Settings) -> None:
    """A far database that refuses TLS would be spoken to in clear without a word: the operator says which it is."""
    address = urlsplit(settings.database_url)
    options = parse_qs(address.query)
    host = address.hostname or options.get("host", [""])[0]
    if settings.is_sqlite or not host or host.startswith("/") or _is_loopback(host) or "sslmode" in options:
        return
    raise UnsafeConfiguration(
        f"La base de données est sur une autre machine ({host}) et rien n'oblige à chiffrer la ligne : ajoutez "
        "« ?sslmode=verify-full » à CASEFILE_DATABASE_URL, ou « ?sslmode=disable » si ce réseau n'est qu'à vous."
    )


def _refuse_unsafe_provider(settings: Settings) -> None:
    if settings.oidc_issuer is None:
        return
    address = urlsplit(settings.oidc_issuer)
    if address.scheme != "https" and not (address.scheme == "http" and _is_loopback(address.hostname or "")):
        raise UnsafeConfiguration("CASEFILE_OIDC_ISSUER doit être une adresse en https:// : corrigez-la ou retirez-la.")
    if not settings.oidc_client_id or not settings.oidc_client_secret:
        raise UnsafeConfiguration(
            "La connexion par le compte du cabinet demande CASEFILE_OIDC_CLIENT_ID et CASEFILE_OIDC_CLIENT_SECRET : "
            "donnez les deux, ou retirez CASEFILE_OIDC_ISSUER."
        )
    if find_spec("authlib") is None or find_spec("requests") is None:
        raise UnsafeConfiguration(
            "La connexion par le compte du cabinet demande l'option « oidc » : installez-la "
            "(uv pip install 'casefile[oidc]'), ou retirez CASEFILE_OIDC_ISSUER."
        )


def _refuse_unsafe_vault(settings: Settings) -> None:
    if not settings.vault_url:
        return
    vault, base = urlsplit(settings.vault_url), urlsplit(settings.base_url)
    if vault.scheme not in {"http", "https"} or not vault.hostname or vault.path or vault.query:
        raise UnsafeConfiguration(
            "CASEFILE_VAULT_URL doit être une adresse sans chemin, telle que https://coffre.example.fr."
        )
    if vault.hostname == base.hostname:  # cookies do not know ports
        raise UnsafeConfiguration(
            "CASEFILE_VAULT_URL a le même nom d'hôte que CASEFILE_BASE_URL : une page capturée y recevrait les "
            "témoins de connexion. Donnez-lui un autre nom, de préférence d'un autre domaine."
        )
    if settings.is_https and vault.scheme != "https":
        raise UnsafeConfiguration("CASEFILE_VAULT_URL doit être en https://, comme l'adresse de Casefile.")


def _refuse_open_certificate(file: Path | None) -> None:
    if file is None:
        return
    if not file.is_file():
        raise UnsafeConfiguration(f"Le certificat {file} n'existe pas : corrigez CASEFILE_SIGNATURE ou retirez-le.")
    if file.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        raise UnsafeConfiguration(
            f"Le certificat {file} contient une clé privée et d'autres utilisateurs peuvent le lire : exécutez "
            f"« chmod 600 {file} », puis relancez."
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
