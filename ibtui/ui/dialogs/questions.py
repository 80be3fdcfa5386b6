"""The questions the user does not want to be asked again: what they are, and how they are asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from ibtui.store import Changes, Topic
from ibtui.ui.dialogs.answers import Offer
from ibtui.ui.dialogs.base import Dialog, Lines
from ibtui.ui.dialogs.deciding import DecidingDialog

if TYPE_CHECKING:
    from ibtui.ui.app import DashboardApp

READ_ONLY = "This run is read-only: nothing is suppressed, and nothing can be reset"

NONE = """\
Every question is asked.

On a question of the gateway, S accepts it and suppresses its kind for the brokerage session."""

GATEWAY_ADVICE = "The gateway cannot take back a single one: all are asked, or none."

TAKEN = 8
"""Lines of the panel that are not the list: border, head, advice, session and keys."""


class QuestionsDialog(Dialog[None]):
    """Every suppressed message id with its text, and the two things that can be done about them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "leave", "close", show=False),
        Binding("r", "reset", "ask all again", show=False),
        Binding("k", "keep", "after a new session", show=False),
        Binding("up", "scroll_list(-1)", "up", show=False),
        Binding("down", "scroll_list(1)", "down", show=False),
        Binding("pageup", "scroll_list(-10)", "page up", show=False),
        Binding("pagedown", "scroll_list(10)", "page down", show=False),
    ]

    def __init__(self, app: DashboardApp) -> None:
        super().__init__(app, heading="Questions not asked")

    def compose_body(self) -> ComposeResult:
        """The list, what holds after the session, and the keys."""
        yield Lines(id="headline")
        with VerticalScroll(id="matter", can_focus=False):
            yield Lines(id="text")
        yield Lines(id="session")
        yield Lines(id="hint")

    def frame(self, changes: Changes) -> None:
        """Follow the list."""
        if Topic.SUPPRESSED in changes:
            self.repaint()

    def on_resize(self) -> None:
        """Leave room for what stands below a long list."""
        if self.is_open:
            self.query_one("#matter").styles.max_height = max(1, self.size.height - TAKEN)

    def paint(self) -> None:
        """Draw the list."""
        orders = self.store.orders
        count = len(orders.suppressed)
        head = f"{count} kind{'' if count == 1 else 's'} of question suppressed in this brokerage session"
        entries = [
            Content.assemble((name, "bold $accent"), "  ", " ".join(text.split()) or "(its text is not known)")
            for name, text in sorted(orders.suppressed.items())
        ]
        self.query_one("#headline", Lines).show(Content.assemble((head, "bold"), "\n") if count else Content(""))
        self.query_one("#text", Lines).show(Content("\n").join(entries) if count else Content(NONE))
        again = "suppressed again" if orders.reapply_suppressed else "asked again"
        self.query_one("#session", Lines).show(
            Content.assemble(("\nAfter a new brokerage session they are ", "$muted"), (again, "bold"))
        )
        keys = "k changes that · esc closes"
        self.query_one("#hint", Lines).show(
            Content.styled(f"{GATEWAY_ADVICE}\nr asks all again · {keys}" if count else keys, "$muted")
        )

    def action_scroll_list(self, lines: int) -> None:
        """Read on."""
        self.query_one("#matter", VerticalScroll).scroll_relative(y=lines, animate=False, immediate=True)

    def action_keep(self) -> None:
        """Change what happens to them when a new brokerage session begins."""
        self.session.orders.keep_suppressed(not self.store.orders.reapply_suppressed)
        self.repaint()

    def action_reset(self) -> None:
        """Have all of them asked again, once that is confirmed."""
        if self.session.read_only:
            self.dashboard.say(READ_ONLY, severity="warning")
        elif self.store.orders.suppressed:
            self.app.push_screen(ResetDialog(self.dashboard))

    def action_leave(self) -> None:
        """Close."""
        self.finish(None)


class ResetDialog(DecidingDialog[bool]):
    """Asks once more before every question is asked again."""

    def __init__(self, app: DashboardApp) -> None:
        super().__init__(
            app,
            (Offer("no", ("n", "escape"), "No, leave it"), Offer("yes", ("y",), "Yes, ask them all again")),
            default="no",
            heading="Ask every question again",
        )

    def compose_matter(self) -> ComposeResult:
        """How many."""
        yield Lines(id="text")

    def paint(self) -> None:
        """Draw it."""
        count = len(self.store.orders.suppressed)
        kinds = "kind of question is" if count == 1 else "kinds of question are"
        self.query_one("#text", Lines).show(
            Content(f"{count} {kinds} asked again from the next order on. {GATEWAY_ADVICE}")
        )

    def choose(self, name: str) -> None:
        """Reset them at the gateway."""
        if name == "yes":
            self.session.orders.reset_suppressed()
        self.finish(name == "yes")


def open_questions(app: DashboardApp) -> None:
    """Show the list."""
    app.push_screen(QuestionsDialog(app))
