"""What must not be missed and how it is told: by sound, and by a word that flashes in the status line."""

from __future__ import annotations

from enum import Enum
from typing import Final

from msgspec import Struct


class Alerts(Struct, frozen=True):
    """Which events sound the terminal's bell and which flash; all of them do where nothing is said."""

    fill_sound: bool = True
    fill_flash: bool = True
    rejection_sound: bool = True
    rejection_flash: bool = True
    unknown_sound: bool = True
    unknown_flash: bool = True


class Alert(Enum):
    """Kind of an event, by its word in the status line; the gravest last."""

    FILL = "FILLED"
    REJECTION = "REJECTED"
    UNKNOWN = "OUTCOME UNKNOWN"


GRAVITY: Final = {alert: place for place, alert in enumerate(Alert)}


class Flash(Struct, frozen=True):
    """What the status line shows for a moment."""

    alert: Alert
    detail: str = ""
    """The order, or how many there were."""
