"""One ladder on the screen: its window, its hands and its lines."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace
from textual.message import Message
from textual.messages import InvokeLater

from ibtui.domain.market import Ladder, Quote
from ibtui.domain.orders import LiveOrder
from ibtui.store import Changes, Topic
from ibtui.ui.belief import Belief, belief
from ibtui.ui.dialogs.guard import KeyGuard
from ibtui.ui.dialogs.words import live_order_line
from ibtui.ui.ladder import header
from ibtui.ui.ladder.brackets import NotPossible
from ibtui.ui.ladder.columns import columns_named
from ibtui.ui.ladder.doing import Trading
from ibtui.ui.ladder.grabbing import orders_at
from ibtui.ui.ladder.hands import as_shown, best_of
from ibtui.ui.ladder.preview import preview_lines, wrapped
from ibtui.ui.ladder.remarks import AT_ONCE, KEPT_SECONDS
from ibtui.ui.ladder.strokes import Sight, Stroke
from ibtui.ui.ladder.view import LadderInput, LadderView
from ibtui.ui.ladder.window import LadderWindow, ladder_input, ladder_is_stale
from ibtui.ui.paint.direct import painter_of
from ibtui.ui.widgets.figures import FigureLine
from ibtui.ui.widgets.ladder import Rungs
from ibtui.ui.widgets.panel import Panel
from ibtui.ui.widgets.words import Line, WordLines

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

OWN_TOPICS: Final = (*(Topic.LADDER, Topic.QUOTE, Topic.RULES, Topic.POSITION, Topic.CONTRACT, Topic.CLOSING),)
"""Changes that concern a ladder when they are about its instrument."""
ANY_TOPICS: Final = (Topic.ORDER, Topic.SUBMISSION, Topic.EXECUTION, Topic.HEALTH, Topic.ACCOUNT)
"""Changes that may concern it whatever their key."""
SIGHTS_KEPT: Final = 32
"""What was on the screen is remembered for the keys that are still on their way: more than a second of it."""
ARMED: Final = "-armed"


class LadderPane(Panel):
    """A ladder that can stand beside others; it has the depth while it is `is_deep`."""

    class Chosen(Message):
        """The mouse was pressed on it."""

        def __init__(self, pane: LadderPane) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, app: DashboardApp) -> None:
        options = app.ladder
        self._dashboard = app
        self._session = app.session
        self.window = LadderWindow(follows=options.follows, grouping=options.grouping, recentre=options.recentre)
        self.trading = Trading(app)
        self.columns = columns_named(options.columns)
        self.exchange = ""
        """Where its depth comes from; blank is everywhere."""
        self.is_pinned = False
        """It keeps its instrument whatever is chosen elsewhere."""
        self.is_deep = True
        """It is the one that has the account's depth."""
        self.others = ""
        """What is to be known of ladders that are not in sight."""
        self._read: KeyGuard | None = None
        """The guard that was told, or is about to be, that what it guards is on the screen."""
        self._sights: deque[tuple[float, LadderInput]] = deque(maxlen=SIGHTS_KEPT)
        """What was on the screen since when, by the time of Textual's messages."""
        self._unseen: deque[LadderInput] = deque()
        """What was painted and is not on the screen yet."""
        self._painted: tuple[object, ...] = ()
        """Of the newest paint, what keys take prices from."""
        self._figured: tuple[object, ...] = ()
        self._holding: tuple[object, ...] = ()
        """What the two lines of figures were made of."""
        self._figures = FigureLine(id="figures")
        self.rungs = Rungs(id="ladder")
        self._words = WordLines(id="words")
        self._held = FigureLine(id="held")
        super().__init__(self._figures, self.rungs, self._words, self._held, title="Ladder")

    @property
    def conid(self) -> int:
        """The instrument shown, 0 for none."""
        return self.window.conid

    @property
    def source(self) -> LadderInput:
        """The newest state of the store."""
        grab = self.trading.grab
        mark = grab.mark if grab is not None else None
        found = ladder_input(self._session.store, self.conid, self._session.now(), grab=mark)
        ladder = found.ladder
        if ladder is None or ladder.conid != self.conid or (self.is_deep and ladder.exchange == self.exchange):
            return found
        return replace(found, ladder=Ladder(self.conid if self.is_deep else 0))

    def point(self, conid: int) -> None:
        """Show another instrument."""
        if conid != self.conid:
            self.trading.point(conid)
            self.window.point(conid)
            self.exchange = ""
            self._sights.clear()
            self._painted = ()

    def sight(self, stroke: Stroke | None) -> Sight:
        """What a key is about: the prices on the screen when it went down, the newest for one from the palette."""
        source, window = self.source, self.window
        shown = source
        if stroke is not None:
            shown = next(
                (seen for at, seen in reversed(self._sights) if at <= stroke.event.time), LadderInput(self.conid)
            )
        cursor = window.cursor
        high = window.axis.moved(cursor, 1) if cursor is not None else None
        return Sight(shown, source, cursor, high, window.rules)

    def own_orders(self) -> tuple[LiveOrder, ...]:
        """Own orders in the row of the cursor, newest first."""
        sight = self.sight(None)
        if sight.cursor is None:
            return ()
        return orders_at(sight.source.orders, sight.grid, sight.cursor, sight.high)

    def frame(self, changes: Changes) -> None:
        """Paint when something of this instrument changed."""
        own = any(self.conid in changes.of(topic) for topic in OWN_TOPICS)
        if own or any(topic in changes for topic in ANY_TOPICS):
            self.repaint()

    def repaint(self) -> None:
        """Look at what may disarm it, and paint; unchanged lines stay as they are."""
        source = self.source
        self.trading.look(source)
        if self.trading.grab is None and source.grab is not None:
            source = replace(source, grab=None)
        if not self.conid:
            self.rungs.show(self.rungs.view, empty="No instrument yet: / finds one")
        elif self.rungs.capacity:
            self._paint(source)
        self._paint_words()

    def uncovered(self) -> None:
        """A dialog lies no longer over it: what Enter would send must be read again."""
        self.trading.guard.covered()
        self.trading.keyboard.uncovered()
        self._read = None
        self.repaint()

    def on_rungs_clicked(self, event: Rungs.Clicked) -> None:
        """Put the cursor on the price clicked."""
        self.post_message(self.Chosen(self))
        if event.index < len(self.window.prices):
            self.window.place(self.window.prices[event.index])
            self.repaint()

    def on_rungs_resized(self) -> None:
        """Lay a longer or shorter axis."""
        self.repaint()

    def _paint(self, source: LadderInput) -> None:
        store, now = self._session.store, self._session.now()
        view = self.window.view(source, self.rungs.capacity)
        is_stale = ladder_is_stale(store, source, now)
        self.rungs.show(view, is_stale=is_stale, empty="" if view.rows else "Waiting for a price", columns=self.columns)
        touch = _touch(source)
        if touch != self._painted:
            self._painted = touch
            self._unseen.append(source)
            painter = painter_of(self.app)
            if painter is not None and painter.place(self.rungs) is not None:
                painter.when_written(self._seen)
            else:
                self.post_message(InvokeLater(self._seen))
        trust = belief(source.quote, store.health, now)
        trust = Belief("stale", is_stale=True) if is_stale and not trust.is_stale else trust
        self._paint_lines(source, view, trust)

    def _paint_lines(self, source: LadderInput, view: LadderView, trust: Belief) -> None:
        """Title, figures and position."""
        trading = self.trading
        contract = self._session.store.market.contracts.get(self.conid)
        armed = trading.arming.words(self._session.now())
        depth = header.depth_words(source)
        self._paint_figures(as_shown(source), view.digits, trust, armed, depth)
        self._paint_held(source, view, is_stale=trust.is_stale)
        self.set_class(trading.arming.is_armed, ARMED)
        name, _, more = header.title(contract, self.conid).partition(" · ")
        linked = "pinned" if self.is_pinned else ""
        title = " · ".join(part for part in (name, armed, linked, more) if part)
        reason = depth if source.from_quote else ""
        self.say(title, " · ".join(part for part in (reason, self.others) if part))

    def _paint_figures(self, quote: Quote | None, digits: int, trust: Belief, armed: str, depth: str) -> None:
        """The line above, if it is made of something new."""
        size, cursor, bracket = self.trading.size, self.window.cursor, self.trading.bracket
        words = bracket.words if bracket is not None else ""
        grouping, follows = self.window.grouping, self.window.follows
        told = (quote, digits, trust, armed, depth, size, cursor, words, grouping, follows)
        if told != self._figured:
            self._figured = told
            state = {"armed": armed, "depth": depth, "bracket": words}
            groups = header.figures(quote, digits, size, cursor, trust, **state, grouping=grouping, follows=follows)
            self._figures.show(groups)

    def _paint_held(self, source: LadderInput, view: LadderView, *, is_stale: bool) -> None:
        """The line below, if it is made of something new."""
        held = (source.position, source.quote, self.window.rules)
        depth = (view.digits, view.from_quote, view.bid_total, view.ask_total)
        told = (*held, depth, source.executions, is_stale)
        if told != self._holding:
            self._holding = told
            self._held.show(header.held(*held, view, source.executions, is_stale=is_stale))

    def _paint_words(self) -> None:
        """What Enter would send, how far a closing is, and the newest remark."""
        shown = self._shown_to_be_sent()
        closing = self._closing_words()
        self._words.show(
            [
                *((line, "order") for line in shown),
                *((line, "plain") for line in closing),
                *self._remark_lines(max(1, AT_ONCE - len(shown) - len(closing))),
            ]
        )
        guard = self.trading.guard
        if shown and self._read is not guard:
            self._read = guard
            self.call_after_refresh(self._mark_read, guard, len(shown))

    def _remark_lines(self, room: int) -> list[Line]:
        """The newest remark, and the one before where there is room for it."""
        lines: list[Line] = []
        for remark in self.trading.remarks.newest:
            more = wrapped((remark.text,), self._words_width)
            if not lines or len(lines) + len(more) <= room:
                lines += [(line, remark.tone) for line in more]
        return lines

    @property
    def _words_width(self) -> int:
        return max(20, self._words.size.width)

    def _shown_to_be_sent(self) -> tuple[str, ...]:
        width = self._words_width
        grab = self.trading.grab
        try:
            staged = self.trading.in_hand
        except NotPossible as reason:
            return (str(reason),)
        if staged is not None and (staged.tickets or staged.changes or staged.closing is not None):
            return preview_lines(staged, self._session.store, self.trading.counter.around, width)
        if grab is None:
            return ()
        return wrapped(("grabbed", live_order_line(grab.orders[0]), "shift+↑↓ moves it", "alt+↑↓ its bracket"), width)

    def _closing_words(self) -> tuple[str, ...]:
        store = self._session.store
        closing = store.orders.closings.get((store.money.account, self.conid))
        if closing is None or (closing.stage.is_over and self._session.now() - closing.updated > KEPT_SECONDS):
            return ()
        return (f"{'REVERSE' if closing.reverse else 'FLATTEN'} {closing.stage.value}: {closing.words}",)

    def _mark_read(self, guard: KeyGuard, lines: int) -> None:
        """What Enter would send is on the screen, if all its lines are."""
        if guard is not self.trading.guard or self.app.screen is not self.screen:
            self._read = None
        elif self._words.size.height < lines or self._words.region.bottom > self.region.bottom - 1:
            self._read = None
            self.trading.remarks.tell("The terminal is too small to show the whole order: it cannot be sent", "warn")
        else:
            guard.painted()

    def _seen(self) -> None:
        """The oldest of what was painted is on the screen from now on.

        It is called as `call_after_refresh` would call it, which looks up the signature of its callback each time.
        """
        source = self._unseen.popleft()
        if source.conid == self.conid:
            self._sights.append((Message().time, source))


def _touch(source: LadderInput) -> tuple[object, ...]:
    """What keys take prices from."""
    quote = source.quote
    return (*best_of(source), quote.last if quote is not None else None, source.from_quote)
