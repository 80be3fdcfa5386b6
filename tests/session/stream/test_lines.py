from __future__ import annotations

from itertools import pairwise

from ibtui.domain.events import Event, MessageRaised, QuotesSilenced
from ibtui.protocol import topics
from ibtui.protocol.market import FIELDS
from ibtui.session.stream.lines import ANSWER_SECONDS, LONGEST_QUIET_SECONDS, MOST_LINES, QUIET_SECONDS, QuoteLines


class Peer:
    """Takes the commands of the lines under test and notes what they tell."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.told: list[Event] = []
        self.lines = QuoteLines(self.send, self.told.append)

    def send(self, command: str) -> bool:
        self.sent.append(command)
        return True

    def taken(self) -> list[str]:
        """Commands since the last look: `+1` for a subscription of conid 1, `-1` for its end."""
        taken = [("+" if c.startswith("smd") else "-") + c.split("+")[1] for c in self.sent]
        self.sent.clear()
        return taken

    def silenced(self) -> list[int]:
        return [conid for event in self.told if isinstance(event, QuotesSilenced) for conid in event.conids]


def test_wishes_are_kept_until_the_gateway_listens() -> None:
    peer = Peer()
    peer.lines.want("watchlist", [1, 2], 0.0)
    assert peer.taken() == []
    peer.lines.resume(1.0)
    assert peer.taken() == ["+1", "+2"]


def test_all_fields_are_asked_for_at_once() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.want("watchlist", [265598], 0.0)
    assert peer.sent == [topics.market(265598, FIELDS)]


def test_an_owner_replaces_its_own_wishes_only() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.want("watchlist", [1, 2], 0.0)
    peer.lines.want("ladder", [2, 3], 0.0)
    peer.taken()
    peer.lines.want("watchlist", [4], 0.0)
    assert sorted(peer.taken()) == ["+4", "-1"]


def test_an_instrument_two_owners_want_ends_with_the_second() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.want("a", [1], 0.0)
    peer.lines.want("b", [1], 0.0)
    peer.lines.want("a", [], 0.0)
    assert peer.taken() == ["+1"]
    peer.lines.want("b", [], 0.0)
    assert peer.taken() == ["-1"]


def test_after_a_reconnect_everything_is_asked_for_again() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.want("watchlist", [1, 2], 0.0)
    peer.lines.lost()
    peer.lines.want("watchlist", [2, 3], 1.0)
    peer.taken()
    peer.lines.resume(2.0)
    assert peer.taken() == ["+2", "+3"]


def test_the_newest_wishes_get_the_lines_and_the_user_is_told_once() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.want("old", range(1, MOST_LINES + 1), 0.0)
    peer.taken()
    peer.lines.want("new", [1000, 1001], 1.0)
    peer.lines.want("new", [1000, 1001, 1002], 2.0)
    assert peer.lines.wanted[:3] == (1000, 1001, 1002)
    assert len(peer.lines.wanted) == MOST_LINES
    taken = peer.taken()
    assert {"+1000", "+1001", "+1002"} <= set(taken)
    assert len([command for command in taken if command.startswith("-")]) == 3
    assert len([event for event in peer.told if isinstance(event, MessageRaised)]) == 1


def test_a_line_given_up_for_room_comes_back_when_there_is_room() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.want("old", range(1, MOST_LINES + 1), 0.0)
    peer.lines.want("new", [1000], 1.0)
    peer.taken()
    peer.lines.want("new", [], 2.0)
    assert sorted(peer.taken()) == [f"+{MOST_LINES}", "-1000"]


def test_a_living_stream_is_renewed_within_nine_minutes() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.want("watchlist", [1], 0.0)
    peer.taken()
    for second in range(0, 539, 5):
        peer.lines.heard(1, float(second))
        peer.lines.tick(float(second))
    assert peer.taken() == []
    peer.lines.heard(1, 541.0)
    peer.lines.tick(541.0)
    assert peer.taken() == ["-1", "+1"]


def test_a_quiet_stream_is_renewed_and_believed_when_it_answers() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.want("watchlist", [1], 0.0)
    peer.lines.heard(1, 0.5)
    peer.taken()
    peer.lines.tick(QUIET_SECONDS + 1.0)
    assert peer.taken() == ["-1", "+1"]
    peer.lines.heard(1, QUIET_SECONDS + 1.2)
    peer.lines.tick(QUIET_SECONDS + 30.0)
    assert peer.silenced() == []


def test_a_quiet_stream_whose_renewal_brings_nothing_is_not_believed() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.want("watchlist", [1, 2], 0.0)
    peer.lines.heard(1, 0.5)
    for second in range(1, 80):
        peer.lines.heard(2, float(second))
        peer.lines.tick(float(second))
    assert peer.silenced() == [1]


def test_a_closed_market_is_asked_less_and_less_often() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.want("watchlist", [1], 0.0)
    renewals = []
    peer.lines.heard(1, 0.1)
    peer.lines.heard(1, 0.1)
    for second in range(1, 3600):
        peer.sent.clear()
        peer.lines.tick(float(second))
        if peer.sent:
            renewals.append(second)
            peer.lines.heard(1, second + 0.1)
            peer.lines.heard(1, second + 0.1)
    gaps = [later - earlier for earlier, later in pairwise(renewals)]
    assert gaps[0] < gaps[2] <= LONGEST_QUIET_SECONDS + 1
    assert peer.silenced() == []


def test_an_instrument_never_answered_is_asked_for_again_later_and_later() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.want("watchlist", [1], 0.0)
    asked = []
    for second in range(1, 900):
        peer.sent.clear()
        peer.lines.tick(float(second))
        if peer.sent:
            asked.append(second)
    assert asked[0] == ANSWER_SECONDS
    assert 6 <= len(asked) <= 9
    assert peer.silenced() == [1]


def test_a_refused_instrument_is_not_believed_and_asked_for_again() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.want("watchlist", [1], 0.0)
    peer.lines.heard(1, 0.5)
    peer.lines.refused(1)
    assert peer.silenced() == [1]
    peer.taken()
    peer.lines.tick(11.0)
    assert peer.taken() == ["-1", "+1"]


def test_renewals_come_a_few_at_a_time() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.want("watchlist", range(1, 61), 0.0)
    for conid in range(1, 61):
        peer.lines.heard(conid, 0.5)
    peer.taken()
    peer.lines.tick(QUIET_SECONDS + 1.0)
    assert len(peer.taken()) == 20


def test_a_frame_of_an_instrument_nobody_wants_is_no_harm() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.heard(9, 1.0)
    peer.lines.refused(9)
    peer.lines.tick(100.0)
    assert peer.taken() == []


def test_lines_that_all_spoke_and_answer_no_more_are_deaf_however_quiet_the_market() -> None:
    peer = Peer()
    peer.lines.resume(0.0)
    peer.lines.want("watchlist", [1, 2], 0.0)
    for conid in (1, 2):
        peer.lines.heard(conid, 1.0)
    once, twice = 1.0 + QUIET_SECONDS, 2.0 + 3 * QUIET_SECONDS
    deaf = []
    for at, heard in (
        (once, 2),
        (once + ANSWER_SECONDS, 0),
        (twice, 0),
        (twice + ANSWER_SECONDS, 0),
        (twice + 20.0, 1),
    ):
        peer.lines.tick(at)
        if heard:
            peer.lines.heard(heard, at)
        deaf.append(peer.lines.is_deaf)
    assert deaf == [False, False, False, True, False], (
        "time to answer, one answered, both asked, none answered, one spoke"
    )
