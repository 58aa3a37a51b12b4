"""What the dating of an item says beside its dates: doubts, mismatches, the interval to retain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from casefile.law.addresses import LONGEST_ADDRESS, read_address
from casefile.law.forensics import NOTHING_FOUND, WITHOUT_SCHEME, Capture, date_of
from casefile.law.french import typeset

SEEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
ON_X = "1226595698793230348"
DATED = "017F22E2-79B0-7CC3-98C4-DC0C0C07398F"


def archived(instant: datetime) -> str:
    return f"https://web.archive.org/web/{instant:%Y%m%d%H%M%S}/https://exemple.fr/avis"


def test_an_identifier_that_reads_well_brings_no_doubt():
    assert date_of(seen_at=SEEN, platform="x", item_id=ON_X).warnings == ()


def test_an_address_and_a_platform_that_disagree_are_told():
    url = f"https://x.com/a/status/{ON_X}"
    assert "plateforme donnée" in " ".join(date_of(seen_at=SEEN, url=url, platform="instagram").warnings)
    assert date_of(seen_at=SEEN, url=url, platform="x").warnings == ()
    assert date_of(seen_at=SEEN, url="https://exemple.fr/avis/" + DATED, platform="x").warnings == ()


def test_a_bare_number_of_a_platform_without_scheme_is_not_read_by_another_s():
    assert date_of(seen_at=SEEN, platform="facebook", item_id=ON_X).candidates == ()
    (dated,) = date_of(seen_at=SEEN, platform="facebook", item_id=DATED).candidates
    assert dated.method == "id:uuid"


def test_why_an_identifier_gives_nothing_depends_on_its_platform():
    assert date_of(seen_at=SEEN, platform="facebook", item_id="pfbid02abc").warnings == (typeset(WITHOUT_SCHEME),)
    assert "ne donne aucune date plausible" in date_of(seen_at=SEEN, platform="x", item_id="20").warnings[0]
    assert "ne donne aucune date plausible" in date_of(seen_at=SEEN, item_id="20").warnings[0]


def test_the_segments_of_a_known_platform_s_address_are_not_guessed():
    assert date_of(seen_at=SEEN, url=f"https://x.com/a/status/{ON_X}/{DATED}").candidates[0].method == "id:x"
    assert len(date_of(seen_at=SEEN, url=f"https://x.com/a/status/{ON_X}/{DATED}").candidates) == 1


@pytest.mark.parametrize(("later", "kept"), [(timedelta(hours=24), 1), (timedelta(hours=24, seconds=1), 0)])
def test_an_archived_copy_is_not_later_than_the_day_after_the_capture(later, kept):
    assert len(date_of(seen_at=SEEN, url=archived(SEEN + later)).candidates) == kept


def test_a_weak_date_does_not_widen_the_interval_of_a_strong_one():
    weak = '<time datetime="2026-09-20T10:00:00Z">20 septembre</time>'
    strong = '<meta property="article:published_time" content="2026-09-03T10:00:00Z">'
    both = date_of(seen_at=SEEN, capture=Capture(SEEN, html=weak + strong))
    assert {one.reliability.value for one in both.candidates} == {"low", "medium"}
    assert both.interval() == {"kind": "exact", "date": "2026-09-03"}
    alone = date_of(seen_at=SEEN, capture=Capture(SEEN, html=weak))
    assert alone.interval() == {"kind": "exact", "date": "2026-09-20"}


def test_a_modification_makes_no_interval():
    changed = '<meta property="article:modified_time" content="2026-09-03T10:00:00Z">'
    found = date_of(seen_at=SEEN, capture=Capture(SEEN, html=changed))
    assert len(found.candidates) == 1
    assert found.interval() is None
    assert date_of(seen_at=SEEN, capture=Capture(SEEN, html="")).warnings == (typeset(NOTHING_FOUND),)


def test_the_longest_address_is_read_and_a_longer_one_refused():
    base = "https://exemple.fr/"
    assert read_address(base + "a" * (LONGEST_ADDRESS - len(base))).platform == ""
    with pytest.raises(Exception, match="url"):
        read_address(base + "a" * (LONGEST_ADDRESS - len(base) + 1))


def test_a_comment_is_known_by_its_address_on_instagram_only():
    assert read_address("https://www.instagram.com/p/CjJ0Yl4MSq1/c/17900000000000000/").comment_of
    assert not read_address("https://exemple.fr/p/c/17900000000000000/").comment_of
    assert not read_address("https://www.instagram.com/nom/").comment_of
