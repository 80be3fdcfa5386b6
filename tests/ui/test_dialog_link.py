"""The connection dialog: every trouble says what is wrong and which key mends it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ibtui.domain.events import HealthChanged
from ibtui.domain.session import Health, Trouble
from ibtui.ui.app import DashboardApp
from ibtui.ui.dialogs import open_find
from ibtui.ui.dialogs.find import FindDialog
from ibtui.ui.dialogs.link import LinkDialog
from ibtui.ui.troubles import REMEDIES, grouped, waiting_words
from tests.fakes.clock import ManualClock
from tests.fakes.session import FakeSession
from tests.ui.dialogs import at_desk

PRINT = "sha256:" + "ab" * 32
UNKNOWN = Health(trouble=Trouble.CERTIFICATE_UNKNOWN, detail="localhost:5000 shows it", fingerprint=PRINT)


def test_every_trouble_has_a_remedy_in_words() -> None:
    assert set(REMEDIES) == set(Trouble) - {Trouble.NONE}
    assert all(remedy.title and remedy.advice for remedy in REMEDIES.values())


def test_a_fingerprint_is_shown_as_people_compare_it() -> None:
    assert grouped(PRINT) == (":".join(["AB"] * 16), ":".join(["AB"] * 16))


def test_the_next_attempt_is_counted_down() -> None:
    assert waiting_words(Health(next_attempt=112.0), 100.0) == "next attempt in 0:12"
    assert waiting_words(Health(penalty_until=700.0), 100.0) == "over in 10:00"
    assert waiting_words(Health(), 100.0) == ""


async def test_an_unknown_certificate_opens_the_dialog_by_itself_and_trust_needs_a_fresh_yes(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(HealthChanged(UNKNOWN))
        dialog = desk.dialog(LinkDialog)
        assert dialog.focused is not None
        assert dialog.focused.id == "answer-close"
        assert ":".join(["AB"] * 16) in desk.text("#text")
        assert "openssl" in desk.text("#text")
        await desk.pilot.press("y")
        assert session.intents("trust") == []
        await desk.press("y")
        assert session.intents("trust") == [("trust", PRINT)]
        assert desk.is_free


async def test_a_certificate_declined_is_not_asked_about_at_every_frame(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(HealthChanged(UNKNOWN))
        await desk.press("n")
        await desk.happens(HealthChanged(replace(UNKNOWN, detail="again")))
        assert desk.is_free
        assert session.intents("trust") == []


async def test_a_changed_certificate_cannot_be_trusted_from_here(
    app: DashboardApp, session: FakeSession, clock: ManualClock
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(HealthChanged(Health(trouble=Trouble.CERTIFICATE_CHANGED, fingerprint=PRINT)))
        dialog = desk.dialog(LinkDialog)
        assert str(dialog.query_one(".sheet").border_title).startswith("STOP")
        assert "pins.json" in desk.text("#text")
        await desk.press("y")
        assert session.intents("trust") == []
        assert not desk.is_free


async def test_the_dialog_does_not_come_on_top_of_another(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        open_find(app)
        await desk.pilot.pause()
        await desk.happens(HealthChanged(UNKNOWN))
        assert isinstance(app.screen, FindDialog)
        await desk.press("escape")
        await desk.frame()
        assert isinstance(app.screen, LinkDialog)


@pytest.mark.parametrize(
    ("trouble", "key", "intent"),
    [
        (Trouble.GATEWAY_DOWN, "r", "retry"),
        (Trouble.LOGGED_OUT, "r", "retry"),
        (Trouble.COMPETING, "t", "take_over"),
        (Trouble.NO_BROKERAGE, "t", "take_over"),
    ],
)
async def test_each_trouble_is_mended_by_its_key(
    app: DashboardApp, session: FakeSession, clock: ManualClock, trouble: Trouble, key: str, intent: str
) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(HealthChanged(Health(trouble=trouble, detail="[b]Raw words[/b]")))
        assert desk.is_free, "only certificates open the dialog by themselves"
        app.open_connection()
        await desk.pilot.pause()
        assert "[b]Raw words[/b]" in desk.text("#text")
        await desk.press(key)
        assert session.intents(intent) == [(intent,)]
        assert desk.is_free


async def test_the_dialog_closes_when_its_trouble_is_over(app: DashboardApp, clock: ManualClock) -> None:
    async with at_desk(app, clock) as desk:
        await desk.happens(HealthChanged(UNKNOWN))
        await desk.happens(HealthChanged(Health()))
        assert desk.is_free
