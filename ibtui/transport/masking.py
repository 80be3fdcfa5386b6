"""What a tape may hold: no secret, no person, no account; who is who can still be told apart.

The same value gets the same stand-in for the whole recording, of the same kind and mostly of the same length, so that a
replay behaves and looks as the session did: `DU1234567` is `DU0000001` in paths, topics, keys and sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ibtui.redaction import HIDDEN, MACHINE_KEYS, MOST_VALUES, SESSION_KEYS, SHORTEST, USER_KEYS, without_shapes

_NAME_KEYS = "accountTitle|displayName|accountAlias|clientName|holderName|firstName|lastName"
_ACCOUNT = re.compile(r"(?P<account>D?[UFI][A-Z]?(?P<digits>[0-9]{5,9})[A-Z]?)(?![0-9A-Za-z])")
"""Account ids: U, F (advisor), I and, of paper accounts, a D before; some have one more letter."""
_ESCAPE = re.compile(r"\\(?:[nrtbf]|u[0-9a-fA-F]{4})\Z")
"""An escaped character of JSON text, which looks like letters before the next word."""
_VALUE = r"(?:\\\"(?P<escaped>[^\"\\]*)\\\"|\"(?P<text>(?:[^\"\\]|\\.)*)\"|(?P<number>-?[0-9]+))"
_KEYED = re.compile(
    rf"(?P<head>\\?\"(?:(?P<machine>{MACHINE_KEYS})|(?P<session>{SESSION_KEYS})|(?P<user>{USER_KEYS}|success)"
    rf"|(?P<person>{_NAME_KEYS}|email|emailAddress))\\?\"\s*:\s*)" + _VALUE
)
_TIC = re.compile(r"(?P<head>\"id\"\s*:\s*)" + _VALUE)
_ALIASES = re.compile(r"\"aliases\"\s*:\s*\{[^{}]*\}")
_ALIAS = re.compile(r"(:\s*\")((?:[^\"\\]|\\.)+)(\")")
_MARKET = '"topic":"smd'
"""Frames of prices: by far the most, and nothing in them has a name or a secret."""


class Masker:
    """Stand-ins for one recording; not to be shared by threads."""

    def __init__(self) -> None:
        self._stand_ins: dict[str, str] = {}
        self._sought: list[str] = []
        """Values that are looked for everywhere, not only under their name."""
        self._numbers: dict[str, str] = {}
        self._issued: set[str] = set()
        self._counts: dict[str, int] = {}
        self._learned: re.Pattern[str] | None = None
        self._looked_for = 0

    def mask(self, text: str) -> str:
        """`text`, JSON or not, with nothing in it that identifies anybody."""
        if _MARKET in text[:400]:
            return self._masked_everywhere(_ACCOUNT.sub(self._account, text))
        if '"' in text:
            text = _KEYED.sub(self._keyed, text)
            if '"tic"' in text:
                text = _TIC.sub(self._tic, text)
            if '"aliases"' in text:
                text = _ALIASES.sub(self._aliases, text)
        return self._masked_everywhere(without_shapes(_ACCOUNT.sub(self._account, text), self._shaped))

    def _masked_everywhere(self, text: str) -> str:
        if len(self._sought) != self._looked_for:
            self._looked_for = len(self._sought)
            self._learned = re.compile("|".join(map(re.escape, sorted(self._sought, key=len, reverse=True))))
        return self._learned.sub(self._known, text) if self._learned is not None else text

    def _known(self, match: re.Match[str]) -> str:
        return self._stand_ins[match[0]]

    def _keyed(self, match: re.Match[str]) -> str:
        if match["machine"]:
            return self._replaced(match, lambda _: HIDDEN)
        if match["session"]:
            return self._replaced(match, self._token)
        if match["user"] == "success" and not (match["text"] and '"system"' in match.string[:200]):
            return match[0]
        return self._replaced(match, self._user if match["user"] else self._person)

    def _tic(self, match: re.Match[str]) -> str:
        return self._replaced(match, self._token)

    def _replaced(self, match: re.Match[str], stand_in: Callable[[str], str]) -> str:
        """The match with its value replaced; a number stays one, a blank text stays blank."""
        if match["number"] is not None:
            return match["head"] + self._number(match["number"])
        if match["escaped"] is not None:
            return f'{match["head"]}\\"{stand_in(match["escaped"]) if match["escaped"] else ""}\\"'
        return f'{match["head"]}"{stand_in(match["text"]) if match["text"] else ""}"'

    def _shaped(self, match: re.Match[str]) -> str:
        kind = match.lastgroup
        if kind == "parameter":
            return match[0][: -len(match["assigned"])] + self._token(match["assigned"])
        if kind in ("hex", "base64", "mixed", "jwt"):
            return self._token(match[0])
        return "hidden@example.invalid" if kind == "mail" else HIDDEN

    def _account(self, match: re.Match[str]) -> str:
        start = match.start()
        before = match.string[max(0, start - 6) : start]
        if before[-1:].isascii() and before[-1:].isalnum() and not _ESCAPE.search(before):
            return match[0]
        value, digits = match["account"], match["digits"]
        before, after = value.split(digits, 1)
        return self._stand_in(value, "account", lambda n: f"{before}{n:0{len(digits)}}{after}")

    def _aliases(self, match: re.Match[str]) -> str:
        return _ALIAS.sub(lambda found: found[1] + self._alias(found[2]) + found[3], match[0])

    def _alias(self, value: str) -> str:
        return value if _ACCOUNT.fullmatch(value) else self._person(value)

    def _token(self, value: str) -> str:
        return self._stand_in(value, "token", lambda n: f"hidden-{n}".ljust(min(len(value), 64), "-"))

    def _user(self, value: str) -> str:
        return self._stand_in(value, "user", lambda n: f"user{n}")

    def _person(self, value: str) -> str:
        if _ACCOUNT.fullmatch(value):
            return value
        return self._stand_in(value, "name", lambda n: f"name {n}")

    def _number(self, value: str) -> str:
        return self._numbers.setdefault(value, str(len(self._numbers) + 1))

    def _stand_in(self, value: str, kind: str, make: Callable[[int], str]) -> str:
        known = self._stand_ins.get(value)
        if known is not None or value in self._issued:
            return known if known is not None else value
        while True:
            number = self._counts[kind] = self._counts.get(kind, 0) + 1
            made = make(number)
            if made not in self._stand_ins and made not in self._issued:
                break
        self._stand_ins[value] = made
        self._issued.add(made)
        if len(value) >= SHORTEST and (kind != "name" or " " in value) and len(self._sought) < MOST_VALUES:
            self._sought.append(value)
        return made
