"""Sequences of steps that once showed a difference, each as short as it was found to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Final

from ibtui.domain.account import Position
from ibtui.domain.events import LadderReceived, MessageRaised, PositionsReceived
from ibtui.domain.market import Rung
from ibtui.domain.session import Message
from tests.paint_replay.market_acts import Act
from tests.paint_replay.stage import Stage
from tests.ui.market import AAPL, ACCOUNT

WIDE: Final = "日本株式会社日本株式会社日本株式会社日本株式会社"


def _key(key: str) -> Act:
    def act(stage: Stage, random: Random) -> str:
        stage.key(key)
        return key

    return act


def _wide_names(stage: Stage, random: Random) -> str:
    """Every other row is a cell further right: an edge over them cuts a character of half of them."""
    one = Decimal(1)
    held = tuple(
        Position(
            ACCOUNT,
            conid,
            "x" * (conid % 2) + WIDE,
            quantity=Decimal(5),
            currency="USD",
            average_price=one,
            market_price=one,
            market_value=Decimal(5),
            unrealized_pnl=one,
        )
        for conid in range(1, 12)
    )
    stage.happens(PositionsReceived(ACCOUNT, held, stage.now))
    return "wide names"


def _toast(stage: Stage, random: Random) -> str:
    stage.happens(MessageRaised(Message("hello toast", "warning", "T")))
    return "toast"


def _toast_goes(stage: Stage, random: Random) -> str:
    stage.app.clear_notifications()
    return "it goes"


def _both_sides(stage: Stage, random: Random) -> str:
    rung = Rung(Decimal("271.67"), bid_size=Decimal(45), ask_size=Decimal(4500))
    stage.happens(LadderReceived(AAPL, 1, {0: rung}, stage.now, is_whole=True))
    return "a price with both sides, one a hundred times the other"


def _there_and_back(stage: Stage, random: Random) -> str:
    width, height = stage.app.size
    stage.resize(width - 20, height)
    stage.resize(width, height)
    return "narrower and as wide as before, before anything is painted"


SCENES: Final[Mapping[str, Sequence[Act]]] = {
    "a toast goes that cut wide characters": (_key("f5"), _wide_names, _toast, _toast_goes),
    "a price with both sides": (_key("f3"), _both_sides),
    "a size there and back": (_there_and_back,),
}
