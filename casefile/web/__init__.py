"""The pages, one blueprint per capability."""

from casefile.web import account, authentication, home, people

BLUEPRINTS = (home.blueprint, authentication.blueprint, account.blueprint, people.blueprint)
