"""Writes the key card of the README anew from the actions table. Run as `python -m tests.key_card`."""

from __future__ import annotations

from pathlib import Path

from ibtui.ui.keycard import key_card

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN = "<!-- key card: python -m tests.key_card writes it -->\n"
END = "\n<!-- end of the key card -->"


def card_in(text: str) -> str:
    """The card that stands in the README. Raises ValueError when its marks are missing."""
    begin = text.index(BEGIN) + len(BEGIN)
    return text[begin : text.index(END, begin)]


def with_card(text: str, card: str) -> str:
    """The README with another card."""
    begin = text.index(BEGIN) + len(BEGIN)
    return text[:begin] + card + text[text.index(END, begin) :]


def main() -> None:
    """Write it."""
    README.write_text(with_card(README.read_text(encoding="utf-8"), key_card()), encoding="utf-8")


if __name__ == "__main__":
    main()
