from __future__ import annotations

from ibtui.session.stream.channels import AccountChannels


class Peer:
    def __init__(self) -> None:
        self.sent: list[str] = []
        self.primed = 0
        self.channels = AccountChannels(self.send, self.prime)

    def send(self, command: str) -> bool:
        self.sent.append(command)
        return True

    def prime(self) -> None:
        self.primed += 1

    def taken(self) -> list[str]:
        taken, self.sent[:] = list(self.sent), []
        return taken


def listening() -> Peer:
    peer = Peer()
    peer.channels.choose("DU1", 0.0)
    peer.channels.resume(0.0)
    return peer


ALL = ["sor+{}", 'str+{"realtimeUpdatesOnly":false,"days":1}', "spl+{}", "sld+DU1+{}", "ssd+DU1+{}"]


def test_orders_fills_profit_ledger_and_summary_are_streamed_for_the_account() -> None:
    assert listening().taken() == ALL


def test_they_are_asked_for_again_on_each_new_connection() -> None:
    peer = listening()
    peer.taken()
    peer.channels.lost()
    peer.channels.tick(1000.0)
    assert peer.taken() == []
    peer.channels.resume(1001.0)
    assert peer.taken() == ALL


def test_another_account_replaces_the_streams_of_the_first() -> None:
    peer = listening()
    peer.taken()
    peer.channels.choose("DU2", 1.0)
    taken = peer.taken()
    assert taken[:2] == ["uld+DU1+{}", "usd+DU1+{}"]
    assert taken[-2:] == ["sld+DU2+{}", "ssd+DU2+{}"]


def test_they_are_renewed_within_nine_minutes() -> None:
    peer = listening()
    peer.taken()
    peer.channels.tick(539.0)
    assert peer.taken() == []
    peer.channels.tick(540.0)
    assert peer.taken() == ALL


def test_a_refused_stream_is_primed_and_asked_for_later_and_later() -> None:
    peer = listening()
    peer.taken()
    pauses = []
    now = 0.0
    for _ in range(9):
        assert peer.channels.refused("sor", now)
        pause = next(second for second in range(1, 1000) if self_sent(peer, now + second))
        pauses.append(pause)
        now += pause
    assert pauses[:4] == [5, 10, 20, 40]
    assert pauses[-1] == 300
    assert peer.primed == 9


def self_sent(peer: Peer, now: float) -> bool:
    peer.channels.tick(now)
    return "sor+{}" in peer.taken()


def test_an_answer_makes_the_next_refusal_a_first_one() -> None:
    peer = listening()
    peer.channels.refused("sor", 0.0)
    peer.channels.refused("sor", 0.0)
    peer.channels.heard("sor", 0.0)
    peer.channels.refused("sor", 10.0)
    peer.taken()
    peer.channels.tick(15.0)
    assert "sor+{}" in peer.taken()


def test_a_refusal_of_something_else_is_not_ours() -> None:
    peer = listening()
    assert not peer.channels.refused("smh", 0.0)
    assert peer.primed == 0
