"""What each trading key of one ladder does with the session; nothing is drawn here.

Orders leave only by a key that reached the ladder: at once while it is armed, else by Enter on what is shown. Whatever
makes prices doubtful is looked at again before each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Final

from ibtui.domain.contracts import Contract
from ibtui.domain.tickets import Side
from ibtui.ui.dialogs.guard import pressed_keys
from ibtui.ui.dialogs.words import live_order_line
from ibtui.ui.ladder.arming import OTHER_CONTRACT, READ_ONLY, Arming, standing_of
from ibtui.ui.ladder.brackets import NotPossible
from ibtui.ui.ladder.closing import close_plan
from ibtui.ui.ladder.counter import Counter
from ibtui.ui.ladder.grabbing import Grab, grabbed, next_of, orders_at
from ibtui.ui.ladder.hands import Kind, Wish, size_moved, tickets_of
from ibtui.ui.ladder.keys import LadderState
from ibtui.ui.ladder.options import Bracket, next_bracket
from ibtui.ui.ladder.remarks import Remarks
from ibtui.ui.ladder.staged import Staged, staged_change
from ibtui.ui.ladder.strokes import Keyboard, Sight, Stroke
from ibtui.ui.ladder.view import LadderInput

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

TOO_SOON: Final = "Enter came too soon or was held down: let go, read, press it again"
SLEPT: Final = "the computer was asleep, or its clock was set"
JUMP_SECONDS: Final = 5.0
"""More than a wall clock is corrected by while it runs."""
BY_PALETTE: Final = "The palette sends nothing: press enter on the ladder"


class Trading:
    """The hands at one ladder: armed or not, size and bracket, what is shown to be sent, what is grabbed."""

    def __init__(self, app: DashboardApp) -> None:
        self._session = app.session
        self._options = app.ladder
        self.counter = Counter(app)
        self.arming = Arming(app.ladder.idle_seconds)
        self.bracket: Bracket | None = None
        self.staged: Staged | None = None
        """What Enter would send."""
        self.grab: Grab | None = None
        self.remarks = Remarks(app.session.now, partial(app.say, severity="warning"))
        self.keyboard = Keyboard(app.session.now, pressed_keys(app))
        self.guard = self.keyboard.guard()
        """Which Enter may send what is shown; made anew whenever that changes."""
        self._chosen: Decimal | None = None
        self._wall = app.clock.time
        self._offset = self._wall() - app.session.now()
        """Of the wall clock from the session's at the last look: asleep, a computer counts no session seconds."""

    @property
    def state(self) -> LadderState:
        """What a trading key would do."""
        if self.staged is not None:
            return LadderState.PREVIEW
        if self.grab is not None:
            return LadderState.GRABBED
        return LadderState.ARMED if self.arming.is_armed else LadderState.DISARMED

    @property
    def size(self) -> Decimal | None:
        """Size of the next order: the one chosen, else the contract's default; None while its rules are unknown."""
        if self._chosen is not None:
            return self._chosen
        rules = self.counter.rules(Side.BUY)
        return None if rules is None else rules.default_size or Decimal(1)

    @property
    def in_hand(self) -> Staged | None:
        """What Enter would send: the preview, else the change of what is grabbed.

        Raises NotPossible when that is lost.
        """
        if self.staged is not None or self.grab is None:
            return self.staged
        return staged_change(self.grab, self._session.store.money.account, self._session)

    def point(self, conid: int) -> None:
        """Trade another instrument; nothing of the one before is left in the hand."""
        if conid != self.counter.conid:
            self.end(OTHER_CONTRACT)
            self.counter.conid, self._chosen = conid, None

    def end(self, reason: str) -> None:
        """Disarm, drop the preview, let go; says so when there was something to end."""
        words = [f"disarmed: {reason}"] if self.arming.is_armed else []
        words += ["the preview is dropped"] if self.staged is not None else []
        words += ["the order grabbed stays where it was"] if self.grab is not None else []
        self.arming.disarm(reason)
        self.staged = self.grab = None
        if words:
            text = ", ".join(words)
            self.remarks.tell(f"{text[0].upper()}{text[1:]}", "warn")

    def look(self, source: LadderInput) -> None:
        """Compare with what it was armed for, and with what is in the hand: at every frame and before every key."""
        now, store = self._session.now(), self._session.store
        before, self._offset = self._offset, self._wall() - now
        if abs(self._offset - before) > JUMP_SECONDS:
            self.end(SLEPT)
        if self.arming.look(standing_of(self._session, source, now), now):
            self.remarks.tell(self.arming.words(now), "warn")
        lost = self.grab.lost(store) if self.grab is not None else ""
        if self.grab is not None and not store.money.shows_with(store.money.account, self.grab.orders[0].account):
            lost = "another account was chosen"
        if lost:
            self.grab = None
            self.remarks.tell(f"Let go: {lost}", "warn")
        if self.staged is not None and self.staged.account != store.money.account:
            self.staged = None
            self.remarks.tell("The preview is dropped: another account was chosen", "warn")

    def arm(self, sight: Sight, stroke: Stroke | None) -> None:
        """Disarm, at any key; or arm, which a key held down or meant for a dialog does not."""
        now = self._session.now()
        if self.arming.is_armed:
            self.arming.disarm()
            self.remarks.tell("Disarmed: trading keys show a preview")
            return
        if stroke is not None and stroke.doubt:
            self.remarks.refuse(stroke.doubt)
            return
        words = self.arming.arm(standing_of(self._session, sight.source, now), now)
        if words:
            self.remarks.refuse(words)
        else:
            self.remarks.tell("ARMED: trading keys send at once", "warn")

    def trade(self, kind: Kind, side: Side, sight: Sight, stroke: Stroke | None) -> None:
        """A new order: sent while armed, else shown."""

        def order(contract: Contract, account: str) -> Staged:
            if self.size is None:
                raise NotPossible("the size is not known yet: 1 to 9 choose one")
            wish = Wish(kind, side, sight.cursor, self.size)
            rules = self.counter.rules(side)
            found = tickets_of(wish, sight.shown, contract, rules, account, self.bracket, self._options)
            return Staged(account, contract.conid, tickets=found)

        self._act(sight, stroke, order)

    def close(self, sight: Sight, stroke: Stroke | None, *, reverse: bool) -> None:
        """Flatten or reverse: begun while armed, else shown."""

        def closing(contract: Contract, account: str) -> Staged:
            rules = {side: self.counter.rules(side) for side in Side}
            plan = close_plan(sight.source, contract, rules, account, self._options, reverse=reverse)
            return Staged(account, contract.conid, closing=plan)

        self._act(sight, stroke, closing)

    def enter(self, sight: Sight, stroke: Stroke | None) -> None:
        """Send what is shown; else grab the own order at the cursor; else send its change."""
        if stroke is None:
            self.remarks.refuse(BY_PALETTE)
        elif self.staged is not None:
            self._send_shown(self.staged, sight, stroke)
        elif self.grab is not None and self.grab.ticks:
            self._send_change(sight, stroke)
        elif stroke.doubt:
            self.remarks.refuse(stroke.doubt)
        else:
            self._grab_at(sight)

    def move_own(self, ticks: int, *, whole: bool) -> Decimal | None:
        """Move what is grabbed, alone or with its bracket; gives the price it is meant for now, None when it stays."""
        if self.grab is None:
            self.remarks.refuse("Nothing is grabbed: enter grabs the own order at the cursor")
            return None
        try:
            base = self.grab.whole(self._session) if whole and not self.grab.is_whole else self.grab
            self.grab = base.moved(ticks)
        except NotPossible as reason:
            self.remarks.refuse(sentence(str(reason)))
            return None
        self.guard = self.keyboard.guard()
        return self.grab.mark.moves[self.grab.order_id][1]

    def drop(self) -> bool:
        """Drop the preview, else let go of what is grabbed; False when there was neither."""
        if self.staged is not None:
            self.staged = None
            self.remarks.tell("Dropped: nothing was sent")
        elif self.grab is not None:
            self.grab = None
            self.remarks.tell("Let go: the order stays where it was")
        else:
            return False
        return True

    def cancel(self, which: str, sight: Sight, stroke: Stroke | None) -> None:
        """Ask at once for cancellations: `here` at the cursor, `BUY` or `SELL` of a side, `all` of the contract."""
        if stroke is not None and stroke.is_held:
            self.remarks.refuse(stroke.doubt)
            return
        try:
            self.remarks.tell(self.counter.cancel(which, sight))
        except NotPossible as reason:
            self.remarks.refuse(sentence(str(reason)))

    def choose_size(self, size: Decimal) -> None:
        """A preset."""
        self._chosen = size

    def step_size(self, lots: int) -> None:
        """Lots more or less."""
        if self.size is None:
            self.remarks.refuse("The size is not known yet: 1 to 9 choose one")
        else:
            self._chosen = size_moved(self.size, lots, self.counter.rules(Side.BUY))

    def next_bracket(self) -> None:
        """The next template, after the last none."""
        self.bracket = next_bracket(self._options.brackets, self.bracket)
        if not self._options.brackets:
            self.remarks.refuse("There are no bracket templates: [[ladder.brackets]] of the configuration names them")
        else:
            self.remarks.tell(f"Bracket: {self.bracket.words if self.bracket is not None else 'none'}")

    def _act(self, sight: Sight, stroke: Stroke | None, make: Callable[[Contract, str], Staged]) -> None:
        """Send what the key means while armed, show it while not; say why when neither can be."""
        if stroke is not None and stroke.doubt:
            self.remarks.refuse(stroke.doubt)
            return
        try:
            staged = make(self.counter.contract, self._session.store.money.account)
        except NotPossible as reason:
            self.remarks.refuse(f"Not sent: {reason}")
            return
        standing = self.counter.standing(sight)
        words = self.counter.refusal(staged, standing)
        if words:
            self.remarks.refuse(words)
        elif stroke is not None and self.arming.sends(standing, self._session.now()):
            self.remarks.tell(self.counter.send(staged))
        else:
            self.staged, self.guard = staged, self.keyboard.guard()

    def _send_shown(self, staged: Staged, sight: Sight, stroke: Stroke) -> None:
        """Enter on the preview, if it may decide; what is refused stays on the screen."""
        if not self.guard.hears(stroke.event):
            self.remarks.tell(TOO_SOON, "warn")
            return
        words = self.counter.refusal(staged, self.counter.standing(sight))
        if words:
            self.remarks.refuse(words)
        elif self.guard.decide():
            self.staged = None
            self.remarks.tell(self.counter.send(staged))

    def _send_change(self, sight: Sight, stroke: Stroke) -> None:
        """Enter on a grabbed order that was moved: at once while armed, else if this Enter may decide."""
        standing = self.counter.standing(sight)
        is_armed = self.arming.sends(standing, self._session.now())
        doubt = stroke.doubt if is_armed else "" if self.guard.hears(stroke.event) else TOO_SOON
        if doubt:
            self.remarks.refuse(doubt)
            return
        try:
            staged = self.in_hand
        except NotPossible as reason:
            self.remarks.refuse(f"Not sent: {reason}")
            return
        words = self.counter.refusal(staged, standing) if staged is not None else ""
        if words:
            self.remarks.refuse(words)
        elif staged is not None and self.guard.decide():
            self.grab = None
            self.remarks.tell(self.counter.send(staged))

    def _grab_at(self, sight: Sight) -> None:
        try:
            if self._session.read_only or sight.cursor is None:
                raise NotPossible(READ_ONLY if self._session.read_only else "there is no price under the cursor yet")
            own = orders_at(sight.source.orders, sight.grid, sight.cursor, sight.high)
            order = next_of(own, self.grab.order_id if self.grab is not None else None)
            self.grab = grabbed(order, self.counter.contract, self.counter.rules(order.side or Side.BUY), self._session)
        except NotPossible as reason:
            self.remarks.refuse(sentence(str(reason)))
            return
        self.guard = self.keyboard.guard()
        more = f" (one of {len(own)}: enter takes the next)" if len(own) > 1 else ""
        self.remarks.tell(f"Grabbed {live_order_line(order)}{more}")


def sentence(text: str) -> str:
    """With a capital."""
    return text[:1].upper() + text[1:]
