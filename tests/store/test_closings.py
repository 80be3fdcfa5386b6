from __future__ import annotations

from msgspec.structs import replace

from ibtui.domain.closing import Closing, ClosingStage
from ibtui.domain.events import ClosingMoved
from ibtui.store import Store, Topic

FIRST = Closing("U1", 265598, False, ClosingStage.CANCELLING)


def test_the_newest_stage_of_a_closing_is_kept_and_told_by_its_instrument() -> None:
    store = Store()
    store.apply(ClosingMoved(FIRST))
    store.apply(ClosingMoved(replace(FIRST, stage=ClosingStage.DONE, order_key="ibtui-1")))
    assert store.orders.closings == {("U1", 265598): replace(FIRST, stage=ClosingStage.DONE, order_key="ibtui-1")}
    assert store.drain().of(Topic.CLOSING) == {265598}


def test_closings_of_other_accounts_and_instruments_stand_beside_it() -> None:
    store = Store()
    for closing in (FIRST, replace(FIRST, account="U2"), replace(FIRST, conid=8314)):
        store.apply(ClosingMoved(closing))
    assert set(store.orders.closings) == {("U1", 265598), ("U2", 265598), ("U1", 8314)}
    assert store.drain().of(Topic.CLOSING) == {265598, 8314}
