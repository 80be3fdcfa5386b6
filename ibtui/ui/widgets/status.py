"""The top line: which account, live or paper, money, the connection's lights."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from ibtui.clock import Clock
from ibtui.playback import PlaybackClock
from ibtui.ui.alerts import Flash
from ibtui.ui.status_view import Item, layout
from ibtui.ui.widgets.plain import PlainLines
from ibtui.ui.widths import cells_of, line_of

if TYPE_CHECKING:
    from ibtui.session.intents import Session

CLASSES = ("muted", "strong", "live", "paper", "alarm", "flash", "good", "warn", "bad", "up", "down")


class StatusLine(PlainLines):
    """One line, always visible; painted when what it says changed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"status--{name}" for name in CLASSES}
    DEFAULT_CSS = """
    StatusLine { dock: top; height: 1; background: $footer; color: $foreground; }
    .status--muted{color:$muted}
    .status--strong{text-style:bold}
    .status--live{color:$live;background:$live-background;text-style:bold}
    .status--paper{color:$paper;background:$paper-background;text-style:bold}
    .status--alarm{color:$alarm;background:$alarm-background;text-style:bold}
    .status--flash{color:$foreground;text-style:bold reverse}
    .status--good{color:$good}
    .status--warn{color:$warn}
    .status--bad{color:$bad;text-style:bold}
    .status--up{color:$up}
    .status--down{color:$down}
    """

    def __init__(self) -> None:
        super().__init__()
        self._items: list[Item] = []
        self._styles: dict[str, Style] = {}
        self.flash: Flash | None = None
        """What happened a moment ago; shown with the next `show`."""
        self.line_rate: float | None = None
        """Bytes a second that went to the terminal, likewise; None is not told."""

    @property
    def text(self) -> str:
        """What the line says, without its colours."""
        return "  ".join("".join(span.text for span in item.spans) for item in self._items)

    def show(self, session: Session, clock: Clock) -> None:
        """Take what is shown from the store, if there is room to show it."""
        if not self.size.width:
            return
        items = layout(
            session.store,
            session.now(),
            clock.time(),
            self.size.width,
            read_only=session.read_only,
            flash=self.flash,
            line_rate=self.line_rate,
            replay=clock.label if isinstance(clock, PlaybackClock) else "",
        )
        if items != self._items:
            self._items = items
            self.paint_line()

    def render_line(self, y: int) -> Strip:
        """The left items, room, the right ones."""
        plain = self._style("")
        left = [segment for item in self._items if not item.is_right for segment in self._segments(item)]
        right = [segment for item in self._items if item.is_right for segment in self._segments(item)]
        used = sum(cells_of(segment.text) for segment in (*left, *right))
        middle = Segment(" " * max(0, self.size.width - used), plain)
        return line_of([*left, middle, *right], self.size.width, plain)

    def _segments(self, item: Item) -> list[Segment]:
        segments = [Segment(span.text, self._style(span.style)) for span in item.spans]
        space = Segment(" ", self._style(""))
        return [space, *segments, space]

    def notify_style_update(self) -> None:
        """Forget the old colours."""
        super().notify_style_update()
        self._styles.clear()

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            style = self.rich_style
            if name:
                style += self.get_component_rich_style(f"status--{name}", partial=True)
            style = self._styles[name] = self.shown(style)
        return style
