"""How an account's value is spread ("Portfolio Allocation"), what it is ("Specific Account's Portfolio Information"),
and its combination positions ("Combination Positions").
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ibtui.domain.account import Account, Allocation, ComboPosition
from ibtui.protocol.bodies import first_text, object_of, parse_object, parse_rows, rows_of, text_of
from ibtui.protocol.numbers import decimal_or_none, whole_or_none
from ibtui.protocol.portfolio import positions_of
from ibtui.protocol.requests import Request, get, post, segment


def meta(account: str) -> Request:
    """Title, currency and type of one account."""
    return get(f"/portfolio/{segment(account)}/meta")


def allocation(account: str) -> Request:
    """Spread of one account."""
    return get(f"/portfolio/{segment(account)}/allocation")


def consolidated_allocation(accounts: Sequence[str]) -> Request:
    """Spread of several accounts together."""
    return post("/portfolio/allocation", {"acctIds": list(accounts)})


def combo_positions(account: str) -> Request:
    """Positions that belong together as one combination."""
    return get(f"/portfolio/{segment(account)}/combo/positions")


def decode_meta(body: bytes) -> Account:
    """Raises Garbled and Refused."""
    row = parse_object(body)
    return Account(first_text(row, "accountId", "id"), text_of(row.get("accountAlias")), text_of(row.get("currency")))


def decode_allocation(body: bytes) -> Allocation:
    """Of one account or of several. Raises Garbled and Refused."""
    answer = parse_object(body)
    return Allocation(*(_long_and_short(answer.get(kind)) for kind in ("assetClass", "sector", "group")))


def decode_combo_positions(body: bytes, account: str) -> tuple[ComboPosition, ...]:
    """Raises Garbled and Refused."""
    found: list[ComboPosition] = []
    for row in parse_rows(body):
        legs = (
            (whole_or_none(leg.get("conid")), decimal_or_none(leg.get("ratio"))) for leg in rows_of(row.get("legs"))
        )
        found.append(
            ComboPosition(
                text_of(row.get("name")),
                text_of(row.get("description")),
                tuple((conid, ratio) for conid, ratio in legs if conid is not None and ratio is not None),
                positions_of(rows_of(row.get("positions")), account),
            )
        )
    return tuple(found)


def _long_and_short(value: object) -> tuple[tuple[str, Decimal], ...]:
    sides = object_of(value)
    amounts = [
        (text_of(name), decimal_or_none(amount))
        for side in ("long", "short")
        for name, amount in object_of(sides.get(side)).items()
    ]
    return tuple((name, amount) for name, amount in amounts if name and amount is not None)
