"""IB algos of a contract and the parameters each takes ("Search Algo Params by Contract ID")."""

from __future__ import annotations

from ibtui.domain.algos import Algo, AlgoParameter
from ibtui.protocol.bodies import Json, flag_of, parse_object, rows_of, text_of, texts_of
from ibtui.protocol.numbers import decimal_or_none, whole_or_none
from ibtui.protocol.requests import Request, get


def algos(conid: int) -> Request:
    """All algos of a contract with their descriptions and parameters; the first call is a pre-flight."""
    return get(f"/iserver/contract/{conid}/algos", (("addDescription", "1"), ("addParams", "1")))


def decode_algos(body: bytes) -> tuple[Algo, ...]:
    """Algos in the gateway's order, their parameters by rank. Raises Garbled and Refused."""
    answer = parse_object(body)
    decoded = (_algo(row) for row in rows_of(answer.get("algos")))
    return tuple(algo for algo in decoded if algo is not None)


def _algo(row: Json) -> Algo | None:
    algo_id = text_of(row.get("id"))
    if not algo_id:
        return None
    parameters = [found for found in map(_parameter, rows_of(row.get("parameters"))) if found is not None]
    return Algo(
        algo_id,
        text_of(row.get("name")) or algo_id,
        text_of(row.get("description")),
        tuple(sorted(parameters, key=lambda parameter: parameter.rank)),
    )


def _parameter(row: Json) -> AlgoParameter | None:
    parameter_id = text_of(row.get("id"))
    if not parameter_id:
        return None
    default = row.get("defaultValue")
    return AlgoParameter(
        parameter_id,
        text_of(row.get("name")) or parameter_id,
        kind=text_of(row.get("valueClassName")) or "String",
        required=flag_of(row.get("required")) is True,
        default=str(default).lower() if isinstance(default, bool) else text_of(default),
        choices=texts_of(row.get("legalStrings")),
        least=decimal_or_none(row.get("minValue")),
        most=decimal_or_none(row.get("maxValue")),
        description=text_of(row.get("description")),
        rank=whole_or_none(row.get("guiRank")) or 0,
    )
