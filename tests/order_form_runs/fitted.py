"""The order forms as they are placed at the simulator: what it calls otherwise, and what a form cannot be typed on."""

from __future__ import annotations

import dataclasses

import msgspec

from tests.order_forms import FORMS, GROUP, Form

SIMULATED_GROUP = "All_NetLiq"
"""The allocation group the simulated advisor has in place of the one IBKR's documents name."""

ABROAD = ("spread outside the US",)
"""Forms for instruments that the simulator lists only for these runs."""


def fitted(form: Form) -> Form:
    """The form with the simulator's own allocation group wherever the documents' is named."""
    return dataclasses.replace(
        form,
        line=form.line.replace(GROUP, SIMULATED_GROUP),
        tickets=tuple(
            msgspec.structs.replace(ticket, account=SIMULATED_GROUP) if ticket.account == GROUP else ticket
            for ticket in form.tickets
        ),
        expected=tuple(
            body | {"acctId": SIMULATED_GROUP} if body["acctId"] == GROUP else body for body in form.expected
        ),
    )


RUNS = {form.name: fitted(form) for form in FORMS}
"""By name."""


def differences(sent: object, expected: object, where: str = "") -> list[str]:
    """How two bodies differ, key by key: an integer is no boolean, and 265.30 is not 265.3."""
    if isinstance(sent, dict) and isinstance(expected, dict):
        missing = [f"{where}{key}: {expected[key]!r} is missing" for key in expected.keys() - sent.keys()]
        added = [f"{where}{key}: {sent[key]!r} was not expected" for key in sent.keys() - expected.keys()]
        both = sent.keys() & expected.keys()
        return [*missing, *added, *(d for key in both for d in differences(sent[key], expected[key], f"{where}{key} "))]
    if isinstance(sent, tuple) and isinstance(expected, tuple) and len(sent) == len(expected):
        pairs = enumerate(zip(sent, expected, strict=True), 1)
        return [d for number, (mine, wanted) in pairs for d in differences(mine, wanted, f"{where}order {number}, ")]
    if type(sent) is not type(expected) or sent != expected:
        return [f"{where}: {sent!r} in place of {expected!r}"]
    return []
