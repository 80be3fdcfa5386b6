"""What earlier runs left open: taken over before the first new order, only shown while read-only (order-safety 3)."""

from __future__ import annotations

from ibtui.domain.account import ALL_ACCOUNTS
from ibtui.domain.events import NoticeReceived
from ibtui.domain.orders import Intent, Stage
from ibtui.errors import Garbled
from ibtui.protocol.notices import in_the_gateways_words
from ibtui.protocol.orders.answers import Refusal, decode_answer
from ibtui.session.orders.book import Book
from ibtui.session.orders.journal import Journal, JournalFailed, OpenEntry
from ibtui.session.orders.likeness import shown_of
from ibtui.store import Store


class Adoption:
    """Brings open entries of instances that are no more into the book, as UNKNOWN."""

    def __init__(self, store: Store, journal: Journal, book: Book) -> None:
        self._store = store
        self._journal = journal
        self._book = book

    def take(self) -> tuple[bool, str]:
        """Make them this run's own: whether there were any, and what went wrong, blank for nothing."""
        try:
            found = self._journal.adopt(self._accounts())
        except JournalFailed as error:
            return False, str(error)
        entered = [entry for entry in found if self._enter(entry, borrowed=False)]
        return bool(entered), ""

    def look(self) -> str:
        """Show them without taking them over or writing anything; gives what went wrong."""
        try:
            found = self._journal.left_open(self._accounts())
        except JournalFailed as error:
            return str(error)
        for entry in found:
            self._enter(entry, borrowed=True)
        return ""

    def _accounts(self) -> set[str]:
        """What orders of this login can name: its accounts and, of an advisor, the groups."""
        money = self._store.money
        named = {account.account_id for account in money.accounts} | set(money.groups)
        return named | {ALL_ACCOUNTS} if len(money.accounts) > 1 else named

    def _enter(self, found: OpenEntry, *, borrowed: bool) -> bool:
        message = f"{found.submission.stage.value} when ibtui ended"
        prompt = "" if borrowed else self._ask_again(found)
        entry = self._book.adopt(found, message, borrowed=borrowed, prompt=prompt)
        if entry is not None and found.submission.intent is Intent.MODIFY:
            entry.visible = self._would_show(found)
        return entry is not None

    def _would_show(self, found: OpenEntry) -> bool:
        """Whether a row can show the change: if it asked for other figures than the order was known to have."""
        order_id = found.submission.order_id
        try:
            before = self._journal.sent_ticket(order_id, "") if order_id is not None else None
        except JournalFailed:
            return False
        return before is not None and any(shown_of(before) != shown_of(after) for after in found.submission.tickets)

    def _ask_again(self, found: OpenEntry) -> str:
        """Show the prompt again which the gateway had answered the order with; gives its id."""
        if found.submission.stage is not Stage.UNKNOWN or found.submission.key in self._book.entries:
            return ""
        body = found.answer.encode()
        try:
            answer = decode_answer(body)
        except Garbled:
            return ""
        if not isinstance(answer, Refusal) or answer.prompt is None:
            return ""
        self._store.apply(NoticeReceived(in_the_gateways_words(answer.prompt, body)))
        return answer.prompt.notice_id
