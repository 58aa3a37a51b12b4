"""The firm's own wording in the browser: tried on a dossier, kept by a partner, taken up by drafts, restored."""

from __future__ import annotations

from sqlalchemy import select

from casefile.models.ledger import AuditEntry, ClauseVersion, Letter

from .test_letters import begin, dossier, explained, notice  # noqa: F401 - fixtures

HERE = "/cabinet/formules/notification_dsa/reserve"
OURS = "Cette notification vaut sans renonciation aux droits de {mon_client}, ni à ceux du cabinet {cabinet}."
WRITTEN = "sans renonciation aux droits de ma cliente, ni à ceux du cabinet Cabinet Aubry."


def save(browser, words, *, seen=0, act="save", dossier="", page=HERE):  # noqa: F811
    return browser.post(page, {"words": words, "seen": str(seen), "act": act, "dossier": dossier}, page=page)


def kept(database):
    with database.reader() as session:
        return list(session.scalars(select(ClauseVersion).order_by(ClauseVersion.number)))


def test_a_wording_is_tried_kept_taken_up_and_restored(notice, as_person, database, matter):  # noqa: F811
    lawyer, address = notice
    partner = as_person("partner")
    assert "d’origine" in partner.get("/cabinet/formules").text
    assert save(partner, OURS).status_code == 303
    assert [row.words for row in kept(database)] == [OURS]
    assert "1 formule du cabinet en usage" in partner.get("/cabinet/formules").text.replace("\u00a0", " ")
    assert WRITTEN in lawyer.get(address).text
    assert lawyer.post(f"{address}/valider", page=address).status_code == 303
    assert partner.post(f"{HERE}/retablir", {"seen": "1"}, page=HERE).status_code == 303
    assert [row.words for row in kept(database)] == [OURS, ""]
    with database.reader() as session:
        letter = session.scalars(select(Letter)).one()
        assert letter.facts["wording"] == {"reserve": OURS}
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "clause.worded")).all()) == 2
    page = lawyer.get(address).text
    assert WRITTEN in page
    assert "Depuis la validation, le dossier a changé : les formules du cabinet" in page.replace("\u00a0", " ")
    again = partner.post(f"{HERE}/retablir", {"seen": "2", "number": "1"}, page=HERE)
    assert again.status_code == 303
    assert [row.words for row in kept(database)] == [OURS, "", OURS]


def test_a_lawyer_reads_and_a_partner_tries_on_a_dossier_that_they_may_see(notice, as_person, database, matter):  # noqa: F811
    reading = as_person("lawyer").get(HERE).text
    assert "Un associé du cabinet la change" in reading
    assert "<textarea" not in reading
    partner = as_person("partner")
    refused = save(partner, OURS, act="try", dossier=str(matter.id))
    assert refused.status_code == 400  # not of the team: the dossier is no choice for them
    assert matter.title not in refused.text
    assert kept(database) == []


def test_a_trial_shows_the_words_on_the_dossier_and_keeps_nothing(notice, as_person, database, matter):  # noqa: F811
    from casefile.models.matter import TeamFunction, TeamMember
    from casefile.models.people import Person

    with database.transaction() as session:
        someone = session.scalars(select(Person).where(Person.full_name == "Personne Partner")).one()
        session.add(TeamMember(matter_id=matter.id, person_id=someone.id, function=TeamFunction.MEMBER))
    answer = save(as_person("partner"), OURS, act="try", dossier=str(matter.id))
    assert answer.status_code == 200
    assert "<mark>" in answer.text
    assert WRITTEN in answer.text
    assert kept(database) == []


def test_refused_words_are_said_and_stay_in_the_form(as_person, database):
    partner = as_person("partner")
    for act in ("save", "try"):
        answer = save(partner, "Rien. {{ 7*7 }} <b>", act=act)
        assert answer.status_code == 400
        assert "Mention obligatoire" in answer.text
        assert "{{ 7*7 }} &lt;b&gt;" in answer.text
        assert "49" not in answer.text.split("<main", 1)[1].split("Variables", 1)[0]
    assert kept(database) == []


def test_who_comes_second_sees_a_conflict_and_keeps_their_words(as_person, database):
    first, second = as_person("partner"), as_person("partner")
    assert save(first, OURS).status_code == 303
    late = save(second, OURS.replace("vaut", "est faite"))
    assert late.status_code == 400
    assert "Quelqu’un d’autre a changé cette formule" in late.text
    assert "est faite" in late.text
    assert len(kept(database)) == 1


def test_an_administrator_and_an_assistant_change_nothing(as_person, database):
    for name in ("administrator", "assistant", "lawyer"):
        assert save(as_person(name), OURS).status_code in {403, 404}
    assert kept(database) == []
