"""Logging that never carries what a person wrote."""

from __future__ import annotations

import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

# What Rasa says of every project like this one: of its versions before 3, and of our own policy, which is a RulePolicy.
_NO_NEWS = ("Slot auto-fill has been removed", "'RulePolicy' is not included")
# Rasa and its libraries log message texts at DEBUG and in some warnings; only their errors are let through.
_TALKATIVE = (
    "rasa", "sanic.access", "sanic.root", "socketio", "engineio", "httpx", "telegram", "matplotlib", "asyncio",
    "tensorflow", "apscheduler", "rasa_sdk", "numba", "bm25s", "urllib3", "aiohttp.access",
)


class WithoutArguments(logging.Filter):
    """Drops the arguments and traceback texts of foreign log records: they may hold a person's sentence."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith(("bot", "actions", "waymark")):
            record.msg = f"{record.name}: {record.levelname.lower()} in {record.module}.{record.funcName}:{record.lineno}"
            if record.exc_info and record.exc_info[0] is not None:
                record.msg += f" ({record.exc_info[0].__name__})"
            record.args = ()
            record.exc_info = None
            record.exc_text = None
        return True


def _silence_structlog() -> None:
    # Rasa's structlog lines carry the text of every message ("processor.message.parse") and go to stdout by themselves,
    # whatever the logging module says.
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL), cache_logger_on_first_use=False
    )


def configure(level: str = "INFO") -> None:
    """Sends our own log lines to stderr and hushes the libraries. Called once at start."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s", "%H:%M:%S"))
    handler.addFilter(WithoutArguments())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
        logger.setLevel(logging.ERROR)
    _silence_structlog()
    for name in ("bot", "actions", "waymark"):
        logging.getLogger(name).setLevel(level)


def quiet_environment() -> None:
    """Settings of the libraries that must stand before they are imported: no telemetry, one thread, no chatter."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # More threads a model make short texts slower on a small machine; measured in docs/search.md.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("SANIC_BACKLOG", "1000")
    # tensorflow, which Rasa imports always, imports jax where it finds it: 100 MB and seconds for nothing used here. None
    # means "not installed" to whoever asks.
    sys.modules.setdefault("jax", None)  # type: ignore[arg-type]
    _silence_structlog()
    hush_warnings()


def hush_warnings() -> None:
    """Hides the libraries' warnings to their own developers; python -W shows them again.

    Called once more after the libraries were imported: some of them set the filters anew.
    """
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


@contextmanager
def warnings_about_data() -> Iterator[None]:
    """While training: what Rasa warns its users of, about the data they wrote; nothing that is for a library's own developers.

    Filters would not do: Sanic, which Rasa imports meanwhile, sets one that shows deprecations. python -W shows everything.
    """
    if sys.warnoptions:
        yield
        return
    with warnings.catch_warnings():
        show = warnings.showwarning

        def told(message: Warning | str, category: type[Warning], filename: str, *place: Any, **more: Any) -> None:
            if issubclass(category, UserWarning) and "rasa" in Path(filename).parts:
                show(message, category, filename, *place, **more)

        warnings.showwarning = told
        warnings.filterwarnings("default", category=UserWarning, module=r"rasa\.")
        for beginning in _NO_NEWS:
            warnings.filterwarnings("ignore", message=re.escape(beginning))
        yield
