"""IB algos of US stocks and their parameters ("Search Algo Params by Contract ID")."""

from __future__ import annotations

from ibtui.sim.gateway.wire import Fields

MOST_NAMED = 8
"""Ids that one request may ask for."""


def _parameter(rank: int, identifier: str, name: str, kind: str, **more: bool | float | str | list[str]) -> Fields:
    """One parameter; keys that were not given are missing, as in the document's example."""
    return {"guiRank": rank, "name": name, "id": identifier, "valueClassName": kind, **more}


def _percent(rank: int, identifier: str, name: str, **more: str) -> Fields:
    bounds: Fields = {"minValue": 0.01, "maxValue": 50, "description": "From 0.01 to 50.0"}
    return _parameter(rank, identifier, name, "Double", **more) | bounds


def _start(rank: int) -> Fields:
    return _parameter(rank, "startTime", "Start Time", "Time", description="Defaults to start of market trading")


def _end(rank: int) -> Fields:
    return _parameter(rank, "endTime", "End Time", "Time", description="Defaults to end of market trading")


def _past_end(rank: int) -> Fields:
    return _parameter(rank, "allowPastEndTime", "Allow trading past end time", "Boolean", defaultValue=False)


def _no_taking(rank: int) -> Fields:
    return _parameter(rank, "noTakeLiq", "Attempt to never take liquidity", "Boolean", defaultValue=False)


def _risk(rank: int) -> Fields:
    legal = ["Get Done", "Aggressive", "Neutral", "Passive"]
    return _parameter(
        rank, "riskAversion", "Urgency/Risk Aversion", "String", defaultValue="Neutral", legalStrings=legal
    )


def _completion(rank: int) -> Fields:
    return _parameter(rank, "forceCompletion", "Attempt completion by end of day", "Boolean", defaultValue=False)


_ADAPTIVE = [
    _parameter(
        1,
        "adaptivePriority",
        "Adaptive order priority/urgency",
        "String",
        defaultValue="Normal",
        legalStrings=["Urgent", "Normal", "Patient"],
        required="true",
    )
]
_VWAP = [
    _no_taking(5),
    _parameter(11, "optoutClosingAuction", "Opt-out closing auction", "Boolean", defaultValue=False),
    _past_end(4),
    _parameter(
        8,
        "speedUp",
        "Speed up when market approaches limit price",
        "Boolean",
        defaultValue=False,
        description="Compensate for decreased fill rate due to presence of limit price.",
        enabledConditions=["MKT:speedUp:=:no"],
    ),
    _parameter(
        12,
        "conditionalPrice",
        "Trade when price is more aggressive than:",
        "Double",
        description="Evaluates with bid for buy order and ask for sell order",
    ),
    _start(2),
    _percent(1, "maxPctVol", "Max Percentage"),
    _end(3),
]
_STYLES = ["Marketable", "Matching", "Midpoint", "Matching Same Side", "Matching Last"]
_TWAP = [
    _parameter(1, "strategyType", "Trade type", "String", defaultValue="Marketable", legalStrings=_STYLES),
    _start(2),
    _end(3),
    _past_end(4),
]
_ARRIVAL = [_percent(1, "maxPctVol", "Max Percentage"), _risk(2), _start(3), _end(4), _completion(5), _past_end(6)]
_DARK = [
    _parameter(1, "displaySize", "Display size", "Integer", minValue=1, required="true"),
    _start(2),
    _end(3),
    _past_end(4),
]
_PERCENT = [_percent(1, "pctVol", "Target Percentage", required="true"), _start(2), _end(3), _no_taking(4)]
_CLOSE = [_percent(1, "maxPctVol", "Max Percentage"), _risk(2), _start(3), _completion(4)]

ALGOS: dict[str, tuple[str, list[Fields]]] = {
    "Adaptive": ("Adaptive", _ADAPTIVE),
    "Vwap": ("VWAP", _VWAP),
    "Twap": ("TWAP", _TWAP),
    "ArrivalPx": ("Arrival Price", _ARRIVAL),
    "DarkIce": ("Dark Ice", _DARK),
    "PctVol": ("Percentage of Volume", _PERCENT),
    "ClosePx": ("Close Price", _CLOSE),
}
"""Name and parameters by id."""


def algo_row(identifier: str, *, described: bool, with_parameters: bool) -> Fields:
    """One element of `algos`; descriptions stand on the parameters that have one."""
    name, parameters = ALGOS[identifier]
    row: Fields = {"name": name, "id": identifier}
    if with_parameters:
        row["parameters"] = [
            parameter if described else {key: value for key, value in parameter.items() if key != "description"}
            for parameter in parameters
        ]
    return row
