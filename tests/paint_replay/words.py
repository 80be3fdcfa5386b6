"""Texts that are hard to draw: wide characters, combining marks, emoji, markup, too long ones."""

from __future__ import annotations

from typing import Final

NAMES: Final = (
    "AAPL",
    "日本株",
    "日x株",
    "ab日",
    "e\u0301clair",
    "Zu\u0308rich",
    "日\u0301本",
    "한국전력",
    "ＦＵＬＬ",
    "🍎 Apple",
    "x🚀y",
    "[b]bold[/b]",
    "a\u0301\u0323",
    "",
    "A very long name that fits into no column at all 日本",
)
"""No character of two code points that only later terminals join (flags, skins, U+FE0F, U+200D): pyte drops the rest of
a text from there on, and other emulators disagree on their widths."""

SENTENCES: Final = (
    "A toast lies over the table",
    "注文は受け付けられました",
    "Order BUY 100 AAPL: 🚀 e\u0301 [red]not markup[/red]",
    "Line one\nline two\nline three",
    "x" * 150,
    "Zwei Wörter – und ein Strich",
    "1",
)

LINES: Final = tuple(text for text in SENTENCES if "\n" not in text)
"""For what is one line by its type's own word."""

TYPED: Final = (
    "buy 100 AAPL @ 165 lmt day",
    "sell 50 AAPL mkt",
    "buy 10 ES @ 4980.25 stp gtc",
    "buy 100 AAPL @ 165 tp 175 sl 160",
    "cancel AAPL",
    "theme light",
    "theme ansi",
    "watch",
    "ladder ES",
    "日本株 é",
    "wrong words here",
    "100",
    "271.6",
    "bmw",
)
"""What is typed into lines and fields."""
