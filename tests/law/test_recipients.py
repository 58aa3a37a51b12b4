"""The seeded directory: whole, dated, honest about what nobody checked, and wary of the wrong entity."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from casefile.errors import InvalidInput, NotFound
from casefile.law.identification import HOLDER_ROLES
from casefile.law.recipients import from_csv, recipient, recipients, to_csv, warnings_about

TODAY = date(2026, 11, 23)


def test_every_platform_of_the_reference_is_there_with_its_source():
    assert len(recipients()) == 34
    for entry in recipients():
        assert entry.legal_entity
        assert entry.channel
        assert set(entry.roles) <= set(HOLDER_ROLES)
        assert not entry.is_verified or {"legal_entity", "postal_address"} <= set(entry.verified_fields)


def test_what_will_be_printed_on_a_letter_carries_no_remark():
    for entry in recipients():
        assert "mémoire" not in entry.legal_entity + entry.postal_address
        assert ":" not in entry.postal_address
        assert len(entry.country) == 2
        assert " " not in entry.notice_url


def test_google_france_is_the_wrong_entity_and_the_irish_one_the_right():
    google = recipient("google_maps")
    warned = warnings_about(google, TODAY, written_entity="Google France SARL")
    assert "hors de cause" in warned[0]
    assert "Google Ireland Limited" in warned[0]
    assert "hors de cause" not in " ".join(warnings_about(google, TODAY, written_entity="google ireland limited"))


def test_any_french_subsidiary_of_a_foreign_host_is_suspected():
    warned = warnings_about(recipient("tiktok"), TODAY, written_entity="TikTok France")
    assert "filiale française" in warned[0]


def test_an_address_from_memory_is_never_served_without_a_check():
    assert any("de mémoire" in warning for warning in warnings_about(recipient("google_maps"), TODAY))
    assert not any("de mémoire" in warning for warning in warnings_about(recipient("free"), TODAY))


@pytest.mark.parametrize(("on", "stale"), [(date(2026, 10, 19), False), (date(2026, 10, 20), True)])
def test_an_entry_unchecked_for_ninety_days_says_so(on, stale):
    assert recipient("free").is_stale(on) is stale
    assert any("non contrôlée" in warning for warning in warnings_about(recipient("free"), on)) is stale


def test_an_entry_that_nobody_checked_is_stale():
    assert recipient("blogger").checked_day is None
    assert recipient("blogger").is_stale(TODAY)


def test_an_unknown_recipient_is_not_found():
    with pytest.raises(NotFound):
        recipient("minitel")


def test_the_directory_survives_export_and_import():
    assert from_csv(to_csv(recipients())) == recipients()


def test_a_cell_that_a_spreadsheet_would_run_is_kept_as_text():
    trapped = replace(recipient("free"), notes="=HYPERLINK(1)")
    exported = to_csv([trapped])
    assert "'=HYPERLINK(1)" in exported
    assert from_csv(exported) == (trapped,)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("legal_entity", "entity"), "legal_entity"),
        (("2026-07-21", "21/07/2026"), "checked_on"),
        (("Free SAS", ""), "legal_entity"),
        ((",non,", ",peut-être,"), "is_vlop"),
    ],
)
def test_a_broken_file_is_refused_with_its_column(change, field):
    broken = to_csv([recipient("free")]).replace(*change)
    with pytest.raises(InvalidInput) as refused:
        from_csv(broken)
    assert refused.value.field == field


def test_the_writ_to_a_foreign_entity_is_served_abroad_and_to_a_french_one_is_not():
    assert "signification hors de France" in " ".join(warnings_about(recipient("google_maps"), TODAY))
    assert "signification hors de France" not in " ".join(warnings_about(recipient("free"), TODAY))


def test_another_entity_than_the_one_of_the_entry_is_asked_to_be_checked():
    free = recipient("free")
    assert warnings_about(free, date(2026, 8, 1)) == ()
    assert warnings_about(free, date(2026, 8, 1), written_entity=f" {free.legal_entity.upper()} ") == ()
    (warned,) = warnings_about(free, date(2026, 8, 1), written_entity="Iliad France")
    assert "n’est pas l’entité de la fiche" in warned
    assert "filiale française" not in warned


def test_an_old_check_is_told_with_its_day_and_a_missing_one_without():
    assert "depuis le 21/07/2026" in " ".join(warnings_about(recipient("free"), TODAY))
    assert "non contrôlée à ce jour" in " ".join(warnings_about(recipient("blogger"), TODAY))


def test_an_address_that_begins_with_an_apostrophe_keeps_it():
    dutch = replace(recipient("free"), postal_address="'s-Gravenhage, Pays-Bas")
    assert from_csv(to_csv([dutch])) == (dutch,)


def test_a_fault_is_told_with_its_line_and_a_missing_column_with_its_name():
    rows = to_csv([recipient("free"), recipient("free")]).rstrip("\n").split("\n")
    rows[2] = rows[2].replace(",non,", ",peut-être,")
    with pytest.raises(InvalidInput, match="Ligne 3"):
        from_csv("\n".join(rows))
    with pytest.raises(InvalidInput) as refused:
        from_csv("id,name\nfree,Free\n")
    assert f"\u00a0{refused.value.field}\u00a0" in refused.value.message
