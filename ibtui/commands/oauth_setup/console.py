"""Questions and answers on a terminal, or on plain pipes."""

from __future__ import annotations

import getpass
import warnings
from typing import TextIO

from ibtui.errors import UsageError
from ibtui.protocol.oauth.secret import Secret

ENDED = "the answers ended before setup did; nothing was written after the last question"


class Console:
    """Says lines and asks for them; what is secret is asked without echo where there is a terminal."""

    def __init__(self, answers: TextIO, out: TextIO) -> None:
        self._answers = answers
        self._out = out

    def say(self, text: str = "") -> None:
        """One line, or several; nothing in it can steer the terminal."""
        for line in text.split("\n"):
            self._out.write("".join(c if c.isprintable() else "?" for c in line) + "\n")
        self._out.flush()

    def good(self, text: str) -> None:
        """One piece that is well."""
        self.say(f"  ok  {text}")

    def bad(self, text: str) -> None:
        """One piece that is not, and what to do."""
        self.say(f"  no  {text}")

    def ask(self, question: str, default: str = "") -> str:
        """An answer without blanks at its ends; the default when it is empty. Raises UsageError at the end of input."""
        self._prompt(f"{question} [{default}]: " if default else f"{question}: ")
        return self._line() or default

    def ask_secret(self, question: str) -> Secret:
        """An answer that is not shown while it is typed."""
        if not self._answers.isatty():
            self._prompt(f"{question}: ")
            return Secret(self._line())
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            try:
                return Secret(getpass.getpass(f"{question} (not shown): ").strip())
            except EOFError:
                raise UsageError(ENDED) from None
            except getpass.GetPassWarning:
                raise UsageError("this terminal would show the secret; put it into a file (chmod 600)") from None

    def confirm(self, question: str, *, default: bool = False) -> bool:
        """Yes or no; anything else asks again."""
        while True:
            answer = self.ask(f"{question} ({'Y/n' if default else 'y/N'})").casefold()
            if not answer:
                return default
            if answer in ("y", "yes", "n", "no"):
                return answer.startswith("y")
            self.say("Answer y or n.")

    def choose(self, question: str, options: tuple[tuple[str, str], ...], default: str) -> str:
        """One of the options (word, explanation); anything else asks again."""
        self.say(question)
        for word, explanation in options:
            self.say(f"  {word:5} {explanation}")
        words = [word for word, _ in options]
        while True:
            answer = self.ask(" or ".join(words), default)
            if answer in words:
                return answer
            self.say(f"Answer {' or '.join(words)}.")

    def _prompt(self, text: str) -> None:
        self._out.write("".join(c if c.isprintable() else "?" for c in text))
        self._out.flush()

    def _line(self) -> str:
        line = self._answers.readline()
        if not self._answers.isatty():
            self._out.write("\n")  # no key was pressed that would have ended the line
        if not line:
            raise UsageError(ENDED)
        return line.strip()
