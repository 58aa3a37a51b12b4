"""The rules of law in the browser: found, read with their articles, given to sign; never changed from a page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from casefile import clock
from casefile.law import catalogue, rules, texts


def test_every_rule_of_the_firm_is_listed_with_its_status_in_words(as_person):
    page = as_person("lawyer").get("/droit").text
    for rule in rules.all_rules().values():
        assert f"<code>{rule.id}</code>" in page
    for word in ("Vérifiée", "À vérifier", "Discutée"):
        assert word in page


def test_the_address_carries_the_search_and_the_filters(as_person):
    page = as_person("lawyer").get("/droit?q=plainte+simple&famille=interruption").text
    assert "interruption.plainte_simple" in page
    assert "interruption.assignation<" not in page
    assert 'value="plainte simple"' in page
    disputed = as_person("lawyer").get("/droit?statut=disputed&famille=republication").text
    assert "republication.reedition" in disputed
    assert "republication.remise_en_ligne" not in disputed


def test_a_rule_shows_its_values_in_words_its_sources_and_its_article_word_for_word(as_person):
    page = as_person("assistant").get("/droit/interruption.plainte_simple").text
    assert "Cass. crim., 10 janvier 2023, n° 22-82.838" in page.replace("\u00a0", " ")
    article = texts.cited_by(rules.rule("interruption.plainte_simple").versions[-1])[0]
    assert article.paragraphs[0].replace("'", "&#39;") in page
    assert "plainte simple n’interrompt pas" in page
    assert "23 novembre 2026" in page


def test_every_rule_has_its_page(as_person):
    browser = as_person("lawyer")
    for kind in {rule.kind for rule in rules.all_rules().values()}:
        for rule in rules.rules_of(kind)[:2]:
            assert browser.get(f"/droit/{rule.id}").status_code == 200, rule.id


def test_the_sheet_to_sign_is_a_pdf_of_the_version_asked(as_person):
    browser = as_person("lawyer")
    answer = browser.get("/droit/interruption.plainte_simple/fiche?version=1881-07-29")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "fiche-interruption-plainte_simple-1881-07-29.pdf" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "path",
    [
        "/droit/interruption.inconnue",
        "/droit/%3Cscript%3E",
        "/droit/interruption.plainte_simple/fiche?version=1999-01-01",
        "/droit/..%2f..%2fetc%2fpasswd/fiche",
    ],
)
def test_what_is_not_a_rule_is_not_found(as_person, path):
    answer = as_person("lawyer").get(path)
    assert answer.status_code == 404
    assert "<script>" not in answer.text


@pytest.mark.parametrize("query", ["<script>alert(1)</script>", "{{7*7}}", "\x00\u202e", "x" * 5000])
def test_a_hostile_search_finds_nothing_and_runs_nothing(as_person, query):
    answer = as_person("lawyer").get("/droit", query_string={"q": query, "famille": query, "statut": query})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "Aucune règle" in answer.text


def test_after_a_year_a_banner_asks_for_a_new_verification(app, database, people):
    from .conftest import sign_in

    with clock.frozen(datetime(2028, 1, 10, 9, tzinfo=UTC)):
        browser = sign_in(app, database, people["lawyer"])
        page = browser.get("/droit?verification=stale").text
        assert "il y a plus de douze mois" in page
        assert "plus de douze mois</span>" in page
        sheet = browser.get("/droit/interruption.plainte_simple").text
        assert "Vérifiée il y a plus de douze mois" in sheet


def test_the_foot_of_each_page_says_since_when_every_rule_was_verified(as_person):
    oldest = rules.verified_since(clock.today())
    assert oldest == min(line.verified_on for rule in rules.all_rules().values() for line in rule.versions)
    page = as_person("lawyer").get("/").text
    foot = page.partition('<footer class="foot">')[2]
    assert "vérifiées le 23 novembre 2026" in foot
    unread = sum(line.version.status == "unverified" for line in catalogue.listing(clock.today()) if line.version)
    assert f"{unread} à relire" in foot


def test_a_person_who_has_not_signed_in_is_sent_to_sign_in(app):
    answer = app.test_client().get("/droit/interruption.plainte_simple")
    assert answer.status_code == 303
    assert "/connexion" in answer.headers["Location"]
