"""Which of IBKR's trading paths the gateway answers, read from the route table itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from ibtui.sim.gateway.rest.routes import ROUTES

_LISTED = "trading-paths.txt"
_NAME = re.compile(r"\{[^}]+\}")


@dataclass(frozen=True, slots=True)
class Covered:
    """One path of the Web API and whether it is answered."""

    tag: str
    method: str
    path: str
    works: bool


def covered() -> list[Covered]:
    """Every path of the trading tags of IBKR's OpenAPI, in its order, then what is answered beyond it."""
    answered = {(route.method, _shape(route.path)) for route in ROUTES}
    text = (files("ibtui.sim.gateway") / _LISTED).read_text(encoding="utf-8")
    rows = [tuple(line.split("\t")) for line in text.splitlines()]
    listed = [Covered(tag, method, path, (method, _shape(path)) in answered) for tag, method, path in rows]
    known = {(row.method, _shape(row.path)) for row in listed}
    extra = [
        Covered("Beyond the OpenAPI", route.method, route.path, works=True)
        for route in ROUTES
        if (route.method, _shape(route.path)) not in known
    ]
    return listed + extra


def coverage_report() -> str:
    """A line for each path and method: `works` or `404`; counts at the end."""
    rows = covered()
    lines: list[str] = []
    tag = ""
    for row in rows:
        if row.tag != tag:
            tag = row.tag
            lines.append(f"\n{tag}" if lines else tag)
        lines.append(f"  {'works' if row.works else '404  '}  {row.method:6} {row.path}")
    trading = [row for row in rows if row.tag.startswith("Trading")]
    works = sum(row.works for row in trading)
    return "\n".join([*lines, "", f"{works} of {len(trading)} work"])


def _shape(path: str) -> str:
    """The path with every parameter's name taken out, since names differ between documents."""
    return _NAME.sub("{}", path)
