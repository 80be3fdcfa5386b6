"""What the product's style sheet remembers of components' styles is what Textual works out."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen
from textual.widget import Widget

from ibtui.domain.tickets import Side
from ibtui.ui.app import DashboardApp
from ibtui.ui.paint.component_styles import RememberingStylesheet, remember_styles
from tests.fakes.clock import ManualClock
from tests.ui.dialogs import at_desk
from tests.ui.market import AAPL

pytestmark = pytest.mark.usefixtures("painted")

WORK_OUT = Stylesheet._process_component_classes
"""Textual's own."""


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
            remembered = {name: widget._component_styles[name] for name in widget._get_component_classes()}
            WORK_OUT(app.stylesheet, widget)
            assert remembered == widget._component_styles, widget
            compared += len(remembered)
        assert compared > 0


class Second(Screen[None]):
    CSS = "Marked#other:last-child .marked--part { color: #060606; }"

    def compose(self) -> ComposeResult:
        yield Marked(id="other")


async def test_a_component_follows_rules_that_come_with_another_screen() -> None:
    app = MarkedApp()
    async with app.run_test() as pilot:
        assert colour(app.query_one(Marked)) == "#020202"
        await app.push_screen(Second())
        await pilot.pause()
        assert colour(app.screen.query_one(Marked)) == "#060606"


class ThemedApp(App[None]):
    AUTO_FOCUS = None
    CSS = """
    .marked--part { color: $primary; }
    Marked:light .marked--part { color: #070707; }
    """

    def compose(self) -> ComposeResult:
        yield Marked()


async def test_a_component_follows_the_theme_there_and_back() -> None:
    app = ThemedApp()
    async with app.run_test() as pilot:
        seen = []
        for theme in ("textual-dark", "nord", "textual-light", "textual-dark"):
            app.theme = theme
            await pilot.pause()
            seen.append(colour(app.query_one(Marked)))
    assert seen[0] == seen[3] != seen[1]
    assert seen[2] == "#070707"


def test_a_source_is_parsed_again_only_with_other_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # what the tests remember of parsed sources
    sheet = RememberingStylesheet(variables={"ground": "#123456"})
    sheet.add_source("Marked { color: $ground; }")
    (first,) = sheet.rules
    sheet.set_variables({"ground": "#123456"})
    sheet.reparse()
    assert sheet.rules[0] is first
    sheet.set_variables({"ground": "#654321"})
    sheet.reparse()
    assert sheet.rules[0].styles.color.hex == "#654321"


def test_another_version_of_textual_keeps_its_own_style_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ibtui.ui.paint.versions.VERSION", "99.0")
    monkeypatch.setattr("textual.app.Stylesheet", Stylesheet)
    app = ThemedApp()
    remember_styles(app)
    assert type(app.stylesheet) is Stylesheet


def test_an_app_of_the_version_that_was_checked_remembers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.app.Stylesheet", Stylesheet)
    app = ThemedApp()
    remember_styles(app)
    assert type(app.stylesheet) is RememberingStylesheet
