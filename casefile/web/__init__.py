"""The pages, one blueprint per capability."""

from casefile.web import (
    account,
    authentication,
    dating,
    deadlines,
    evidence,
    home,
    law,
    matters,
    outbox,
    parties,
    passages,
    people,
    publications,
    qualification,
    search,
    what_if,
)

BLUEPRINTS = (
    home.blueprint,
    authentication.blueprint,
    account.blueprint,
    people.blueprint,
    matters.blueprint,
    parties.blueprint,
    publications.blueprint,
    evidence.blueprint,
    deadlines.blueprint,
    outbox.blueprint,
    search.blueprint,
    passages.blueprint,
    qualification.blueprint,
    law.blueprint,
    what_if.blueprint,
    dating.blueprint,
)
