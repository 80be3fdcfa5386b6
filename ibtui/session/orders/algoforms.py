"""Whether the parameters of an algo order fit the algo's form ("Search Algo Params by Contract ID")."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from ibtui.domain.algos import Algo, AlgoParameter, Algos
from ibtui.domain.tickets import Ticket

_NUMBERS = frozenset({"double", "integer", "int", "long", "float"})
_WHOLE = frozenset({"integer", "int", "long"})


def algo_problems(ticket: Ticket, known: Algos | None) -> Iterator[str]:
    """What is wrong with the ticket's algo; nothing while the algos of its contract are not known."""
    if known is None or not known.algos:
        return
    algo = next((algo for algo in known.algos if algo.algo_id == ticket.strategy), None)
    if algo is None:
        yield f"{ticket.strategy} is no algo of this instrument; there are {', '.join(a.algo_id for a in known.algos)}"
    elif algo.parameters:
        yield from _parameter_problems(algo, ticket)


def _parameter_problems(algo: Algo, ticket: Ticket) -> Iterator[str]:
    """Ids are compared without case: the documents place `MaxPctVol` and describe `maxPctVol`."""
    form = {parameter.parameter_id.casefold(): parameter for parameter in algo.parameters}
    given: set[str] = set()
    for name, value in ticket.strategy_parameters:
        key = name.casefold()
        parameter = form.get(key)
        if parameter is None:
            yield f"{algo.algo_id} has no parameter {name}"
        elif key in given:
            yield f"the parameter {name} is given twice"
        else:
            yield from value_problems(parameter, value)
        given.add(key)
    for key, parameter in form.items():
        if parameter.required and key not in given:
            yield f"{algo.algo_id} needs the parameter {parameter.parameter_id}"


def value_problems(parameter: AlgoParameter, value: str | bool) -> Iterator[str]:
    """What is wrong with one value."""
    name, kind = parameter.parameter_id, parameter.kind.casefold()
    if (kind == "boolean") is not isinstance(value, bool):
        yield f"{name} is yes or no" if kind == "boolean" else f"{name} is not yes or no"
        return
    if isinstance(value, bool):
        return
    if not value.strip():
        yield f"{name} is blank"
    elif parameter.choices and value not in parameter.choices:
        yield f"{name} is one of {', '.join(parameter.choices)}"
    elif kind in _NUMBERS:
        yield from _number_problems(parameter, value)


def _number_problems(parameter: AlgoParameter, value: str) -> Iterator[str]:
    name = parameter.parameter_id
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        yield f"{name} is a number, not “{value}”"
        return
    if parameter.kind.casefold() in _WHOLE and number % 1:
        yield f"{name} is a whole number"
    if parameter.least is not None and number < parameter.least:
        yield f"{name} is {parameter.least:f} or more"
    if parameter.most is not None and number > parameter.most:
        yield f"{name} is {parameter.most:f} or less"
