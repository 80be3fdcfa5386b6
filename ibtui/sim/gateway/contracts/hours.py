"""Trading schedules: which hours an instrument is open on which day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ibtui.sim.exchange import Instrument
from ibtui.sim.gateway.wire import Fields, Json, utc

DAYS_AHEAD = 6
_SPOKEN_ZONES = {"America/New_York": "US/Eastern", "America/Chicago": "US/Central"}
_ANY_SATURDAY = date(2000, 1, 1)


def spoken_zone(zone: str) -> str:
    """`US/Eastern` for New York, as /contract/trading-schedule writes it."""
    return _SPOKEN_ZONES.get(zone, zone)


def trading_days(instrument: Instrument, now_ms: int, count: int = DAYS_AHEAD) -> list[date]:
    """The next weekdays in the exchange's zone, today included."""
    day = utc(now_ms).astimezone(ZoneInfo(instrument.hours.zone)).date()
    days: list[date] = []
    while len(days) < count:
        if instrument.hours.continuous or day.weekday() < 5:
            days.append(day)
        day += timedelta(days=1)
    return days


def session(instrument: Instrument, day: date, *, regular: bool) -> tuple[int, int]:
    """Opening and closing of a day's session, Unix seconds; a session whose close is smaller began the day before."""
    opening, closing = instrument.hours.regular if regular else instrument.hours.extended
    zone = ZoneInfo(instrument.hours.zone)
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    starts = midnight - timedelta(days=1) if closing <= opening else midnight
    return int(_at(starts, opening).timestamp()), int(_at(midnight, closing).timestamp())


def _at(midnight: datetime, minutes: int) -> datetime:
    return midnight + timedelta(days=minutes // 1440, hours=minutes % 1440 // 60, minutes=minutes % 60)


def schedules_by_date(instrument: Instrument, now_ms: int) -> Fields:
    """`schedules` of /contract/trading-schedule."""
    days: Fields = {}
    for day in trading_days(instrument, now_ms):
        opening, closing = session(instrument, day, regular=True)
        wide_opening, wide_closing = session(instrument, day, regular=False)
        liquid: Json = {"opening": opening, "closing": closing}
        extended: Json = {"opening": wide_opening, "closing": wide_closing, "cancel_daily_orders": True}
        days[day.strftime("%Y%m%d")] = {"liquid_hours": [liquid], "extended_hours": [extended]}
    return days


def weekly_schedule(instrument: Instrument) -> Fields:
    """One element of /trsrv/secdef/schedule: 20000101 stands for any Saturday, 20000103 for any Monday."""
    regular, extended = instrument.hours.regular, instrument.hours.extended
    rows: list[Json] = []
    for offset in range(7) if instrument.hours.continuous else range(2, 7):
        day = (_ANY_SATURDAY + timedelta(days=offset)).strftime("%Y%m%d")
        liquid: Json = {"openingTime": _clock(regular[0]), "closingTime": _clock(regular[1]), "prop": "LIQUID"}
        times: Json = {"openingTime": _clock(extended[0]), "closingTime": _clock(extended[1]), "cancelDayOrders": "Y"}
        rows.append(
            {
                "clearingCycleEndTime": _clock(extended[1]),
                "tradingScheduleDate": day,
                "sessions": [liquid],
                "tradingtimes": [times],
            }
        )
    return {
        "id": f"p{100000 + instrument.conid % 9999}",
        "tradeVenueId": f"v{13000 + len(instrument.exchange)}",
        "exchange": instrument.exchange,
        "description": instrument.exchange,
        "timezone": instrument.hours.zone,
        "schedules": rows,
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}{minutes % 60:02d}"
