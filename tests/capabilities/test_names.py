"""Names that resemble each other as people and registers write them, and those that only seem to."""

from __future__ import annotations

import pytest

from casefile import names, registers
from casefile.errors import InvalidInput


def of(name, first="", **facts):
    more = {key: facts.pop(key) for key in ("birth", "others") if key in facts}
    return names.identity(names=(name, more.get("birth", ""), *more.get("others", ())), first=first, **facts)


ALIKE = {
    "accents": (of("Lefèvre", "Zoé"), of("LEFEVRE", "Zoe")),
    "hyphens": (of("Saint-Martin", "Anne"), of("Saint Martin", "Anne")),
    "hyphen or nothing": (of("Le-Goff", "Anne"), of("Legoff", "Anne")),
    "ligature": (of("Cœur", "Anne"), of("COEUR", "anne")),
    "particle": (of("de La Tour", "Paul"), of("Tour", "Paul")),
    "civility within the name": (of("Docteur Lemaire"), of("Lemaire", "Anne")),
    "married name against birth name": (of("Martin", "Anne", birth="Durand"), of("Durand", "Anne")),
    "compound married name": (of("Durand-Martin", "Anne"), of("Durand", "Anne")),
    "one letter of a short name": (of("Dupond", "Jean"), of("Dupont", "Jean")),
    "one letter": (of("Bourgeois", "Jean"), of("Bourgois", "Jean")),
    "first name abbreviated": (of("Lemaire", "A."), of("Lemaire", "Anne")),
    "first name within the name": (of("Anne Lemaire"), of("Lemaire", "Anne")),
    "brand": (of("Fournil Martin", is_company=True), of("Holding PM", is_company=True, others=("Le Fournil Martin",))),
    "legal form": (of("SARL Fournil Martin", is_company=True), of("Fournil Martin", is_company=True)),
    "manager and company": (of("Fournil Martin", is_company=True), of("Martin", "Paul")),
    "same SIREN": (of("A", is_company=True, siren="732 829 320"), of("Zz", is_company=True, siren="73282932000074")),
    "same telephone": (of("Aa", phone="06 12 34 56 78"), of("Bb", phone="+33612345678")),
    "same shown name": (of("M NP", is_shown_name=True), of("m np", is_shown_name=True)),
}
APART = {
    "brothers": (of("Durand", "Jean"), of("Durand", "Sophie")),
    "other name": (of("Lemaire", "Anne"), of("Lenoir", "Anne")),
    "short names": (of("Roy", "Anne"), of("Roi", "Anne")),
    "shown names close": (of("M NP", is_shown_name=True), of("M NB", is_shown_name=True)),
    "shown name near a client": (of("Martine", is_shown_name=True), of("Martin", "Paul")),
    "only a legal form in common": (of("SARL Alpha", is_company=True), of("SARL Oméga", is_company=True)),
    "only a first name": (of("Bernard Petit"), of("Bernadette", "Marie")),
}


@pytest.mark.parametrize("case", ALIKE)
def test_these_resemble_each_other_both_ways(case):
    one, other = ALIKE[case]
    there, back = names.likeness(one, other), names.likeness(other, one)
    assert there is not None
    assert there.score >= 80
    assert there.reasons
    assert back is not None
    assert back.score == there.score


@pytest.mark.parametrize("case", APART)
def test_these_are_apart(case):
    assert names.likeness(*APART[case]) is None


@pytest.mark.parametrize("case", ALIKE)
def test_the_sieve_never_loses_what_the_careful_comparison_keeps(case):
    one, other = ALIKE[case]
    if one.numbers & other.numbers:
        return  # numbers have an index of their own
    assert names.sift(one, dict(enumerate(other.names))) or not any(len(name) >= 4 for name in other.names)


def test_a_company_is_known_by_its_siren_or_its_siret():
    assert registers.siren("732829320") == registers.siren("732 829 320 00074") == "732 829 320"


@pytest.mark.parametrize("wrong", ["732 829 321", "73282932", "abcdefghi", "٧٣٢٨٢٩٣٢٠"])
def test_a_siren_with_a_wrong_key_is_refused_with_the_repair(wrong):
    with pytest.raises(InvalidInput, match="SIREN"):
        registers.siren(wrong)


@pytest.mark.parametrize("wrong", ["1000", "1000300123x", "100030012345"])
def test_a_rpps_has_eleven_digits(wrong):
    assert registers.rpps("10 003 001 234") == "10003001234"
    with pytest.raises(InvalidInput, match="RPPS"):
        registers.rpps(wrong)
