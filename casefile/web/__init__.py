"""The pages, one blueprint per capability."""

from casefile.web import (
    account,
    authentication,
    evidence,
    home,
    law,
    matters,
    parties,
    passages,
    people,
    publications,
    qualification,
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
    passages.blueprint,
    qualification.blueprint,
    law.blueprint,
)
