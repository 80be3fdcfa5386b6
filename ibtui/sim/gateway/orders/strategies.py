"""`strategy` and `strategyParameters` of an order, checked against the algos of its contract, as a plan of work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from ibtui.sim.exchange import Instrument, Plan
from ibtui.sim.gateway.answers import bad_request, refused_order
from ibtui.sim.gateway.contracts.algos import ALGOS
from ibtui.sim.gateway.contracts.rules import permitted
from ibtui.sim.gateway.wire import Fields, Json, utc

_ADAPTIVE_PACE = {"urgent": (3, 1_000), "normal": (5, 3_000), "patient": (8, 6_000)}
"""Parts and ms between them by priority."""
_INTERVALS = {"DarkIce": 5_000}
_USUAL_INTERVAL = 30_000
_TIME = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})(?: (\w+(?:/\w+)?))?")
_MOMENT = "%Y%m%d-%H:%M:%S"
_ZONES = {
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "GMT": "UTC",
}
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def plan_of(raw: Mapping[str, object], instrument: Instrument, now_ms: int, *, buy: bool) -> Plan | None:
    """How the order is to be worked; None without a strategy. The reject object says what is wrong with one."""
    name = str(raw.get("strategy") or "")
    if not name:
        if raw.get("strategyParameters"):
            raise refused_order("strategyParameters are given without a strategy.")
        return None
    known = {each.lower(): each for each in ALGOS}
    if name.lower() not in known or not permitted(instrument, buy=buy).algos:
        raise refused_order(f"Algorithm {name} is not available for this contract.")
    algo = known[name.lower()]
    values = _checked(algo, _given(raw.get("strategyParameters")), instrument, now_ms)
    if algo == "Adaptive":
        parts, interval = _ADAPTIVE_PACE[str(values["adaptivePriority"]).lower()]
        return Plan(now_ms, now_ms + parts * interval, interval, past_end=True)
    begin, end = _moment(values, "startTime") or now_ms, _moment(values, "endTime")
    if end and end <= max(begin, now_ms):
        raise refused_order("The algorithm's end time must lie after its start and in the future.")
    return Plan(begin, end, _INTERVALS.get(algo, _USUAL_INTERVAL), past_end=values.get("allowPastEndTime") is True)


def _given(raw: object) -> Mapping[str, object]:
    """The parameters: an object, as in the examples, or an array of objects, as the key is described."""
    if raw is None:
        return {}
    given: dict[str, object] = {}
    for part in raw if isinstance(raw, list) else [raw]:
        if not isinstance(part, dict):
            raise bad_request("order parameter strategyParameters is not valid")
        given.update(part)
    return given


def _checked(algo: str, given: Mapping[str, object], instrument: Instrument, now_ms: int) -> dict[str, object]:
    known = {str(parameter["id"]).lower(): parameter for parameter in ALGOS[algo][1]}
    values: dict[str, object] = {}
    for name, value in given.items():
        parameter = known.get(name.lower())
        if parameter is None:
            raise refused_order(f"Algorithm {algo} has no parameter {name}.")
        values[str(parameter["id"])] = _value(parameter, value, instrument, now_ms)
    for parameter in known.values():
        if parameter.get("required") == "true" and str(parameter["id"]) not in values:
            raise refused_order(f"Parameter {parameter['id']} of algorithm {algo} is required.")
    return values


def _value(parameter: Fields, value: object, instrument: Instrument, now_ms: int) -> object:
    name, kind, text = parameter["id"], parameter["valueClassName"], str(value).strip()
    if kind == "Boolean":
        if text.lower() not in _TRUTHS:
            raise refused_order(f"Parameter {name} must be true or false.")
        return _TRUTHS[text.lower()]
    if kind in ("Double", "Integer"):
        return _number(parameter, text)
    if kind == "Time":
        return _time_ms(str(name), text, instrument, now_ms)
    legal = parameter.get("legalStrings")
    allowed = [str(each) for each in legal] if isinstance(legal, list) else [text]
    found = next((each for each in allowed if each.lower() == text.lower()), None)
    if found is None:
        raise refused_order(f"Parameter {name} must be one of {', '.join(allowed)}.")
    return found


def _number(parameter: Fields, text: str) -> Decimal:
    name = parameter["id"]
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise refused_order(f"Parameter {name} must be a number.") from None
    if not number.is_finite() or (parameter["valueClassName"] == "Integer" and number % 1):
        raise refused_order(f"Parameter {name} must be a {'whole ' * (number.is_finite())}number.")
    least, most = _bound(parameter.get("minValue")), _bound(parameter.get("maxValue"))
    if (least is not None and number < least) or (most is not None and number > most):
        bounds = f"at least {least}" if most is None else f"from {least} to {most}"
        raise refused_order(f"Parameter {name} must be {bounds}.")
    return number


def _bound(value: Json) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _time_ms(name: str, text: str, instrument: Instrument, now_ms: int) -> int:
    """`14:00:00 EST`, `14:00:00` in the exchange's zone, or `20261119-19:00:00` in UTC, as Unix ms."""
    try:
        if "-" in text:
            return int(datetime.strptime(text, _MOMENT).replace(tzinfo=UTC).timestamp() * 1000)
        matched = _TIME.fullmatch(text)
        if matched is None:
            raise ValueError(text)
        zone = ZoneInfo(_ZONES.get(matched[4] or "", matched[4] or instrument.hours.zone))
        day = utc(now_ms).astimezone(zone)
        moment = day.replace(hour=int(matched[1]), minute=int(matched[2]), second=int(matched[3]), microsecond=0)
    except (ValueError, KeyError):
        raise refused_order(f"Parameter {name} must be a time such as 14:00:00 EST.") from None
    return int(moment.timestamp() * 1000)


def _moment(values: Mapping[str, object], name: str) -> int:
    value = values.get(name)
    return value if isinstance(value, int) else 0
