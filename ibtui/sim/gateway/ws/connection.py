"""One client's websocket: who it is, what it is greeted with and what it subscribed to ("Websockets")."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ibtui.sim.gateway.features import brokerage_accounts
from ibtui.sim.gateway.gateway import Changes, Gateway
from ibtui.sim.gateway.login import USERNAME
from ibtui.sim.gateway.wire import Fields, Json, encode
from ibtui.sim.gateway.ws import topics
from ibtui.sim.gateway.ws.outbox import Outbox
from ibtui.sim.gateway.ws.subscription import Subscription, parsed

if TYPE_CHECKING:
    from ibtui.sim.gateway.ws.ladder import LadderStream

GREETING_AFTER_MS = 150
"""From a known session to `system`; all that is sent before it is thrown away (wire-facts §2)."""
ACCOUNTS_AFTER_MS = 50
BULLETIN_AFTER_MS = 2_000
HEARTBEAT_MS = 10_000
PROMPT_AFTER_MS = 30_000


class Connection:
    """State of one websocket; it does no I/O: frames leave through its outbox."""

    def __init__(self, gateway: Gateway, session_id: str) -> None:
        self.gateway = gateway
        self.outbox = Outbox()
        self.number = gateway.count_connection()
        """Which of all websockets this one is, from 1."""
        self.session = session_id
        """Id by which the client is known; once the session is renewed the socket is stale."""
        self.opened_at_ms = gateway.now_ms
        self._silenced = self._frozen = False
        self.subscriptions: dict[str, Subscription] = {}
        self.ladders: dict[str, LadderStream] = {}
        """The newest price ladder of each account, whether or not it was cancelled."""
        self.refusals = 0
        """How often `sor` was refused, in the scenario that refuses it."""
        self._opened_ms = gateway.clock.ms()
        self._known = self._is_known(session_id)
        self._greeted_ms: int | None = None
        self._introduced = self._bulletined = self._prompted = False
        self._beat_ms = 0
        if gateway.day.silences():
            self.silence(silenced=True)
        if not self._known:
            self.send({"message": "waiting for session"})

    @property
    def ready(self) -> bool:
        """Whether `system success` has gone out, so that messages count."""
        return self._greeted_ms is not None

    @property
    def stale(self) -> bool:
        """Of a session before the nightly reset or a restart: it beats, and nothing else comes (wire-facts §2)."""
        return self._known and self.session != self.gateway.login.session_id

    @property
    def silent(self) -> bool:
        """Open, and not a byte leaves it."""
        return self._silenced or self._frozen

    @property
    def frozen(self) -> bool:
        """Half open: what the client sends is not even read."""
        return self._frozen

    def silence(self, *, silenced: bool) -> None:
        """Let nothing leave, or speak on; what was not said meanwhile is lost."""
        self._silenced = silenced
        self._mute()

    def freeze(self) -> None:
        """Let nothing leave and take nothing in, for the rest of its life."""
        self._frozen = True
        self._mute()

    def send(self, payload: Fields) -> None:
        """Queue a frame."""
        self.outbox.push(self.encoded(payload))

    def encoded(self, payload: Fields) -> bytes:
        """A payload as it goes over the wire."""
        return encode(self.gateway.dress(payload))

    def tell(self, topic: str, args: Json) -> None:
        """Send an unsolicited message, once the client is greeted."""
        if self.ready and not self.stale:
            self.send({"topic": topic, "args": args})

    def tell_status(self) -> None:
        """Send `act` and `sts` as the brokerage session is now."""
        if not self.ready or self.stale:
            return
        login = self.gateway.login
        if login.authenticated:
            self.tell("act", brokerage_accounts(self.gateway))
        status: Fields = {**login.status(), "fail": "", "username": USERNAME}
        server = status.pop("serverInfo")
        self.tell("sts", status | (dict(server) if isinstance(server, dict) else {}))
        if not login.authenticated:
            self.drop_brokerage_topics()

    def refuse(self, topic: str, reason: str, code: int = 1) -> None:
        """An error frame."""
        self.send({"error": reason, "code": code, "topic": topic})

    def receive(self, text: str) -> None:
        """Take a frame from the client."""
        if self._frozen:
            return
        self.gateway.requests.frame(text)
        if text.lstrip().startswith("{"):
            self._take_session(text)
        elif self.ready:
            topics.handle(self, parsed(text))

    def step(self, wall_ms: int, changes: Changes) -> None:
        """Greet, beat, and let every subscription react."""
        if self.outbox.closed or self.silent:
            return
        if self._greeted_ms is None:
            self._greet(wall_ms)
            return
        self._say_what_is_due(wall_ms, wall_ms - self._greeted_ms)
        for subscription in tuple(self.subscriptions.values()):
            if subscription.alive:
                subscription.step(wall_ms, changes)

    def subscribe(self, subscription: Subscription) -> None:
        """Start a subscription, in place of one with the same key."""
        self.subscriptions[subscription.key] = subscription
        deafened = self.gateway.day.deafens(self, subscription.key)
        subscription.deaf = deafened or self.gateway.feeds.deafens(subscription)
        subscription.begin(self.gateway.clock.ms())

    def unsubscribe(self, key: str) -> bool:
        """End a subscription; whether there was one."""
        return self.subscriptions.pop(key, None) is not None

    def _is_known(self, session_id: str) -> bool:
        return self.gateway.login.logged_in and session_id == self.gateway.login.session_id

    def _take_session(self, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            frame = None
        named = frame.get("session") if isinstance(frame, dict) else None
        if not isinstance(named, str):
            self.send({"error": f"Topic unknown '{text[:40]}'", "code": 1})
        elif not self._known and self._is_known(named):
            self._known, self.session, self._opened_ms = True, named, self.gateway.clock.ms()

    def _greet(self, wall_ms: int) -> None:
        if not self._known or wall_ms - self._opened_ms < GREETING_AFTER_MS:
            return
        self._greeted_ms = self._beat_ms = wall_ms
        self.gateway.day.greeted(wall_ms)
        paper = all(account.startswith("D") for account in self.gateway.accounts)
        self.send({"topic": "system", "success": USERNAME, "isFT": False, "isPaper": paper})

    def _say_what_is_due(self, wall_ms: int, age_ms: int) -> None:
        if not self._introduced and age_ms >= ACCOUNTS_AFTER_MS:
            self._introduced = True
            self.tell_status()
        if not self._bulletined and age_ms >= BULLETIN_AFTER_MS:
            self._bulletined = True
            self.tell("blt", [self.gateway.notices.bulletin()])
        if not self._prompted and age_ms >= PROMPT_AFTER_MS:
            prompt = self.gateway.notices.prompt_for_oldest()
            self._prompted = prompt is not None
            if prompt is not None:
                self.tell("ntf", [prompt])
        if wall_ms - self._beat_ms >= HEARTBEAT_MS:
            self._beat_ms += HEARTBEAT_MS
            self.send({"topic": "system", "hb": self.gateway.now_ms})

    def drop_brokerage_topics(self) -> None:
        """Let what needs a brokerage session end without a word."""
        for key in [key for key in self.subscriptions if topics.needs_brokerage(key)]:
            del self.subscriptions[key]

    def _mute(self) -> None:
        self.outbox.mute(muted=self.silent)
        self._beat_ms = self.gateway.clock.ms()
