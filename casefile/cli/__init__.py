"""The `casefile` command.

Groups are imported when they are called, so that `casefile law` never loads the database or the browser.
Answers are JSON on stdout; an error is one French sentence on stderr, `{"error": …}` on stdout and exit code 2.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import TYPE_CHECKING, Any

import click

from casefile.errors import CasefileError

if TYPE_CHECKING:
    from collections.abc import Mapping

# command name → "module:attribute"; the module is imported on first use.
COMMANDS: dict[str, str] = {
    "remind": "casefile.cli.remind:remind",
    "deadlines": "casefile.cli.deadlines:deadlines",
    "law": "casefile.cli.law:law",
    "evidence": "casefile.cli.evidence:evidence",
    "capture": "casefile.cli.capture:capture",
    "bench": "casefile.cli.bench:bench",
    "keys": "casefile.cli.keys:keys",
    "backup": "casefile.cli.backup:backup",
    "restore": "casefile.cli.backup:restore",
    "migrate-to": "casefile.cli.backup:migrate_to",
    "maintenance": "casefile.cli.maintenance:maintenance",
    "people": "casefile.cli.people:people",
    "upgrade": "casefile.cli.backup:upgrade",
    "document": "casefile.cli.document:document",
    "search": "casefile.cli.search:search",
    "lists": "casefile.cli.lists:lists",
    "verify": "casefile.cli.verify:verify",
    "demo": "casefile.cli.demo:demo",
    "run": "casefile.cli.run:run",
    "web": "casefile.cli.run:web",
    "worker": "casefile.cli.run:worker",
}


class LazyGroup(click.Group):
    """A group that imports a command only when it is asked for: `lazy` maps a name to "module:attribute"."""

    def __init__(self, *args: Any, lazy: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        """Keep the table of the commands to import."""
        super().__init__(*args, **kwargs)
        self.lazy = lazy or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the names without importing anything."""
        return sorted({*super().list_commands(ctx), *self.lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command, or None when the name is unknown."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, attribute = self.lazy[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=LazyGroup, lazy=COMMANDS)
@click.version_option(package_name="casefile")
def cli() -> None:
    """Casefile, la gestion des dossiers d'atteintes en ligne."""


def print_json(value: Any) -> None:
    """Print one JSON document, French letters unescaped."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def fail(error: CasefileError, exit_code: int = 2) -> None:
    """End the command as the contract asks: sentence on stderr, JSON on stdout."""
    print_json({"error": {"code": error.code, "message": error.message}})
    print(error.message, file=sys.stderr)
    raise SystemExit(exit_code)


def main() -> None:
    """Run the command and turn the errors a user can mend into the contract's form."""
    try:
        cli(standalone_mode=True)
    except CasefileError as error:
        fail(error, getattr(error, "exit_code", 2))
    except Exception as error:
        from casefile.cli.refusals import refusal_of

        told = refusal_of(error)
        if told is None:
            raise
        fail(told)
