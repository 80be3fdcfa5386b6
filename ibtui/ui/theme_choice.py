"""Which theme the app is in: the wanted one from its first frame on, any of the others once they were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.ui.paint.component_styles import begin_in_theme, remember_styles
from ibtui.ui.paint.thin import THIN_THEME
from ibtui.ui.themes import load_themes

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


class ThemeChoice:
    """The themes of an app that does not run yet; begins with the wanted one, so that styles are parsed once."""

    def __init__(self, app: DashboardApp, wanted: str) -> None:
        self._app = app
        self._wanted = wanted
        self._has_read_all = False
        self._read, _ = load_themes(only=(wanted, f"ibtui-{wanted}", THIN_THEME if app.thin else ""))
        """Those that were read before the app ran."""
        for theme in self._read.values():
            app.register_theme(theme)
        app.set_reactive(type(app).theme, self._known(wanted) or app.theme)
        remember_styles(app)
        self._is_in_force = begin_in_theme(app)
        app.suit_filters()

    def mounted(self) -> None:
        """The app runs: do what could not be done before."""
        if not self._is_in_force:
            self._app.mutate_reactive(type(self._app).theme)  # classes and filters go by it only once the app runs

    def read_all(self) -> None:
        """Make all themes known, and tell what is wrong with any; done once."""
        if self._has_read_all:
            return
        self._has_read_all = True
        themes, failed = load_themes()
        for name in themes.keys() - self._read.keys():
            self._app.register_theme(themes[name])
        for failure in failed:
            self._app.say(f"{failure.path.name}: {failure.reason}", title="Theme not usable", severity="warning")
        if self._known(self._wanted) is None:
            self.use(self._wanted)

    def use(self, name: str) -> None:
        """Change the colours; `dark` is short for `ibtui-dark`; an unknown name says which there are."""
        found = self._known(name)
        if found is None:
            self.read_all()
            found = self._known(name)
        if found is None:
            known = ", ".join(sorted(self._app.available_themes))
            self._app.say(f"No theme {name!r}; there are: {known}", severity="warning")
        else:
            self._app.theme = found
            self._app.suit_filters()

    def _known(self, name: str) -> str | None:
        return next((known for known in (name, f"ibtui-{name}") if known in self._app.available_themes), None)
