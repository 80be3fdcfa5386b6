"""IB algos of a stock ("Search Algo Params by Contract ID"); orders that name one are worked without it."""

from __future__ import annotations

from ibtui.sim.gateway.wire import Fields

ALGOS: tuple[Fields, ...] = (
    {
        "name": "Adaptive",
        "id": "Adaptive",
        "parameters": [
            {
                "guiRank": 1,
                "defaultValue": "Normal",
                "name": "Adaptive order priority/urgency",
                "id": "adaptivePriority",
                "legalStrings": ["Urgent", "Normal", "Patient"],
                "required": "true",
                "valueClassName": "String",
            }
        ],
    },
    {
        "name": "VWAP",
        "id": "Vwap",
        "parameters": [
            {
                "guiRank": 1,
                "minValue": 0.01,
                "maxValue": 50,
                "name": "Max Percentage",
                "description": "From 0.01 to 50.0",
                "id": "maxPctVol",
                "valueClassName": "Double",
            },
            {
                "guiRank": 2,
                "name": "Start Time",
                "description": "Defaults to start of market trading",
                "id": "startTime",
                "valueClassName": "Time",
            },
        ],
    },
    {"name": "TWAP", "id": "Twap", "parameters": []},
)
