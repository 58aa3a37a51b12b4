"""Every page of the product with believable facts, drawn without database: for tests and for the eye."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace as Facts
from typing import Any
from uuid import UUID

from flask import Flask, render_template
from wtforms import BooleanField

from casefile import prevention
from casefile.activity import Delay
from casefile.client_status import Awaited, Coming, Status
from casefile.client_status import Fact as StatusFact
from casefile.documents import constat_comparison
from casefile.documents.blocks import heading, numbered, paragraph, quotation
from casefile.documents.preview import preview as preview_of
from casefile.documents.signature import LEVEL
from casefile.evidence.provenance import Provenance
from casefile.identification.life import Life, Stage
from casefile.identification.notices import NextAction, Notice
from casefile.law.recipients import recipients, warnings_about
from casefile.models.client import ClientWord
from casefile.models.evidence import Artifact, Capture, CaptureState, Passage, Publication
from casefile.models.ledger import Dispatch, Exhibit, Letter, LetterState
from casefile.models.matter import Matter, MatterState, Party, PartyRole
from casefile.models.people import Person, Role
from casefile.models.prevention import PreventionTick
from casefile.models.procedure import (
    ControlState,
    Deadline,
    DeadlineKind,
    DeadlineState,
    IdentificationStep,
    ProceduralAct,
)
from casefile.web.checks import Required
from casefile.web.client_status import DATES, WordForm
from casefile.web.constats import ReportForm
from casefile.web.data_ruler import Span, data_ruler
from casefile.web.day import Few
from casefile.web.deadline_lines import counters, grouped, limitation_card, line_of
from casefile.web.fields import Choice, FrenchDate, Paragraphs, Segmented, Upload, Verbatim, answers
from casefile.web.first_dossier import FACTS
from casefile.web.first_steps import STEPS, Progress, Way
from casefile.web.forms import CasefileForm, VersionedForm
from casefile.web.glossary import search as terms_with
from casefile.web.guide import read, told
from casefile.web.mailings import KINDS, MailingForm
from casefile.web.notifications import HEAD
from casefile.web.paging import Pager, pager
from casefile.web.prevention import TickForm
from casefile.web.redactions import RedactionForm
from casefile.web.sending_form import AnswerForm, SendingForm
from casefile.web.statistics import DELAY_HEAD, LOAD_HEAD, MONTH_HEAD, SHARE_HEAD, charts
from casefile.web.urgency import Group

from .preview import ANSWERS, NOW, TODAY, preview

ID = UUID(int=1)
DIGEST = "9f2c41d7" + "0" * 52 + "70e1"
TEXT = (
    "Il faut prendre votre retraite monsieur et vite. Il y a un âge pour tout.\n"
    "Ce médecin s'est trompé dans les dosages du médicament.\nCe médecin s'est trompé dans le diagnostic et "
    "n'a pas voulu prendre ma carte vital !! 😡\nEt bien vous m'avez perdu ciao"
)
AUBRY = Person(id=ID, email="a@cabinet.example", full_name="Claire Aubry", title="Me", role=Role.PARTNER)
MATTER = Matter(
    id=ID,
    year=2026,
    number=38,
    reference="2026/0038",
    title="Dr Lemaire c/ M NP",
    summary="Avis à une étoile sur la fiche du cabinet.",
    state=MatterState.OPEN,
    territory="metropole",
    opened_on=date(2026, 11, 6),
    version=1,
)
CLIENT = Party(
    id=ID, matter_id=ID, role=PartyRole.CLIENT, civility="Docteur", first_names="Anne", name="Lemaire",
    profession="pédiatre",    is_company=False, is_identified=True,
)  # fmt: skip
AUTHOR = Party(id=ID, matter_id=ID, role=PartyRole.AUTHOR, name="", is_identified=False, is_company=False)
PUBLICATION = Publication(
    id=ID, matter_id=ID, title="Avis à une étoile", platform="google_maps", url="https://maps.example/?cid=1829"
)
DATED = Publication(
    id=ID, matter_id=ID, title="Avis à une étoile", platform="google_maps", published_on=date(2026, 9, 3)
)
CAPTURE = Capture(
    id=ID, matter_id=ID, publication_id=ID, state=CaptureState.SEALED, origin="browser", provenance="A",
    requested_url="https://maps.example/?cid=1829", sealed_at=NOW, manifest_sha256=DIGEST, text=TEXT,
    text_from_ocr=False, failure="", requested_by=AUBRY, ended_at=NOW, created_at=NOW,
)  # fmt: skip
PASSAGES = [
    Passage(id=ID, exact=exact, start=TEXT.index(exact), end=TEXT.index(exact) + len(exact))
    for exact in (
        "Ce médecin s'est trompé dans les dosages du médicament.",
        "Ce médecin s'est trompé dans le diagnostic",
        "n'a pas voulu prendre ma carte vital",
    )
]
ACTS = [ProceduralAct(act_type="plainte_simple", done_on=date(2026, 11, 10), matter_id=ID)]
TRACE = [
    {"text": "L’avis est daté du 3 septembre 2026 dans la page.", "source": "Capture 1"},
    {"text": "Le délai court de la première mise en ligne, non de la découverte.", "source": "Crim. 16 oct. 2001"},
    {"text": "La plainte simple n’interrompt pas le délai.", "source": "Crim. 10 janv. 2023, n° 22-82.838"},
]


def deadline(label: str, start: date | None, prudent: date | None, **facts: Any) -> Deadline:
    defaults: dict[str, Any] = {
        "kind": DeadlineKind.LIMITATION,
        "state": DeadlineState.OPEN,
        "control_state": ControlState.AWAITED,
        "admitted_on": prudent + timedelta(days=1) if prudent else None,
        "last_useful_day": prudent - timedelta(days=6) if prudent else None,
        "is_provisional": False,
        "facts": {},
        "trace": TRACE,
    }
    return Deadline(
        id=ID, matter_id=ID, matter=MATTER, responsible=AUBRY, publication=PUBLICATION,
        label=label, starts_on=start, prudent_on=prudent, **{**defaults, **facts},
    )  # fmt: skip


CRITICAL = deadline("Prescription, 3 mois", date(2026, 9, 3), date(2026, 12, 2))
UNKNOWN = deadline("Prescription, 3 mois", None, None)
INTERVAL = deadline(
    "Prescription, 3 mois",
    date(2026, 7, 23),
    date(2026, 10, 22),
    admitted_on=TODAY,
    facts={"start": {"latest": "2026-08-23"}, "warnings": ["La prescription est peut-être acquise."]},
)
DEADLINES = [
    UNKNOWN,
    INTERVAL,
    CRITICAL,
    deadline("Droit de réponse en ligne", date(2026, 9, 25), date(2026, 12, 23), control_state=ControlState.CONFIRMED),
    deadline("Données de connexion", date(2026, 1, 24), date(2027, 1, 23), kind=DeadlineKind.RETENTION),
    deadline("Prescription, 5 ans", date(2026, 2, 15), date(2031, 2, 14), control_state=ControlState.NOT_NEEDED),
]


class QualifyForm(VersionedForm):
    est_public = Segmented("Le propos est-il public\u202f?", choices=ANSWERS, default="oui")
    fait_precis = Segmented("Un fait précis est-il imputé\u202f?", choices=ANSWERS)
    personne_visee = Segmented(
        "Qui est visé\u202f?",
        choices=[(str(n), label) for n, label in enumerate(("Une personne", "Une société", "Un groupe", "Un défunt"))],
    )
    reason = Paragraphs("Motif de votre décision", [Required()])
    chosen = Choice("Qualification", choices=[("", "Choisir"), ("denigrement", "Dénigrement")])
    acknowledged = BooleanField("J’ai lu les avertissements et je retiens malgré tout")


class ReviewForm(CasefileForm):
    note = Paragraphs("Observations du relecteur")


class MarkForm(VersionedForm):
    first_words = Verbatim("Premiers mots")
    last_words = Verbatim("Derniers mots")
    read_as = Verbatim("Mots relus sur l’image")


class ControlForm(VersionedForm):
    typed_on = FrenchDate("Date de mise en ligne", [Required()], past=True)


class SettleForm(VersionedForm):
    state = Segmented("Ce délai est", [Required()], choices=[("done", "Accompli"), ("waived", "Abandonné")])
    proof = Paragraphs("Preuve ou raison", [Required()])
    piece = Upload("Pièce qui le prouve")
    capture = Choice("Ou une capture déjà au dossier", choices=[("", "Aucune")])
    delegate = Choice("Confié à", choices=[("", "Choisir")])


@dataclass(frozen=True)
class Page:
    """One template with the facts it asks for."""

    template: str
    facts: Any  # a function: forms need a request


def frame() -> Facts:
    names = ("Synthèse", "Contenus et preuves", "Qualification", "Délais", "Identification", "Documents", "Pièces")
    return Facts(
        clients=(CLIENT,),
        authors=(AUTHOR,),
        hosts=(),
        team=(AUBRY,),
        may_write=True,
        headline=Facts(deadline=CRITICAL, tone="crit", days=9, state="critical"),
        tabs=tuple((name, "/", index or None, name == "Délais") for index, name in enumerate(names)),
    )


def home() -> dict[str, Any]:
    lines = [line_of(row, TODAY, working_days=3) for row in DEADLINES]
    return {
        "day": TODAY,
        "open_count": 14,
        "running_count": 9,
        "tally": counters(lines, {group: f"/?etat={group}" for group in Group}, Group.CRITICAL),
        "groups": grouped(lines),
        "pager": Pager(1, len(lines), noun="échéance"),
        "filters": {"vue": "miens", "nature": "", "controle": ""},
        "natures": [("limitation", "Prescription")],
        "has_matters": True,
        "may_open": True,
        "to_acknowledge": Few([
            Facts(title="Rappel J-7 non pris en charge", when=NOW, reference="2026/0035", matter_id=ID,
                  detail="transmis à Me Roche à 12:00", deadline_id=ID)
        ], 15),
        "watched": Few([
            Facts(tone="ok", state="Retiré", when=NOW, title="Post de Y.", reference="2026/0029", matter_id=ID,
                  detail="retrait constaté, preuve scellée")
        ], 14),
        "silent": Few([MATTER], 3),
        "to_control": 2,
        "handed_in": [(MATTER, 2, NOW)],
        "conflicts": 1,
        "health": [Facts(tone="ok", text="Rappels 08:00"), Facts(tone="crit", text="Sauvegarde ancienne")],
    }  # fmt: skip


def segments(current: int | None) -> list[Facts]:
    cut, position = [], 0
    for number, passage in enumerate(PASSAGES, 1):
        cut.append(Facts(text=TEXT[position : passage.start], number=None, current=False, url=""))
        cut.append(Facts(text=passage.exact, number=number, current=number == current, url="/"))
        position = passage.end
    return [*cut, Facts(text=TEXT[position:], number=None, current=False, url="")]


def qualification() -> dict[str, Any]:
    form = QualifyForm()
    helps = {
        "fait_precis": "Jugés précis\u00a0: « a oublié une compresse ».".replace("« ", "«\u00a0").replace(
            " »", "\u00a0»"
        )
    }
    words = (("ok", "Diffamation"), ("soon", "En cours"), ("none", "Aucune"))
    return {
        "publication": PUBLICATION,
        "capture": CAPTURE,
        "passage": PASSAGES[1],
        "passages": [
            Facts(passage=passage, number=number, tone=tone, word=word, url="/", current=number == 2)
            for number, (passage, (tone, word)) in enumerate(zip(PASSAGES, words, strict=True), 1)
        ],
        "segments": segments(2),
        "place": {"picture": "/static/favicon.svg", "page": "/"},
        "form": form,
        "groups": [
            Facts(
                title="Éléments de la diffamation",
                open=True,
                lines=[
                    Facts(
                        id=name,
                        field=form[name],
                        hint="art. 29 al. 1er",
                        help=helps.get(name),
                        evidence="Le contexte et les passages voisins.",
                        examples=[Facts(words="arnaqueuse et voleuse", court="TJ Marseille", answer="Oui")],
                        who="Claire Aubry",
                        when=NOW if name == "est_public" else None,
                        todo=name == "fait_precis",
                    )
                    for name in ("est_public", "fait_precis", "personne_visee")
                ],
            )
        ],
        "one": None,
        "all_questions": 3,
        "answered": 1,
        "kept": "diffamation_publique_particulier",
        "conclusion": "Une qualification est proposée.",
        "proposal": Facts(
            label="Diffamation publique envers un particulier",
            texts="loi du 29 juillet 1881, art. 29 al. 1er et 32 al. 1er",
            penalty="12\u202f000 € d’amende",
            limitation="3 mois",
            complaint="exigée, art. 48, 6°",
            sure=True,
            elements=ELEMENTS,
        ),
        "evidence": ["Les avis voisins."],
        **what_follows(),
        "conflicts": [
            Facts(tone="late", title="Un passage, une qualification", detail="Ass. plén. 15 févr. 2013, n° 11-14.637")
        ],
        "provocation": Facts(reply="Vous n’êtes pas venu.", said="La question reste sans réponse."),
        "decided": None,
        "reworked": False,
        "former": [Facts(label="Dénigrement", who="Claire Aubry", when=NOW, reason="premier avis")],
        "may_choose": True,
        "may_review": True,
        "review": ReviewForm(),
        "previous_url": "/",
        "next_url": "/",
    }


ELEMENTS = [Facts(met="yes", text="Publicité"), Facts(met="open", text="Fait précis"), Facts(met="no", text="X")]


def what_follows() -> dict[str, Any]:
    deadline = Facts(tone="crit", word="Dernier mois", prudent="2 décembre 2026", admitted=None, useful="25 novembre")
    reasons = [Facts(met="yes", text="Élément réuni", source="art. 29"), Facts(met="no", text="X", source="")]
    return {
        "consequences": Facts(
            title="Diffamation publique envers un particulier",
            texts="loi du 29 juillet 1881, art. 32",
            penalty="12\u202f000 € d’amende",
            aggravation="",
            limitation="3 mois",
            limitation_source="art. 65",
            deadline=deadline,
            complaint="exigée",
            complaint_source="art. 48, 6°",
            courts=[("Devant le juge pénal", "tribunal correctionnel", None)],
            thresholds=[
                Facts(name="Seuil pénal", tone="late", word="Fermé", why="Amende seule.", source="CPP, art. 60-1-2"),
                Facts(name="Seuil civil", tone="crit", word="Incertain", why="Discuté.", source="CPCE, art. L. 34-1"),
            ],
            routes=[Facts(title="Plainte simple", tone="ok", word="Ouverte", why="Faits pénaux.")],
            warnings=["Point discuté."],
        ),
        "strength": Facts(tone="soon", word="Discutable", reasons=reasons),
        "defences": [
            Facts(
                title="Exception de vérité",
                tone="soon",
                word="Possible",
                why="On ne sait pas encore.",
                deadline="Offre de preuve dans les dix jours.",
                criteria=["preuve parfaite"],
                author_side=["Signifier."],
                client_side=["Contre-preuve."],
                source="art. 35",
            )
        ],
        "candidates": [
            Facts(
                label="Dénigrement",
                tone="none",
                word="Exclue",
                texts="C. civ., art. 1240",
                bare=False,
                why_not=["personne visée"],
            ),
            Facts(
                label="Diffamation",
                tone="ok",
                word="Convient",
                texts="art. 29",
                penalty="amende",
                limitation="3 mois",
                bare=False,
                deadline=deadline,
                elements=ELEMENTS,
            ),
        ],
    }


def capture() -> dict[str, Any]:
    artifact = Artifact(
        id=ID, path="pages/1.png", sha256=DIGEST, size=482_113, media_type="image/png", role="screenshot"
    )
    return {
        "publication": PUBLICATION,
        "capture": CAPTURE,
        "pictures": [{"url": "/static/favicon.svg", "alt": "Page capturée, écran 1"}],
        "files": [Facts(artifact=artifact, url="/", role="image de la page", page="/")],
        "seals": [Facts(authority="Horodatage de secours", stamped_at=NOW, qualified=True, valid=True)],
        "custody": [{"on": NOW, "text": "Capture scellée", "detail": "Claire Aubry", "url": None, "kind": "proof"}],
        "requested_by": CAPTURE.requested_by,
        "provenance": Provenance.SYSTEM_PUBLIC,
        "outcome": "page présente",
        "completeness": {},
        "awaited": [],
        "metadata": [("Appareil, modèle", "Téléphone")],
        "cautions": ["Le nom du fichier ne correspond pas à son vrai type (image PNG)."],
        "signs": True,
        "signature_level": LEVEL,
        "renewal": Facts(before=NOW + timedelta(days=5000), reason=""),
        "testimonies": None,
    }


def constat() -> dict[str, Any]:
    report = Capture(id=ID, file_name="PV de constat.pdf", created_at=NOW, provenance="E", state=CaptureState.SEALED)
    return {"publication": PUBLICATION, "capture": CAPTURE, "form": ReportForm(), "reports": [report]}


def constat_compared() -> dict[str, Any]:
    report = Capture(id=ID, file_name="PV de constat.pdf", created_at=NOW, provenance="E", state=CaptureState.SEALED)
    report.text, report.text_from_ocr = (
        "Le 23 novembre 2026, sur le navigateur : Ce médecin s'est trompé partout",
        False,
    )
    shown = [
        Passage(exact="Ce médecin s'est trompé dans le diagnostic"),
        Passage(exact="Et bien vous m'avez perdu ciao"),
    ]
    return {
        "publication": PUBLICATION,
        "capture": CAPTURE,
        "report": report,
        "comparison": constat_comparison.compare(CAPTURE, shown, report),
    }


def redaction() -> dict[str, Any]:
    copy = Artifact(id=ID, path="derive/copie-caviardee-01.pdf", sha256=DIGEST, size=120_000, role="redacted")
    form = RedactionForm(recipient="Autorité de contrôle", reason="Données de tiers", zones="1 10 20 60 25")
    return {
        "publication": PUBLICATION,
        "capture": CAPTURE,
        "form": form,
        "pictures": ["/static/favicon.svg"],
        "copies": [(copy, "/")],
        "finds_words": True,
    }


def dossier_deadlines() -> dict[str, Any]:
    return {
        "cards": [limitation_card(row, ACTS, TODAY) for row in (CRITICAL, INTERVAL, UNKNOWN)],
        "groups": grouped([line_of(row, TODAY) for row in DEADLINES[3:5]]),
        "acts": [
            Facts(act=ACTS[0], label="Plainte simple", interrupts=False, why="elle n’est pas un acte de poursuite")
        ],
        "settled": [Facts(deadline=CRITICAL, word="accompli", detail="citation remise le 20 novembre")],
    }


def dossier() -> dict[str, Any]:
    letter = Letter(id=ID, title="Notification DSA, Google Ireland", state=LetterState.DRAFT, dated_on=TODAY)
    events = [("Toujours en ligne", "proof", NOW), ("Plainte simple déposée", "void", date(2026, 11, 10))]
    return {
        "synthesis": Facts(
            contents=[Facts(publication=DATED, extract=PASSAGES[0].exact, sealed=2)],
            letters=[letter],
            exhibits=[Exhibit(number=1, title="Capture du 6 novembre", pages=4)],
            events=events,
        ),
        "cards": [limitation_card(CRITICAL, ACTS, TODAY)],
        "retained": [(Facts(decided_at=NOW, reason="Ancienne cliente."), AUBRY)],
        "passages": retained(),
        "steps": [
            {
                "on": date(2026, 11, 26),
                "text": "Prescription",
                "detail": "dernier jour utile",
                "url": None,
                "kind": "todo",
            }
        ],
        "drawn": lambda events: [
            {"on": on, "text": text, "detail": "", "url": None, "kind": kind} for text, kind, on in events
        ],
    }


def retained() -> list[Facts]:
    undecided = dict.fromkeys(("label", "texts", "penalty", "limitation", "who_when"))
    return [
        Facts(passage=PASSAGES[0], number=1, url="/", label="Diffamation publique envers un particulier",
              texts="art. 29 al. 1er", penalty="12\u202f000 €", limitation="3 mois", tone="ok", word="Retenue",
              who_when="Me Aubry, 9 nov."),
        Facts(passage=PASSAGES[1], number=2, url="/", tone="soon", word="À instruire", **undecided),
    ]  # fmt: skip


def one_deadline() -> dict[str, Any]:
    return {
        "card": limitation_card(CRITICAL, ACTS, TODAY),
        "reminders": [{"on": NOW, "text": "J-7, envoyé", "detail": "Claire Aubry", "url": None, "kind": "todo"}],
        "controls": [Facts(who="Louise Petit", when=NOW, matches=True)],
        "form": SettleForm(),
        "may_control": True,
    }


def identification() -> dict[str, Any]:
    def route(title: str, badge: tuple[str, str, str], status: str) -> Facts:
        words = ("basis", "usual_time", "cost", "source", "who_decides")
        facts = dict.fromkeys(words, "CPC, art. 145")
        return Facts(
            badge=badge,
            route=Facts(
                title=title, why=("ouverte au civil",), data=("identité civile",), interrupts="", status=status, **facts
            ),
        )

    test = (("none", "Fermé", "lock"), Facts(why="Une amende seule.", source="CPP", status="verified"))
    spans = [Span("Prescription", date(2026, 9, 3), date(2026, 12, 2), date(2026, 12, 3), "late")]
    spans.append(Span("Adresse IP", date(2026, 9, 3), date(2027, 9, 3), None, "ok"))
    ground = Facts(
        publication=PUBLICATION,
        qualification="Diffamation publique envers un particulier",
        refusal="",
        criminal=test,
        civil=test,
        remains="L’identité civile reste accessible.",
        routes=[
            route("Requête article 145", ("ok", "Ouverte", "circle-check"), "verified"),
            route("Réquisition des adresses IP", ("none", "Fermée", "lock"), "disputed"),
        ],
        clocks=[
            Facts(
                label="Adresse IP", earliest=date(2027, 9, 3), latest=None, tone="ok", word="encore conservée",
                holders="opérateur, hébergeur", source="CPCE, art. R. 10-13",
            )
        ],
        ruler=data_ruler(spans, TODAY),
        limitation=(date(2026, 12, 2), date(2026, 12, 3)),
    )  # fmt: skip
    step = IdentificationStep(
        code="S06", label="Demander la conservation des données", due_on=date(2026, 11, 30), result="", answer={}
    )
    line = Facts(step=step, lawful=None, tone="soon", word="À engager", responsible="Louise Petit", url="/")
    content = Facts(publication=PUBLICATION, grounds=[ground], steps=[line], next_step=line)
    return {"contents": [content], "timeline": None, "health": []}


def letters() -> dict[str, Any]:
    letter = Letter(id=ID, title="Notification DSA, Google Ireland", state=LetterState.DRAFT, dated_on=TODAY)
    types = [("Mise en demeure", True, []), ("Citation directe", False, ["Nommez l’auteur."])]
    return {
        "letters": [Facts(letter=letter, url="/", tone="soon", word="À valider", detail="projet du 20 novembre")],
        "groups": [
            Facts(
                id="lettres",
                title="Écrire",
                types=[
                    Facts(title=title, purpose="À qui, pourquoi.", ready=ready, missing=missing, url="/")
                    for title, ready, missing in types
                ],
            )
        ],
    }


def mailing() -> dict[str, Any]:
    form = MailingForm(None, contents=["1"], kinds=list(KINDS))
    form.contents.choices = [("1", "Avis à une étoile · Jean D. 😡"), ("2", "Avis du 3 septembre · Compte <i>")]
    platforms = [Facts(name=name, label=name, count=2, url="/", current=name == "Google") for name in ("Google", "X")]
    return {"form": form, "platforms": platforms, "most": 100, "action": "/"}


def mailing_lines(*, is_report: bool) -> dict[str, Any]:
    line = {"contents": ["Avis à une étoile"], "refusal": "", "lacks": (), "to_answer": (), "warnings": ()}
    line |= {"url": "/" if is_report else None, "does_not": ("N’interrompt pas la prescription.",)}
    lines = [
        line | {"title": "Notification de contenu illicite", "recipient": "Google Ireland Limited"},
        line | {"title": "Mise en demeure", "recipient": "Jean Durand", "lacks": ("Il manque l’adresse.",)},
        line | {"title": "Mise en demeure", "recipient": "", "refusal": "L’auteur n’est pas identifié.", "url": None},
    ]
    return {
        "lines": lines,
        "summary": "2 projets, 1 refus.",
        "count": 2,
        "is_report": is_report,
        "action": "/",
        "chosen": {"contents": ["1"], "kinds": list(KINDS)},
    }


def letter() -> dict[str, Any]:
    row = Letter(id=ID, title="Mise en demeure", state=LetterState.DRAFT, dated_on=TODAY)
    blocks = [
        heading("Les faits"),
        paragraph("Vous avez publié le texte suivant."),
        quotation(PASSAGES[1].exact, label="Propos n° 1"),
        numbered("retirer cet avis ;", "n’en plus publier."),
    ]
    return {
        "letter": row,
        "written_by": AUBRY,
        "validated_by": None,
        "blocks": preview_of(blocks),
        "findings": [Facts(blocking=True, message="Le destinataire n’a pas d’adresse.", url="/")],
        "dispatches": [],
        "plain": [Facts(name="urls", label="Adresses", text="https://maps.example/1", limit=2000)],
        "form": _sending_form(),
        "answer_form": AnswerForm(formdata=None),
        "may_validate": True,
        "may_write": True,
        "is_interrupting": False,
    }


def _sending_form() -> SendingForm:
    form = SendingForm()
    form.channel.choices = answers([("lrar", "Lettre recommandée avec avis de réception")])
    form.proof_capture.choices = answers([("", "Aucune")])
    return form


def exhibits() -> dict[str, Any]:
    rows = [
        Exhibit(id=ID, number=number, title=f"Capture {number}", dated_on=TODAY, sha256=DIGEST, pages=4,
                communicated_on=TODAY if number == 1 else None)
        for number in (1, 2, 3)
    ]  # fmt: skip
    return {"exhibits": rows, "adverse": [], "candidates": [Facts(capture=CAPTURE, title="Capture du 23 novembre")]}


def notifications() -> dict[str, Any]:
    letter = Letter(id=ID, title="Notification de contenu illicite", letter_type="notification_dsa")
    dispatch = Dispatch(id=ID, sent_on=date(2026, 11, 6), recipient="Google Ireland Limited", answer_kind="")
    action = NextAction("Relancer le destinataire", date(2026, 11, 21), None, "DSA, art. 20")
    row = Notice(dispatch, letter, MATTER, PUBLICATION, 17, action, date(2026, 10, 2))
    return {
        "rows": [row],
        "pager": pager(1, noun="envoi"),
        "total": 1,
        "asked": {"etat": "", "plateforme": "", "nature": ""},
        "states": [("attente", "En attente")],
        "platforms": [("google_maps", "Google")],
        "natures": [("notification_dsa", "Notification")],
        "answers": {},
        "today": TODAY,
    }


def figures() -> dict[str, Any]:
    months = [(f"mois {number}", number, number // 2) for number in range(1, 13)]
    shares = [("Diffamation publique envers un particulier", 12, 4), ("Non qualifié", 3, 0)]
    loads = [("Claire Aubry", 22, 31, 1), ("Hugo Deleuze", 18, 9, 0)]
    group = {"platform": "Google", "qualification": "Injure publique", "ground": "Notification", "total": None}
    return {
        "months": months,
        "shares": shares,
        "loads": loads,
        "delays": [("à la première capture", Delay(1.5, 12)), ("à la première lettre envoyée", Delay(None, None))],
        "outcomes": [group],
        "outcome_head": HEAD,
        "heads": {"months": MONTH_HEAD, "shares": SHARE_HEAD, "delays": DELAY_HEAD, "loads": LOAD_HEAD},
        "too_few": "moins de cinq",
        **charts(months, shares, loads),
    }


def notice_life() -> dict[str, Any]:
    stages = (
        Stage("Notification", "dated", date(2026, 11, 6), "ticket 4-7712", ID),
        Stage("Accusé de réception", "dated", date(2026, 11, 7), "ticket 4-7712", ID),
        Stage("Décision de la plateforme", "dated", date(2026, 11, 20), "refus", ID),
        Stage("Motifs donnés", "dated", date(2026, 11, 20), "Avis qui relève de l’expérience d’un patient."),
        Stage("Réclamation interne (DSA, art. 20)", "open", date(2027, 5, 20)),
        Stage("Organe extrajudiciaire (DSA, art. 21)", "not_yet", words="non saisi"),
        Stage("Retrait prouvé par capture", "dated", date(2026, 11, 22), capture_id=ID),
    )
    action = NextAction("Réclamation interne", date(2026, 11, 30), date(2027, 5, 20), "DSA, art. 20")
    told = ("Deux réponses du 20/11/2026 se contredisent.",)
    return {"publication": PUBLICATION, "lives": [Life(PUBLICATION, "Google Ireland Limited", stages, action, told)]}


def directory_parties() -> dict[str, Any]:
    known = recipients()[:3]
    return {
        "lines": [(one, warnings_about(one, TODAY)) for one in known], "asked": "", "role": "",
        "roles": {"hebergeur": "hébergeur"},
    }  # fmt: skip


def client_page() -> dict[str, Any]:
    status = Status(
        done=(StatusFact("captured", TODAY, count=3), StatusFact("letter", TODAY, "mise_en_demeure")),
        coming=(Coming(DeadlineKind.HEARING, date(2026, 12, 14), "13:30"),),
        undetermined=True,
        awaited=(Awaited("answer", TODAY, "mise_en_demeure"), Awaited("step", TODAY)),
        hand_in_until=date(2026, 12, 6),
        word=ClientWord(id=ID, body="Retrouvez la carte postale, s'il vous plaît.", created_at=NOW),
    )
    letters = {"mise_en_demeure": "Mise en demeure"}
    return {"status": status, "dates": DATES, "letters": letters, "today": TODAY, "inside": True, "form": WordForm()}


def prevention_sheet() -> dict[str, Any]:
    tick = PreventionTick(id=ID, line="site-propre", note="Site refait en mars", created_at=NOW)
    return {
        "client": CLIENT, "clients": [CLIENT, AUTHOR], "parts": prevention.sheet(), "as_of": TODAY,
        "seen": {"site-propre": prevention.Seen(tick, "Claire Aubry")}, "form": TickForm(), "refused": "",
    }  # fmt: skip


def glossary() -> dict[str, Any]:
    found = terms_with("délai")
    return {"asked": "délai", "letters": [("D", found)], "count": len(found), "as_of": TODAY}


def first_dossier() -> dict[str, Any]:
    steps = tuple(
        Progress(number, step, NOW if number < 4 else None, "/") for number, step in enumerate(STEPS, start=1)
    )
    return {
        "steps": STEPS, "way": Way(MATTER, steps), "awaited": False, "offered": [MATTER], "facts": FACTS,
        "demonstration": True,
    }  # fmt: skip


def search() -> dict[str, Any]:
    found = Facts(
        kind="Texte capturé", title="Dr Lemaire c/ M NP", reference="2026/0038", url="/", happened_at=NOW,
        extract=(("n'a pas voulu prendre ma ", False), ("carte vital", True), (" !!", False)),
    )  # fmt: skip
    return {
        "query": "carte vital", "results": [found], "total": 1001, "most": 1000, "kinds": {"capture": "Texte capturé"},
        "given": {"genre": "capture", "dossier": "", "du": "demain peut-être", "au": ""},
        "misread": ["demain peut-être"], "newest": "/", "older": "/",
    }  # fmt: skip


def job() -> dict[str, Any]:
    return {
        "title": "Liasse de pièces", "step": "Pièce 3 sur 8", "done": 3, "total": 8, "finished": True, "failure": None,
        "result_url": "/", "result_label": "Télécharger la liasse", "back_url": "/",
    }  # fmt: skip


PAGES = {
    "accueil": Page("home/index.html", home),
    "accueil-vide": Page("home/index.html", lambda: {**home(), "has_matters": False}),
    "qualification": Page("qualification/show.html", qualification),
    "dossier": Page("matters/show.html", dossier),
    "qualifications": Page("qualification/index.html", lambda: {"lines": retained()}),
    "capture": Page("evidence/show.html", capture),
    "constat": Page("evidence/constat.html", constat),
    "constat-compare": Page("evidence/constat_compared.html", constat_compared),
    "caviardage": Page("evidence/redaction.html", redaction),
    "passage": Page("evidence/mark.html", lambda: {**capture(), "segments": segments(None), "form": MarkForm()}),
    "delais": Page("deadlines/index.html", lambda: {**home(), "pager": pager(120)}),
    "delais-dossier": Page("deadlines/matter.html", dossier_deadlines),
    "delai": Page("deadlines/show.html", one_deadline),
    "controle": Page(
        "deadlines/control.html",
        lambda: {
            "form": ControlForm(),
            "question": "Quand le contenu a-t-il été mis en ligne\u202f?",
            "sources": [{"sealed_at": NOW, "text": "Ce « médecin » s’est trompé 😡", "pictures": ["/"]}],
        },
    ),
    "identification": Page("identification/index.html", identification),
    "documents": Page("documents/matter.html", letters),
    "publipostage": Page("documents/mailing.html", mailing),
    "publipostage-avant": Page("documents/mailing_lines.html", lambda: mailing_lines(is_report=False)),
    "publipostage-pendant": Page(
        "documents/mailing_progress.html",
        lambda: {"done": 20, "total": 40, "action": None, "chosen": {}},
    ),
    "publipostage-apres": Page("documents/mailing_lines.html", lambda: mailing_lines(is_report=True)),
    "lettre": Page("documents/show.html", letter),
    "pieces": Page("exhibits/index.html", exhibits),
    "vie-notification": Page("identification/notices.html", lambda: {**notice_life(), "today": TODAY}),
    "partie-annuaire": Page("parties/directory.html", directory_parties),
    "notifications": Page("notifications/index.html", notifications),
    "statistiques": Page("statistics/index.html", figures),
    "nouveautes": Page("guide/news.html", lambda: {"days": told()}),
    "prevention": Page("guide/prevention.html", lambda: {"sheet": read("prevention")}),
    "etat-client": Page("client/status.html", client_page),
    "mes-dossiers": Page("client/mine.html", lambda: {"matters": [MATTER]}),
    "remises": Page(
        "client/overview.html",
        lambda: {"waiting": [(MATTER, 2, NOW)], "matters": [MATTER], "pager": pager(1)},
    ),
    "prevention-client": Page("matters/prevention.html", prevention_sheet),
    "glossaire": Page("guide/glossary.html", glossary),
    "premier-dossier": Page("guide/first_dossier.html", first_dossier),
    "recherche": Page("search/index.html", search),
    "travail": Page("jobs/show.html", job),
}  # fmt: skip


def gallery() -> Flask:
    """Serves every page at /pages/<name>; links to pages that other modules own lead nowhere here."""
    app = preview(WTF_CSRF_ENABLED=False)
    app.url_build_error_handlers.append(lambda _error, _endpoint, _values: "/composants")
    app.add_url_rule("/pages/<name>", "pages", _page, methods=["GET", "POST"])
    return app


def _page(name: str) -> str:
    page = PAGES[name]
    return render_template(page.template, **{"frame": frame(), "matter": MATTER, **page.facts()})
