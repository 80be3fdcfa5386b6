from __future__ import annotations

from ibtui.domain.events import Event, LadderFailed, LadderRequested
from ibtui.session.stream.ladder import ANSWER_SECONDS, QUARANTINE_SECONDS, SETTLE_SECONDS, LadderStream

ACCOUNT = "DU1"


class Peer:
    """Takes the commands of the ladder under test; the connection listens and has settled from the start."""

    def __init__(self) -> None:
        self.account = ACCOUNT
        self.sent: list[str] = []
        self.told: list[Event] = []
        self.ladder = LadderStream(self.send, self.told.append, lambda: self.account)
        self.ladder.resume(-SETTLE_SECONDS)

    def send(self, command: str) -> bool:
        self.sent.append(command)
        return True

    def taken(self) -> list[str]:
        taken, self.sent[:] = list(self.sent), []
        return taken


def test_a_ladder_is_asked_for_by_account_and_instrument() -> None:
    peer = Peer()
    peer.ladder.show(265598, 0.0)
    assert peer.taken() == ["sbd+DU1+265598"]
    assert peer.told == [LadderRequested(265598, peer.ladder.generation)]


def test_right_after_connecting_the_gateway_is_left_to_settle() -> None:
    peer = Peer()
    peer.ladder.show(265598, 0.0)
    peer.ladder.resume(10.0)
    peer.taken()
    peer.ladder.tick(10.5)
    assert peer.taken() == []
    peer.ladder.tick(10.0 + SETTLE_SECONDS)
    assert peer.taken() == ["sbd+DU1+265598"]


def test_the_old_ladder_ends_before_the_next_is_asked_for() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0)
    peer.taken()
    peer.ladder.show(2, 5.0)
    assert peer.taken() == ["ubd+DU1"]
    peer.ladder.tick(5.0 + QUARANTINE_SECONDS)
    assert peer.taken() == ["sbd+DU1+2"]


def test_a_late_frame_that_names_no_instrument_is_dropped_while_switching() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0)
    assert peer.ladder.takes(None, 1.0)
    peer.ladder.show(2, 5.0)
    assert not peer.ladder.takes(None, 5.5)
    peer.ladder.tick(5.0 + QUARANTINE_SECONDS)
    assert peer.ladder.takes(None, 6.5)


def test_a_frame_that_names_another_instrument_is_always_dropped() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0)
    assert not peer.ladder.takes(2, 1.0)
    assert peer.ladder.takes(1, 1.0)


def test_where_frames_name_their_instrument_switching_needs_no_pause() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0)
    peer.ladder.takes(1, 0.5)
    peer.taken()
    peer.ladder.show(2, 1.0)
    assert peer.taken() == ["ubd+DU1", "sbd+DU1+2"]
    assert not peer.ladder.takes(1, 1.1)


def test_switching_in_haste_asks_for_the_last_one_only() -> None:
    peer = Peer()
    for conid, moment in ((1, 0.0), (2, 0.2), (3, 0.4)):
        peer.ladder.show(conid, moment)
    peer.ladder.tick(0.4 + QUARANTINE_SECONDS)
    assert peer.taken() == ["sbd+DU1+1", "ubd+DU1", "sbd+DU1+3"]


def test_every_pointing_is_a_generation_of_its_own() -> None:
    peer = Peer()
    seen = set()
    for conid in (1, 2, 1):
        peer.ladder.show(conid, 0.0)
        seen.add(peer.ladder.generation)
    assert len(seen) == 3


def test_after_a_reconnect_the_rungs_begin_anew() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0)
    before = peer.ladder.generation
    peer.ladder.lost()
    assert not peer.ladder.takes(1, 1.0)
    peer.ladder.resume(10.0)
    assert peer.ladder.generation > before
    assert peer.told[-1] == LadderRequested(1, peer.ladder.generation)


def test_no_ladder_wanted_ends_the_stream() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0)
    peer.ladder.show(None, 1.0)
    assert peer.taken() == ["sbd+DU1+1", "ubd+DU1"]
    assert not peer.ladder.takes(1, 1.1)
    peer.ladder.tick(100.0)
    assert peer.taken() == []


def test_another_account_ends_the_ladder_of_the_first() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0)
    peer.account = "DU2"
    peer.ladder.point(5.0)
    peer.ladder.tick(5.0 + QUARANTINE_SECONDS)
    assert peer.taken() == ["sbd+DU1+1", "ubd+DU1", "sbd+DU2+1"]


