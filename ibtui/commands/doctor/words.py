"""Words several steps share."""

from __future__ import annotations

from ibtui.errors import IbtuiError
from ibtui.protocol.clean import clean

WORDS_LIMIT = 160
WAIT = "wait some minutes: IBKR resets its servers each night and maintains them on Saturday evening"


def said(error: IbtuiError | None) -> str:
    """What an error says, in one safe line."""
    return clean(error.detail or error.title, limit=WORDS_LIMIT) if error is not None else ""


def if_it_lasts(*, is_direct: bool) -> str:
    """The last means, through a gateway and without one."""
    return f"if it lasts, {'run “ibtui oauth setup”' if is_direct else 'log in anew, then restart the gateway'}"


def seconds_words(seconds: float) -> str:
    """`6 min 56 s`, `2 h 5 min`, `0.2 s`."""
    if seconds < 1:
        return f"{max(0.0, seconds):.1f} s"
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
