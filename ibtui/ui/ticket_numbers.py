"""Numbers as they are typed into a ticket, and how the arrow keys step them."""

from __future__ import annotations

import re
from decimal import Decimal

from ibtui.domain.contracts import ContractRules
from ibtui.ui.ticket_fields import on_grid, plain

NUMBER = re.compile(r"[-+]?(?:\d{1,12}|\d{1,3}(?:,\d{3}){1,4})?(?:\.\d{0,12})?", re.ASCII)
"""Digits with an optional decimal point, and commas only where thousands are parted: "1,5" is no number."""

CENT = Decimal("0.01")
TENTH = Decimal("0.1")


def number_or_none(text: str) -> Decimal | None:
    """The number a person typed, or None where it is none (also for a lone sign or point)."""
    stripped = text.strip().replace("−", "-")
    if not NUMBER.fullmatch(stripped) or not any(char.isdigit() for char in stripped):
        return None
    return Decimal(stripped.replace(",", ""))


def stepped(text: str, ticks: int, rules: ContractRules | None, start: Decimal | None) -> str:
    """A price text moved by `ticks` increments; a blank text starts at `start`, unknown rules move by a cent."""
    price = number_or_none(text)
    if price is None:
        blank = not text.strip()
        return on_grid(rules.nearest(start) if rules else start, rules) if blank and start is not None else text
    if rules is None or not rules.steps:
        return plain(price + ticks * CENT)
    return on_grid(rules.moved(price, ticks), rules)


def stepped_size(text: str, steps: int, rules: ContractRules | None) -> str:
    """A quantity text moved by whole size increments (1 while unknown), never to 0 or below."""
    return stepped_amount(text, steps, (rules.size_increment if rules else None) or Decimal(1))


def stepped_amount(text: str, steps: int, step: Decimal) -> str:
    """An amount moved by `step`, never to 0 or below; a blank one starts at one step."""
    size = number_or_none(text)
    if size is None:
        return plain(step) if not text.strip() else text
    return plain(max(min(step, size), size + steps * step))
