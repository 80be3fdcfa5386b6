"""Facts, past tense, that change the store; the decoders and the session make them, `Store.apply` takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

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


@dataclass(frozen=True, slots=True)
class QuoteReceived:
    """Changed fields of a quote (`smd`, snapshot)."""

    conid: int
    changes: Mapping[str, object]
    """Names of `Quote`'s fields to new values; a field set to None was told to be empty."""
    received: float
    from_stream: bool = True
    """True for `smd`, False for a snapshot (which does not make a stream live)."""


@dataclass(frozen=True, slots=True)
class LadderRequested:
    """The ladder was pointed at another contract or exchange; older frames are no longer its own."""

    conid: int
    generation: int
    exchange: str = ""
    """Blank: all of them together."""


@dataclass(frozen=True, slots=True)
class FlowWanted:
    """Order flow of these instruments is on screen: their trades are counted from now on."""

    conids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LadderReceived:
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


@dataclass(frozen=True, slots=True)
class LadderFailed:
    """The ladder cannot be had (no Level II data, refused)."""

    conid: int
    reason: str


@dataclass(frozen=True, slots=True)
class StreamsLost:
    """The websocket closed: every quote and the ladder are stale until told otherwise."""


@dataclass(frozen=True, slots=True)
class QuotesSilenced:
    """The streams of these conids are no longer believed (silent too long)."""

    conids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ContractsLearned:
    """Definitions of instruments."""

    contracts: tuple[Contract, ...]


@dataclass(frozen=True, slots=True)
class RulesLearned:
    """Trading rules of one side of one contract."""

    rules: ContractRules


@dataclass(frozen=True, slots=True)
class AlgosLearned:
    """IB algos of one contract, or why there are none."""

    algos: Algos


@dataclass(frozen=True, slots=True)
class SearchAnswered:
    """State of the user's search."""

    search: Search


@dataclass(frozen=True, slots=True)
class HistoryReceived:
    """Bars for a sparkline or chart."""

    history: History


@dataclass(frozen=True, slots=True)
class OrderReceived:
    """Changed fields of an order; `is_list` marks the (older) REST list."""

    order_id: int
    changes: Mapping[str, object]
    """Names of `LiveOrder`'s fields to new values, only what the frame told."""
    received: float
    is_list: bool = False
    requested: float = 0.0
    """Monotonic seconds when a REST list was asked for: a newer frame is not overwritten by it."""


@dataclass(frozen=True, slots=True)
class ExecutionReceived:
    """A fill, or more of one already known."""

    execution: Execution


@dataclass(frozen=True, slots=True)
class SubmissionMoved:
    """A submission reached another stage."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class ClosingMoved:
    """The closing of a position reached another stage, or awaits something else."""

    closing: Closing


@dataclass(frozen=True, slots=True)
class PreviewAnswered:
    """A what-if was asked (no impact yet) or answered."""

    preview: Preview


@dataclass(frozen=True, slots=True)
class SuppressedChanged:
    """Message ids the user suppressed for this session."""

    message_ids: Mapping[str, str]
    """Id to the question's text."""
    reapply: bool = False
    """Whether the user wants them suppressed again when a new brokerage session begins."""


@dataclass(frozen=True, slots=True)
class AccountsReceived:
    """Accounts of the login, and the one chosen."""

    accounts: tuple[Account, ...]
    selected: str


@dataclass(frozen=True, slots=True)
class AllocationGroupsLearned:
    """An advisor's allocation groups, which an order may name in place of an account."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PositionsReceived:
    """All positions of an account, replacing what was known."""

    account: str
    positions: tuple[Position, ...]
    received: float


@dataclass(frozen=True, slots=True)
class LedgerReceived:
    """Lines of the ledger; a field that is None keeps the value known before."""

    lines: tuple[LedgerLine, ...]


@dataclass(frozen=True, slots=True)
class SummaryReceived:
    """Lines of the account summary, upserted by key."""

    account: str
    lines: tuple[SummaryLine, ...]


@dataclass(frozen=True, slots=True)
class PnlReceived:
    """Profit and loss; None fields keep the value known before."""

    pnl: Pnl


@dataclass(frozen=True, slots=True)
class FyisReceived:
    """The inbox, newest first, replacing what was known."""

    fyis: tuple[Fyi, ...]


@dataclass(frozen=True, slots=True)
class UnreadCounted:
    """Number of unread notifications (`/fyi/unreadnumber`)."""

    count: int


@dataclass(frozen=True, slots=True)
class DisclaimerReceived:
    """Text of a disclaimer to be accepted."""

    disclaimer: Disclaimer


@dataclass(frozen=True, slots=True)
class DisclaimerAccepted:
    """FYIs of this type may be read."""

    code: str


@dataclass(frozen=True, slots=True)
class BulletinReceived:
    """An urgent message came."""

    bulletin: Bulletin


@dataclass(frozen=True, slots=True)
class NoticeReceived:
    """A notice or prompt came, or a prompt was answered."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class WatchlistsReceived:
    """Names of the user's lists."""

    names: tuple[WatchlistName, ...]


@dataclass(frozen=True, slots=True)
class WatchlistReceived:
    """One list with its instruments; it becomes the shown one when `selected`."""

    watchlist: Watchlist
    selected: bool = True


@dataclass(frozen=True, slots=True)
class HealthChanged:
    """The connection's state changed."""

    health: Health


@dataclass(frozen=True, slots=True)
class PaceChanged:
    """Use of the request allowance changed."""

    pace: Pace


@dataclass(frozen=True, slots=True)
class MessageRaised:
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
