"""Every order form once: as a line of the order language, as tickets, and as the body the gateway must get.

The bodies are written out by hand, key by key, from "Place Order", "Bracket Orders & OCA Groups" and "Combo / Spread
Orders" of IBKR's documents. Prices lie near those at which the simulator starts, so that the default collar lets them
pass. Numbers with a point are `Digits`: 265.30 is not 265.3.
"""

from __future__ import annotations

from tests.forms.ingredients import (
    AAPL,
    ACCOUNT,
    BTC,
    ES,
    EURUSD,
    GROUP,
    MSFT,
    PARENT,
    RATIO,
    SPREAD,
    Body,
    Digits,
    Form,
    orders_of,
)
from tests.forms.plain import SIZES, TIMES, TYPES
from tests.forms.special import ALGOS, COMBOS, GROUPS, WAYS

__all__ = [
    "AAPL",
    "ACCOUNT",
    "BTC",
    "ES",
    "EURUSD",
    "FORMS",
    "GROUP",
    "MSFT",
    "PARENT",
    "RATIO",
    "SPREAD",
    "TYPES",
    "Body",
    "Digits",
    "Form",
    "orders_of",
]

FORMS = (*TYPES, *TIMES, *SIZES, *WAYS, *ALGOS, *COMBOS, *GROUPS)
