"""The fault matrix: each row strikes one fault through the real program in a pty and checks what must hold."""

from __future__ import annotations

import re
import signal

from tests.fault_matrix.deaths import (
    clock_stepped,
    disk_full,
    disk_full_at_the_reply,
    killed_after_step,
    killed_before_step,
    killed_before_the_answer,
)
from tests.fault_matrix.scene import BLOTTER, OUTCOME, SIZE, WATCHLIST, Scene
from tests.fault_matrix.words import (
    FILLED,
    FOUND,
    LISTED_UNKNOWN,
    MARKETABLE,
    NEAR,
    ONE_QUESTION,
    UNKNOWN,
    WORKING,
    Run,
)


def lost_and_sent_again(scene: Scene) -> None:
    """The request never arrived: unknown until the user sends it again, under the same reference."""
    scene.start()
    scene.buy(NEAR)
    scene.say(UNKNOWN)
    scene.say(r"may never have arrived")
    scene.screen.decide("A")
    scene.say(r"Order accepted")
    scene.go("f4", BLOTTER)
    scene.say(WORKING)
    scene.check(orders=1, posts=2)
    scene.restart(WORKING)


def lost_and_closed(scene: Scene) -> None:
    """The request never arrived: nothing else may be sent until the user closes it."""
    scene.start()
    scene.buy(NEAR)
    scene.say(UNKNOWN)
    scene.leave(OUTCOME)
    scene.say(LISTED_UNKNOWN)
    scene.line(f"buy {SIZE} AAPL @ {scene.price(NEAR)}")
    scene.screen.see("y Yes, BUY")
    scene.screen.decide("y")
    scene.say(r"Not sent: an order of this account has an unknown outcome")
    scene.leave(r"Confirm BUY")
    scene.go("f4", BLOTTER)
    scene.screen.see("OUTCOME UNKNOWN")
    scene.screen.press("enter")
    scene.screen.see("I know what became of it")
    scene.screen.decide("C")
    scene.say(r"closed by you")
    scene.check(orders=0, posts=1)
    scene.restart(r"No working orders")


def unknown_then_closed(scene: Scene) -> None:
    """An error page of a proxy proves nothing: unknown, and after a restart still so."""
    scene.start()
    scene.buy(NEAR)
    scene.say(UNKNOWN)
    scene.check(orders=0, posts=1)
    scene.restart(LISTED_UNKNOWN)
    scene.ends("unknown")
    scene.check(orders=0, posts=1)


def arrived_and_found(scene: Scene) -> None:
    """The order arrived and its answer did not: found by its reference, and never sent again."""
    scene.start()
    scene.buy(NEAR)
    scene.say(FOUND, 45)
    scene.go("f4", BLOTTER)
    scene.say(WORKING)
    scene.ends("acknowledged")
    scene.check(orders=1, posts=1)
    scene.restart(WORKING)


def slow(scene: Scene) -> None:
    """The answer takes a minute: after 30 s it is no longer waited for, and the order is found."""
    scene.start()
    scene.buy(NEAR)
    scene.say(FOUND, 60)
    scene.ends("acknowledged")
    scene.check(orders=1, posts=1)
    scene.restart(WORKING)


def boxed(scene: Scene) -> None:
    """429: nothing was ordered, the box is counted down, and nothing is tried again in it."""
    scene.start()
    scene.buy(NEAR)
    scene.say(r"Order rejected")
    scene.say(r"nothing was (sent|ordered|taken)")
    scene.check(orders=0, posts=1)
    scene.leave(OUTCOME)
    scene.go("f4", BLOTTER)
    scene.say(r"No working orders")


def never_confirmed(scene: Scene) -> None:
    """The answer met a lost session or an unknown question: not confirmed, so no order; said once that is proven."""
    scene.start()
    scene.buy(ONE_QUESTION)
    scene.answer(1)
    scene.say(rf"{UNKNOWN}|never confirmed", 40)
    scene.say(r"never confirmed", 60)
    scene.ends("rejected")
    scene.check(orders=0, posts=1)
    scene.restart(r"No working orders")


