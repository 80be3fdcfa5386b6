"""Facts, past tense, that change the store; the decoders and the session make them, `Store.apply` takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from ibtui.domain.account import Account, LedgerLine, Pnl, Position, SummaryLine
    from ibtui.domain.algos import Algos
    from ibtui.domain.closing import Closing
    from ibtui.domain.contracts import Contract, ContractRules, Search
    from ibtui.domain.depth import RowTold
    from ibtui.domain.market import History
    from ibtui.domain.notices import Bulletin, Disclaimer, Fyi, Notice
    from ibtui.domain.orders import Execution, Preview, Submission
    from ibtui.domain.session import Health, Message, Pace
    from ibtui.domain.watchlists import Watchlist, WatchlistName


class QuoteReceived(Struct, frozen=True):
    """Changed fields of a quote (`smd`, snapshot)."""

    conid: int
    changes: Mapping[str, object]
    """Names of `Quote`'s fields to new values; a field set to None was told to be empty."""
    received: float
    from_stream: bool = True
    """True for `smd`, False for a snapshot (which does not make a stream live)."""


class LadderRequested(Struct, frozen=True):
    """The ladder was pointed at another contract or exchange; older frames are no longer its own."""

    conid: int
    generation: int
    exchange: str = ""
    """Blank: all of them together."""


class FlowWanted(Struct, frozen=True):
    """Order flow of these instruments is on screen: their trades are counted from now on."""

    conids: tuple[int, ...]


class LadderReceived(Struct, frozen=True):
    """Rows of `sbd`, by row number."""

    conid: int | None
    """From the topic; None where the topic does not name it."""
    generation: int
    rows: Mapping[int, RowTold]
    received: float
    exchange: str = ""
    """From the topic; blank where the topic does not name it."""
    is_whole: bool = False
    """It cannot be a part: its rows are not numbered."""


class LadderFailed(Struct, frozen=True):
    """The ladder cannot be had (no Level II data, refused)."""

    conid: int
    reason: str


class StreamsLost(Struct, frozen=True):
    """The websocket closed: every quote and the ladder are stale until told otherwise."""


class QuotesSilenced(Struct, frozen=True):
    """The streams of these conids are no longer believed (silent too long)."""

    conids: tuple[int, ...]


class ContractsLearned(Struct, frozen=True):
    """Definitions of instruments."""

    contracts: tuple[Contract, ...]


class RulesLearned(Struct, frozen=True):
    """Trading rules of one side of one contract."""

    rules: ContractRules


class AlgosLearned(Struct, frozen=True):
    """IB algos of one contract, or why there are none."""

    algos: Algos


class SearchAnswered(Struct, frozen=True):
    """State of the user's search."""

    search: Search


class HistoryReceived(Struct, frozen=True):
    """Bars for a sparkline or chart."""

    history: History


class OrderReceived(Struct, frozen=True):
    """Changed fields of an order; `is_list` marks the (older) REST list."""

    order_id: int
    changes: Mapping[str, object]
    """Names of `LiveOrder`'s fields to new values, only what the frame told."""
    received: float
    is_list: bool = False
    requested: float = 0.0
    """Monotonic seconds when a REST list was asked for: a newer frame is not overwritten by it."""


class ExecutionReceived(Struct, frozen=True):
    """A fill, or more of one already known."""

    execution: Execution


class SubmissionMoved(Struct, frozen=True):
    """A submission reached another stage."""

    submission: Submission


class ClosingMoved(Struct, frozen=True):
    """The closing of a position reached another stage, or awaits something else."""

    closing: Closing


class PreviewAnswered(Struct, frozen=True):
    """A what-if was asked (no impact yet) or answered."""

    preview: Preview


class SuppressedChanged(Struct, frozen=True):
    """Message ids the user suppressed for this session."""

    message_ids: Mapping[str, str]
    """Id to the question's text."""
    reapply: bool = False
    """Whether the user wants them suppressed again when a new brokerage session begins."""


class AccountsReceived(Struct, frozen=True):
    """Accounts of the login, and the one chosen."""

    accounts: tuple[Account, ...]
    selected: str


class AllocationGroupsLearned(Struct, frozen=True):
    """An advisor's allocation groups, which an order may name in place of an account."""

    names: tuple[str, ...]


class PositionsReceived(Struct, frozen=True):
    """All positions of an account, replacing what was known."""

    account: str
    positions: tuple[Position, ...]
    received: float


class LedgerReceived(Struct, frozen=True):
    """Lines of the ledger; a field that is None keeps the value known before."""

    lines: tuple[LedgerLine, ...]


class SummaryReceived(Struct, frozen=True):
    """Lines of the account summary, upserted by key."""

    account: str
    lines: tuple[SummaryLine, ...]


class PnlReceived(Struct, frozen=True):
    """Profit and loss; None fields keep the value known before."""

    pnl: Pnl


class FyisReceived(Struct, frozen=True):
    """The inbox, newest first, replacing what was known."""

    fyis: tuple[Fyi, ...]


class UnreadCounted(Struct, frozen=True):
    """Number of unread notifications (`/fyi/unreadnumber`)."""

    count: int


class DisclaimerReceived(Struct, frozen=True):
    """Text of a disclaimer to be accepted."""

    disclaimer: Disclaimer


class DisclaimerAccepted(Struct, frozen=True):
    """FYIs of this type may be read."""

    code: str


class BulletinReceived(Struct, frozen=True):
    """An urgent message came."""

    bulletin: Bulletin


class NoticeReceived(Struct, frozen=True):
    """A notice or prompt came, or a prompt was answered."""

    notice: Notice


class WatchlistsReceived(Struct, frozen=True):
    """Names of the user's lists."""

    names: tuple[WatchlistName, ...]


class WatchlistReceived(Struct, frozen=True):
    """One list with its instruments; it becomes the shown one when `selected`."""

    watchlist: Watchlist
    selected: bool = True


class HealthChanged(Struct, frozen=True):
    """The connection's state changed."""

    health: Health


class PaceChanged(Struct, frozen=True):
    """Use of the request allowance changed."""

    pace: Pace


class MessageRaised(Struct, frozen=True):
    """Something to tell the user once."""

    message: Message


Event = (
    QuoteReceived
    | LadderRequested
    | FlowWanted
    | LadderReceived
    | LadderFailed
    | StreamsLost
    | QuotesSilenced
    | ContractsLearned
    | RulesLearned
    | AlgosLearned
    | SearchAnswered
    | HistoryReceived
    | OrderReceived
    | ExecutionReceived
    | SubmissionMoved
    | ClosingMoved
    | PreviewAnswered
    | SuppressedChanged
    | AccountsReceived
    | AllocationGroupsLearned
    | PositionsReceived
    | LedgerReceived
    | SummaryReceived
    | PnlReceived
    | FyisReceived
    | UnreadCounted
    | DisclaimerReceived
    | DisclaimerAccepted
    | BulletinReceived
    | NoticeReceived
    | WatchlistsReceived
    | WatchlistReceived
    | HealthChanged
    | PaceChanged
    | MessageRaised
)