def test_no_depth_is_told_once_and_asked_for_again() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0)
    peer.taken()
    peer.ladder.tick(ANSWER_SECONDS)
    assert isinstance(peer.told[-1], LadderFailed)
    for second in range(11, 200):
        peer.ladder.tick(float(second))
    failures = [event for event in peer.told if isinstance(event, LadderFailed)]
    assert len(failures) == 1
    assert "Level II" in failures[0].reason
    assert peer.taken()[:2] == ["ubd+DU1", "sbd+DU1+1"]


def test_a_refusal_is_told_in_the_gateways_words() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0)
    peer.ladder.refused("no permission")
    assert peer.told[-1] == LadderFailed(1, "no permission")


def test_a_living_ladder_is_renewed_within_nine_minutes_without_losing_its_rungs() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0)
    generation = peer.ladder.generation
    peer.taken()
    for second in range(1, 545, 5):
        peer.ladder.takes(1, float(second))
        peer.ladder.tick(float(second))
    assert peer.taken() == ["ubd+DU1", "sbd+DU1+1"]
    assert peer.ladder.generation == generation


def test_a_silent_ladder_is_renewed() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0)
    peer.ladder.takes(1, 1.0)
    peer.taken()
    peer.ladder.tick(62.0)
    assert peer.taken() == ["ubd+DU1", "sbd+DU1+1"]


def test_one_exchange_is_asked_for_by_name() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0, "NASDAQ")
    assert peer.taken() == ["sbd+DU1+1+NASDAQ"]
    assert peer.told == [LadderRequested(1, peer.ladder.generation, "NASDAQ")]


def test_another_exchange_is_another_generation() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0)
    before = peer.ladder.generation
    peer.ladder.show(1, 1.0, "NASDAQ")
    peer.ladder.show(1, 1.0, "NASDAQ")
    assert peer.ladder.generation == before + 1


def test_a_frame_that_names_another_exchange_is_dropped() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0, "NASDAQ")
    assert not peer.ladder.takes(1, 1.0, "ARCA")
    assert peer.ladder.takes(1, 1.0, "NASDAQ")
    assert peer.ladder.takes(1, 1.0)


def test_of_all_exchanges_a_frame_may_name_any_but_the_one_left() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0, "NASDAQ")
    assert peer.ladder.takes(1, 1.0, "NASDAQ")
    peer.ladder.show(1, 2.0)
    assert not peer.ladder.takes(1, 2.1, "NASDAQ")
    assert peer.ladder.takes(1, 2.1, "SMART")
    assert peer.ladder.takes(1, 2.1)


def test_late_frames_that_do_not_name_their_exchange_are_given_time_to_pass() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0)
    assert peer.ladder.takes(1, 0.5)
    peer.taken()
    peer.ladder.show(1, 1.0, "NASDAQ")
    assert peer.taken() == ["ubd+DU1"]
    assert not peer.ladder.takes(1, 1.1)
    peer.ladder.tick(1.0 + QUARANTINE_SECONDS)
    assert peer.taken() == ["sbd+DU1+1+NASDAQ"]


def test_where_frames_name_their_exchange_another_one_needs_no_pause() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0, "NASDAQ")
    assert peer.ladder.takes(1, 0.5, "NASDAQ")
    peer.taken()
    peer.ladder.show(1, 1.0, "ARCA")
    assert peer.taken() == ["ubd+DU1", "sbd+DU1+1+ARCA"]
    assert not peer.ladder.takes(1, 1.1, "NASDAQ")


def test_another_instrument_forgets_the_exchanges_left() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0, "NASDAQ")
    assert peer.ladder.takes(1, 0.5, "NASDAQ")
    peer.ladder.show(1, 0.6)
    peer.ladder.show(2, 1.0)
    assert peer.ladder.takes(2, 1.1, "NASDAQ")


def test_a_renewal_asks_for_the_same_exchange() -> None:
    peer = Peer()
    peer.ladder.show(1, 0.0, "NASDAQ")
    peer.ladder.takes(1, 1.0)
    peer.taken()
    peer.ladder.tick(62.0)
    assert peer.taken() == ["ubd+DU1", "sbd+DU1+1+NASDAQ"]
