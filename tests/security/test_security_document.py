"""SECURITY.md promises nothing that no test holds: each test that its table names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (.+?) \| (tests/[\w/]+\.py)::(\w+) \|$", re.MULTILINE)


def rows():
    return ROW.findall((ROOT / "SECURITY.md").read_text("utf-8"))


def test_every_row_names_a_test_that_exists():
    missing = []
    for requirement, file, name in rows():
        tree = ast.parse((ROOT / file).read_text("utf-8")) if (ROOT / file).is_file() else ast.Module([], [])
        if name not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}:
            missing.append(f"{requirement}: {file}::{name}")
    assert missing == []


def test_the_table_is_not_empty_and_each_chapter_of_it_is_numbered():
    found = rows()
    assert len(found) > 50
    assert all(re.match(r"\d+\.\d+\.\d+", requirement) for requirement, _, _ in found)
