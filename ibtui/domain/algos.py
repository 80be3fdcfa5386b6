"""IB algos an order may be worked by ("Search Algo Params by Contract ID")."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class AlgoParameter:
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


@dataclass(frozen=True, slots=True)
class Algo:
    """One algo and its parameters by rank."""

    algo_id: str
    name: str
    description: str = ""
    parameters: tuple[AlgoParameter, ...] = ()


@dataclass(frozen=True, slots=True)
class Algos:
    """The algos of one contract; `error` says why there are none."""

    conid: int
    algos: tuple[Algo, ...] = ()
    error: str = ""
