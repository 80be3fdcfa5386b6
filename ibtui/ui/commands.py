"""The words of the `:` line: dashboard commands here, the order language in `ibtui.domain.language`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from ibtui.domain.language import VERBS, Command, Parsed, parse
from ibtui.domain.language.words import Word, split
from ibtui.ui.actions import ACTIONS


@dataclass(frozen=True, slots=True)
class CommandWord:
    """A first word of the `:` line."""

    name: str
    arguments: str
    """What may follow: `[SYMBOL]`, `NAME`, `ID`; blank for nothing. In brackets it may be left out."""
    description: str


_EXTRA: Final = (
    CommandWord("theme", "NAME", "Change the colours"),
    CommandWord("account", "ID", "Trade and show another account"),
    CommandWord("list", "NAME", "Show another watchlist"),
    CommandWord("newlist", "NAME", "Make an empty watchlist and show it"),
)
_ARGUMENTS: Final = {"watch": "[SYMBOL…]", "ladder": "[SYMBOL]"}

COMMANDS: Final[Mapping[str, CommandWord]] = {
    word.name: word
    for word in (
        *(
            CommandWord(action.command, _ARGUMENTS.get(action.command, ""), action.description)
            for action in ACTIONS
            if action.command
        ),
        *_EXTRA,
    )
}
"""Every dashboard command: those of the actions table and those that need a word more."""


@dataclass(frozen=True, slots=True)
class Go:
    """A whole dashboard command."""

    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line means so far."""

    go: Go | None = None
    order: Command | None = None
    error: str = ""
    position: int = 0
    """Character of the error, or where the next word would stand."""
    expected: tuple[str, ...] = ()
    """Words, or `<kinds>` of words, that would fit at `position`."""

    @property
    def is_whole(self) -> bool:
        """Whether Enter would do something."""
        return self.go is not None or self.order is not None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words that depend on what is known now."""

    symbols: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


def read(line: str) -> Reading:
    """Read a line as far as it goes; never raises."""
    words = split(line)
    if not words:
        return Reading(expected=(*VERBS, *COMMANDS))
    if words[0].lower in VERBS:
        return _of_language(parse(line))
    command = COMMANDS.get(words[0].lower)
    if command is None:
        return _unknown(words[0].text, words[0].start, finished=line[-1:].isspace() or len(words) > 1)
    return _of_dashboard(command, words[1:], len(line))


def _of_language(parsed: Parsed) -> Reading:
    return Reading(order=parsed.command, error=parsed.error, position=parsed.position, expected=parsed.expected)


def _unknown(word: str, start: int, *, finished: bool) -> Reading:
    known = (*VERBS, *COMMANDS)
    begun = tuple(name for name in known if name.startswith(word.casefold()))
    if begun and not finished:
        return Reading(position=start, expected=begun)
    near = tuple(get_close_matches(word.casefold(), known, n=3)) or begun
    return Reading(error=f"“{word}” is no command", position=start, expected=near or known)


def _of_dashboard(command: CommandWord, words: Sequence[Word], end: int) -> Reading:
    kinds = (f"<{command.arguments.strip('[]…').lower()}>",) if command.arguments else ()
    if words and not command.arguments:
        return Reading(error=f"nothing can follow “{command.name}”", position=words[0].start)
    if not words and command.arguments and not command.arguments.startswith("["):
        return Reading(position=end, expected=kinds)
    return Reading(go=Go(command.name, tuple(word.text for word in words)), position=end, expected=kinds)


def completions(line: str, known: Vocabulary) -> tuple[str, ...]:
    """Whole lines that finish the word being typed (or begin the next one), the likeliest first."""
    begun = "" if not line or line[-1].isspace() else line.split()[-1]
    head = line[: len(line) - len(begun)]
    expected = _expected_at(head)
    found: list[str] = []
    for word in expected:
        found += _words_of(word, head, known) if word.startswith("<") else [word]
    fitting = [word for word in dict.fromkeys(found) if word.casefold().startswith(begun.casefold()) and word != begun]
    return tuple(head + word for word in fitting)


def _expected_at(head: str) -> tuple[str, ...]:
    """What would fit where the word being typed stands; nothing after a mistake."""
    before = read(head)
    return () if before.error else before.expected


def _words_of(kind: str, head: str, known: Vocabulary) -> Iterable[str]:
    first = head.split()[0].casefold() if head.split() else ""
    if kind == "<symbol>":
        return known.symbols
    return {"theme": known.themes, "account": known.accounts, "list": known.lists}.get(first, ())
