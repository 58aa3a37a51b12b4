"""Cutting runs of text into lines: French hyphenation, addresses cut without a sign, exact words never hyphenated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import pyphen

from casefile.documents.blocks import Run
from casefile.documents.fonts import BOLD, BOLD_ITALIC, ITALIC, MONO, SERIF, measure, pieces

_TOKENS = re.compile(r"\r\n|[\n\r]|[ \t]+|[^ \t\n\r]+")
_BREAKS = re.compile(r"(?<=[^\W\d])-(?=[^\W\d])|[/?&=#](?=\w)|—")
_LETTERS = re.compile(r"[^\W\d_]{8,}")
_TAB = "\u00a0\u00a0\u00a0\u00a0"


@dataclass(frozen=True)
class Segment:
    """A stretch of one face inside a word."""

    text: str
    face: str
    exact: bool = False


@dataclass(frozen=True)
class Word:
    """What no line may cut, the space that follows it, and where it stands in the source."""

    segments: tuple[Segment, ...]
    width: float
    space: str = ""
    space_width: float = 0
    forced: bool = False
    hyphen: bool = False

    @property
    def text(self) -> str:
        """Give the characters of the word."""
        return "".join(segment.text for segment in self.segments)


@dataclass(frozen=True)
class Line:
    """One line: its words, its natural width, and whether it ends a paragraph."""

    words: tuple[Word, ...]
    width: float
    last: bool

    @property
    def source(self) -> str:
        """Give the text of the line as a reader would copy it, without the space at its end."""
        return "".join(word.text + word.space for word in self.words[:-1]) + self.words[-1].text if self.words else ""

    @property
    def full_source(self) -> str:
        """Give the exact characters of the source that the line stands for, spaces and line ends included."""
        return "".join(word.text + word.space for word in self.words)


def face_of(run: Run, *, mono: bool = False) -> str:
    """Choose the face of a run."""
    if mono:
        return MONO
    if run.bold:
        return BOLD_ITALIC if run.italic else BOLD
    return ITALIC if run.italic else SERIF


def break_lines(
    runs: Sequence[Run], size: float, available: float, *, mono: bool = False, hyphenate: bool = True, first: float = 0
) -> list[Line]:
    """Cut runs into lines no wider than `available`; `first` is the indent of the first line."""
    lines: list[Line] = []
    current: list[Word] = []
    width = 0.0
    queue = list(reversed(list(_words(runs, size, mono=mono))))
    while queue:
        word = queue.pop()
        room = available - (first if not lines else 0)
        lead = current[-1].space_width if current else 0.0
        if current and width + lead + word.width > room + 0.01:
            head, tail = _hyphenated(word, size, room - width - lead) if hyphenate and queue else (None, word)
            if head:
                current.append(head)
                width += lead + head.width
            lines.append(Line(tuple(current), width, last=False))
            current, width = [], 0.0
            queue.append(tail)
            continue
        if word.width > room and len(word.text) > 1:
            word, rest = _cut(word, size, room)
            queue.append(rest)
        width += lead + word.width
        current.append(word)
        if word.forced:
            lines.append(Line(tuple(current), width, last=True))
            current, width = [], 0.0
    if current or not lines:
        lines.append(Line(tuple(current), width, last=True))
    return lines


def _words(runs: Sequence[Run], size: float, *, mono: bool) -> Iterator[Word]:
    segments: list[Segment] = []
    space_width = measure(" ", face_of(Run(""), mono=mono), size)
    for run in runs:
        face = face_of(run, mono=mono)
        for token in _TOKENS.findall(run.text):
            if token[0] in "\n\r":
                yield _word(segments, size, space=token, forced=True)
                segments = []
            elif token[0] in " \t":
                if segments or run.exact:
                    yield _word(segments, size, space=token, space_width=_space_width(token, space_width))
                    segments = []
            else:
                *heads, tail = _sub_words(token)  # nobody changes the list that is kept
                for head in heads:
                    yield _word([*segments, Segment(head, face, run.exact)], size)
                    segments = []
                segments.append(Segment(tail, face, run.exact))
    if segments:
        yield _word(segments, size)


@lru_cache(maxsize=20_000)
def _sub_words(token: str) -> list[str]:
    cuts = [match.end() for match in _BREAKS.finditer(token) if match.end() < len(token)]
    return [token[start:end] for start, end in zip([0, *cuts], [*cuts, len(token)], strict=True)]


def _space_width(token: str, one: float) -> float:
    return one * sum(4 if char == "\t" else 1 for char in token)


def _word(
    segments: Sequence[Segment], size: float, *, space: str = "", space_width: float = 0, forced: bool = False
) -> Word:
    width = sum(segment_width(segment.text, segment.face, size) for segment in segments)
    return Word(tuple(segments), width, space, space_width, forced)


@lru_cache(maxsize=20_000)
def segment_width(text: str, face: str, size: float) -> float:
    """Measure a segment, emoji pictures included."""
    return sum(piece_width(piece, piece_face, size) for piece, piece_face in pieces(text, face))


def piece_width(piece: str, face: str, size: float) -> float:
    """Measure one piece: an emoji is as wide as 1.25 times the size of the text."""
    if face == "image":
        return size * 1.25
    return measure(piece, face, size) if face else 0.0


@cache
def _dictionary() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="fr", left=3, right=3)


def _hyphenated(word: Word, size: float, room: float) -> tuple[Word | None, Word]:
    """Cut a word at the last syllable that fits, or give it back whole."""
    if len(word.segments) != 1 or word.segments[0].exact or room <= 0:
        return None, word
    segment = word.segments[0]
    match = _LETTERS.search(segment.text)
    if not match or match.group()[0].isupper():
        return None, word
    for position in sorted(_dictionary().positions(match.group().lower()), reverse=True):
        cut = match.start() + int(position)
        head = segment.text[:cut]
        width = segment_width(head + "-", segment.face, size)
        if width <= room:
            rest = replace(segment, text=segment.text[cut:])
            tail = replace(word, segments=(rest,), width=segment_width(rest.text, rest.face, size))
            return Word((replace(segment, text=head),), width, hyphen=True), tail
    return None, word


def _cut(word: Word, size: float, room: float) -> tuple[Word, Word]:
    """Cut a word wider than a whole line where the line ends, adding no sign; emoji clusters stay whole."""
    atoms: list[Segment] = []
    for segment in word.segments:
        for piece, face in pieces(segment.text, segment.face):
            whole = [piece] if face == "image" else list(piece)
            atoms += [replace(segment, text=part) for part in whole]
    width, count = 0.0, 0
    for atom in atoms:
        width += segment_width(atom.text, atom.face, size)
        if width > room and count:
            break
        count += 1
    bound = [rank + 1 for rank, atom in enumerate(atoms[:count]) if atom.text in "\u00a0\u202f"]
    count = bound[-1] if bound and count < len(atoms) else count  # better between two bound words than inside one
    head, tail = _merged(atoms[:count]), _merged(atoms[count:])
    rest = replace(word, segments=tail, width=sum(segment_width(s.text, s.face, size) for s in tail))
    return Word(head, sum(segment_width(s.text, s.face, size) for s in head)), rest


def _merged(atoms: Sequence[Segment]) -> tuple[Segment, ...]:
    merged: list[Segment] = []
    for atom in atoms:
        if merged and (merged[-1].face, merged[-1].exact) == (atom.face, atom.exact):
            merged[-1] = replace(atom, text=merged[-1].text + atom.text)
        else:
            merged.append(atom)
    return tuple(merged)
