"""Builds a combination leg by leg, its price reckoned from its legs as they move."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from ibtui.domain.combos import NoCombo
from ibtui.domain.contracts import Contract
from ibtui.domain.tickets import Side
from ibtui.store import Changes, Topic
from ibtui.ui.belief import belief
from ibtui.ui.combo_draft import ComboDraft
from ibtui.ui.dialogs.base import Dialog, Lines
from ibtui.ui.dialogs.doors import READ_ONLY, open_combo_ticket
from ibtui.ui.dialogs.search import ContractSearch
from ibtui.ui.formatting import price, quote_digits
from ibtui.ui.widgets.columns import Align, Cell, Column
from ibtui.ui.widgets.grid import Grid, Row

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

QUOTES_OWNER = "combination"
"""Name under which the builder wants its legs streamed."""

COLUMNS = (
    Column("ratio", "Ratio", 5, Align.RIGHT),
    Column("leg", "Leg", 12, flex=1),
    Column("currency", "", 3),
    Column("bid", "Bid", 8, Align.POINT),
    Column("ask", "Ask", 8, Align.POINT),
    Column("last", "Last", 8, Align.POINT),
    Column("trust", "", 8, most=14),
)

KEYS = (
    "/ add a leg · + − ratio · n turn sign · del remove · shift+↑↓ move",
    "enter or b buy ticket · s sell ticket · esc close",
)

FOLLOWED = (Topic.QUOTE, Topic.CONTRACT, Topic.HEALTH)


class ComboDialog(Dialog[None]):
    """The legs in a table; adding one opens the search in its place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", show=False),
        Binding("slash,a,insert", "add", "add a leg", show=False),
        Binding("plus,equals_sign,right", "step(1)", "ratio up", show=False),
        Binding("minus,left", "step(-1)", "ratio down", show=False),
        Binding("n", "turn", "turn the sign", show=False),
        Binding("delete,backspace", "remove", "remove", show=False),
        Binding("shift+up,K", "shift(-1)", "move up", show=False),
        Binding("shift+down,J", "shift(1)", "move down", show=False),
        Binding("e", "exchange", "exchange", show=False),
        Binding("b", "ticket('BUY')", "buy ticket", show=False),
        Binding("s", "ticket('SELL')", "sell ticket", show=False),
    ]

    def __init__(self, app: DashboardApp, first: Contract | None = None) -> None:
        super().__init__(app, heading="Build a combination")
        self.draft = ComboDraft()
        if first is not None and first.sec_type not in ("IND", "BAG"):
            self.draft = self.draft.added(first)

    def compose_body(self) -> ComposeResult:
        """The search, hidden at first, the legs, their sum and the keys."""
        yield ContractSearch(self.session, self.dashboard.clock, known=True, leaves="legs")
        yield Grid(COLUMNS, empty="No legs yet: / finds the first one", id="legs")
        yield Lines(id="combination", folds=True)
        yield Lines(id="exchange", folds=True)
        yield Lines(id="refused", folds=True)
        yield Lines(id="keys")

    def on_mount(self) -> None:
        """Stream what is there already; without a leg look for one."""
        self._changed(self.draft)
        if self.draft.legs:
            self._close_search()
        else:
            self.action_add()

    def on_unmount(self) -> None:
        """Let the legs' streams go."""
        self.session.market.show_quotes(QUOTES_OWNER, ())

    def frame(self, changes: Changes) -> None:
        """Follow the legs, and the search while it is open."""
        if Topic.SEARCH in changes and self._is_searching:
            self.query_one(ContractSearch).paint()
        if any(topic in changes for topic in FOLLOWED):
            self.repaint()

    def paint(self) -> None:
        """Draw the legs and what they come to."""
        self.query_one("#legs", Grid).set_rows(self._rows())
        self.query_one("#combination", Lines).show(self._combination())
        self.query_one("#exchange", Lines).show(self._exchange())
        self.query_one("#keys", Lines).show(Content.styled("\n" + "\n".join(KEYS), "$muted"))

    @property
    def _is_searching(self) -> bool:
        return self.has_class("-searching")

    @on(ContractSearch.Picked)
    def picked(self, message: ContractSearch.Picked) -> None:
        """One more leg; a refused one leaves the search open."""
        self.session.market.learn_contracts((message.contract.conid,))
        try:
            draft = self.draft.added(self.store.market.contracts.get(message.contract.conid, message.contract))
        except NoCombo as reason:
            self._refuse(str(reason))
            return
        self._close_search()
        self._changed(draft)
        self.query_one("#legs", Grid).move_to(message.contract.conid)

    @on(Grid.Selected, "#legs")
    def chosen(self) -> None:
        """Enter opens the ticket."""
        self.action_ticket(Side.BUY.value)

    def action_add(self) -> None:
        """Open the search."""
        self.add_class("-searching")
        self._refuse("")
        self.query_one(ContractSearch).start()

    def action_step(self, step: int) -> None:
        """Another ratio for the leg under the cursor."""
        place = self._place()
        if place is not None:
            self._changed(self.draft.stepped(place, step))

    def action_turn(self) -> None:
        """Buy the leg where it was sold, and the other way round."""
        place = self._place()
        if place is not None:
            self._changed(self.draft.with_ratio(place, -self.draft.legs[place].ratio))

    def action_remove(self) -> None:
        """Leave the leg under the cursor out."""
        place = self._place()
        if place is not None:
            self._changed(self.draft.removed(place))

    def action_shift(self, step: int) -> None:
        """Move the leg under the cursor."""
        place = self._place()
        if place is not None:
            self._changed(self.draft.moved(place, step))

    def action_exchange(self) -> None:
        """The next exchange where all legs are traded."""
        contracts = self.store.market.contracts
        names = self.draft.exchanges(contracts)
        if self.draft.needs_exchange(contracts) and names:
            place = names.index(self.draft.exchange) + 1 if self.draft.exchange in names else 0
            self._changed(ComboDraft(self.draft.legs, names[place % len(names)]))

    def action_ticket(self, side: str) -> None:
        """Open the ticket of the combination over this dialog."""
        try:
            contract = self.draft.contract(self.store.market.contracts)
        except NoCombo as reason:
            self._refuse(str(reason))
            return
        open_combo_ticket(self.dashboard, contract, Side(side))

    def action_leave(self) -> None:
        """Back from the search to the legs; from those out."""
        if self._is_searching and self.draft.legs:
            self._close_search()
        else:
            self.finish(None)

    def _place(self) -> int | None:
        """Place of the leg under the cursor; None while the search is open or there is no leg."""
        conids = [leg.conid for leg in self.draft.legs]
        conid = self.query_one("#legs", Grid).cursor_key
        return None if self._is_searching or conid not in conids else conids.index(int(conid))

    def _changed(self, draft: ComboDraft) -> None:
        self.draft = draft
        conids = tuple(leg.conid for leg in draft.legs)
        self.session.market.show_quotes(QUOTES_OWNER, conids)
        self.session.market.learn_contracts(conids)
        self._refuse("")
        self.repaint()

    def _close_search(self) -> None:
        self.remove_class("-searching")
        self._refuse("")
        self.query_one("#legs", Grid).focus()

    def _refuse(self, reason: str) -> None:
        self.query_one("#refused", Lines).show(Content.styled(reason, "$warn"))

    def _rows(self) -> list[Row]:
        return [(leg.conid, self._cells(leg.conid, leg.ratio, leg.label)) for leg in self.draft.legs]

    def _cells(self, conid: int, ratio: int, label: str) -> list[Cell]:
        market = self.store.market
        quote, contract = market.quotes.get(conid), market.contracts.get(conid)
        trust = belief(quote, self.store.health, self.session.now())
        digits = quote_digits(quote) if quote is not None else None
        told = (quote.bid, quote.ask, quote.last) if quote is not None else (None, None, None)
        return [
            Cell(f"{ratio:+d}", "buy" if ratio > 0 else "sell", ratio),
            Cell(contract.label if contract is not None else label, "strong"),
            Cell(contract.currency if contract is not None else "", "dim"),
            *(Cell(price(value, digits), "stale" if trust.is_stale else "", value) for value in told),
            Cell(trust.word, "warn" if trust.is_warning else "dim"),
        ]

    def _combination(self) -> Content:
        try:
            contract = self.draft.contract(self.store.market.contracts)
        except NoCombo as reason:
            return Content.assemble("\n", (f"No combination yet: {reason}", "$muted"))
        quote = self.store.market.quote_of(contract)
        head = Content.assemble("\n", (contract.label, "bold"), (f"   {contract.currency}", "$muted"), "\n")
        if quote is None:
            return Content.assemble(head, ("no market data yet", "$muted"))
        digits = quote_digits(quote)
        figures = "   ".join(
            f"{name} {price(value, digits)}"
            for name, value in (("bid", quote.bid), ("ask", quote.ask), ("last", quote.last))
        )
        trust = belief(quote, self.store.health, self.session.now())
        return Content.assemble(head, (figures, "$stale" if trust.is_stale else "bold"), (f"   {trust.word}", "$muted"))

    def _exchange(self) -> Content:
        contracts = self.store.market.contracts
        if len(self.draft.legs) < 2 or not self.draft.needs_exchange(contracts):
            return Content("")
        names = self.draft.exchanges(contracts)
        if not names:
            return Content.styled("exchange: the legs have none in common", "$warn")
        shown = "  ".join(f"[{name}]" if name == self.draft.exchange else name for name in names)
        return Content.assemble(("exchange (e)  ", "$muted"), shown)


def open_combo(app: DashboardApp) -> None:
    """Start with the instrument selected on the screen, where there is one; nothing opens in a read-only run."""
    if app.session.read_only:
        app.say(READ_ONLY, severity="warning")
        return
    current = app.current
    contract = current.selected_contract() if current is not None else None
    app.push_screen(ComboDialog(app, contract))
