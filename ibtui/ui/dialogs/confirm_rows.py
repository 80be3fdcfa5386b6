"""Every field of a ticket in words, in order: what the confirmation shows is all that is sent (order-safety 6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from ibtui.domain.algos import Algo
from ibtui.domain.contracts import ContractRules
from ibtui.domain.language.moments import from_ms
from ibtui.domain.tickets import OrderType, Ticket
from ibtui.ui.dialogs.ticket_rows import LABELS
from ibtui.ui.dialogs.words import amount_words, leg_words, order_line, trailing_words
from ibtui.ui.ticket_fields import Field, on_grid
from ibtui.ui.ticket_moments import moment_words
from ibtui.ui.ticket_offers import MANAGEMENT_WORDS, SMART, TYPE_WORDS

Row = tuple[str, str, str]
"""Name of a field, its value, a remark."""

Words = Callable[[Ticket], str]


def price_rows(ticket: Ticket, before: Ticket | None, rules: ContractRules | None, far: str) -> list[Row]:
    """Type and prices; `far`, how far they are from the market, stands at the one that decides."""
    kind = ticket.order_type
    limit = "Limit" if kind.needs_limit or ticket.limit_price is None else "Cap"
    trigger = "Trigger" if kind in (OrderType.MIT, OrderType.LIT) else "First stop" if kind.trails else "Stop"
    rows = _rows(
        ticket,
        before,
        (
            ("Type", lambda t: TYPE_WORDS[t.order_type]),
            (limit, lambda t: "" if t.limit_price is None else on_grid(t.limit_price, rules)),
            (trigger, lambda t: "" if t.stop_price is None else on_grid(t.stop_price, rules)),
            ("Trailing", trailing_words),
            ("Offset", lambda t: "" if t.offset is None else f"{t.offset:f}"),
        ),
    )
    decisive = trigger if ticket.stop_price is not None else limit
    return [(name, value, was or (far if name == decisive else "")) for name, value, was in rows]


def child_rows(children: Sequence[Ticket]) -> list[Row]:
    """The attached orders, each whole."""
    return [
        ("Take profit" if child.order_type is OrderType.LMT else "Stop loss", order_line(child), "once it fills")
        for child in children
    ]


def term_rows(ticket: Ticket, before: Ticket | None, *, outside_unknown: bool) -> list[Row]:
    """Size, time, way to the market."""
    rows = _rows(
        ticket,
        before,
        (
            ("Quantity", amount_words),
            ("Legs", lambda t: leg_words(t.contract, t.side)),
            ("TIF", lambda t: t.tif.value),
            (LABELS[Field.GOOD_TILL], lambda t: moment_words(t.good_till)),
            ("Outside RTH", lambda t: _yes(t.outside_rth) or "no"),
            ("Route", lambda t: t.route or SMART),
            (LABELS[Field.DESTINATION], lambda t: t.destination),
        ),
    )
    if not outside_unknown:
        return rows
    return [(name, value, "was unknown" if name == "Outside RTH" else was) for name, value, was in rows]


def more_rows(ticket: Ticket, before: Ticket | None, algo: Algo | None) -> list[Row]:
    """All that is seldom set; an algo's parameters by their names where these are known."""
    names = {p.parameter_id: p.name for p in algo.parameters} if algo is not None else {}
    rows = _rows(ticket, before, (("Algo", lambda t: t.strategy),))
    keys = dict(ticket.strategy_parameters) | dict(before.strategy_parameters if before is not None else ())
    for key in keys:
        rows += _rows(ticket, before, ((names.get(key, key), partial(_parameter, key)),))
    return rows + _rows(
        ticket,
        before,
        (
            (LABELS[Field.ALL_OR_NONE], lambda t: _yes(t.all_or_none)),
            (LABELS[Field.MANAGEMENT], lambda t: "" if t.price_management is None else _management(t)),
            ("OCA group", lambda t: "yes: a fill of one cancels the others" if t.single_group else ""),
            ("Attached", lambda t: "yes: comes to life with its parent" if t.is_child else ""),
            ("Saved", lambda t: "will be saved, not worked" if t.deactivated else ""),
            (LABELS[Field.REFERRER], lambda t: t.referrer),
            (LABELS[Field.OPERATOR], lambda t: t.operator),
            (
                LABELS[Field.MANUAL],
                lambda t: "" if t.manual_time_ms is None else moment_words(from_ms(t.manual_time_ms)),
            ),
            (LABELS[Field.ALLOCATION], lambda t: t.allocation_method),
        ),
    )


def _rows(ticket: Ticket, before: Ticket | None, wanted: Sequence[tuple[str, Words]]) -> list[Row]:
    """A row for each that is set, or was before the change."""
    rows = []
    for name, words in wanted:
        value, old = words(ticket), words(before) if before is not None else words(ticket)
        if value or old:
            rows.append((name, value or "not set", "" if value == old else f"was {old or 'not set'}"))
    return rows


def _yes(flag: bool) -> str:
    return "yes" if flag else ""


def _management(ticket: Ticket) -> str:
    return MANAGEMENT_WORDS[ticket.price_management]


def _parameter(key: str, ticket: Ticket) -> str:
    value = dict(ticket.strategy_parameters).get(key, "")
    return ("yes" if value else "no") if isinstance(value, bool) else value
