"""What is wrong with the connection and which key mends it; certificates are decided here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content

from ibtui.domain.session import Health, Trouble
from ibtui.store import Changes, Topic
from ibtui.ui.dialogs.answers import Offer
from ibtui.ui.dialogs.base import Lines
from ibtui.ui.dialogs.deciding import DecidingDialog
from ibtui.ui.login import LoginPlace
from ibtui.ui.troubles import REMEDIES, grouped, waiting_words

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

CERTIFICATES = frozenset({Trouble.CERTIFICATE_UNKNOWN, Trouble.CERTIFICATE_CHANGED, Trouble.CERTIFICATE_INVALID})

COMPARE = """\
Compare it with what the gateway's own key store holds, or see it from another terminal:
openssl s_client -connect HOST:PORT </dev/null | openssl x509 -noout -fingerprint -sha256"""

UNPIN = """\
If you replaced the certificate yourself: delete the gateway's line in pins.json in ibtui's state folder (ibtui --help \
names it), then start ibtui again and compare the new fingerprint."""


WAITS = "Waiting for the login: this closes by itself."


class LinkDialog(DecidingDialog[str]):
    """One trouble; the dialog closes by itself when that trouble is over."""

    def __init__(self, app: DashboardApp, health: Health) -> None:
        remedy = REMEDIES[health.trouble]
        offers = [Offer("close", ("escape", "n"), "Not now" if remedy.retries or remedy.takes_over else "Close")]
        if health.trouble is Trouble.CERTIFICATE_UNKNOWN and health.fingerprint:
            offers = [
                Offer("close", ("n", "escape"), "No, do not connect"),
                Offer("trust", ("y",), "Yes, trust it from now on"),
            ]
        if remedy.retries:
            offers.append(Offer("retry", ("r",), "Try again now"))
        if remedy.takes_over:
            offers.append(Offer("take_over", ("t",), "Start the session here"))
        super().__init__(app, offers, default="close", heading=remedy.title)
        self.health = health
        self.set_class(health.trouble in CERTIFICATES, "-bad")

    def compose_matter(self) -> ComposeResult:
        """Detail, advice, and for certificates the fingerprint."""
        yield Lines(id="text")
        yield Lines(id="waiting")

    def frame(self, changes: Changes) -> None:
        """Close when the trouble is over or another one, and follow its words."""
        super().frame(changes)
        if Topic.HEALTH in changes:
            self.repaint()

    def is_over(self) -> bool:
        """Whether the trouble is over, or another one."""
        now = self.store.health
        return (now.trouble, now.fingerprint) != (self.health.trouble, self.health.fingerprint)

    def paint(self) -> None:
        """Draw it all."""
        health = self.store.health
        parts = [part for part in (health.detail, REMEDIES[self.health.trouble].advice) if part]
        parts += _ways(self.health.trouble, self.dashboard.login)
        if self.health.trouble in CERTIFICATES and self.health.fingerprint:
            parts.append("SHA-256 fingerprint\n" + "\n".join(grouped(self.health.fingerprint)))
        if self.health.trouble is Trouble.CERTIFICATE_UNKNOWN:
            parts.append(COMPARE)
        if self.health.trouble is Trouble.CERTIFICATE_CHANGED:
            parts.append(UNPIN)
        self.query_one("#text", Lines).show(Content("\n\n".join(parts)))
        waiting = waiting_words(health, self.session.now())
        if self.health.trouble is Trouble.LOGGED_OUT:
            waiting = f"{WAITS} {waiting}".rstrip()
        self.query_one("#waiting", Lines).show(Content.styled(f"\n{waiting}" if waiting else "", "$muted"))

    def choose(self, name: str) -> None:
        """Mend it as chosen."""
        link = self.session.link
        if name == "trust":
            link.trust(self.health.fingerprint)
        elif name == "retry":
            link.retry()
        elif name == "take_over":
            link.take_over()
        self.finish(name)


def _ways(trouble: Trouble, place: LoginPlace) -> list[str]:
    """How to get to the gateway's page from where the user sits, and to the gateway's process."""
    ways = []
    if trouble is Trouble.LOGGED_OUT and place.tunnel:
        ways.append(
            "You are here by SSH. On the machine you sit at, type this in another terminal and leave it open:\n"
            f"{place.tunnel}\nThen open {place.tunnel_url} in the browser there and log in."
        )
    if trouble is Trouble.LOGGED_OUT and place.has_gateway:
        ways.append("ibtui gateway status tells of the gateway's own process and shows its log.")
    if trouble is Trouble.GATEWAY_DOWN and place.has_gateway:
        ways.append("ibtui gateway start starts it from the folder of your configuration.")
    return ways
