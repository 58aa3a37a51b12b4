"""The firm's key file: made once, closed to everybody else, outside the data: whoever steals one has not the other."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from casefile.errors import UnsafeConfiguration


def keys(values: Mapping[str, str], data_dir: Path) -> tuple[Path | None, str, tuple[str, ...]]:
    """Give the key file, the present secret and the former ones, which still open what they sealed."""
    if given := values.get("CASEFILE_SECRET_KEY"):
        return None, given, _listed(values.get("CASEFILE_FORMER_KEYS"))
    named = values.get("CASEFILE_KEY_FILE")
    file = Path(named).expanduser().absolute() if named else data_dir.with_name(data_dir.name + ".key")
    if file.is_relative_to(data_dir):
        raise UnsafeConfiguration(
            f"Le fichier de clé {file} est dans le dossier de données : qui vole l'un volerait l'autre. "
            "Placez-le ailleurs et corrigez CASEFILE_KEY_FILE."
        )
    if not file.exists():
        write(file, (secrets.token_hex(32),))
    lines = [line.strip() for line in file.read_text("ascii").splitlines() if line.strip()]
    if not lines:
        raise UnsafeConfiguration(f"Le fichier de clé {file} est vide : remettez-y la clé du cabinet.")
    return file, lines[0], tuple(lines[1:])


def write(file: Path, keys: tuple[str, ...]) -> None:
    """Write the secrets, one a line, the present one first; a kill leaves the old file or the new one."""
    temporary = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write("\n".join(keys) + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(file)


def _listed(value: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (value or "").split(",") if part.strip())
