"""`casefile people`: the accounts, and a way back in for who lost a password or a factor. No password is set here."""

from __future__ import annotations

import click

from casefile.cli import print_json

LOST = ("password", "factor", "both")
WARNING = (
    "Les sessions de cette personne vont se fermer. Elle, les associés et les administrateurs en seront prévenus, "
    "et le journal le gardera. L'avez-vous reconnue (en personne, ou au téléphone à un numéro que vous aviez) ?"
)


@click.group()
def people() -> None:
    """Montrer les comptes ; laisser rentrer qui a perdu son mot de passe ou son second facteur."""


@people.command("list")
def list_people() -> None:
    """Nomme les comptes, leur rôle et leur état."""
    from sqlalchemy import select

    from casefile.config import Settings
    from casefile.database import Database
    from casefile.models.people import Person

    database = Database.of(Settings.from_env())
    with database.reader() as session:
        found = session.scalars(select(Person).order_by(Person.email)).all()
        shown = [
            {
                "email": one.email,
                "name": one.full_name,
                "role": one.role.value,
                "administers": one.administers,
                "state": one.state.value,
                "factor": one.totp_secret is not None,
            }
            for one in found
        ]
    database.close()
    print_json({"people": shown})


@people.command()
@click.argument("email", metavar="ADRESSE")
@click.option("--lost", required=True, type=click.Choice(LOST), help="Ce qui est perdu.")
@click.option("--reason", required=True, help="Qui demande, et comment vous l'avez reconnu ; aucun nom de client.")
@click.option("--yes", is_flag=True, help="Ne rien demander : l'identité a été vérifiée.")
def readmit(email: str, lost: str, reason: str, *, yes: bool) -> None:
    """Rouvre l'accès : un lien de trente minutes qui sert une fois, ou un second facteur à régler de nouveau."""
    from casefile import readmission, resets
    from casefile.config import Settings
    from casefile.database import Database

    if not yes:
        click.confirm(WARNING, abort=True, err=True)
    settings = Settings.from_env()
    database = Database.of(settings)
    with database.transaction() as session:
        done = readmission.readmit(session, email, readmission.Lost(lost), reason, base_url=settings.base_url)
        shown = {"email": done.person.email, "link": done.url, "told": [done.person.email, *done.told]}
    database.close()
    print_json({**shown, "minutes": resets.MINUTES} if done.url else shown)
    click.echo(
        "Remettez ce lien à la personne elle-même ; il ne sert qu'une fois."
        if done.url
        else "À sa prochaine connexion, cette personne réglera un nouveau second facteur après son mot de passe.",
        err=True,
    )
