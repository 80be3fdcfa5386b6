"""The order language of the command line: one line of words to one command, and tickets back to a line.

Grammar, complete (words in any case; the clauses of an order in any order, each at most once, save that a word in
quotes here stands where it stands)::

    line      = orders | cancel | modify | close          dashboard commands ("ladder AAPL") are not of this language
    orders    = order ("or" order)*                       joined by "or" a fill of one cancels the rest (OCA group)
    order     = ("buy" | "sell") size (symbol | combo) clause*
    size      = number | "$" number                       "$" sizes in money (cashQty); with "conv" to convert (fxQty)
    combo     = "combo" (ratio symbol){2,12}              ratio = ["+" | "-"] integer, not 0; no symbol twice

    clause    = "@" price                                 limit; the stop of "stp", the trigger of "mit", the cap
                                                          of "mid" and "rel"
              | "stop" price                              stop; the trigger of "mit" and "lit", the first stop of
                                                          "trail"
              | "lmt" | "mkt" | "stp" | "stp" "lmt" | "mid" | "midprice" | "mit" | "lit" | "moc" | "loc" | "rel"
              | "trail" amount                            trailing stop; amount = number | number "%"
              | "lmt" [number]                            once "trail" was said: a trailing stop with a limit; the
                                                          number is how far the limit lies beyond the stop, in
                                                          place of "@"
              | "offset" number                           of "rel"
              | "day" | "gtc" | "opg" | "ioc" | "pax" | "gtd" moment
              | "rth" ("on" | "off")                      "off": may fill outside regular trading hours
              | "tp" price                                take-profit order, attached
              | "sl" price ["lmt" price]                  stop-loss order, attached: stop or stop-limit
              | "sl" "trail" amount [price ["lmt" price]] the same, trailing; the prices are its first stop and limit
              | "oca"                                     after "tp" or "sl": the order and those attached are one group
              | "algo" id (name"="value)*                 true and false are yes and no, every other value is text
              | "route" exchange | "dest" exchange        listingExchange; directed by conidex
              | "conv" | "aon" | "saved" | "pma" ("on" | "off")
              | "alloc" method | "acct" account | "ref" word | "oper" word
              | "manual" moment                           manualOrderTime; here the moment needs its time

    cancel    = "cancel" (order-id | ("all" | symbol) ["buy" | "sell"])
    modify    = "modify" order-id change+
    change    = "@" price | "stop" price | "qty" number | "trail" amount | "offset" number
              | "day" | "gtc" | "opg" | "ioc" | "pax" | "gtd" moment | "rth" ("on" | "off")
    close     = ("flatten" | "reverse") symbol

    price     = number, above 0; of combinations and in changes with a sign, and 0
    number    = digits, with a decimal point and commas between thousands
    moment    = date [("-" | "T") hour ":" minute [":" second] ["Z"]], always UTC; a date alone is its last second
    date      = YYYYMMDD | YYYY-MM-DD
    symbol, id, exchange, method, account, word, value = word | "'" anything "'"      '' in quotes is one mark

Symbols and exchanges are read in capitals unless quoted. Which prices go with which type is the table of `shapes`.
Without a type word "@" makes a limit order, "stop" a stop order, both a stop-limit order and "trail" a trailing stop.
After "sl price" the words "lmt price" belong to the stop-loss; "lmt" without a price is the type of the order.
"""

from ibtui.domain.language.commands import (
    CancelCommand,
    CloseCommand,
    Command,
    GroupCommand,
    ModifyCommand,
    OrderCommand,
    Parsed,
    StopLoss,
)
from ibtui.domain.language.completion import Completion, Vocabulary, completions, symbol_at
from ibtui.domain.language.lines import NoLine, command_of, line_of
from ibtui.domain.language.parser import VERBS, parse
from ibtui.domain.language.tickets import NoTicket, children_of, modified, tickets_of, tickets_of_group

__all__ = [
    "VERBS",
    "CancelCommand",
    "CloseCommand",
    "Command",
    "Completion",
    "GroupCommand",
    "ModifyCommand",
    "NoLine",
    "NoTicket",
    "OrderCommand",
    "Parsed",
    "StopLoss",
    "Vocabulary",
    "children_of",
    "command_of",
    "completions",
    "line_of",
    "modified",
    "parse",
    "symbol_at",
    "tickets_of",
    "tickets_of_group",
]
