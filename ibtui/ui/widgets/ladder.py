"""The price ladder drawn line by line: a changed rung repaints its own line."""

from __future__ import annotations

from typing import ClassVar, Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ibtui.ui import formatting as f
from ibtui.ui.ladder_view import LadderRow, LadderView, OwnOrders
from ibtui.ui.widgets.columns import Align, clipped, cursor_mark, lay

TITLES: Final = 1
"""Lines of the column titles."""
EDGES: Final = 2
"""Lines above and below the axis that tell what lies beyond it."""
BAR: Final = "▇"
SMALL: Final = 56
"""Below so many cells the ladder shows sizes and price only, own orders as B and S beside the price."""

STYLES: Final = ("titles", "bid", "ask", "best", "bid-bar", "ask-bar", "last", "buy", "sell", "muted", "faint", "up")
MORE_STYLES: Final = ("down", "warn", "stale", "cursor", "average", "edge")


class Columns(NamedTuple):
    """Widths of the ladder's columns; 0 is not shown."""

    own: int
    size: int
    price: int
    last: int
    pnl: int
    note: int


def columns_for(width: int) -> Columns:
    """Columns for a ladder of so many cells: the small one shows sizes and price only."""
    if width < SMALL:
        price = 12
        return Columns(0, (width - price - 4) // 2, price, 0, 0, 0)
    if width < 90:
        own, price, last, pnl = 10, 12, 0, 9
        return Columns(own, (width - 2 * own - price - pnl - 8) // 2, price, last, pnl, 0)
    own, price, last, pnl, note = 18, 12, 9, 10, 8
    return Columns(own, (width - 2 * own - price - last - pnl - note - 10) // 2, price, last, pnl, note)


def _digits(width: int) -> int:
    """Cells of a size in a column of `width`; the rest is its bar's."""
    return 5 if width < 14 else 6


def whole_parts(text: str, width: int) -> str:
    """As many parts of an edge line as fit, so that no price is cut; what is left out is told by an ellipsis."""
    parts = text.split(" · ")
    while len(parts) > 1 and len(" · ".join(parts)) + 3 > width:
        parts.pop()
        parts[-1] = parts[-1].removesuffix(" …") + " …"
    return " · ".join(parts)


def own_words(own: OwnOrders, width: int) -> str:
    """The fullest words about own orders that fit: size, type, how many they are, status; `?` for one that is not sure.

    The size is never left out; in a narrow column it is shortened before their number is.
    """
    count = f" ({own.count})" if own.count > 1 else ""
    doubt = "" if own.is_sure else "?"
    full, short = f.quantity(own.quantity), f.size(own.quantity)
    choices = (
        f"{full} {own.word}{count} {own.status}",
        f"{full} {own.word}{count}{doubt}",
        f"{short} {own.word}{count}{doubt}",
        f"{short}{count or ' ' + own.word}{doubt}",
    )
    return next((words for words in choices if len(words) <= width), choices[-1])


class Rungs(Widget, can_focus=True):
    """The axis with its columns; what it shows is a `LadderView`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"rungs--{name}" for name in (*STYLES, *MORE_STYLES)}
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Rungs {
        height: 1fr; background: $background; color: $foreground;
        & > .rungs--titles { color: $muted; }
        & > .rungs--bid { color: $bid; }
        & > .rungs--ask { color: $ask; }
        & > .rungs--best { text-style: bold; }
        & > .rungs--bid-bar { color: $bid-bar; }
        & > .rungs--ask-bar { color: $ask-bar; }
        & > .rungs--last { color: $last-text; background: $last; text-style: bold; }
        & > .rungs--buy { color: $buy; text-style: bold; }
        & > .rungs--sell { color: $sell; text-style: bold; }
        & > .rungs--muted { color: $muted; }
        & > .rungs--faint { color: $faint; }
        & > .rungs--up { color: $up; }
        & > .rungs--down { color: $down; }
        & > .rungs--warn { color: $warn; text-style: bold; }
        & > .rungs--stale { color: $stale; }
        & > .rungs--cursor { background: $cursor; color: $cursor-text; text-style: $cursor-text-style; }
        & > .rungs--average { color: $last; }
        & > .rungs--edge { color: $warn; }
    }
    """

    class Clicked(Message):
        """The user clicked the row at this place of the axis."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    class Resized(Message):
        """The number of rows changed."""

    def __init__(self, *, id: str | None = None, can_focus: bool = True) -> None:
        super().__init__(id=id)
        self.can_focus = can_focus
        self._view = LadderView()
        self._is_stale = False
        self._empty = ""
        self._styles: dict[tuple[str, ...], Style] = {}

    @property
    def capacity(self) -> int:
        """Rows of the axis that fit."""
        return max(0, self.size.height - TITLES - EDGES)

    @property
    def view(self) -> LadderView:
        """What is shown."""
        return self._view

    @property
    def is_stale(self) -> bool:
        """Whether it is drawn as disbelieved."""
        return self._is_stale

    def show(self, view: LadderView, *, is_stale: bool = False, empty: str = "") -> None:
        """Show a view; only lines that differ from the one before are painted."""
        before, self._view = self._view, view
        if is_stale != self._is_stale or empty != self._empty or len(before.rows) != len(view.rows):
            self._is_stale, self._empty = is_stale, empty
            self.refresh()
            return
        if before.digits != view.digits:
            self.refresh()
            return
        lines = [TITLES + 1 + i for i, row in enumerate(view.rows) if row != before.rows[i]]
        lines += [TITLES] if before.above != view.above else []
        lines += [TITLES + 1 + len(view.rows)] if before.below != view.below else []
        if lines:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in lines))

    def notify_style_update(self) -> None:
        """Forget the old colours."""
        super().notify_style_update()
        self._styles.clear()

    def on_resize(self) -> None:
        """Tell that the axis has another length."""
        self.post_message(self.Resized())

    def on_click(self, event: events.Click) -> None:
        """Tell which row was clicked."""
        index = event.y - TITLES - 1
        if 0 <= index < len(self._view.rows):
            self.post_message(self.Clicked(index))

    def render_line(self, y: int) -> Strip:
        """Titles, what lies above, the rows, what lies below."""
        width = self.size.width
        index = y - TITLES - 1
        if y < TITLES:
            return self._titles(columns_for(width))
        if self._empty and y == TITLES + 1:
            return Strip([Segment(clipped(f" {self._empty}", width), self._style("muted"))])
        if index == -1 or index == len(self._view.rows):
            text = self._view.above if index < 0 else self._view.below
            return Strip([Segment(clipped(f" {whole_parts(text, width)}", width), self._style("edge"))])
        if index > len(self._view.rows):
            return Strip.blank(width, self.rich_style)
        return self._row(self._view.rows[index], columns_for(width))

    def _titles(self, c: Columns) -> Strip:
        style = self._style("titles")
        parts = [("my bids", c.own, Align.LEFT), ("bid", c.size, Align.RIGHT), ("price", c.price, Align.CENTER)]
        parts += [("ask", c.size, Align.LEFT), ("my asks", c.own, Align.LEFT)]
        parts += [("last", c.last, Align.RIGHT), ("P&L", c.pnl, Align.RIGHT), ("", c.note, Align.LEFT)]
        texts = [lay(title, width, align) for title, width, align in parts if width]
        return Strip([Segment(" " + " ".join(texts), style)]).adjust_cell_length(self.size.width, style)

    def _row(self, row: LadderRow, c: Columns) -> Strip:
        ground = "cursor" if row.is_cursor else ""
        gap = Segment(" ", self._style(ground))
        segments = [Segment(cursor_mark(self._style(ground)) if row.is_cursor else " ", self._style(ground))]
        if c.own:
            segments += [self._own(row.buys, "buy", c.own, ground), gap]
        segments += [*self._bid(row, c.size, ground), gap, self._price(row, c.price, ground), gap]
        segments += [*self._ask(row, c.size, ground)]
        if c.own:
            segments += [gap, self._own(row.sells, "sell", c.own, ground)]
        if c.last:
            segments += [gap, self._last(row, c.last, ground)]
        if c.pnl:
            segments += [gap, self._pnl(row, c.pnl, ground)]
        if c.note:
            segments += [gap, self._note(row, c.note, ground)]
        return Strip(segments).adjust_cell_length(self.size.width, self._style(ground)).simplify()

    def _own(self, own: OwnOrders | None, side: str, width: int, ground: str) -> Segment:
        if own is None:
            return Segment(" " * width, self._style(ground))
        return Segment(clipped(own_words(own, width), width), self._style(side if own.is_sure else "warn", ground))

    def _bid(self, row: LadderRow, width: int, ground: str) -> list[Segment]:
        if row.bid_size is None:
            return [Segment(" " * width, self._style(ground))]
        number = f.size(row.bid_size).rjust(_digits(width))
        room = max(0, width - len(number) - 1)
        bar = max(1, round(room * row.bid_bar)) if row.bid_bar else 0
        return [
            Segment(" " * (room - bar), self._style(ground)),
            Segment(BAR * bar, self._style("bid-bar", ground)),
            Segment(f" {number}"[-width:], self._style("bid", "best" if row.is_best else "", ground)),
        ]

    def _ask(self, row: LadderRow, width: int, ground: str) -> list[Segment]:
        if row.ask_size is None:
            return [Segment(" " * width, self._style(ground))]
        number = f.size(row.ask_size).ljust(_digits(width))
        room = max(0, width - len(number) - 1)
        bar = max(1, round(room * row.ask_bar)) if row.ask_bar else 0
        return [
            Segment(f"{number} "[:width], self._style("ask", "best" if row.is_best else "", ground)),
            Segment(BAR * bar, self._style("ask-bar", ground)),
            Segment(" " * (room - bar), self._style(ground)),
        ]

    def _price(self, row: LadderRow, width: int, ground: str) -> Segment:
        text = f.price(row.price, self._view.digits)
        arrow = f.arrow(row.direction) if row.is_last else " "
        own = self.size.width < SMALL
        left, right = "B" if own and row.buys else arrow, "S" if own and row.sells else arrow
        shown = lay(f"{left} {text} {right}", width, Align.CENTER)
        if row.is_last and not self._is_stale:
            return Segment(shown, self._style("last"))
        zone = "buy" if left == "B" else "sell" if right == "S" else {-1: "bid", 1: "ask"}.get(row.zone, "muted")
        return Segment(shown, self._style(zone, "best" if row.is_best else "", ground))

    def _last(self, row: LadderRow, width: int, ground: str) -> Segment:
        text = f"{f.size(row.last_size)} {f.arrow(row.direction)}" if row.is_last else ""
        return Segment(lay(text, width, Align.RIGHT), self._style("up" if row.direction > 0 else "down", ground))

    def _pnl(self, row: LadderRow, width: int, ground: str) -> Segment:
        text = f.signed_money(row.pnl, 0 if width < 10 or row.pnl is None or abs(row.pnl) >= 1000 else 2)
        text = "" if row.pnl is None else text
        return Segment(lay(text, width, Align.RIGHT), self._style(f.sign_class(row.pnl) or "muted", ground))

    def _note(self, row: LadderRow, width: int, ground: str) -> Segment:
        text = "← avg" if row.is_average else "← cursor" if row.is_cursor else ""
        return Segment(lay(text, width, Align.LEFT), self._style("average" if row.is_average else "muted", ground))

    def _style(self, *names: str) -> Style:
        """Styles laid over one another; on a stale ladder everything is grey, on a reversed cursor row plain."""
        key = (*names, "stale" if self._is_stale else "")
        style = self._styles.get(key)
        if style is None:
            style = self._styles[key] = self._mixed({name for name in names if name}, names)
        return style

    def _mixed(self, wanted: set[str], names: tuple[str, ...]) -> Style:
        on_cursor = "cursor" in wanted
        style = self.get_component_rich_style("rungs--cursor") if on_cursor else self.rich_style
        if on_cursor and style.reverse:
            return style
        if self._is_stale:
            grey = "faint" if wanted & {"bid-bar", "ask-bar"} else "stale"
            return style + self.get_component_rich_style(f"rungs--{grey}", partial=True)
        for name in names:
            if name and name != "cursor":
                style += self.get_component_rich_style(f"rungs--{name}", partial=True)
        return style
