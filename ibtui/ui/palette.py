"""The command palette (ctrl+p): every action of the current screen, from the actions table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider

from ibtui.ui.actions import Action, Context, heard
from ibtui.ui.help import key_text
from ibtui.ui.paint.veil import REDRAW

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


class ActionPalette(CommandPalette):
    """Textual's palette in the dashboard's frames and colours."""

    CSS_PATH = "palette.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [REDRAW]

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close it once, as a `VeiledScreen` does."""
        return super().dismiss(result) if self.is_active else AwaitComplete()


class ActionProvider(Provider):
    """Actions by description, with their keys."""

    async def discover(self) -> Hits:
        """All of them."""
        for action in self._actions():
            yield DiscoveryHit(action.description, partial(self._run, action), help=self._help(action))

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for action in self._actions():
            score = max(matcher.match(action.description), matcher.match(action.label))
            if score > 0:
                run = partial(self._run, action)
                yield Hit(score, matcher.highlight(action.description), run, help=self._help(action))

    @property
    def _dashboard(self) -> DashboardApp:
        return cast("DashboardApp", self.app)

    def _actions(self) -> tuple[Action, ...]:
        current = self._dashboard.current
        if current is None:
            return ()
        extra = (action for context in self._dashboard.EXTRA for action in heard(context))
        return tuple(action for action in (*extra, *heard(current.CONTEXT)) if action.context is not Context.GRID)

    def _help(self, action: Action) -> str:
        return f"{action.context.value} · {key_text(action, self._dashboard.keymap)}"

    async def _run(self, action: Action) -> None:
        current = self._dashboard.current
        if current is None:
            return
        for target in (current.focused, current, self.app):
            name = action.method.partition("(")[0].rpartition(".")[2]
            if target is not None and hasattr(target, f"action_{name}"):
                await self.app.run_action(action.method, target)
                return
