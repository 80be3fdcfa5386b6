"""Brings up dialogs that nobody asked for, without taking keys from somebody who is typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from ibtui.domain.session import Light, Trouble
from ibtui.store import Changes, Topic
from ibtui.ui.dialogs.link import CERTIFICATES, LinkDialog
from ibtui.ui.dialogs.notices import PromptDialog
from ibtui.ui.screens.base import DashboardScreen

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp


def is_busy(app: DashboardApp) -> bool:
    """Whether a dialog is open or something is being typed."""
    return not isinstance(app.screen, DashboardScreen) or isinstance(app.focused, Input)


class PromptCaller:
    """Each prompt once, oldest first, never on top of anything; meanwhile it is announced."""

    def __init__(self, app: DashboardApp) -> None:
        self._app = app
        self._queue: list[str] = []
        self._seen: set[str] = set()

    @property
    def waiting(self) -> int:
        """Prompts not shown yet."""
        return len(self._queue)

    def frame(self, changes: Changes) -> None:
        """Queue what came, show the first when there is room."""
        notices = self._app.session.store.inbox.notices
        for key in sorted(changes.of(Topic.NOTICE) - self._seen, key=str):
            notice = notices.get(str(key))
            if notice is None:
                continue
            self._seen.add(notice.notice_id)
            if notice.is_prompt:
                self._queue.append(notice.notice_id)
                if is_busy(self._app):
                    self._app.say("It is shown as soon as no dialog is open (F6 lists it)", title="The gateway asks")
            else:
                self._app.say(notice.text, title=notice.title or "Notice of the gateway")
        while self._queue and not is_busy(self._app):
            notice = notices.get(self._queue.pop(0))
            if notice is not None and notice.is_prompt:
                self._app.push_screen(PromptDialog(self._app, notice))
                return


class ConnectionCaller:
    """The connection dialog opens by itself where a person is needed.

    Once per certificate that must be decided on, and once when the program starts with nobody logged in.
    """

    def __init__(self, app: DashboardApp) -> None:
        self._app = app
        self._shown: tuple[Trouble, str] | None = None
        self._asks_for_login = True

    def frame(self, changes: Changes) -> None:
        """Open it when the trouble is a new one about certificates, or the first login is missing."""
        health = self._app.session.store.health
        trouble = (health.trouble, health.fingerprint)
        if health.brokerage is Light.ON:
            self._asks_for_login = False
        if health.trouble is Trouble.LOGGED_OUT and self._asks_for_login and not is_busy(self._app):
            self._asks_for_login = False
            self._app.push_screen(LinkDialog(self._app, health))
        elif health.trouble not in CERTIFICATES:
            self._shown = None
        elif trouble != self._shown and not is_busy(self._app):
            self._shown = trouble
            self._app.push_screen(LinkDialog(self._app, health))
