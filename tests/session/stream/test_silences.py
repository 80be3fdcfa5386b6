from __future__ import annotations

from ibtui.session.connection import signals as s
from ibtui.session.stream.silences import ANSWER_SECONDS, CALM_SECONDS, Silences


class Peer:
    def __init__(self) -> None:
        self.told: list[s.Telling] = []
        self.words = ""
        self.prices = False
        self.silences = Silences(self.told.append, self.show)

    def show(self, words: str, *, prices: bool) -> None:
        self.words, self.prices = words, prices

    def ticks(self, start: float, end: float) -> list[float]:
        """When a remedy was asked of the link."""
        times = []
        for second in range(int(start), int(end)):
            before = len(self.told)
            self.silences.tick(float(second))
            if len(self.told) > before:
                times.append(float(second))
        return times


def test_each_remedy_is_said_and_the_next_one_comes_later() -> None:
    peer = Peer()
    peer.silences.deaf("smd", 0.0)
    assert "quotes" in peer.words
    assert "Subscribed again" in peer.words
    assert peer.ticks(0, 200) == [6.0, 17.0, 33.0, 59.0, 105.0, 191.0]
    assert peer.told == [s.StreamSilent("smd")] * 6
    assert "The session is looked at" in peer.words


def test_a_topic_that_speaks_again_is_over() -> None:
    peer = Peer()
    peer.silences.deaf("ssd", 0.0)
    peer.silences.heard("ssd")
    assert (peer.words, peer.told) == ("", [])
    peer.silences.deaf("ssd", 0.0)
    peer.silences.tick(ANSWER_SECONDS)
    peer.silences.heard("ssd")
    assert peer.told == [s.StreamSilent("ssd"), s.StreamHeard("ssd")]


def test_a_new_connection_gets_its_time() -> None:
    peer = Peer()
    peer.silences.deaf("smd", 0.0)
    peer.silences.resumed(9.0)
    assert peer.ticks(9, 25) == [15.0]


def test_a_topic_of_events_is_opened_anew_once_and_only_on_new_evidence() -> None:
    peer = Peer()
    peer.silences.deaf("sor", 0.0)
    assert peer.ticks(0, 50) == []
    peer.silences.deaf("sor", 50.0)
    assert peer.told == [s.StreamSilent("sor")]
    assert "orders are read by requests" in peer.words
    peer.silences.deaf("sor", 60.0)
    assert peer.told == [s.StreamSilent("sor")]


def test_a_topic_of_events_nothing_went_past_is_believed_again() -> None:
    peer = Peer()
    peer.silences.deaf("sor", 0.0)
    peer.silences.tick(CALM_SECONDS)
    assert (peer.words, peer.told) == ("", [])


def test_a_refused_topic_is_said_until_it_is_taken() -> None:
    peer = Peer()
    peer.silences.refused("sor", 5.0)
    assert "orders" in peer.words
    assert peer.ticks(0, 60) == []
    peer.silences.heard("sor")
    assert peer.words == ""


def test_all_deaf_topics_are_named() -> None:
    peer = Peer()
    for topic in ("smd", "sbd", "ssd"):
        peer.silences.deaf(topic, 0.0)
    assert "quotes, price ladder, account summary" in peer.words
    assert peer.silences.topics == ("smd", "sbd", "ssd")
    peer.silences.clear()
    assert (peer.words, peer.told) == ("", [])


def test_prices_are_old_only_while_they_are_what_is_deaf() -> None:
    told = []
    for topic in ("smd", "sbd", "sor", "str", "spl", "sld", "ssd"):
        peer = Peer()
        peer.silences.deaf(topic, 0.0)
        told.append(peer.prices)
    assert told == [True, True, False, False, False, False, False]
