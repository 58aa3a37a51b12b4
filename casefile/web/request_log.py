"""One log line per request: who by number, method, pattern of the address, status, duration; never the address itself.

A refusal (403, 404, 429…) is such a line too: a person who tries doors shows (ASVS 16.3.2).
"""

from __future__ import annotations

import logging
import time
import uuid
from typing import Any

from flask import Flask, g, request

log = logging.getLogger("casefile.web")


def install(app: Flask) -> None:
    """Begin the clock before everything else, write the line when the answer is ready."""
    app.before_request(_begin)
    app.after_request(_tell)


def _begin() -> None:
    g.began, g.request_number = time.perf_counter(), uuid.uuid4().hex[:12]


def _tell(response: Any) -> Any:
    began = g.get("began")
    if began is None or request.endpoint == "static":
        return response
    facts = {
        "method": request.method,
        "rule": str(request.url_rule or "-"),
        "status": response.status_code,
        "ms": round(1000 * (time.perf_counter() - began)),
        "request": g.request_number,
        "person": g.get("person_number", "-"),
    }
    response.headers["X-Request-Id"] = g.request_number
    log.info("request", extra=facts)
    return response
