"""A session that records what the screens ask of it and does nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ibtui.domain.contracts import Contract
from ibtui.domain.notices import Notice
from ibtui.domain.tickets import Side, Ticket
from ibtui.store import Store


class _Recorder:
    def __init__(self, calls: list[tuple[object, ...]]) -> None:
        self.calls = calls


class FakeMarket(_Recorder):
    def show_quotes(self, owner: str, conids: Iterable[int]) -> None:
        self.calls.append(("show_quotes", owner, tuple(conids)))

    def show_ladder(self, conid: int | None, exchange: str = "") -> None:
        self.calls.append(("show_ladder", conid, *([exchange] if exchange else [])))

    def want_flow(self, conids: Iterable[int]) -> None:
        self.calls.append(("want_flow", tuple(conids)))

    def search(self, text: str, *, by_name: bool = False) -> None:
        self.calls.append(("search", text, by_name))

    def learn_contracts(self, conids: Iterable[int]) -> None:
        self.calls.append(("learn_contracts", tuple(conids)))

    def learn_rules(self, conid: int, side: Side) -> None:
        self.calls.append(("learn_rules", conid, side))

    def learn_algos(self, conid: int) -> None:
        self.calls.append(("learn_algos", conid))

    def want_history(self, conid: int, period: str = "1d", bar: str = "5min") -> None:
        self.calls.append(("want_history", conid, period, bar))


class FakeOrders(_Recorder):
    def __init__(self, calls: list[tuple[object, ...]]) -> None:
        super().__init__(calls)
        self.sent: dict[int, Ticket] = {}
        """What `sent_ticket` knows."""

    def preview(self, tickets: Sequence[Ticket]) -> None:
        self.calls.append(("preview", tuple(tickets)))

    def submit(self, tickets: Sequence[Ticket]) -> str:
        self.calls.append(("submit", tuple(tickets)))
        return f"fake-{len(self.calls)}"

    def modify(self, order_id: int, ticket: Ticket) -> str:
        self.calls.append(("modify", order_id, ticket))
        return f"modify-{len(self.calls)}"

    def cancel(self, order_id: int) -> str:
        self.calls.append(("cancel", order_id))
        return f"cancel-{len(self.calls)}"

    def cancel_all(self, account: str, *, conid: int | None = None, side: Side | None = None) -> None:
        narrowed = tuple(value for value in (conid, side) if value is not None)
        self.calls.append(("cancel_all", account, *narrowed))

    def close_position(
        self, account: str, contract: Contract, *, reverse: bool, market: bool, collar_ticks: int
    ) -> None:
        self.calls.append(("close_position", account, contract, reverse, market, collar_ticks))

    def answer(self, key: str, reply_id: str, *, accepted: bool, suppress: bool = False) -> None:
        self.calls.append(("answer", key, reply_id, accepted, suppress))

    def close_unknown(self, key: str) -> None:
        self.calls.append(("close_unknown", key))

    def send_again(self, key: str) -> None:
        self.calls.append(("send_again", key))

    def sent_ticket(self, order_id: int) -> Ticket | None:
        return self.sent.get(order_id)

    def keep_suppressed(self, keep: bool) -> None:
        self.calls.append(("keep_suppressed", keep))

    def reset_suppressed(self) -> None:
        self.calls.append(("reset_suppressed",))

    def refresh(self) -> None:
        self.calls.append(("refresh_orders",))


class FakeInbox(_Recorder):
    def refresh(self) -> None:
        self.calls.append(("refresh_inbox",))

    def mark_read(self, fyi_id: str) -> None:
        self.calls.append(("mark_read", fyi_id))

    def ask_disclaimer(self, code: str) -> None:
        self.calls.append(("ask_disclaimer", code))

    def accept_disclaimer(self, code: str) -> None:
        self.calls.append(("accept_disclaimer", code))

    def answer_prompt(self, notice: Notice, option: str) -> None:
        self.calls.append(("answer_prompt", notice.notice_id, option))


class FakeLists(_Recorder):
    def refresh(self) -> None:
        self.calls.append(("refresh_lists",))

    def select(self, list_id: str) -> None:
        self.calls.append(("select_list", list_id))

    def create(self, name: str) -> None:
        self.calls.append(("create_list", name))

    def delete(self, list_id: str) -> None:
        self.calls.append(("delete_list", list_id))

    def add(self, conid: int) -> None:
        self.calls.append(("add", conid))

    def remove(self, conid: int) -> None:
        self.calls.append(("remove", conid))

    def move(self, conid: int, offset: int) -> None:
        self.calls.append(("move", conid, offset))


class FakeLink(_Recorder):
    def select_account(self, account: str) -> None:
        self.calls.append(("select_account", account))

    def retry(self) -> None:
        self.calls.append(("retry",))

    def take_over(self) -> None:
        self.calls.append(("take_over",))

    def trust(self, fingerprint: str) -> None:
        self.calls.append(("trust", fingerprint))


class FakeSession:
    """Implements `ibtui.session.intents.Session`; `calls` holds every intent in order."""

    def __init__(self, *, read_only: bool = False, now: Callable[[], float] = lambda: 1000.0) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.ways_given: list[float] = []
        """How long the stream was to wait for the user, each time it was asked to."""
        self.store = Store()
        self.market = FakeMarket(self.calls)
        self.orders = FakeOrders(self.calls)
        self.inbox = FakeInbox(self.calls)
        self.lists = FakeLists(self.calls)
        self.link = FakeLink(self.calls)
        self.read_only = read_only
        self._now = now

    def now(self) -> float:
        return self._now()

    def start(self) -> None:
        self.calls.append(("start",))

    def give_way(self, seconds: float) -> None:
        self.ways_given.append(seconds)

    async def close(self) -> None:
        self.calls.append(("close",))

    def intents(self, name: str) -> list[tuple[object, ...]]:
        """The calls of one name."""
        return [call for call in self.calls if call[0] == name]
