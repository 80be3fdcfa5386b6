"""Messages of the inbox: FYIs, bulletins, notices and prompts as one list, newest first; pure functions."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from ibtui.domain.notices import Fyi, Notice
from ibtui.store import Store
from ibtui.ui.formatting import day_and_time
from ibtui.ui.widgets.columns import Cell, Column, SortValue

COLUMNS = (
    Column("mark", "", 1),
    Column("date", "Date", 12),
    Column("kind", "Kind", 8),
    Column("title", "Subject", 16, flex=1, most=24),
)

UNREAD = "●"
ASKS = "?"


class Kind(StrEnum):
    """Where a message comes from."""

    FYI = "FYI"
    BULLETIN = "bulletin"
    NOTICE = "notice"
    PROMPT = "question"


class Letter(Struct, frozen=True):
    """One message as the inbox shows it."""

    key: str
    kind: Kind
    title: str
    text: str
    time_s: float
    """Unix seconds; 0 unknown."""
    is_open: bool
    """Not read yet, or not answered."""
    source: Fyi | Notice | None = None


def letters(store: Store, now: float, wall: float) -> list[Letter]:
    """Everything to be read, newest first, what waits for an answer before it all."""
    inbox = store.inbox
    found = [_fyi(fyi) for fyi in inbox.fyis]
    for bulletin in inbox.bulletins.values():
        when = wall - (now - bulletin.received)
        subject = bulletin.text.partition("\n")[0]
        found.append(Letter(f"b:{bulletin.bulletin_id}", Kind.BULLETIN, subject, bulletin.text, when, is_open=False))
    found += [_notice(notice, wall - (now - notice.received)) for notice in inbox.notices.values()]
    return sorted(found, key=lambda letter: (not (letter.kind is Kind.PROMPT and letter.is_open), -letter.time_s))


def letter_cells(letter: Letter) -> tuple[Cell, ...]:
    """One line of the list; unread ones have a mark and stand out."""
    asks = _asks(letter)
    style = {Kind.BULLETIN: "warn", Kind.PROMPT: "accent"}.get(letter.kind, "dim")
    return (
        Cell(_mark(letter), "warn" if asks else "accent"),
        Cell(day_and_time(letter.time_s), "dim", letter.time_s),
        Cell(letter.kind.value, style),
        Cell(_subject(letter), "strong" if letter.is_open else ""),
    )


def letter_value(letter: Letter, column: str) -> SortValue:
    """What a line is sorted by."""
    if column == "date":
        return letter.time_s
    words = {"mark": _mark(letter), "kind": letter.kind.value, "title": _subject(letter)}
    return words[column] or None


def body(letter: Letter) -> str:
    """What may be read of a message now."""
    if isinstance(letter.source, Fyi) and letter.source.needs_disclaimer:
        return "This message may be read once the disclaimer of its type is accepted."
    return letter.text or "(no text)"


def heading(letter: Letter) -> str:
    """The title above a message; blank where the message begins with it."""
    return "" if body(letter).partition("\n")[0] == letter.title else letter.title


def hint(letter: Letter) -> str:
    """What Enter does."""
    if isinstance(letter.source, Fyi) and letter.source.needs_disclaimer:
        return "enter shows the disclaimer"
    if letter.kind is Kind.PROMPT:
        return "enter answers" if letter.is_open else ""
    if letter.kind is Kind.FYI and letter.is_open:
        return "enter marks it read"
    return ""


def about(letter: Letter) -> str:
    """The line above a message: kind, type, date, and what was answered."""
    parts = [letter.kind.value]
    if isinstance(letter.source, Fyi) and letter.source.code:
        parts.append(letter.source.code)
    if isinstance(letter.source, Notice) and letter.source.order_id:
        parts.append(f"order {letter.source.order_id}")
    parts.append(day_and_time(letter.time_s))
    if isinstance(letter.source, Notice) and letter.source.answered:
        parts.append(f"answered “{letter.source.answered}”")
    return " · ".join(parts)


def options(letter: Letter) -> str:
    """The answers a prompt offers, one a line."""
    if not isinstance(letter.source, Notice) or not letter.source.is_prompt:
        return ""
    return "\n".join(f"{n}  {option}" for n, option in enumerate(letter.source.options, 1))


def _fyi(fyi: Fyi) -> Letter:
    title = fyi.title or fyi.body.partition("\n")[0]
    return Letter(f"f:{fyi.fyi_id}", Kind.FYI, title, fyi.body, fyi.time_s, not fyi.is_read, fyi)


def _notice(notice: Notice, when: float) -> Letter:
    asks = bool(notice.options)
    title = notice.title or notice.text.partition("\n")[0]
    text = f"{notice.text}\n\n{notice.url}" if notice.url else notice.text
    kind = Kind.PROMPT if asks else Kind.NOTICE
    return Letter(f"n:{notice.notice_id}", kind, title, text, when, notice.is_prompt, notice)


def _asks(letter: Letter) -> bool:
    return letter.kind is Kind.PROMPT and letter.is_open


def _mark(letter: Letter) -> str:
    return ASKS if _asks(letter) else UNREAD if letter.is_open else ""


def _subject(letter: Letter) -> str:
    return " ".join(letter.title.split())