def reply_lost_answer(scene: Scene) -> None:
    """The last Yes arrived and its answer did not: the order is found."""
    scene.gateway.arm("lost-answer", "reply")
    scene.start()
    scene.buy(ONE_QUESTION)
    scene.answer(1)
    scene.say(FOUND, 45)
    scene.ends("acknowledged")
    scene.check(orders=1, posts=1)
    scene.restart(WORKING)


def reply_lost_request(scene: Scene) -> None:
    """The Yes never arrived: unknown, and the order is not there."""
    scene.gateway.arm("lost-request", "reply")
    scene.start()
    scene.buy(ONE_QUESTION)
    scene.answer(1)
    scene.say(UNKNOWN)
    scene.check(orders=0, posts=1)
    scene.restart(rf"{LISTED_UNKNOWN}|No working orders")
    scene.check(orders=0, posts=1)


def silent(scene: Scene) -> None:
    """`sor` never speaks: the lists are read, and the fill is seen."""
    scene.start()
    scene.buy(MARKETABLE)
    scene.go("f4", BLOTTER)
    scene.say(FILLED, 40)
    scene.check(orders=1, posts=1)
    scene.restart(FILLED)


def silent_and_lost(scene: Scene) -> None:
    """`sor` never speaks and the answer is lost: the lists find the order."""
    scene.gateway.arm("lost-answer", "place")
    scene.start()
    scene.buy(NEAR)
    scene.say(UNKNOWN)
    scene.say(FOUND, 45)
    scene.check(orders=1, posts=1)
    scene.restart(WORKING)


def disordered(scene: Scene) -> None:
    """Frames twice, late and out of order: the order ends as it did at the exchange."""
    scene.start()
    scene.buy(MARKETABLE)
    scene.go("f4", BLOTTER)
    scene.say(FILLED, 40)
    scene.filled(SIZE)
    for _ in range(6):
        scene.look()
    scene.say(FILLED)
    scene.check(orders=1, posts=1)
    scene.restart(FILLED)


def doubled(scene: Scene) -> None:
    """Executions told two and three times count once."""
    scene.start()
    scene.go("f5", "Cash by currency")
    before = _position(scene)
    scene.go("f2", WATCHLIST)
    scene.buy(MARKETABLE)
    scene.filled(SIZE)
    scene.go("f4", BLOTTER)
    scene.say(FILLED, 40)
    for _ in range(6):
        scene.look()
    scene.screen.until(lambda text: sum(_executions(text)) == SIZE, f"{SIZE} in executions")
    scene.go("f5", "Cash by currency")
    scene.say(rf"AAPL +APPLE INC +{before + SIZE} ")
    scene.check(orders=1, posts=1)
    scene.restart(FILLED)


def modify_lost_answer(scene: Scene) -> None:
    """The change arrived: the order shows it, and it is not sent again."""
    limit = _modify_with(scene, "lost-answer")
    scene.go("f4", BLOTTER)
    scene.say(rf"BUY +0/{SIZE} AAPL +LMT +{limit}", 45)
    scene.ends("acknowledged")
    scene.check(orders=1, posts=1)


def modify_lost_request(scene: Scene) -> None:
    """The change never arrived: unknown; the order stands as it was and can be cancelled."""
    _modify_with(scene, "lost-request")
    scene.say(UNKNOWN)
    scene.leave(OUTCOME)
    scene.say(r"OF UNKNOWN OUTCOME")
    scene.check(orders=1, posts=1)
    scene.go("f4", BLOTTER)
    scene.screen.see(WORKING)
    order = scene.orders()[0]
    scene.line(f"cancel {order['order_id']}")
    scene.say(r"Cancelled")
    assert sum(kind == "modify" for kind, _ in scene.posts()) == 1


def cancel_lost_answer(scene: Scene) -> None:
    """The cancel arrived: the order's end proves it."""
    _cancel_with(scene, "lost-answer")
    scene.go("f4", BLOTTER)
    scene.say(r"AAPL .*Cancelled", 45)
    scene.ends("acknowledged")
    scene.check(orders=1, posts=1)
    scene.restart(r"AAPL .*Cancelled")


