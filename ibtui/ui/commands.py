"""The words of the `:` line: dashboard commands here, the order language in `ibtui.domain.language`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from msgspec import Struct, field

from ibtui.domain.language import VERBS, Command, Parsed, parse
from ibtui.domain.language import completion as language
from ibtui.domain.language.completion import Completion
from ibtui.domain.language.words import Word, quoted, split
from ibtui.ui.actions import ACTIONS


class CommandWord(Struct, frozen=True):
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


class Go(Struct, frozen=True):
    """A whole dashboard command."""

    name: str
    words: tuple[str, ...] = ()


class Reading(Struct, frozen=True):
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


class Vocabulary(Struct, frozen=True):
    """Words that depend on what is known now."""

    orders: language.Vocabulary = field(default_factory=language.Vocabulary)
    """Those of the order language; dashboard commands take their symbols and accounts from it too."""
    themes: tuple[str, ...] = ()
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


def completions(line: str, cursor: int, known: Vocabulary) -> tuple[Completion, ...]:
    """What finishes the word at the cursor, or begins the next: of the order language, or of the dashboard's commands.

    Nothing is offered after a mistake, nor where only a number or free text may stand.
    """
    words = split(line[:cursor])
    found = language.completions(line, cursor, known.orders)
    begun = words[-1] if words and words[-1].end == cursor else None
    if not words or (len(words) == 1 and begun is not None):
        return (*found, *_first_words(begun, line, cursor))
    command = COMMANDS.get(words[0].lower)
    if command is None:
        return found
    start = begun.start if begun is not None else cursor
    typed = line[start:cursor].lstrip("'").casefold()
    return tuple(
        Completion(quoted(word), start, cursor, command.description)
        for word in _words_of(command, known)
        if word.casefold().startswith(typed) and quoted(word) != line[start:cursor]
    )


def _first_words(begun: Word | None, line: str, cursor: int) -> Iterable[Completion]:
    start = begun.start if begun is not None else cursor
    typed = line[start:cursor].casefold()
    for command in COMMANDS.values():
        if command.name.startswith(typed) and command.name != typed:
            yield Completion(command.name, start, cursor, command.description)


def _words_of(command: CommandWord, known: Vocabulary) -> Iterable[str]:
    if "SYMBOL" in command.arguments:
        return known.orders.symbols
    return {"theme": known.themes, "account": known.orders.accounts, "list": known.lists}.get(command.name, ())
