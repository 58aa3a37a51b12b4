"""The web server of `casefile run`: gunicorn with threads, so that a slow upload holds up nobody."""

from __future__ import annotations

import gc
from typing import Any

from gunicorn.app.base import BaseApplication

from casefile.app import create_app
from casefile.config import Settings

WORKERS = 2
THREADS = 4
# A large upload or a long document must not be taken for a hung process.
TIMEOUT = 120


class Server(BaseApplication):  # type: ignore[misc] # gunicorn ships no types
    """gunicorn, configured by our settings instead of a file."""

    def __init__(self, settings: Settings) -> None:
        """Keep the settings for the workers: each builds its own application after the fork."""
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Bind where the settings say."""
        options = {
            "bind": self.settings.bind,
            "workers": WORKERS,
            "threads": THREADS,
            "timeout": TIMEOUT,
            "worker_class": "gthread",
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "limit_request_line": 8190,
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the application in the worker process."""
        gc.disable()
        app = create_app(self.settings)
        settle()
        return app


def settle() -> None:
    """Spare the garbage collector what lives as long as the process: it would read it all again between two pages.

    It works from then on, whoever turned it off while loading.
    """
    gc.collect()
    gc.freeze()
    gc.enable()


def serve(settings: Settings) -> None:
    """Serve until told to stop; the workers are born sharing what is loaded."""
    # Not collected first: reading all that was loaded takes as long as loading half the pages, and finds nothing.
    gc.freeze()
    gc.enable()
    Server(settings).run()
