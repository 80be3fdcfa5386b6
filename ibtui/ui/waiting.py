"""Why a submission has not left yet, in words that stay true while the time passes."""

from __future__ import annotations

from ibtui.domain.orders import Intent, Stage, Submission
from ibtui.store import Store
from ibtui.ui.formatting import countdown


def boxed_seconds(store: Store, submission: Submission, now: float) -> float:
    """Seconds until a cancel that waits in the penalty box may leave; 0 for whatever does not wait there."""
    waits = submission.intent is Intent.CANCEL and submission.stage is Stage.QUEUED
    return max(0.0, store.health.penalty_until - now) if waits else 0.0


def boxed_cancels(store: Store, now: float) -> int:
    """How many cancels wait there: then a countdown is on screen."""
    return sum(boxed_seconds(store, submission, now) > 0 for submission in store.orders.index.open_submissions.values())


def box_words(seconds: float) -> str:
    """What the story says of it."""
    return f"waits for the end of the penalty box, {countdown(seconds)}; nothing is sent yet"
