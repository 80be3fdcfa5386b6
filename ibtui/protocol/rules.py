"""What may be ordered of a contract ("Search Contract Rules", "Find all Info and Rules for a given contract")."""

from __future__ import annotations

from decimal import Decimal

from ibtui.domain.contracts import Contract, ContractRules, PriceStep
from ibtui.errors import Garbled
from ibtui.protocol.bodies import Json, flag_of, object_of, parse, parse_object, rows_of, text_of, texts_of
from ibtui.protocol.contracts import contract_of
from ibtui.protocol.numbers import decimal_or_none
from ibtui.protocol.requests import Request, get, post


def rules(conid: int, *, is_buy: bool, exchange: str = "", order_id: int | None = None) -> Request:
    """Rules of one side of a contract, or for the change of a working order."""
    payload: dict[str, object] = {"conid": conid, "isBuy": is_buy}
    if exchange:
        payload["exchange"] = exchange
    if order_id is not None:
        payload |= {"modifyOrder": True, "orderId": order_id}
    return post("/iserver/contract/rules", payload)


def info_and_rules(conid: int, *, is_buy: bool) -> Request:
    """Description and rules in one answer."""
    return get(f"/iserver/contract/{conid}/info-and-rules", (("isBuy", str(is_buy).lower()),))


def decode_rules(body: bytes, conid: int, *, is_buy: bool) -> ContractRules:
    """Rules of `contract/rules`; a refusal in words becomes their `error`. Raises Garbled."""
    answer = parse(body)
    if not isinstance(answer, dict):
        raise Garbled("rules of a contract were expected")
    return rules_of(answer, conid, is_buy=is_buy)


def decode_info_and_rules(body: bytes, conid: int, *, is_buy: bool) -> tuple[Contract | None, ContractRules]:
    """Raises Garbled and Refused."""
    answer = parse_object(body)
    return contract_of(answer), rules_of(object_of(answer.get("rules")), conid, is_buy=is_buy)


def rules_of(answer: Json, conid: int, *, is_buy: bool) -> ContractRules:
    """Rules from their JSON object; lists that are missing are empty."""
    return ContractRules(
        conid,
        is_buy,
        steps=_steps(answer),
        size_increment=_positive(answer, "sizeIncrement"),
        default_size=_positive(answer, "defaultSize"),
        order_types=texts_of(answer.get("orderTypes")),
        order_types_outside=texts_of(answer.get("orderTypesOutside")),
        tifs=texts_of(answer.get("tifTypes")),
        fractional_types=texts_of(answer.get("fraqTypes")),
        cash_quantity_types=texts_of(answer.get("cqtTypes")),
        algo_types=texts_of(answer.get("ibAlgoTypes")),
        modify_types=texts_of(answer.get("modTypes")),
        cash_currency=text_of(answer.get("cashCcy")),
        cash_increment=_positive(answer, "cashQtyIncr"),
        negative_capable=flag_of(answer.get("negativeCapable")) is True,
        limit_price=decimal_or_none(answer.get("limitPrice")),
        stop_price=decimal_or_none(answer.get("stopprice", answer.get("stopPrice"))),
        accounts=texts_of(answer.get("canTradeAcctIds")),
        error=text_of(answer.get("error")),
    )


def _steps(answer: Json) -> tuple[PriceStep, ...]:
    """`incrementRules` ascending; where they are missing the plain `increment` holds for every price."""
    found: dict[Decimal, PriceStep] = {}
    for row in rows_of(answer.get("incrementRules")):
        edge, increment = decimal_or_none(row.get("lowerEdge")), _positive(row, "increment")
        if edge is not None and increment is not None:
            found[edge] = PriceStep(edge, increment)
    single = _positive(answer, "increment")
    if not found and single is not None:
        return (PriceStep(Decimal(0), single),)
    return tuple(found[edge] for edge in sorted(found))


def _positive(row: Json, name: str) -> Decimal | None:
    number = decimal_or_none(row.get(name))
    return number if number is not None and number > 0 else None
