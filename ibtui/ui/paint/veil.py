"""What is seen of the screen under a dialog: a correction of what Textual renders for it.

Stock Textual renders the whole of the screen beneath through rich, segment by segment with a mixture of colours for
each, whenever a line of it changed, and paints a dialog that opens twice. Here only changed lines are asked for, each
style is mixed once, and a screen that was just painted whole is not painted whole again in the same turn of the loop.
The picture is the same. Checked with the versions in `versions`; with any other one nothing is changed.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Any, ClassVar, Final, Generic, Self, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual._context import visible_screen_stack
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import _RenderCache

from ibtui.ui.actions import BY_ID
from ibtui.ui.paint.sparse import paint_sparsely
from ibtui.ui.paint.versions import is_checked
from ibtui.ui.paint.whole import is_all_due

Result = TypeVar("Result")

REDRAW: Final = Binding(BY_ID["redraw"].keys, BY_ID["redraw"].method, show=False, id="redraw")
"""Of what lies over a screen: others write on a terminal also while a dialog is open."""

STYLES_KEPT: Final = 4096
"""Mixed styles that are remembered."""


class VeiledScreen(ModalScreen[Result], Generic[Result]):
    """A dialog whose ground is the screen beneath, seen through its own background; it closes once."""

    BINDINGS: ClassVar[list[BindingType]] = [REDRAW]

    def __init__(self) -> None:
        super().__init__()
        known = self.app.stylesheet.has_source
        self._is_styled = all(known(str(path), "") for path in self.css_path)
        """Whether it was never on top, and its sheets were read before it was made: Textual reads them after."""
        self._is_fresh = False
        """Whether all of it was painted in this turn of the loop."""
        paint_sparsely(self)

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close it with a result, if it is not closed already.

        Enter speaks by a message that is read after the Escape, or the second Enter, that came with it. Textual would
        then take the screen beneath from the stack, or end the program because there is none.
        """
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        """Every widget's styles were applied a moment ago, when it was mounted; Textual's own handler comes after."""
        if self._is_styled and is_checked():
            event.refresh_styles = False
        self._is_styled = False

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Ask for a repaint; one of the whole that was painted just now is no need."""
        if self._is_fresh and not regions and not layout and not recompose:
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _compositor_refresh(self) -> None:
        is_whole = is_checked() and is_all_due(self) and not self.app._batch_count
        super()._compositor_refresh()
        if is_whole:
            self._is_fresh = True
            asyncio.get_running_loop().call_soon(self._age)

    def _age(self) -> None:
        self._is_fresh = False

    def _render_content(self) -> None:
        beneath = self._beneath()
        if beneath is None:
            super()._render_content()
            return
        size = self.size
        lines = self._render_cache.lines if self._render_cache.size == size else []
        changed = {y for region in self._dirty_regions for y in region.line_range if 0 <= y < size.height}
        if len(lines) != size.height:
            lines, changed = [Strip.blank(size.width)] * size.height, set(range(size.height))
        self._dirty_regions.clear()
        for y, strip in _lines(beneath, changed).items():
            lines[y] = self._veiled(strip)
        self._render_cache = _RenderCache(size, lines)

    def _beneath(self) -> Screen[Any] | None:
        """The screen to be seen through this one, if Textual would show one and it fills the same room."""
        screens = visible_screen_stack.get([])
        if not is_checked() or not screens or screens[-1] is self or self.styles.background.a == 1:
            return None
        return screens.pop() if screens[-1]._compositor.size == self.size else None

    def _veiled(self, strip: Strip) -> Strip:
        color, ground = self.styles.background, self.visual_style.rich_style
        segments = [Segment(text, _mixed(style, color, ground)) for text, style, control in strip if not control]
        return Strip(segments, strip.cell_length)


def _lines(screen: Screen[Any], wanted: set[int]) -> dict[int, Strip]:
    """Some lines of a screen as it would be painted."""
    if not wanted:
        return {}
    first, last = min(wanted), max(wanted)
    crop = Region(0, first, screen.size.width, last - first + 1)
    chops = screen._compositor._render_chops(crop, wanted.__contains__)
    return {y: Strip.join(chops[y].values()) for y in wanted}


@lru_cache(STYLES_KEPT)
def _mixed(style: Style | None, color: Color, ground: Style) -> Style:
    """A style under a colour that lets some of it through, as Textual's `BackgroundScreen` mixes it."""
    plain = Style.null() if style is None else style.clear_meta_and_links()
    if color.a == 0:
        return ground + plain
    inks = [ink and (Color.from_rich_color(ink) + color).rich_color for ink in (plain.color, plain.bgcolor)]
    return ground + plain + Style.from_color(*inks)
