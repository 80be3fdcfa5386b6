"""One REST request, parsed, as handlers see it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ibtui.sim.gateway.answers import Answer, TextAnswer, bad_request
from ibtui.sim.gateway.wire import Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

Handler: TypeAlias = "Callable[[Gateway, Call], Json | Answer | TextAnswer]"


@dataclass(frozen=True, slots=True)
class Route:
    """A method and path of IBKR's Web API (`{name}` for a path parameter) and what answers it."""

    method: str
    path: str
    handler: Handler


@dataclass(frozen=True, slots=True)
class Call:
    """Path parameters, query and body of a request."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes = b""

    def text(self, name: str, default: str = "") -> str:
        """Query parameter, or `default`."""
        return self.query.get(name, default)

    def required(self, *names: str) -> str:
        """First of the named query parameters that is there; 400 if none is."""
        for name in names:
            if value := self.query.get(name):
                return value
        raise bad_request(f"missing required parameter {names[0]}")

    def flag(self, name: str) -> bool:
        """Whether a query parameter says true."""
        return self.query.get(name, "").lower() in ("true", "1")

    def conids(self, name: str) -> list[int]:
        """Comma-separated conids of a query parameter."""
        try:
            return [int(part) for part in self.required(name).split(",") if part]
        except ValueError:
            raise bad_request(f"{name} is not valid: {self.query[name]}") from None

    def conid(self) -> int:
        """The path's `{conid}`."""
        return self.path_number("conid")

    def path_number(self, name: str) -> int:
        """A path parameter that must be a number."""
        try:
            return int(self.path[name])
        except ValueError:
            raise bad_request(f"{name} is not valid: {self.path[name]}") from None

    def json(self) -> object:
        """The body's JSON; an empty body is an empty object."""
        if not self.body:
            return {}
        try:
            return json.loads(self.body)
        except ValueError:
            raise bad_request("malformed JSON") from None

    def object(self) -> Mapping[str, object]:
        """The body, which must be a JSON object."""
        value = self.json()
        if not isinstance(value, dict):
            raise bad_request("a JSON object is expected")
        return value


def as_objects(value: object) -> Sequence[Mapping[str, object]]:
    """A JSON array of objects, or 400."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise bad_request("an array of objects is expected")
    return value


def as_texts(value: object) -> list[str]:
    """A JSON array of strings, or 400."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise bad_request("an array of strings is expected")
    return value
