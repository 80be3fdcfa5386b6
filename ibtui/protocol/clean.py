"""Text of the gateway made fit for a terminal: no markup of HTML, no control, escape, bidi or invisible characters.

Brackets stay: the screens never read gateway text as Rich markup. Work is bounded by cutting the input first; every
pattern scans its text once.
"""

from __future__ import annotations

import html
import re

LINE_LIMIT = 2_000
"""Characters of one cleaned line."""
BLOCK_LIMIT = 20_000
"""Characters of a cleaned block."""
CUT = "…"
"""The last character of a text that was longer."""
_RAW_PER_CLEAN = 8
"""Characters read for each character kept: HTML is at most so much wordier than its text, or it is cut."""

_SEQUENCE = re.compile(
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c\n]*+(?:\x07|\x1b\\|\x9c)"  # OSC: titles, hyperlinks, clipboard
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*+(?:\x07|\x1b\\|\x9c)"  # DCS, SOS, PM, APC
    r"|(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]"  # CSI: colours, cursor
    r"|\x1b[ -/]*+[0-~]?"  # two-character escapes, and what is left of the others
)
_HIDDEN_OPEN = re.compile(r"<(?:(?P<comment>!--)|(?P<name>script|style|head|title)\b[^<>]*>)", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*>")
_KNOWN_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|font|form|h[1-6]|head|hr|html|i|iframe|img"
    r"|input|label|li|link|meta|ol|p|pre|q|s|script|small|span|strong|style|sub|sup|svg|table|tbody|td|th|thead|tr"
    r"|tt|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"<(?:br|hr)\b[^<>]*>|</?(?:p|div|h[1-6]|ul|ol|dl|dt|tr|table|blockquote|pre|center|section)\b[^<>]*>",
    re.IGNORECASE,
)
_ITEM = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_CELL = re.compile(r"</t[dh]\s*>", re.IGNORECASE)
_LINK = re.compile(r"<a\b([^<>]*+)>([^<>]*+)</a\s*+>", re.IGNORECASE)
_ADDRESS = re.compile(r"\bhref\s*+=\s*+[\"']?(https?://[^\s\"'<>]+)", re.IGNORECASE)
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
"""More digits than any character has; `html.unescape` raises on thousands of them."""
_BLANKS = re.compile(r" {2,}")
_INVISIBLE = dict.fromkeys(
    (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
)
"""Letters and marks that count as printable and show nothing, or change the width of their neighbour."""


def clean(text: object, *, limit: int = LINE_LIMIT) -> str:
    """`text` as one safe line of at most `limit` characters (the last is … when it was cut); None is blank."""
    raw, was_longer = _raw(text, limit)
    if raw.isprintable() and raw.isascii() and "<" not in raw and "&" not in raw and "  " not in raw:
        return _cut(raw.strip(), limit, was_longer=was_longer)
    return _cut(_line(_plain(raw)), limit, was_longer=was_longer)


def clean_block(text: object, *, limit: int = BLOCK_LIMIT) -> str:
    r"""HTML or plain text as safe lines broken by \n: block tags break lines, links keep their address."""
    raw, was_longer = _raw(text, limit)
    raw = _without_hidden(_SEQUENCE.sub("", raw))
    if "<" not in raw and "&lt;" in raw:
        raw = raw.replace("&lt;", "<").replace("&gt;", ">")
    if _BREAK.search(raw):
        raw = raw.replace("\r", " ").replace("\n", " ")
    raw = _LINK.sub(_with_address, _CELL.sub("  ", _ITEM.sub("\n• ", _BREAK.sub("\n", raw))))
    lines: list[str] = []
    for line in (_line(part) for part in _plain(raw).replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        if line or (lines and lines[-1]):
            lines.append(line)
    return _cut("\n".join(lines).strip(), limit, was_longer=was_longer)


def _raw(text: object, limit: int) -> tuple[str, bool]:
    """As much of the text as is read, and whether there is more of it."""
    if text is None:
        return "", False
    whole = text if isinstance(text, str) else str(text)
    return whole[: limit * _RAW_PER_CLEAN], len(whole.rstrip()) > limit * _RAW_PER_CLEAN


def _without_hidden(raw: str) -> str:
    """Comments, scripts and styles away; one that is never closed stays in sight, so that it cannot hide text."""
    kept: list[str] = []
    position = 0
    lowered = raw.lower() if "<" in raw else ""
    while lowered and (opened := _HIDDEN_OPEN.search(raw, position)):
        closer = "-->" if opened["comment"] else f"</{opened['name'].lower()}"
        closing = lowered.find(closer, opened.end())
        end = lowered.find(">", closing) if closing >= 0 else -1
        if end < 0 or len(lowered) != len(raw):
            break
        kept.append(raw[position : opened.start()])
        position = end + 1
    return "".join(kept) + raw[position:]


def _with_address(match: re.Match[str]) -> str:
    words = match[2]
    found = _ADDRESS.search(match[1])
    return words if found is None or found[1] in words else f"{words} ({found[1]})"


def _plain(raw: str) -> str:
    """Without escape sequences, tags and entities; what an entity spelled out is treated likewise."""
    stripped = _SEQUENCE.sub("", raw)
    if "<" in stripped:
        stripped = _TAG.sub("", _CELL.sub(" ", _ITEM.sub(" ", _BREAK.sub(" ", _without_hidden(stripped)))))
    if "&" not in stripped:
        return stripped
    spelled = html.unescape(_LONG_REFERENCE.sub("", stripped))
    return _KNOWN_TAG.sub("", _BREAK.sub(" ", _SEQUENCE.sub("", spelled)))


def _line(text: str) -> str:
    """One line: white space to single spaces, everything that does not print away."""
    if not text.isprintable():
        text = "".join([c if c.isprintable() else " " if c.isspace() else "" for c in text])
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    return _BLANKS.sub(" ", text).strip()


def _cut(text: str, limit: int, *, was_longer: bool) -> str:
    """At most `limit` characters; what follows unseen, here or in what was not even read, is marked."""
    return text[: limit - 1].rstrip() + CUT if was_longer or len(text) > limit else text
