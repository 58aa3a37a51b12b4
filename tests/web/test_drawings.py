"""« La règle », charts and urgency: dates in, coordinates and words out."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casefile.web.charts import bars, line
from casefile.web.ruler import CHARACTER, LEFT, RIGHT, Mark, mini, ruler
from casefile.web.urgency import Group, urgency_of

START, PRUDENT, ADMITTED = date(2026, 9, 3), date(2026, 12, 2), date(2026, 12, 3)
TODAY = date(2026, 11, 23)


def drawn(**changes):
    facts = {"start": START, "prudent_on": PRUDENT, "admitted_on": ADMITTED, "today": TODAY}
    return ruler(**{**facts, "last_useful_day": date(2026, 11, 26), **changes})


def test_dates_stand_in_order_and_the_danger_lies_between():
    drawing = drawn()
    start, admitted = drawing.above
    today, useful, prudent = drawing.below
    assert LEFT == start.x < today.x < useful.x < prudent.x < admitted.x < RIGHT
    assert drawing.danger == (useful.x, pytest.approx(prudent.x - useful.x))
    assert drawing.elapsed == pytest.approx(today.x - LEFT)
    assert drawing.doubt[1] == 0


def test_the_sentence_says_every_date():
    title = drawn().title
    for day in ("3 septembre", "26 novembre", "2 décembre", "3 décembre", "23 novembre"):
        assert f"{day} 2026" in title


def test_an_interval_is_drawn_as_doubt():
    drawing = drawn(start_latest=date(2026, 10, 3))
    assert drawing.doubt[0] == LEFT
    assert drawing.doubt[1] > 0
    assert [label.text for label in drawing.above][:2] == ["Mise en ligne, au plus tôt", "au plus tard"]


def test_an_act_without_effect_has_a_hollow_dot():
    drawing = drawn(marks=[Mark(date(2026, 11, 10), "Plainte simple", counts=False)])
    assert [label.dot for label in drawing.above] == ["full", "hollow", "full"]


def test_a_long_limitation_is_cut_by_years():
    drawing = drawn(prudent_on=date(2031, 9, 2), admitted_on=date(2031, 9, 3), last_useful_day=None)
    assert {"2027", "2030"} <= {month.name for month in drawing.months}


def ground(label):
    width = CHARACTER * max(len(label.text), len(label.date))
    return (label.text_x - width, label.text_x) if label.anchor == "end" else (label.text_x, label.text_x + width)


@settings(max_examples=80)
@given(
    st.lists(st.integers(0, 120), max_size=6, unique=True),
    st.integers(-10, 200),
    st.sampled_from(["Capture scellée", "Citation", "Conclusions notifiées au parquet et au prévenu"]),
)
def test_no_two_labels_of_a_row_ever_meet(days, now, text):
    marks = [Mark(START + timedelta(days=day), text) for day in days]
    drawing = drawn(marks=marks, today=START + timedelta(days=now))
    for labels in (drawing.above, drawing.below):
        assert all(LEFT <= label.x <= RIGHT for label in labels)
        for one in labels:
            for other in labels:
                if one is not other and one.row == other.row and one.dot and not one.tone:
                    left, right = sorted((ground(one), ground(other)))
                    assert left[1] <= right[0]


@pytest.mark.parametrize(
    ("day", "share"), [(START, 0), (START + timedelta(days=45), 50), (PRUDENT, 100), (date(2030, 1, 1), 100)]
)
def test_the_small_bar_shows_the_share_run(day, share):
    assert mini(START, PRUDENT, day) == pytest.approx(share, abs=0.1)


@pytest.mark.parametrize(
    ("prudent", "useful", "admitted", "words", "group"),
    [
        (None, None, None, "Incertain", Group.PAST),
        (date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 23), "Incertain", Group.PAST),
        (date(2026, 11, 21), date(2026, 11, 15), date(2026, 11, 22), "Dépassé", Group.PAST),
        (date(2026, 11, 23), date(2026, 11, 17), date(2026, 11, 24), "Dernier jour utile passé", Group.CRITICAL),
        (date(2026, 12, 1), TODAY, date(2026, 12, 2), "Aujourd’hui", Group.CRITICAL),
        (date(2026, 12, 6), date(2026, 11, 30), date(2026, 12, 7), "7\u00a0jours", Group.CRITICAL),
        (date(2026, 12, 7), date(2026, 12, 1), date(2026, 12, 8), "8\u00a0jours", Group.SOON),
        (date(2026, 12, 29), date(2026, 12, 23), date(2026, 12, 30), "30\u00a0jours", Group.SOON),
        (date(2026, 12, 30), date(2026, 12, 24), date(2026, 12, 31), "31\u00a0jours", Group.LATER),
        (date(2031, 2, 14), None, date(2031, 2, 15), "4\u00a0ans", Group.LATER),
    ],
)
def test_urgency_is_measured_on_the_last_useful_day(prudent, useful, admitted, words, group):
    found = urgency_of(prudent, useful, admitted, TODAY)
    assert (found.words, found.group) == (words, group)


def test_working_days_are_said_when_they_were_counted():
    assert urgency_of(PRUDENT, date(2026, 11, 26), ADMITTED, TODAY, working_days=3).words == "3\u00a0jours utiles"


def test_bars_are_in_proportion_and_told_in_words():
    chart = bars([("Google", (18, 9)), ("X", (0, 6))], ("retirés", "refusés"))
    google, x = chart.groups
    assert google.bars[0].width == pytest.approx(2 * google.bars[1].width, abs=0.2)
    assert x.bars[0].width == 0
    assert chart.title == "Google\u00a0: 18 retirés, 9 refusés. X\u00a0: 0 retirés, 6 refusés."


def test_empty_statistics_still_draw():
    assert bars([], ()).groups == ()
    assert line([], "Dossiers").path == ""
    assert line([("janv.", 0)], "Dossiers").points[0].text == "0"
