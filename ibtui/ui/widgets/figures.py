"""One line of words and figures in a few colours, painted only when it says something new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from ibtui.ui.widgets.plain import PlainLines
from ibtui.ui.widths import cells_of, line_of

CLASSES = ("muted", "strong", "up", "down", "bid", "ask", "good", "warn", "bad", "stale", "accent")


class Span(Struct, frozen=True):
    """Text in one style class."""

    text: str
    style: str = ""


class FigureLine(PlainLines):
    """Spans side by side; groups that do not fit are left out from the end; a cell stays blank at both ends."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"figures--{name}" for name in CLASSES}
    DEFAULT_CSS = """
    FigureLine { height: 1; color: $foreground; }
    .figures--muted{color:$muted}
    .figures--strong{text-style:bold}
    .figures--up{color:$up}
    .figures--down{color:$down}
    .figures--bid{color:$bid}
    .figures--ask{color:$ask}
    .figures--good{color:$good}
    .figures--warn{color:$warn;text-style:bold}
    .figures--bad{color:$bad;text-style:bold}
    .figures--stale{color:$stale}
    .figures--accent{color:$accent}
    """
    SEPARATOR: ClassVar[str] = " · "

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._groups: tuple[tuple[Span, ...], ...] = ()
        self._styles: dict[str, Style] = {}

    @property
    def text(self) -> str:
        """What the line says when there is room for all of it."""
        return self.SEPARATOR.join("".join(span.text for span in group) for group in self._groups)

    def show(self, groups: Sequence[Sequence[Span]]) -> None:
        """Say this from now on; the first groups are the last to be left out."""
        new = tuple([tuple(group) for group in groups if group])  # a list, see `direct.paint`
        if new != self._groups:
            self._groups = new
            self.paint_line()

    def render_line(self, y: int) -> Strip:
        """The line."""
        plain, width, used = self._style(""), self.size.width, 1
        segments = [Segment(" ", plain)]
        for place, group in enumerate(self._groups):
            parts = [Segment(span.text, self._style(span.style)) for span in group]
            lead = [Segment(self.SEPARATOR, self._style("muted"))] if place else []
            needed = sum(cells_of(part.text) for part in (*lead, *parts))
            if used + needed > width - 1:
                continue
            segments += [*lead, *parts]
            used += needed
        return line_of(segments, width, plain)

    def notify_style_update(self) -> None:
        """Forget the old colours."""
        super().notify_style_update()
        self._styles.clear()

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            style = self.rich_style
            if name:
                style += self.get_component_rich_style(f"figures--{name}", partial=True)
            style = self._styles[name] = self.shown(style)
        return style
