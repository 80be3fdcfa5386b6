"""A screen is styled, laid out and painted once for one cause, and looks as if Textual had done it all."""

from __future__ import annotations

import pytest
from rich.console import RenderableType
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.css.styles import RulesMap
from textual.screen import Screen
from textual.widget import Widget

from ibtui.ui.app import DashboardApp
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession

pytestmark = pytest.mark.usefixtures("painted")

SIZES = ((120, 40), (80, 24), (160, 50))


def styles_of(screen: Screen[object]) -> dict[Widget, RulesMap]:
    """The rules every widget of a screen has from style sheets."""
    return {widget: widget.styles.base._rules.copy() for widget in (screen, *screen.query(Widget))}


def picture(app: DashboardApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["ibtui-dark", "ibtui-light", "ibtui-ansi"])
async def test_the_first_screen_has_the_styles_that_textual_gives_it_once_more(
    session: FakeSession, clock: ManualClock, theme: str, size: tuple[int, int]
) -> None:
    app = DashboardApp(session, clock=clock, theme=theme, frame_rate=0)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        found = styles_of(app.screen)
        app.refresh_css(animate=False)
        assert styles_of(app.screen) == found


@pytest.mark.parametrize("mode", ["ladder", "orders", "portfolio", "inbox"])
async def test_another_screen_has_the_styles_that_textual_gives_it_once_more(app: DashboardApp, mode: str) -> None:
    async with app.run_test(size=SIZES[0]) as pilot:
        app.open_mode(mode)
        await pilot.pause()
        found = styles_of(app.screen)
        app.refresh_css(animate=False)
        assert styles_of(app.screen) == found


async def test_the_theme_is_in_force_as_if_it_had_been_changed_to(session: FakeSession, clock: ManualClock) -> None:
    begun = DashboardApp(session, clock=clock, theme="ibtui-light", frame_rate=0)
    async with begun.run_test(size=SIZES[0]):
        classes, filters = begun.classes, [vars(one) for one in begun._filters]
    changed = DashboardApp(session, clock=clock, frame_rate=0)
    async with changed.run_test(size=SIZES[0]) as pilot:
        changed.use_theme("light")
        await pilot.pause()
        assert (classes, filters) == (changed.classes, [vars(one) for one in changed._filters])


async def test_the_first_picture_is_whole_and_painted_once(app: DashboardApp, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[RenderableType] = []

    def display(_app: App[None], _screen: Screen[None], update: RenderableType | None) -> None:
        if update is not None:
            painted.append(update)

    begin = app._begin
    at_the_begin: list[int] = []

    def noted() -> None:
        at_the_begin.append(len(painted))
        begin()

    monkeypatch.setattr(app, "_begin", noted)
    monkeypatch.setattr(App, "_display", display)
    async with app.run_test(size=SIZES[0]) as pilot:
        await pilot.pause()
        (count,) = at_the_begin
        first = painted[0]
        wholes = [one for one in painted[:count] if isinstance(getattr(one, "_update", one), LayoutUpdate)]
        assert wholes == [first]
        assert count == 1


async def test_what_changes_during_a_batch_is_painted_after_it(app: DashboardApp) -> None:
    async with app.run_test(size=SIZES[0]) as pilot:
        await pilot.pause()
        compositor = app.screen._compositor
        with app.batch_update():
            compositor._dirty_regions.add(app.screen.region)
            app.screen._compositor_refresh()
            assert compositor._dirty_regions
        app.screen._compositor_refresh()
        assert not compositor._dirty_regions


async def test_a_screen_is_laid_out_again_for_another_size_only(
    app: DashboardApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=SIZES[0]) as pilot:
        await pilot.pause()
        sizes = []
        usual = Screen._refresh_layout

        def laid_out(self: Screen[None], *args: object, **more: object) -> None:
            sizes.append(tuple(app.size))
            usual(self, *args, **more)  # type: ignore[arg-type]  # as it was called

        monkeypatch.setattr(Screen, "_refresh_layout", laid_out)
        app.screen._screen_resized(app.size)
        assert not sizes
        await pilot.resize_terminal(*SIZES[1])
        await pilot.pause()
        assert set(sizes) == {SIZES[1]}


async def test_another_version_of_textual_does_it_all_by_itself(
    app: DashboardApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ibtui.ui.paint.versions.VERSION", "99.0")
    async with app.run_test(size=SIZES[0]) as pilot:
        await pilot.pause()
        assert "Watchlist" in picture(app)
        assert app.has_class("-theme-ibtui-dark")
