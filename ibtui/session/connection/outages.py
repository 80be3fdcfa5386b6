"""When IBKR takes its servers down: the nightly reset of each region and the maintenance of Saturday evening."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct


class OutageKind(StrEnum):
    """Which planned outage."""

    RESET = "nightly reset"
    MAINTENANCE = "maintenance"


class Region(Struct, frozen=True):
    """A group of IBKR's servers and the clock it goes by."""

    name: str
    zone: str
    clock: str
    """What IBKR's documents call the zone; blank where its name goes by the season (they say CEST all year)."""
    codes: frozenset[str] = frozenset()
    """`region` of `/sso/validate`, as far as it is known."""


class Outage(Struct, frozen=True):
    """A planned outage that is likely now, and when it began."""

    kind: OutageKind
    words: str


REGIONS = (
    Region("North America", "America/New_York", "US/Eastern", frozenset({"NJ", "NY", "CHI", "US"})),
    Region("Europe", "Europe/Zurich", "", frozenset({"CH", "ZH", "EU"})),
    Region("Asia", "Asia/Hong_Kong", "HKT", frozenset({"HK"})),
)
"""Of "Weekday IServer Reset Timing". Only `NJ` is in a document ("Validate SSO"); an unknown code fits every region."""

ONSET_HOURS = (0, 1)
"""01:00 by "Weekday IServer Reset Timing", 00:00 by the older "Regular Server Maintenance": both are taken."""
EARLY = timedelta(minutes=5)
"""Clocks differ, and "approximately 0100"."""
LASTS = timedelta(minutes=55)
"""A reset is "brief"; no document gives its length."""

SATURDAY = 5
MAINTENANCE_HOURS = (18, 27)
"""Saturday's evening in New York, 18:00 until 03:00 of Sunday: the documents give no hours."""


def region_near(offset_hours: float) -> str:
    """Code of the region a machine so many hours ahead of UTC most likely belongs to, until its login tells."""
    return "NJ" if offset_hours < -2.5 else "CH" if offset_hours < 5 else "HK"


def is_known(code: str) -> bool:
    """Whether a `region` of `/sso/validate` names one of these regions."""
    return any(code.upper() in region.codes for region in REGIONS)


def regions_of(code: str) -> tuple[Region, ...]:
    """The regions a session may belong to: the one its `/sso/validate` named, else all."""
    named = tuple(region for region in REGIONS if code.upper() in region.codes)
    return named or REGIONS


def outage_at(wall: float, region: str = "") -> Outage | None:
    """The planned outage that explains a refusal at Unix time `wall`, None when there is none."""
    for one in regions_of(region):
        here = datetime.fromtimestamp(wall, ZoneInfo(one.zone))
        for hour in reversed(ONSET_HOURS):
            onset = here.replace(hour=hour, minute=0, second=0, microsecond=0)
            if any(start - EARLY <= here <= start + LASTS for start in (onset, onset + timedelta(days=1))):
                return Outage(OutageKind.RESET, f"{one.name}, about {hour:02}:00 {one.clock or here.tzname()}")
    return _maintenance(wall)


def _maintenance(wall: float) -> Outage | None:
    here = datetime.fromtimestamp(wall, ZoneInfo(REGIONS[0].zone))
    first, last = MAINTENANCE_HOURS
    hour = here.hour if here.weekday() == SATURDAY else here.hour + 24 if here.weekday() == SATURDAY + 1 else -1
    if first <= hour < last:
        return Outage(OutageKind.MAINTENANCE, "Saturday evening, US/Eastern")
    return None
