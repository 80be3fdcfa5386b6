"""Rows in which the program is killed, the clock steps or the disk is full."""

from __future__ import annotations

import os
import re
import resource
import signal

from tests.fault_matrix.scene import BLOTTER, OUTCOME, SIZE, Scene
from tests.fault_matrix.words import LISTED_UNKNOWN, NEAR, ONE_QUESTION, THREE_QUESTIONS, WORKING, Run


def killed_before_the_answer(scene: Scene) -> None:
    """`kill -9` between POST and answer, then a new start: the order is found, nothing is sent twice."""
    scene.start()
    scene.buy(NEAR)
    scene.arrived(1)
    scene.screen.kill()
    assert scene.stages() == ["place: sent"]
    scene.restart(WORKING)
    scene.ends("acknowledged")
    scene.result.said.append("(killed)")
    scene.check(orders=1, posts=1)


def killed_after_step(step: int) -> Run:
    """Killed right after the n-th step of an order with three questions is on disk."""

    def run(scene: Scene) -> None:
        scene.start("--die-after", str(step))
        scene.buy(THREE_QUESTIONS)
        for number in range(1, 4):
            if not _answered_or_dead(scene, number):
                break
        scene.screen.ended()
        scene.result.said.append(f"(killed at {scene.stages()[-1].rpartition(' ')[2]})")
        done = step >= STEPS_OF_THREE_QUESTIONS
        scene.check(orders=int(done), posts=int(step > 1))
        if step == 1:
            scene.restart(LISTED_UNKNOWN)
            scene.ends("unknown")
        elif done:
            scene.restart(WORKING)
        else:
            scene.restart(r"never confirmed|OF UNKNOWN OUTCOME|No working orders", 40)
        scene.check(orders=int(done), posts=int(step > 1))

    return run


STEPS_OF_THREE_QUESTIONS = 8
"""sent, three times asking and replying, acknowledged."""


def killed_before_step(step: int) -> Run:
    """Killed right before the n-th step is written."""

    def run(scene: Scene) -> None:
        scene.start("--die-before", str(step))
        scene.buy(THREE_QUESTIONS)
        for number in range(1, 4):
            if not _answered_or_dead(scene, number):
                break
        scene.screen.ended()
        scene.result.said.append("(killed)")
        placed = step >= STEPS_OF_THREE_QUESTIONS
        scene.arrived(int(placed))
        if step == 1:
            assert scene.stages() == []
            scene.restart(r"No working orders")
        elif placed:
            scene.restart(WORKING)
            scene.ends("acknowledged")
        else:
            scene.restart(r"never confirmed|OF UNKNOWN OUTCOME|No working orders", 40)
        assert sum(kind == "place" for kind, _ in scene.posts()) == int(step > 1)
        scene.arrived(int(placed))

    return run


def clock_stepped(way: signal.Signals) -> Run:
    """The wall clock is set an hour back or on between two questions: the order goes its way, and is found again."""

    def run(scene: Scene) -> None:
        scene.start("--die-after", "0")
        scene.buy(THREE_QUESTIONS)
        scene.answer(1)
        scene.screen.see("Question 2 of this order")
        os.kill(scene.screen.child.pid, way)
        scene.answer(2)
        scene.answer(3)
        scene.go("f4", BLOTTER)
        scene.say(WORKING, 30)
        scene.ends("acknowledged")
        scene.check(orders=1, posts=1)
        scene.restart(WORKING)

    return run


def disk_full(scene: Scene) -> None:
    """No space while journalling: nothing is sent and it is said; with space again orders go."""
    scene.start()
    scene.line(f"buy {SIZE} AAPL @ {scene.price(NEAR)}")
    scene.screen.see(r"y Yes, .* on the PAPER account")
    unlimited = resource.prlimit(scene.screen.child.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(scene.screen.child.pid, resource.RLIMIT_FSIZE, (0, unlimited[1]))
    scene.screen.decide("y")
    scene.say(r"Order rejected")
    scene.say(r"nothing was sent")
    assert scene.posts() == []
    scene.leave(OUTCOME)
    resource.prlimit(scene.screen.child.pid, resource.RLIMIT_FSIZE, unlimited)
    scene.buy(NEAR)
    scene.go("f4", BLOTTER)
    scene.say(WORKING)
    scene.check(orders=1, posts=1)


def disk_full_at_the_reply(scene: Scene) -> None:
    """No space when a question is answered: the answer is not sent."""
    scene.start()
    scene.buy(ONE_QUESTION)
    scene.screen.see("Question 1 of this order")
    unlimited = resource.prlimit(scene.screen.child.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(scene.screen.child.pid, resource.RLIMIT_FSIZE, (0, unlimited[1]))
    scene.screen.decide("y")
    scene.say(r"the answer was not sent, so nothing was confirmed")
    assert [kind for kind, _ in scene.posts()] == ["place"]
    scene.check(orders=0, posts=1)


def _answered_or_dead(scene: Scene, number: int) -> bool:
    """Answer a question; False when the program died instead of asking it."""
    while scene.screen.pump():
        if re.search(rf"Question {number} of this order", scene.screen.text()):
            try:
                scene.answer(number)
            except AssertionError:
                return False
            return True
    return False
