"""`casefile demo`: a believable firm, its accounts printed once."""

from __future__ import annotations

from dataclasses import asdict

import click

from casefile.cli import print_json
from casefile.config import Settings
from casefile.database import Database
from casefile.demo import load
from casefile.storage import from_url


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Imprime un document JSON.")
def demo(as_json: bool) -> None:
    """Charge un cabinet de démonstration dans une installation vide."""
    settings = Settings.from_env()
    database = Database.of(settings)
    database.migrate()
    loaded = load(database, from_url(settings.storage_url, settings.keyring, settings.data_dir), settings)
    database.close()
    if as_json:
        accounts = [asdict(account) for account in loaded.accounts]
        print_json({"url": settings.base_url, "accounts": accounts, "matters": list(loaded.matters)})
        return
    print(f"Cabinet de démonstration chargé : {settings.base_url}")
    for account in loaded.accounts:
        print(f"  {account.email} ({account.role})  mot de passe {account.password}  clé TOTP {account.totp_secret}")
    print("Ces accès ne seront plus affichés. Dossiers : " + ", ".join(loaded.matters))
