"""No secret of an OAuth session is left anywhere; `python -m tests.oauth_session` does the long one and its table."""

from __future__ import annotations

import base64

import pytest

from tests.oauth_session.__main__ import ACTS, TABLE, run
from tests.oauth_session.acts import short
from tests.oauth_session.scan import WINDOW, Search, shown
from tests.oauth_session.told import forms_of_bytes

SECRET = bytes(range(40, 72))


def test_a_session_leaves_no_secret() -> None:
    _notes, rows, names, _watched, trouble = run({"short": short})
    assert not trouble, trouble
    assert {row.what: row.found for row in rows if row.found} == {}
    assert all(row.size for row in rows)
    assert {"access token", "live session token", "private key", "request signature", "session id"} <= set(names)


@pytest.mark.parametrize(
    "leak",
    [
        f'"text":"{SECRET.hex()[10 : 10 + WINDOW]}"',
        f"not base64: {base64.b64encode(SECRET).decode()}",
        f"ValueError: {SECRET!r}",
        f"\x1b[1;32m{SECRET.hex()[:8]}\x1b[0m{SECRET.hex()[8:16]}",
    ],
)
def test_the_scan_finds_a_part_of_a_secret_in_any_form(leak: str) -> None:
    search = Search(("secret", form) for form in forms_of_bytes(SECRET))
    assert set(search.found(shown(f"text before {leak} text after".encode()))) == {"secret"}
    assert search.found(b"text before " + SECRET.hex()[: WINDOW - 1].encode()) == {}


def test_the_table_was_written_of_all_of_it() -> None:
    table = TABLE.read_text(encoding="utf-8")
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ") and "bytes" not in line]
    assert len(rows) == 5
    assert all(int(row[3].replace(",", "")) > 0 and row[4].strip() == "0" for row in rows)
    assert table.count("\n* ") >= len(ACTS)
