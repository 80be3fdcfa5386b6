"""The order language of the command line: one line of words to one command.

Grammar (words in any case; clauses after the symbol in any order, each at most once)::

    line     = order | cancel | modify | close
    order    = ("buy" | "sell") quantity symbol clause*
    clause   = "@" price | "stop" price | type | "trail" amount | tif | "rth" ("on" | "off")
    type     = "lmt" | "mkt" | "stp" | "stp" "lmt" | "mid" | "midprice"
    tif      = "day" | "gtc" | "ioc" | "opg"
    cancel   = "cancel" ("all" | order-id | symbol)
    modify   = "modify" order-id ("@" price | "stop" price | "qty" quantity)+
    close    = ("flatten" | "reverse") symbol
    amount   = price | price "%"
    symbol   = word | "'" anything "'"

"rth off" lets the order work outside regular trading hours. Without a type, "@" makes a limit order, "stop" a stop
order, both a stop-limit order and "trail" a trailing stop; "@ p stp" is a stop order at p, as traders write it.
"""

from ibtui.domain.language.commands import (
    CancelCommand,
    CloseCommand,
    Command,
    ModifyCommand,
    OrderCommand,
    Parsed,
)
from ibtui.domain.language.parser import VERBS, parse

__all__ = [
    "VERBS",
    "CancelCommand",
    "CloseCommand",
    "Command",
    "ModifyCommand",
    "OrderCommand",
    "Parsed",
    "parse",
]
