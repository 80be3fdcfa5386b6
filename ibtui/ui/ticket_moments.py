"""Moments of a ticket in words."""

from __future__ import annotations

from datetime import tzinfo

from ibtui.domain.language.moments import moment

SHAPE = "YYYYMMDD[-HH:MM[:SS]], UTC"
"""How a moment is typed, for a person."""

SHAPE_WITH_TIME = "YYYYMMDD-HH:MM[:SS], UTC"


def moment_words(text: str, zone: tzinfo | None = None) -> str:
    """`2026-12-24 21:00:00 UTC · local Thu 24 Dec 22:00`: a moment twice, so that nobody reckons."""
    when = moment(text)
    if when is None:
        return text
    return f"{when:%Y-%m-%d %H:%M:%S} UTC · local {when.astimezone(zone):%a %d %b %H:%M}"
