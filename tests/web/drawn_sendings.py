"""A firm drawn from a seed: sendings of every kind, over contents in every state, behind every sort of wall."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from casefile import clock, matters
from casefile.identification.recourses import FARTHEST_FIRST
from casefile.identification.situation import EVENT_PREFIX
from casefile.models.evidence import Capture, CaptureState, OnlineState, Publication
from casefile.models.ledger import Dispatch, Letter, LetterState
from casefile.models.matter import TeamMember, WallEntry
from casefile.models.procedure import TriggerEvent

DAY = timedelta(days=1)
PLATFORMS = ("google_maps", "facebook", "x")
ABOUT = ("notification_dsa", "notification_dsa", "relance_dsa", "reclamation_dsa", "rgpd_effacement", "paf_6_3")
WHOLE = ("mise_en_demeure", "droit_de_reponse")
ANSWERS = (
    "acknowledged",
    "removed",
    "removed",
    "removed",
    "refused",
    "refused",
    "refused",
    "partial",
    "returned",
    "other",
)
RECIPIENTS = ("Google Ireland Limited", "GOOGLE Ireland Limited", "Meta")
OUTCOMES = ("present", "present", "absent", "partial", "blocked")
# Half an hour before midnight and after it, in Paris: the day of a capture is that of the firm's clock.
HOURS = (timedelta(hours=8), timedelta(hours=22, minutes=30), timedelta(hours=23, minutes=30))


class Draw:
    """Draws everything of one firm from one seed."""

    def __init__(self, session, lawyer, stranger, seed):
        """Start the draw."""
        self.session, self.lawyer, self.stranger = session, lawyer, stranger
        self.draw, self.today = random.Random(seed), clock.today()

    def firm(self):
        """Open dossiers of the lawyer, some of which are shut to them by now, and others' dossiers."""
        for number in range(10):
            owner = self.stranger if number == 9 else self.lawyer
            matter = matters.open_matter(self.session, owner, title=f"Dossier {number}", territory="metropole")
            self._sendings(matter, owner)
            if number in {7, 8}:
                self._shut(matter, number)
        for until in (-1, 1):
            matter = matters.open_matter(self.session, self.stranger, title="Confié", territory="metropole")
            self.session.add(
                TeamMember(
                    matter_id=matter.id, person_id=self.lawyer.id, until=clock.now() + until * timedelta(hours=1)
                )
            )
            self._sendings(matter, self.stranger)
        self.session.flush()

    def _shut(self, matter, number):
        wall = WallEntry(
            matter_id=matter.id, person_id=self.lawyer.id, reason="x", raised_by_id=self.stranger.id,
            lifted_at=clock.now() if number == 8 else None,
        )  # fmt: skip
        self.session.add(wall)

    def _sendings(self, matter, owner):
        contents = [self._content(matter, owner) for _ in range(self.draw.randrange(5))]
        for _ in range(self.draw.randrange(2, 18)):
            letter = self._letter(matter, owner, contents)
            for _ in range(self.draw.choice((1, 1, 2))):
                self.session.add(self._dispatch(matter, owner, letter))
        self.session.flush()

    def _content(self, matter, owner):
        gone = self.draw.random() < 0.35
        content = Publication(
            matter_id=matter.id,
            title=f"Avis {self.draw.randrange(100)}",
            platform=self.draw.choice(PLATFORMS),
            online_state=OnlineState.REMOVED if gone else self.draw.choice(list(OnlineState)),
            removed_on=self._day(30) if gone or self.draw.random() < 0.2 else None,
        )
        self.session.add(content)
        self.session.flush()
        for _ in range(self.draw.randrange(4)):
            self._capture(content, owner)
        if self.draw.random() < 0.7:
            kind = EVENT_PREFIX + self.draw.choice([*FARTHEST_FIRST, "account_closed"])
            day = self.draw.choice((None, *[self._day(40)] * 5))
            facts = {"kind": kind, "occurred_on": day, "entered_by_id": owner.id}
            self.session.add(TriggerEvent(matter_id=matter.id, publication_id=content.id, **facts))
        return content

    def _capture(self, content, owner):
        around = content.removed_on or self._day(6)
        day = around + self.draw.randrange(-2, 3) * DAY
        ended = datetime(day.year, day.month, day.day, tzinfo=UTC) + self.draw.choice(HOURS)
        self.session.add(
            Capture(
                matter_id=content.matter_id,
                publication_id=content.id,
                requested_by_id=owner.id,
                state=self.draw.choice((CaptureState.SEALED, CaptureState.SEALED, CaptureState.FAILED)),
                origin=self.draw.choice(("browser", "upload")),
                provenance="A",
                outcome=self.draw.choice(OUTCOMES),
                ended_at=self.draw.choice((ended, ended, ended, None)),
            )
        )

    def _letter(self, matter, owner, contents):
        about = self.draw.random() < 0.8
        named = self.draw.sample(contents, self.draw.randrange(len(contents) + 1)) if about else []
        single = named[0] if len(named) == 1 or (named and self.draw.random() < 0.5) else None
        letter = Letter(
            matter_id=matter.id,
            publication_id=single.id if single else None,
            letter_type=self.draw.choice(ABOUT if about else WHOLE),
            title="Lettre",
            state=LetterState.SENT,
            dated_on=self.today,
            inputs={} if single else {"contents": [str(one.id) for one in named]},
            written_by_id=owner.id,
        )
        self.session.add(letter)
        self.session.flush()
        return letter

    def _dispatch(self, matter, owner, letter):
        sent_on = self._day(self.draw.choice((3, 20, 400)))
        kind = self.draw.choice((*[""] * 5, *ANSWERS))
        day = min(sent_on + self.draw.randrange(10) * DAY, self.today)
        return Dispatch(
            letter_id=letter.id,
            matter_id=matter.id,
            sent_by_id=owner.id,
            channel="form",
            recipient=self.draw.choice(RECIPIENTS),
            sent_on=sent_on,
            follow_up_on=self.draw.choice((None, self.today, self._day(3), sent_on + 15 * DAY)),
            answered_on=day if kind else None,
            answer_kind=kind,
            created_at=clock.now() - self.draw.randrange(2) * DAY,
        )

    def _day(self, back):
        return self.today - self.draw.randrange(back) * DAY
