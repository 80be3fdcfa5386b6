"""What the rows look for on the screen, where they place their orders, and what a row is."""

from __future__ import annotations

from collections.abc import Callable

from tests.fault_matrix.scene import SIZE, Scene

UNKNOWN = r"OUTCOME UNKNOWN"
LISTED_UNKNOWN = r"1 ORDER OF UNKNOWN OUTCOME"
WORKING = rf"BUY +0/{SIZE} AAPL +LMT"
FILLED = rf"BUY +{SIZE}/{SIZE} AAPL .*Filled"
FOUND = r"Found: BUY 10 AAPL|Order accepted"
NEAR, ONE_QUESTION, THREE_QUESTIONS, MARKETABLE = "-1", "-3.8", "-6", "0.5"
"""Percent from the bid: nothing is asked, o163 is asked, three questions are asked, it fills at once."""

Run = Callable[[Scene], None]
