"""Pages as a reader turns them: nothing orphaned at the foot, nothing alone at the head."""

from __future__ import annotations

import subprocess

import pytest

from casefile.documents.blocks import Heading, Paragraph, Signature
from tests.documents.letters import TYPES, made, squeezed


def pages_of(name: str) -> list[list[str]]:
    """Give the lines of each page, without its footer."""
    text = subprocess.run(
        ["pdftotext", "-layout", "-enc", "UTF-8", "-", "-"], input=made(name)[1], check=True, capture_output=True
    ).stdout.decode("utf-8")
    pages = [[line.strip() for line in page.splitlines() if line.strip()] for page in text.split("\f")]
    return [lines[:-1] for lines in pages if lines]


@pytest.mark.parametrize("name", TYPES)
def test_no_title_ends_a_page(name: str) -> None:
    titles = {squeezed(block.text) for block in made(name)[0] if isinstance(block, Heading)}
    for lines in pages_of(name)[:-1]:
        assert squeezed(lines[-1]) not in titles


@pytest.mark.parametrize("name", TYPES)
def test_what_is_joined_stays_with_the_signature(name: str) -> None:
    blocks = made(name)[0]
    signed = [rank for rank, block in enumerate(blocks) if isinstance(block, Signature)]
    if not signed:
        pytest.skip("nobody signs this document")
    notes = [block.text for block in blocks[signed[-1] :] if isinstance(block, Paragraph) and block.style == "note"]
    name_of_signer = squeezed(blocks[signed[0]].name)
    for lines in pages_of(name):
        words = squeezed("".join(lines))
        if notes and squeezed(notes[0]) in words:
            assert all(squeezed(note) in words for note in notes)
            assert name_of_signer in words


@pytest.mark.parametrize("name", TYPES)
def test_two_lines_at_least_stand_above_the_signature(name: str) -> None:
    signers = [squeezed(block.name) for block in made(name)[0] if isinstance(block, Signature)]
    for lines in pages_of(name)[1:]:
        assert not signers or all(squeezed(line) != signers[0] for line in lines[:2])
