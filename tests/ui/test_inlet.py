"""What is typed, read in the loop: whole sequences, cut ones, escape by itself, and what is no text at all."""

from __future__ import annotations

import asyncio
import os
import pty
import tty
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual import events
from textual.message import Message

from ibtui.ui.paint.inlet import Inlet

PATIENCE_SECONDS = 10.0


class Typed:
    """A terminal, and what an inlet makes of what is typed there."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.gone = asyncio.Event()
        self.inlet = Inlet(self.slave, self._take, self.gone.set)
        self.messages: list[Message] = []
        self._news = asyncio.Event()

    def type(self, data: bytes) -> None:
        os.write(self.master, data)

    def hang_up(self) -> None:
        """Close the window."""
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    async def keys(self, count: int) -> list[str]:
        """The keys, once there are so many."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.messages) < count:
                self._news.clear()
                await self._news.wait()
        return [message.key for message in self.messages if isinstance(message, events.Key)]

    def _take(self, message: Message) -> None:
        self.messages.append(message)
        self._news.set()


@pytest.fixture
async def typed() -> AsyncIterator[Typed]:
    found = Typed()
    assert found.inlet.open(asyncio.get_running_loop())
    yield found
    found.inlet.close()
    found.hang_up()
    os.close(found.slave)


async def test_keys_come_in_the_order_typed(typed: Typed) -> None:
    typed.type(b"b\x1b[A\x1b[1;2Bq\r")
    assert await typed.keys(5) == ["b", "up", "shift+down", "q", "enter"]


async def test_a_sequence_cut_in_two_is_one_key(typed: Typed) -> None:
    typed.type(b"\x1b")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    typed.type(b"[A")
    assert await typed.keys(1) == ["up"]


async def test_escape_by_itself_is_a_key_when_nothing_follows(typed: Typed) -> None:
    typed.type(b"\x1b")
    assert await typed.keys(1) == ["escape"]
    typed.type(b"x")
    assert await typed.keys(2) == ["escape", "x"]


async def test_a_letter_of_several_bytes_may_be_cut(typed: Typed) -> None:
    first, rest = "é".encode()[:1], "é".encode()[1:]
    typed.type(first)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    typed.type(rest)
    await typed.keys(1)
    (key,) = typed.messages
    assert isinstance(key, events.Key)
    assert key.character == "é"


async def test_bytes_that_are_no_text_end_nothing(typed: Typed) -> None:
    typed.type(b"\xff")
    typed.type(b"b")
    assert (await typed.keys(2))[-1] == "b"


async def test_a_paste_is_one_message(typed: Typed) -> None:
    typed.type(b"\x1b[200~buy 100 AAPL\x1b[201~")
    await typed.keys(1)
    (paste,) = typed.messages
    assert isinstance(paste, events.Paste)
    assert paste.text == "buy 100 AAPL"


async def test_at_the_end_answers_are_read_without_the_loop(typed: Typed) -> None:
    typed.type(b"x")
    typed.inlet.read_within(PATIENCE_SECONDS)
    assert len(typed.messages) == 1


async def test_nothing_is_read_after_it_was_closed(typed: Typed) -> None:
    typed.inlet.close()
    typed.type(b"x")
    typed.inlet.read_within(0)
    await asyncio.sleep(0)
    assert typed.messages == []


async def test_a_terminal_that_has_gone_is_told_once_and_read_no_more(typed: Typed) -> None:
    typed.hang_up()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await typed.gone.wait()
    typed.gone.clear()
    typed.inlet.read_within(0)
    assert not typed.gone.is_set()


async def test_a_file_is_no_terminal_to_read_keys_from(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb+") as file:
        assert not Inlet(file.fileno(), lambda _: None, lambda: None).open(asyncio.get_running_loop())
