"""What tests remember of components' styles is what Textual works out."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.css.stylesheet import Stylesheet
from textual.widget import Widget

from ibtui.domain.tickets import Side
from ibtui.ui.app import DashboardApp
from tests.fakes.clock import ManualClock
from tests.ui.dialogs import at_desk
from tests.ui.market import AAPL

WORK_OUT = Stylesheet._process_component_classes
"""Textual's own, taken before any test remembers."""


def colour(widget: Widget) -> str:
    """What the component's text is coloured with."""
    return widget.get_component_styles("marked--part").color.hex


class Marked(Widget, can_focus=True):
    """A widget with a component that depends on everything a selector may ask."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"marked--part"}


class MarkedApp(App[None]):
    AUTO_FOCUS = None
    CSS = """
    .marked--part { color: #010101; }
    Marked:last-child { padding: 1; .marked--part { color: #020202; } }
    Marked.-on .marked--part { color: #030303; }
    Marked:focus .marked--part { color: #040404; }
    #box.-wide Marked .marked--part { color: #050505; }
    """

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Marked()


def add_sibling(app: MarkedApp) -> None:
    app.query_one("#box").mount(Widget())


CHANGES: dict[str, tuple[Callable[[MarkedApp], object], str]] = {
    "a class of its own": (lambda app: app.query_one(Marked).add_class("-on"), "#030303"),
    "the focus": (lambda app: app.query_one(Marked).focus(), "#040404"),
    "a class above it": (lambda app: app.query_one("#box").add_class("-wide"), "#050505"),
    "another sibling": (add_sibling, "#010101"),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
async def test_a_component_follows_whatever_its_selector_asks(
    change: Callable[[MarkedApp], object], expected: str
) -> None:
    app = MarkedApp()
    async with app.run_test() as pilot:
        marked = app.query_one(Marked)
        assert colour(marked) == "#020202"
        change(app)
        await pilot.pause()
        assert colour(marked) == expected


@pytest.mark.parametrize(
    ("opened", "theme"),
    [
        ("watch", "ibtui-dark"),
        ("watch", "ibtui-light"),
        ("ladder", "ibtui-dark"),
        ("ladder", "ibtui-ansi"),
        ("orders", "ibtui-light"),
        ("portfolio", "ibtui-ansi"),
        ("inbox", "ibtui-dark"),
        ("ticket", "ibtui-light"),
    ],
)
async def test_remembered_styles_are_those_textual_works_out(
    app: DashboardApp, clock: ManualClock, opened: str, theme: str
) -> None:
    async with at_desk(app, clock, (120, 40)) as desk:
        contract = app.store.market.contracts[AAPL]
        if opened == "ticket":
            app.open_ticket(Side.BUY, contract)
        else:
            app.open_mode(opened, contract)
        app.use_theme(theme)
        await desk.pilot.pause()
        await desk.press("down", "tab")
        compared = 0
        for widget in app.screen.query(Widget):
            remembered = dict(widget._component_styles)
            WORK_OUT(app.stylesheet, widget)
            assert remembered == widget._component_styles, widget
            compared += len(remembered)
        assert compared > 0
