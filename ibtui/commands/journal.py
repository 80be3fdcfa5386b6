"""`ibtui journal`: what was asked of the gateway and what came of it, printed from the journal's file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ibtui.domain.language import NoLine, line_of
from ibtui.domain.orders import Intent
from ibtui.errors import UsageError
from ibtui.protocol.clean import clean
from ibtui.session.orders.journal import Step
from ibtui.session.orders.journal_file import FILE_NAME
from ibtui.session.orders.records import Record, records

_DURATION = re.compile(r"([0-9]{1,6})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
COLUMNS = ("key", "intent", "account", "order", "stage", "order_id", "at_utc", "at_local", "step", "what", "body")


class NoJournal(Exception):
    """There is none yet; its text says where it would be."""


def moment_of(text: str, now: datetime) -> float:
    """Unix seconds of `2026-11-20` (local midnight), `2026-11-20T14:30`, or of `2h`, `3d` before `now`.

    Raises UsageError.
    """
    match = _DURATION.fullmatch(text.strip().casefold())
    try:
        if match is not None:
            return (now - timedelta(**{_UNITS[match[2]]: int(match[1])})).timestamp()
        return datetime.fromisoformat(text.strip()).timestamp()
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"--since {text}: a date such as 2026-11-20 or a duration such as 2h or 3d") from None


def report(folder: Path, form: str, *, since: float | None = None, only_open: bool = False, account: str = "") -> str:
    """The journal in `folder` as text for the terminal, `json` or `csv`. Raises NoJournal and JournalFailed.

    `since` keeps what had a step at or after that time, `only_open` what has no end on record.
    """
    found = records(folder)
    if found is None:
        raise NoJournal(f"There is no order journal in {folder} ({FILE_NAME}): nothing was ever sent from here.")
    wanted = [
        record
        for record in found
        if (not account or record.account == account)
        and (not only_open or record.stage.is_open)
        and (since is None or any(step.at >= since for step in record.steps))
    ]
    if form == "json":
        return json.dumps([_as_json(record) for record in wanted], indent=2, ensure_ascii=True)
    if form == "csv":
        return _as_csv(wanted)
    return "\n".join(_as_text(wanted)) or "Nothing in the journal fits."


def order_line(record: Record) -> str:
    """The order in the order language, a change or a cancel in its words; an order it cannot say in bare words."""
    if record.intent is Intent.CANCEL:
        return f"cancel {record.order_id}"
    try:
        line = line_of(record.tickets, account=record.account)
    except NoLine:
        line = " + ".join(
            f"{t.side.value} {t.quantity:f} {t.contract.label} {t.order_type.value}" for t in record.tickets
        )
    return clean(f"modify {record.order_id} to {line}" if record.intent is Intent.MODIFY else line)


def _as_text(wanted: Iterable[Record]) -> Iterator[str]:
    for record in wanted:
        ids = ", ".join(str(order_id) for order_id in record.legs.values()) or str(record.order_id or "")
        order = f"  order {ids}" if ids else ""
        is_open = "  OPEN" if record.stage.is_open else ""
        yield (
            f"{_local(record.created)}  {clean(record.key)}  {record.intent.value}  {clean(record.account)}  "
            f"{record.stage.value.upper()}{order}{is_open}"
        )
        yield f"    {order_line(record)}"
        for step in record.steps:
            yield f"    {_local(step.at)} = {_utc(step.at)}  {_words(step)}"
        yield ""


def _words(step: Step) -> str:
    """The stage and what was said, the stage once."""
    what = clean(step.what)
    return what if what.startswith(step.stage.value) else f"{step.stage.value}: {what}"


def _as_json(record: Record) -> dict[str, object]:
    return {
        "key": record.key,
        "intent": record.intent.value,
        "account": record.account,
        "order": order_line(record),
        "stage": record.stage.value,
        "open": record.stage.is_open,
        "order_id": record.order_id,
        "order_ids": {str(place): order_id for place, order_id in record.legs.items()},
        "created": _utc(record.created),
        "steps": [
            {
                "at_utc": _utc(step.at),
                "at_local": _local(step.at),
                "stage": step.stage.value,
                "what": step.what,
                "body": step.body,
            }
            for step in record.steps
        ],
    }


def _as_csv(wanted: Iterable[Record]) -> str:
    """One row for each step."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(COLUMNS)
    for record in wanted:
        head = (record.key, record.intent.value, record.account, order_line(record), record.stage.value)
        for step in record.steps:
            told = (_utc(step.at), _local(step.at), step.stage.value, clean(step.what), clean(step.body))
            rows.writerow((*head, record.order_id or "", *told))
    return written.getvalue().rstrip("\n")


def _local(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().isoformat(" ", "milliseconds")


def _utc(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat("T", "milliseconds").replace("+00:00", "Z")
