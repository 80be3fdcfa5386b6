"""Looks at this machine: state folder, journal, terminal."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ibtui.commands.doctor.facts import Storage, TerminalTraits
from ibtui.protocol.clean import clean
from ibtui.session.orders.journal_file import JournalFailed
from ibtui.session.orders.records import records


def look_at_storage(state: Path) -> Storage:
    """Whether the state folder takes files, and what the journal, only read, holds open."""
    folder = str(state)
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=state) as file:
            file.write(b"\0")
    except OSError as error:
        return Storage(folder, clean(error.strerror or error, limit=120))
    try:
        found = records(state)
        return Storage(folder, open_orders=sum(record.stage.is_open for record in found or ()))
    except JournalFailed as error:
        return Storage(folder, journal_refusal=str(error))


def look_at_terminal(environment: Mapping[str, str]) -> TerminalTraits:
    """What the terminal of the output is."""
    columns, rows = shutil.get_terminal_size((80, 24))
    return TerminalTraits(
        sys.stdout.isatty(),
        columns,
        rows,
        sys.stdout.encoding or "",
        environment.get("TERM", ""),
        environment.get("COLORTERM", ""),
        bool(environment.get("NO_COLOR")),
        "TMUX" in environment,
        "SSH_CONNECTION" in environment,
    )
