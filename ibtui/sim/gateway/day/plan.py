"""When events begin and end by themselves: by New York's time of day, or some seconds after a stream is up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from ibtui.sim.gateway.wire import Fields, Json

NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True, slots=True)
class Planned:
    """An event's beginning, or its end; without `at` and `after_seconds` it is due at once."""

    event: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    at: tuple[int, int] | None = None
    """Hour and minute in New York by the simulated clock, every day."""
    after_seconds: float | None = None
    """Real seconds after the first websocket is greeted, or after the plan is made if that is later; once."""
    end: bool = False
    """It ends then, if it goes on."""


@dataclass(slots=True)
class _Entry:
    """One line of a plan and when it is due next."""

    planned: Planned
    due_ms: int | None = None
    """Simulated time, of one with `at`."""
    done: int = 0


class Plan:
    """Calls what is due."""

    def __init__(self, planned: Sequence[Planned], now_ms: int, clock_ms: int) -> None:
        self._made_ms = clock_ms
        self._entries = [
            _Entry(each, next_moment(each.at, now_ms) if each.at is not None else None) for each in planned
        ]

    def step(self, now_ms: int, clock_ms: int, greeted_ms: int | None, call: Callable[[Planned], None]) -> None:
        """Call each line whose time has come; `greeted_ms` is when the first websocket was greeted."""
        for entry in self._entries:
            if self._is_due(entry, now_ms, clock_ms, greeted_ms):
                entry.done += 1
                if entry.planned.at is not None:
                    entry.due_ms = next_moment(entry.planned.at, now_ms)
                call(entry.planned)

    def report(self) -> list[Json]:
        """Every line, and how often it was called."""
        return [_told(entry) for entry in self._entries]

    def _is_due(self, entry: _Entry, now_ms: int, clock_ms: int, greeted_ms: int | None) -> bool:
        if entry.due_ms is not None:
            return now_ms >= entry.due_ms
        if entry.done:
            return False
        if entry.planned.after_seconds is None:
            return True
        if greeted_ms is None:
            return False
        return clock_ms >= max(greeted_ms, self._made_ms) + entry.planned.after_seconds * 1000


def next_moment(at: tuple[int, int], now_ms: int) -> int:
    """Unix milliseconds of the next such time of day in New York, later than now."""
    now = datetime.fromtimestamp(now_ms / 1000, NEW_YORK)
    moment = datetime.combine(now.date(), time(*at), NEW_YORK)
    if moment.timestamp() * 1000 <= now_ms:
        moment = datetime.combine(now.date() + timedelta(days=1), time(*at), NEW_YORK)
    return int(moment.timestamp() * 1000)


def planned_of(row: object) -> Planned:
    """A line as a lever gives it: `event`, `parameters`, `at` ("10:00"), `after_seconds`, `end`; or ValueError."""
    if not isinstance(row, dict) or (unknown := set(row) - {"event", "parameters", "at", "after_seconds", "end"}):
        raise ValueError(f"a line of the plan has event, parameters, at, after_seconds and end, unlike {row!r}")
    parameters, after, end = row.get("parameters", {}), row.get("after_seconds"), row.get("end", False)
    if not isinstance(parameters, dict) or not isinstance(end, bool) or unknown:
        raise ValueError("parameters must be an object, end true or false")
    if after is not None and (isinstance(after, bool) or not isinstance(after, (int, float)) or after < 0):
        raise ValueError(f"after_seconds must be a number, 0 or more, not {after!r}")
    if after is not None and row.get("at") is not None:
        raise ValueError("only one of at and after_seconds can be given")
    return Planned(str(row.get("event")), parameters, _time_of_day(row.get("at")), after, end)


def _time_of_day(text: object) -> tuple[int, int] | None:
    if text is None:
        return None
    try:
        found = time.fromisoformat(str(text))
    except ValueError as error:
        raise ValueError(f"at must be a time of day such as 10:00, not {text!r}") from error
    return found.hour, found.minute


def _told(entry: _Entry) -> Fields:
    planned = entry.planned
    row: Fields = {"event": planned.event, "parameters": _json(planned.parameters), "end": planned.end}
    if planned.at is not None:
        row |= {"at": f"{planned.at[0]:02}:{planned.at[1]:02}", "due": entry.due_ms}
    if planned.after_seconds is not None:
        row["after_seconds"] = planned.after_seconds
    return row | {"done": entry.done}


def _json(parameters: Mapping[str, object]) -> Fields:
    return {name: list(each) if isinstance(each, tuple) else each for name, each in parameters.items()}  # type: ignore[misc]  # they were JSON or are written so
