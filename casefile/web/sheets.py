"""Tables given as spreadsheets that French Excel opens as they are, and of which no cell acts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from casefile.deadlines.spreadsheet import harmless

BOM = "\ufeff"


def sheet(file_name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """Give a table as a CSV file to keep."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    disposition = {"Content-Disposition": f"attachment; filename={file_name}"}
    return Response(BOM + out.getvalue(), mimetype="text/csv", headers=disposition)
