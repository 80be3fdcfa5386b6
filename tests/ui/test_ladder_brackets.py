"""What a template attaches to an entry, and that whole orders are sound on any grid and in any market."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ibtui.domain.contracts import PriceStep
from ibtui.domain.tickets import OrderType, Side, Tif
from ibtui.session.orders.forms import form_problems, group_problems
from ibtui.ui.ladder.brackets import entry_of
from ibtui.ui.ladder.hands import Kind, NotPossible
from ibtui.ui.ladder.options import Bracket, next_bracket
from ibtui.ui.ticket_checks import check_ticket
from ibtui.ui.ticket_fields import Surroundings
from tests.ui.ladder_market import ACCOUNT, D, Market, book, markets, rules, sides
from tests.ui.ladder_presses import BUY, SELL, kinds, pressed, refused, tried

SCALP = Bracket("scalp", 8, 6)
ticks = st.one_of(st.none(), st.integers(1, 40))
brackets = st.builds(Bracket, st.just("any"), ticks, ticks, st.booleans())
plain_brackets = st.builds(Bracket, st.just("both"), st.integers(1, 40), st.integers(1, 40))


@pytest.mark.parametrize("side", Side)
def test_a_bracket_attaches_target_and_stop_on_the_other_side(side: Side) -> None:
    parent, target, stop = pressed(Kind.LIMIT, side, "271.60" if side is BUY else "271.74", bracket=SCALP)

    assert target == replace(
        parent,
        side=side.opposite,
        limit_price=D("271.68") if side is BUY else D("271.66"),
        is_child=True,
    )
    assert (stop.order_type, stop.limit_price, stop.is_child) == (OrderType.STP, None, True)
    assert stop.stop_price == (D("271.54") if side is BUY else D("271.80"))
    assert (stop.side, stop.quantity, stop.tif) == (side.opposite, parent.quantity, Tif.DAY)


def test_a_trailing_stop_follows_at_the_distance_of_its_ticks() -> None:
    _, stop = pressed(Kind.LIMIT, BUY, "271.60", bracket=Bracket("runner", None, 12, trailing=True))

    assert (stop.order_type, stop.trailing_type, stop.trailing_amount) == (OrderType.TRAIL, "amt", D("0.12"))
    assert stop.stop_price is None


def test_the_bracket_of_a_stop_order_is_counted_from_its_stop() -> None:
    _, target, stop = pressed(Kind.STOP, BUY, "271.80", bracket=SCALP)

    assert (target.limit_price, stop.stop_price) == (D("271.88"), D("271.74"))


@pytest.mark.parametrize("kind", [Kind.MARKET, Kind.CROSS])
def test_the_bracket_of_an_order_that_fills_at_once_is_counted_from_the_other_side(kind: Kind) -> None:
    _, target, stop = pressed(kind, BUY, bracket=SCALP)

    assert (target.limit_price, stop.stop_price) == (D("271.76"), D("271.62"))


def test_a_limit_through_the_market_is_bracketed_from_where_it_fills() -> None:
    _, target, stop = pressed(Kind.LIMIT, SELL, "271.00", bracket=SCALP)

    assert (target.limit_price, stop.stop_price) == (D("271.58"), D("271.72"))


def test_the_bracket_of_a_market_order_needs_a_market() -> None:
    assert refused(Kind.MARKET, BUY, source=book("271.60", None), bracket=SCALP) == (
        "bracket scalp: there is no ask to count its ticks from"
    )


def test_a_stop_inside_the_spread_of_an_order_that_fills_at_once_is_refused() -> None:
    wide = book("271.00", "271.68")

    assert refused(Kind.MARKET, BUY, source=wide, bracket=Bracket("tight", None, 6)) == (
        "bracket tight: its stop 271.62 would trigger at once, the bid is 271.00"
    )


def test_a_bracket_of_types_that_are_not_offered_is_refused() -> None:
    only_limits = rules(types=("limit", "market"))

    assert refused(Kind.JOIN, known=only_limits, bracket=SCALP) == (
        "bracket scalp: STP is not offered for this contract"
    )
    assert len(pressed(Kind.JOIN, known=only_limits, bracket=Bracket("target", 8))) == 2


def test_a_bracket_below_nothing_is_refused() -> None:
    cheap = book("0.05", "0.06", None)

    assert refused(Kind.JOIN, source=cheap, bracket=SCALP) == "bracket scalp: 6 ticks from 0.05 is -0.01, no price"
    assert refused(Kind.JOIN, source=cheap, bracket=Bracket("b", None, 5)).endswith("is 0.00, no price")


@pytest.mark.parametrize("bracket", [Bracket("none", 0), Bracket("none", None, -1)])
def test_a_template_without_a_distance_is_refused(bracket: Bracket) -> None:
    assert "it must be 1 or more" in refused(Kind.JOIN, bracket=bracket)


def test_templates_come_round_by_way_of_none() -> None:
    runner = Bracket("runner", None, 12, trailing=True)

    assert next_bracket((SCALP, runner), None) is SCALP
    assert next_bracket((SCALP, runner), SCALP) is runner
    assert next_bracket((SCALP, runner), runner) is None
    assert next_bracket((), None) is None
    assert next_bracket((runner,), SCALP) is None


def test_a_template_is_named_with_its_ticks() -> None:
    assert SCALP.words == "scalp +8/−6"
    assert Bracket("runner", None, 12, trailing=True).words == "runner −12 trailing"
    assert Bracket("bare").words == "bare"


@given(kinds, sides, markets(), st.one_of(st.none(), brackets), st.integers(0, 60))
def test_every_order_has_its_side_its_size_and_prices_on_the_grid(
    kind: Kind, side: Side, market: Market, bracket: Bracket | None, collar: int
) -> None:
    try:
        parent, *children = tried(kind, side, market, bracket, collar)
    except NotPossible:
        return

    assert (parent.side, parent.is_child) == (side, False)
    assert all((child.side, child.is_child) == (side.opposite, True) for child in children)
    for ticket in (parent, *children):
        around = Surroundings(rules=replace(market.rules, is_buy=ticket.side is BUY))
        assert not [problem for problem in check_ticket(ticket, around) if problem.blocks]
        assert (ticket.quantity, ticket.tif, ticket.account) == (D(1), Tif.DAY, ACCOUNT)


@given(kinds, sides, markets(), brackets)
def test_the_order_desk_takes_the_form_of_every_order(kind: Kind, side: Side, market: Market, bracket: Bracket) -> None:
    try:
        tickets = tried(kind, side, market, bracket)
    except NotPossible:
        return

    assert list(group_problems(tickets)) == []
    assert [problem for ticket in tickets for problem in form_problems(ticket, None)] == []


@given(kinds, sides, markets(), plain_brackets)
def test_what_is_attached_wins_on_one_side_of_the_entry_and_loses_on_the_other(
    kind: Kind, side: Side, market: Market, bracket: Bracket
) -> None:
    try:
        parent, target, stop = tried(kind, side, market, bracket)
    except NotPossible:
        return

    entry = entry_of(parent, market.bid, market.ask)
    assert entry is not None
    assert target.limit_price is not None
    assert stop.stop_price is not None
    low, high = sorted((target.limit_price, stop.stop_price))
    assert low < entry < high
    assert (target.limit_price > entry) is (side is BUY)
    assert market.rules.moved(entry, (1 if side is BUY else -1) * (bracket.target_ticks or 0)) == target.limit_price


def test_a_step_that_changes_is_heeded_tick_by_tick() -> None:
    steps = (PriceStep(D(0), D("0.01")), PriceStep(D(1), D("0.05")))
    penny = book("0.98", "0.99", None, steps=steps)
    _, target, stop = pressed(Kind.LIMIT, BUY, "0.98", source=penny, bracket=Bracket("edge", 4, 2))

    assert (target.limit_price, stop.stop_price) == (D("1.10"), D("0.96"))
