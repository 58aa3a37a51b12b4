"""Pages of a long list: the number asked for, the slice to read, the links around it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

from casefile.web.filters import counted

PAGE_SIZE = 50
FARTHEST = 10_000


@dataclass(frozen=True)
class Pager:
    """One page of a list of `total` rows; the address keeps every filter."""

    page: int
    total: int
    size: int = PAGE_SIZE
    noun: str = "ligne"

    @property
    def pages(self) -> int:
        """Counts the pages; an empty list has one."""
        return max(-(-self.total // self.size), 1)

    @property
    def offset(self) -> int:
        """Gives the rows to pass over."""
        return (self.page - 1) * self.size

    @property
    def shown(self) -> str:
        """Says how many rows there are in all."""
        return counted(self.total, self.noun)

    @property
    def previous_url(self) -> str | None:
        """Gives the address of the page before, if any."""
        return self._url(self.page - 1) if self.page > 1 else None

    @property
    def next_url(self) -> str | None:
        """Gives the address of the page after, if any."""
        return self._url(self.page + 1) if self.page < self.pages else None

    def _url(self, page: int) -> str:
        arguments = {**request.args.to_dict(flat=False), **(request.view_args or {}), "page": page}
        return url_for(request.endpoint or "", **arguments)


def page_asked() -> int:
    """Reads `?page=`; anything absurd is the first page."""
    text = request.args.get("page", "1")
    return min(int(text[:9]), FARTHEST) if text.isascii() and text.isdecimal() and int(text[:6]) > 0 else 1


def pager(total: int, size: int = PAGE_SIZE, noun: str = "ligne") -> Pager:
    """Builds the page asked for, kept within the list."""
    last = max(-(-total // size), 1)
    return Pager(min(page_asked(), last), total, size, noun)