def cancel_lost_request(scene: Scene) -> None:
    """The cancel never arrived: unknown, the order works on and is cancelled by asking again."""
    _cancel_with(scene, "lost-request")
    scene.say(UNKNOWN)
    scene.say(r"it may be working still")
    scene.leave(OUTCOME)
    scene.line(f"cancel {scene.orders()[0]['order_id']}")
    scene.go("f4", BLOTTER)
    scene.say(r"AAPL .*Cancelled", 45)
    scene.check(orders=1, posts=1)


def _executions(text: str) -> list[int]:
    return [int(size) for size in re.findall(r"BUY +(\d+) AAPL +\d+\.\d\d", text)]


def _position(scene: Scene) -> int:
    return int(scene.screen.see(r"AAPL +APPLE INC +(\d+) ")[1])


def _modify_with(scene: Scene, fault: str) -> str:
    scene.start()
    scene.buy(NEAR)
    order = scene.arrived(1)[0]
    scene.go("f4", BLOTTER)
    scene.screen.see(WORKING)
    scene.go("f2", WATCHLIST)
    scene.gateway.arm(fault, "modify")
    limit = scene.price("-1.5")
    scene.line(f"modify {order['order_id']} @ {limit}")
    scene.screen.see("Modify order")
    scene.screen.press("enter")
    scene.screen.see("Confirm the change of order")
    scene.screen.decide("y")
    return limit


def _cancel_with(scene: Scene, fault: str) -> None:
    scene.start()
    scene.buy(NEAR)
    order = scene.arrived(1)[0]
    scene.go("f4", BLOTTER)
    scene.screen.see(WORKING)
    scene.go("f2", WATCHLIST)
    scene.gateway.arm(fault, "cancel")
    scene.line(f"cancel {order['order_id']}")


def _scenario(name: str) -> tuple[str, ...]:
    return (f"--scenario={name}",)


ROWS: dict[str, tuple[tuple[str, ...], Run]] = {
    "lost-request, sent again by the user": (_scenario("lost-request"), lost_and_sent_again),
    "lost-request, closed by the user": (_scenario("lost-request"), lost_and_closed),
    "lost-answer": (_scenario("lost-answer"), arrived_and_found),
    "reset-mid-body": (_scenario("reset-mid-body"), arrived_and_found),
    **{f"error-{code}": (_scenario(f"error-{code}"), unknown_then_closed) for code in (500, 502, 503)},
    **{f"error-{code}-after": (_scenario(f"error-{code}-after"), arrived_and_found) for code in (500, 502, 503)},
    "too-many (429)": (_scenario("too-many"), boxed),
    "session-lost (401) at the reply": (_scenario("session-lost"), never_confirmed),
    "reply-expired": (_scenario("reply-expired"), never_confirmed),
    "slow-answer (60 s)": (_scenario("slow-answer"), slow),
    "lost-answer of the reply": ((), reply_lost_answer),
    "lost-request of the reply": ((), reply_lost_request),
    "silent-orders": (_scenario("silent-orders"), silent),
    "silent-orders and lost-answer": (_scenario("silent-orders"), silent_and_lost),
    "shuffled-orders": (_scenario("shuffled-orders"), disordered),
    "double-executions": (_scenario("double-executions"), doubled),
    "lost-answer of a change": ((), modify_lost_answer),
    "lost-request of a change": ((), modify_lost_request),
    "lost-answer of a cancel": ((), cancel_lost_answer),
    "lost-request of a cancel": ((), cancel_lost_request),
    "killed between POST and answer": (_scenario("slow-answer"), killed_before_the_answer),
    **{f"killed after step {step}": ((), killed_after_step(step)) for step in range(1, 9)},
    **{f"killed before step {step}": ((), killed_before_step(step)) for step in range(1, 9)},
    "clock stepped back an hour": ((), clock_stepped(signal.SIGUSR1)),
    "clock stepped on an hour": ((), clock_stepped(signal.SIGUSR2)),
    "disk full before the order": ((), disk_full),
    "disk full before the answer": ((), disk_full_at_the_reply),
}
"""Name of each row, the simulator's flags and what is done."""
