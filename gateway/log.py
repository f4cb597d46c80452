"""Structured lines without personal data.

Fields are denied unless named in ``SHOWN``; control characters are escaped by JSON; a traceback
keeps files and lines but not the values in its message.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog

SHOWN = frozenset({
    "event", "level", "timestamp", "part", "fault", "reason", "queue", "seat", "contact_id",
    "hotline_id", "operator_id", "state", "count", "seconds", "port", "path", "method", "status",
    "request_id", "code", "where", "version", "attempt", "file", "kind", "move", "entity", "step",
    "party", "zh", "en",
})  # fmt: skip


def _shown_only(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    hidden = [key for key in event if key not in SHOWN]
    for key in hidden:
        event[key] = "(hidden)"
    return event


def _where(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Replace exc_info by file:line steps; messages of exceptions may quote what somebody typed."""
    if event.pop("exc_info", None):
        fault = sys.exc_info()[1]
        if fault is not None:
            frames = traceback.extract_tb(fault.__traceback__)[-6:]
            steps = [f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in frames]
            event["where"] = f"{type(fault).__name__} at {' > '.join(steps)}"
    return event


def set_up(*, json_lines: bool, level: int = logging.INFO, out: TextIO | None = None) -> None:
    """Lines to ``out`` (stderr): JSON for machines, plain for a person at a terminal."""
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json_lines
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where,
            _shown_only,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out or sys.stderr),
    )
