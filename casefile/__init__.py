"""Casefile: case management for lawyers who defend people attacked online."""

__version__ = "0.1.0"
