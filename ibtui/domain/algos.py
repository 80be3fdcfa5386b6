"""IB algos an order may be worked by ("Search Algo Params by Contract ID")."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct


class AlgoParameter(Struct, frozen=True):
    """One field of an algo's form."""

    parameter_id: str
    """Key in `strategyParameters`."""
    name: str
    """For a person."""
    kind: str = "String"
    """`valueClassName`: String, Double, Integer, Boolean, Time; other words are taken as text."""
    required: bool = False
    default: str = ""
    """As text; `true` or `false` for Boolean."""
    choices: tuple[str, ...] = ()
    """`legalStrings`; empty where any text may stand."""
    least: Decimal | None = None
    most: Decimal | None = None
    description: str = ""
    rank: int = 0
    """Place in the form, from 1 (`guiRank`)."""


class Algo(Struct, frozen=True):
    """One algo and its parameters by rank."""

    algo_id: str
    name: str
    description: str = ""
    parameters: tuple[AlgoParameter, ...] = ()


class Algos(Struct, frozen=True):
    """The algos of one contract; `error` says why there are none."""

    conid: int
    algos: tuple[Algo, ...] = ()
    error: str = ""
