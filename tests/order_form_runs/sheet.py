"""The ticket and the combination builder as a person uses them: by keys, looking at what the screen says after each."""

from __future__ import annotations

import re

from ibtui.domain.tickets import Ticket
from tests.e2e.terminal import Terminal
from tests.order_form_runs.fields import PARAMETERS, Entry, front, more

CTRL_O = "\x0f"
BUILDER = "Build a combination"
MARKED = re.compile(r"│  ▸ ([^│\n]{12})[^│\n]{0,22}")
"""The row in focus: its label, and what follows, which still belongs to it where an algo's parameter is asked for."""
INDENTED = ("its limit", "its stop")
"""Rows of the ticket's own that are indented as the parameters of an algo are."""
FIELDS_AT_MOST = 45
"""Tabs after which every field has been come by."""


class Sheet:
    """One open ticket; `told` is what was done on it, for the table."""

    def __init__(self, screen: Terminal) -> None:
        self.screen = screen
        self.told: list[str] = []
        self._is_second = False
        """Whether the second field of the row has the focus."""

    def fill(self, tickets: tuple[Ticket, ...]) -> None:
        """Every field the form needs, then those of the section that ctrl+o opens."""
        for entry in front(tickets):
            self._enter(entry)
        wanted = more(tickets[0])
        if wanted:
            self.screen.press(CTRL_O)
            self.told.append("ctrl+o")
            self.screen.see("▸ Route ")
            self._is_second = False
            if any(entry.label == "Algo" for entry in wanted):
                self.screen.see(r"Algo +\[none\] +\S")
        for entry in wanted:
            self._enter(entry)

    def _enter(self, entry: Entry) -> None:
        row = rf"[▸ ] +{re.escape(entry.label.strip())} +\[{re.escape(entry.text)}\]"
        if entry.is_choice and not entry.beside and re.search(row, self.screen.text()):
            self.told.append(entry.words)
            return
        if entry.beside:
            self.screen.press("tab")
            self._is_second = True
        else:
            self._go_to(entry.label)
        label = re.escape(entry.label.strip())
        if entry.is_choice:
            self.screen.type(entry.keys)
            self.screen.see(rf"▸ +{label}.*\[{re.escape(entry.text)}(?: ▾)?\]")
        else:
            self.screen.press("ctrl+u")
            self.screen.type(entry.keys)
            self.screen.see(rf"▸ +{label}\*? +{re.escape(entry.text) if entry.text else 'none'}(?=\s)")
        self.told.append(entry.words)

    def _go_to(self, label: str) -> None:
        for _ in range(FIELDS_AT_MOST):
            self.screen.until(lambda _: self._marked() != "", "a field in focus")
            at = self._marked()
            if at == label.strip() or (label in PARAMETERS.values() and at.startswith(label)):
                return
            has_two = re.search(r"│  ▸ (?:Quantity|Trail by|Stop loss) [^\n]*\[", self.screen.text()) is not None
            stays = has_two and not self._is_second
            self.screen.press(*(["tab"] * (2 if stays else 1)))
            self._is_second = False
            self._leave(at)
        raise AssertionError(f"the ticket has no field {label}:\n{self.screen.text()}")

    def _leave(self, before: str) -> None:
        self.screen.until(lambda _: self._marked() not in ("", before), f"the row after {before}")

    def _marked(self) -> str:
        found = MARKED.search(self.screen.text())
        if found is None:
            return ""
        return (found[1] if not found[1].startswith("  ") or found[1].strip() in INDENTED else found[0][4:]).strip()


def build(screen: Terminal, ticket: Ticket) -> str:
    """The combination, in the builder opened on its first leg; gives the keys for the table."""
    first, *others = ticket.contract.legs
    screen.type("C")
    screen.see(BUILDER)
    screen.see(rf"\+1 +{first.label} ")
    told = ["C"]
    for leg in others:
        screen.type("/")
        screen.see("symbol or company")
        screen.type(leg.label)
        screen.see(r"\d found")
        screen.press("enter")
        screen.see(rf"-1 +{leg.label} ")
        told.append(f"/{leg.label}")
        told += _ratio(screen, leg.label, -1, leg.ratio)
    for _ in others:
        screen.press("up")
    if ticket.contract.exchange not in ("", "SMART"):
        screen.type("e")
        screen.see(rf"\[{ticket.contract.exchange}\]")
        told.append("e")
    return " · ".join(told + _ratio(screen, first.label, 1, first.ratio))


def _ratio(screen: Terminal, label: str, now: int, wanted: int) -> list[str]:
    key = "+" if wanted > now else "-"
    for _ in range(abs(wanted - now)):
        screen.type(key)
    screen.see(rf"{re.escape(f'{wanted:+d}')} +{label} ")
    return [key] * abs(wanted - now)
