"""The web's fixtures serve here too."""

from tests.web.conftest import app, as_person, capture, cheap_hashing, matter, people

__all__ = ["app", "as_person", "capture", "cheap_hashing", "matter", "people"]
