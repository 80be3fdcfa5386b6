"""Messages sent over the websocket: `TOPIC+[TARGET]+{PARAMETERS}` ("Subscribing to Websocket Topics")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

TICKLE = "tic"
"""Keeps the websocket session alive; at least once a minute."""
ORDERS = "sor+{}"
ORDERS_END = "uor+{}"
TRADES_END = "utr"
PNL = "spl+{}"
PNL_END = "upl+{}"


def market(conid: int, fields: Iterable[str], *, exchange: str = "") -> str:
    """Stream top-of-book data of one contract; SMART unless another venue is named."""
    return f"smd+{_venue(conid, exchange)}+{_json({'fields': list(fields)})}"


def market_end(conid: int, *, exchange: str = "") -> str:
    """End it; nothing confirms it."""
    return f"umd+{_venue(conid, exchange)}+{{}}"


def ladder(account: str, conid: int, *, exchange: str = "") -> str:
    """Stream the BookTrader price ladder; needs Level II data, and there is one per account."""
    return f"sbd+{account}+{conid}" + (f"+{exchange}" if exchange else "")


def ladder_end(account: str) -> str:
    """End the account's ladder, whatever its contract; nothing confirms it."""
    return f"ubd+{account}"


def trades(*, days: int = 1, realtime_only: bool = False) -> str:
    """Stream executions, first those of the last `days` days unless `realtime_only`."""
    return f"str+{_json({'realtimeUpdatesOnly': realtime_only, 'days': days})}"


def summary(account: str, keys: Sequence[str] = (), fields: Sequence[str] = ()) -> str:
    """Stream the account summary, all of it when no keys are named; keys as in `AccruedCash-S`."""
    return f"ssd+{account}+{_json(_filters(keys, fields))}"


def summary_end(account: str) -> str:
    """End it; answered by "unsubscribed from summary"."""
    return f"usd+{account}+{{}}"


def ledger(account: str, keys: Sequence[str] = (), fields: Sequence[str] = ()) -> str:
    """Stream the ledger, all currencies when no keys are named; keys as in `LedgerListUSD`."""
    return f"sld+{account}+{_json(_filters(keys, fields))}"


def ledger_end(account: str) -> str:
    """End it; answered by "unsubscribed from ledger"."""
    return f"uld+{account}+{{}}"


def history(conid: int, *, period: str, bar: str, outside_rth: bool = True, exchange: str = "") -> str:
    """Ask for bars; at most five may be open, each must be ended though it answers once."""
    wanted: dict[str, object] = {"exchange": exchange} if exchange else {}
    wanted |= {"period": period, "bar": bar, "outsideRth": outside_rth, "source": "trades", "format": "%o/%c/%h/%l/%v"}
    return f"smh+{conid}+{_json(wanted)}"


def history_end(server_id: str) -> str:
    """End a history request by the `serverId` of its answer."""
    return f"umh+{server_id}"


def session(session_id: str) -> str:
    """The first message when the gateway says "waiting for session": the session of `/tickle`."""
    return _json({"session": session_id})


def target(topic: str) -> tuple[str, ...]:
    """What stands between the plus signs after the topic's name: `sbd+DU1+265598` gives DU1 and 265598."""
    return tuple(topic.split("+")[1:])


def _venue(conid: int, exchange: str) -> str:
    return f"{conid}@{exchange}" if exchange else str(conid)


def _filters(keys: Sequence[str], fields: Sequence[str]) -> dict[str, object]:
    return {name: list(values) for name, values in (("keys", keys), ("fields", fields)) if values}


def _json(value: Mapping[str, object]) -> str:
    return msgspec.json.encode(value).decode("ascii", errors="replace")
