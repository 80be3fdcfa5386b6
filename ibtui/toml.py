"""TOML of settings and themes: plain files are read here, so that the first screen does not wait for a parser to load.

Plain are `key = "text"`, `key = true`, `key = false`, `[table]`, comments on lines of their own and blank lines. A file
in which anything else stands is left, as a whole, to Python's own parser.
"""

from __future__ import annotations

from typing import Any, Final

FLAGS: Final = {"true": True, "false": False}
BLANKS: Final = " \t"


def loads(text: str) -> dict[str, Any]:
    """The root table of a document. Raises ValueError, with line and column, where it is no TOML."""
    plain = _plain(text)
    if plain is not None:
        return plain
    import tomllib  # noqa: PLC0415 - start-up time

    return tomllib.loads(text)


def _plain(text: str) -> dict[str, Any] | None:
    """What a plain document says; None where anything in it is not plain, or wrong."""
    root: dict[str, Any] = {}
    into = root
    for line in text.split("\n"):
        line = line.strip(BLANKS)
        if not line.isprintable():
            return None
        if not line or line[0] == "#":
            continue
        if line[0] == "[" and line[-1] == "]":
            name, into = line[1:-1].strip(BLANKS), root
            value: dict[str, Any] | str | bool | None = {}
        else:
            name, value = _pair(line)
        if value is None or name in into or not _is_bare(name):
            return None
        into[name] = value
        into = value if isinstance(value, dict) else into
    return root


def _pair(line: str) -> tuple[str, str | bool | None]:
    """Key and value; None for one that is not plain."""
    key, _, word = line.partition("=")
    word = word.lstrip(BLANKS)
    inner = word[1:-1]
    if len(word) > 1 and word[0] == word[-1] == '"' and '"' not in inner and "\\" not in inner:
        return key.rstrip(BLANKS), inner
    return key.rstrip(BLANKS), FLAGS.get(word)


def _is_bare(key: str) -> bool:
    """Whether it needs no quotes: letters, digits, `-` and `_` (TOML 1.0, Keys)."""
    return key.isascii() and key.replace("-", "a").replace("_", "a").isalnum()
