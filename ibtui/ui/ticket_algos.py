"""Whether an algo's parameters are what its description asks for."""

from __future__ import annotations

from collections.abc import Iterator

from ibtui.domain.algos import AlgoParameter
from ibtui.domain.rulewords import may_use_algo
from ibtui.domain.tickets import Ticket
from ibtui.ui.ticket_fields import Field, Problem, Surroundings, plain
from ibtui.ui.ticket_numbers import number_or_none

NUMBERS = frozenset({"double", "float", "integer", "int", "long"})
WHOLE = frozenset({"integer", "int", "long"})


def algo_problems(ticket: Ticket, around: Surroundings) -> Iterator[Problem]:
    """What is wrong with the ticket's algo; nothing is held against one that is not known yet.

    Ids are compared without case: the documents place `MaxPctVol` and describe `maxPctVol`.
    """
    if not ticket.strategy:
        return
    if not may_use_algo(around.rules, ticket.order_type):
        yield Problem(Field.ALGO, f"{ticket.order_type.value} orders cannot be worked by an algo")
    algo = around.algo(ticket.strategy)
    if algo is None:
        if around.algos is not None and around.algos.algos:
            yield Problem(Field.ALGO, f"{ticket.strategy} is no algo of this contract")
        return
    values = {name.casefold(): value for name, value in ticket.strategy_parameters}
    known = {parameter.parameter_id.casefold() for parameter in algo.parameters}
    for name, _ in ticket.strategy_parameters if algo.parameters else ():
        if name.casefold() not in known:
            yield Problem(Field.ALGO, f"{algo.algo_id} has no parameter {name}")
    for parameter in algo.parameters:
        value = values.get(parameter.parameter_id.casefold())
        text = parameter_problem(parameter, value)
        if text:
            yield Problem(
                Field.ALGO,
                f"{parameter.name}: {text}",
                is_missing=value is None,
                parameter=parameter.parameter_id,
            )


def is_number(parameter: AlgoParameter) -> bool:
    """Whether the parameter is a number."""
    return parameter.kind.casefold() in NUMBERS


def is_flag(parameter: AlgoParameter) -> bool:
    """Whether the parameter is yes or no."""
    return parameter.kind.casefold() == "boolean"


def parameter_problem(parameter: AlgoParameter, value: str | bool | None) -> str:
    """What is wrong with the value of a parameter, blank when nothing is."""
    if value is None:
        return "is needed" if parameter.required else ""
    if is_flag(parameter) is not isinstance(value, bool):
        return "must be yes or no" if is_flag(parameter) else "is not yes or no"
    if isinstance(value, bool):
        return ""
    if parameter.choices:
        return "" if value in parameter.choices else f"must be one of {', '.join(parameter.choices)}"
    return _number_problem(parameter, value) if is_number(parameter) else ""


def _number_problem(parameter: AlgoParameter, value: str) -> str:
    number = number_or_none(value)
    if number is None or "," in value:
        return f"“{value}” is not a number"
    if parameter.kind.casefold() in WHOLE and number % 1:
        return "must be a whole number"
    if parameter.least is not None and number < parameter.least:
        return f"must be {plain(parameter.least)} or more"
    if parameter.most is not None and number > parameter.most:
        return f"must be {plain(parameter.most)} or less"
    return ""
