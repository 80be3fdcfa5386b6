"""The way of each request from the session to the gateway and back, with faults, watched at both ends."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable
from contextvars import Context, copy_context
from random import Random

import httpx

from ibtui.domain.orders import Intent
from tests.random_days.changes import compare
from tests.random_days.deeds import DOING, Deed, Deeds
from tests.random_days.disk import Disk
from tests.random_days.faults import FAULTS, PAGE, CutBody, Fault
from tests.random_days.world import World

_PLACE = re.compile(r"/v1/api/iserver/account/([^/]+)/orders")
_ORDER = re.compile(r"/v1/api/iserver/account/([^/]+)/order/(\d+)")
_REPLY = re.compile(r"/v1/api/iserver/reply/([^/]+)")
LATENCY = (0.001, 0.005, 0.02, 0.1)
NO_FAULT = Fault("")


class Network:
    """Between all lives of the program and the one gateway."""

    def __init__(self, world: World, rng: Random, deeds: Deeds, tell: Callable[[str], None]) -> None:
        self.world = world
        self.rng = rng
        self.deeds = deeds
        self.tell = tell
        self.armed: dict[str, str] = {}
        """Fault by the kind of request it waits for: place, reply, modify, cancel, read."""
        self.struck: Counter[str] = Counter()
        self.answered: set[tuple[str, bool]] = set()
        """Replies the user gave."""
        self.copies = 1
        """How often each request is delivered; more than once is sabotage."""
        self._gateway = httpx.ASGITransport(app=world.app)
        self._home: Context = copy_context()

    def strike(self, kind: str) -> Fault:
        """The fault that waits for this kind of request, used up by it."""
        name = self.armed.pop(kind, "")
        if name:
            self.struck[name] += 1
        return FAULTS.get(name, NO_FAULT)

    def deliver(self, request: httpx.Request, deed: Deed | None, fault: Fault) -> asyncio.Task[httpx.Response]:
        """Carry a request on its way, whatever becomes of who sent it."""
        work = self._deliver(request, deed, fault)
        delivery = asyncio.get_running_loop().create_task(work, context=self._home.copy())
        delivery.add_done_callback(self._delivered)
        return delivery

    def _delivered(self, delivery: asyncio.Task[httpx.Response]) -> None:
        error = None if delivery.cancelled() else delivery.exception()
        if error is not None and not isinstance(error, httpx.HTTPError):
            self.deeds.wrong("the simulator works", repr(error))

    async def _deliver(self, request: httpx.Request, deed: Deed | None, fault: Fault) -> httpx.Response:
        await asyncio.sleep(self.rng.choice(LATENCY) + fault.early * (0.5 + self.rng.random()))
        if self.world.is_down:
            raise httpx.ReadError("the gateway is gone")
        if fault.forgets:
            self.world.gateway.desk.forget()
        DOING.set(deed)
        for _ in range(self.copies):
            if deed is not None and not _REPLY.fullmatch(request.url.path):
                deed.arrived += 1
            response = await self._gateway.handle_async_request(request)
            body = await response.aread()
        if deed is not None:
            self.tell(
                f"      {deed.key}: gateway answered {response.status_code} {body[:100].decode(errors='replace')}"
            )
            self._note_question(deed, body)
        if response.status_code == 429:
            self.tell(f"      gateway refused {request.method} {request.url.path}: too many requests")
        await asyncio.sleep(self.rng.choice(LATENCY))
        return httpx.Response(response.status_code, headers=response.headers, content=body)

    def _note_question(self, deed: Deed, body: bytes) -> None:
        try:
            answer = json.loads(body)
        except ValueError:
            return
        if isinstance(answer, list) and answer and "messageIds" in answer[0]:
            self.deeds.asked[answer[0]["id"]] = deed.key


class Line(httpx.AsyncBaseTransport):
    """The connection of one life of the program; cut when it dies."""

    def __init__(self, network: Network, disk: Disk, die: Callable[[], None]) -> None:
        self._network = network
        self._disk = disk
        self._die = die
        self.alive = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self.alive:
            raise httpx.ConnectError("the program is dead")
        if self._network.world.is_down:
            raise httpx.ConnectError("connection refused")
        body = await request.aread()
        kind, deed = self._seen(request, body)
        fault = self._network.strike(kind)
        if deed is not None:
            self._network.tell(f"      {kind} of {deed.key} leaves {fault.name and 'and meets ' + fault.name}")
        if fault.ends == "refused":
            raise httpx.ConnectError("connection refused")
        if deed is not None and kind != "reply":
            deed.left += 1
        return await self._exchange(request, deed, fault)

    async def _exchange(self, request: httpx.Request, deed: Deed | None, fault: Fault) -> httpx.Response:
        if not fault.arrives:
            await asyncio.sleep(0.02)
            return await self._ended(request, fault, b"")
        delivery = self._network.deliver(request, deed, fault)
        if fault.ends == "dead" and fault.early:
            await asyncio.sleep(0)
            return await self._ended(request, fault, b"")
        seconds = request.extensions.get("timeout", {}).get("read")
        done, _ = await asyncio.wait([delivery], timeout=seconds)
        if not done:
            raise httpx.ReadTimeout("no answer")
        response = delivery.result()
        if fault.late:
            await asyncio.sleep(seconds or 0.0)
            raise httpx.ReadTimeout("no answer")
        if fault.ends or fault.status:
            return await self._ended(request, fault, response.content)
        return response

    async def _ended(self, request: httpx.Request, fault: Fault, body: bytes) -> httpx.Response:
        """What the session gets of a request that a fault struck."""
        if fault.ends == "dead":
            self._die()
            raise httpx.ReadError("dead")
        if fault.ends == "silent":
            await asyncio.sleep(request.extensions.get("timeout", {}).get("read") or 60.0)
            raise httpx.ReadTimeout("no answer")
        if fault.ends == "reset":
            raise httpx.ReadError("connection reset by peer")
        if fault.ends == "cut":
            return httpx.Response(200, headers={"content-type": "application/json"}, stream=CutBody(body))
        headers = {"content-type": "text/html"} | ({"retry-after": str(fault.silence)} if fault.silence else {})
        return httpx.Response(fault.status, headers=headers, content=PAGE)

    def _seen(self, request: httpx.Request, body: bytes) -> tuple[str, Deed | None]:
        """The kind of a request and the deed it is part of; a law broken here is noted."""
        path, deeds = request.url.path, self._network.deeds
        if request.method == "POST" and (found := _PLACE.fullmatch(path)):
            key = str(json.loads(body)["orders"][0].get("cOID"))
            self._must_be_on_disk(self._disk.placing(key, body), f"order {key}")
            self._must_have_the_lane(key, found[1])
            return "place", deeds.of(key, Intent.PLACE)
        if (found := _ORDER.fullmatch(path)) and request.method in ("POST", "DELETE"):
            return self._seen_change(request.method, found[1], int(found[2]), body)
        if found := _REPLY.fullmatch(path):
            return "reply", self._seen_reply(found[1], body)
        return "read" if request.method == "GET" else "other", None

    def _seen_change(self, method: str, account: str, order_id: int, body: bytes) -> tuple[str, Deed]:
        cancels = method == "DELETE"
        key = self._disk.cancelling(order_id) if cancels else self._disk.modifying(order_id, body)
        if not (cancels and self._disk.full):
            self._must_be_on_disk(key, f"{method} of order {order_id}")
        deeds = self._network.deeds
        key = key or f"unwritten-{order_id}-{len(deeds.by_key)}"
        if cancels:
            return "cancel", deeds.of(key, Intent.CANCEL, order_id)
        self._must_have_the_lane(key, account)
        deed = deeds.of(key, Intent.MODIFY, order_id)
        if order := self._network.world.exchange.order(order_id):
            deed.idle, deed.seen = compare(json.loads(body), order)
        return "modify", deed

    def _seen_reply(self, reply_id: str, body: bytes) -> Deed | None:
        deeds = self._network.deeds
        deeds.replies[reply_id] += 1
        confirmed = bool(json.loads(body)["confirmed"])
        if (reply_id, confirmed) not in self._network.answered:
            deeds.wrong("every question is read by a person", f"{confirmed} to {reply_id} was answered by nobody")
        if deeds.replies[reply_id] > 1:
            deeds.wrong("no request twice", f"question {reply_id} was answered {deeds.replies[reply_id]} times")
        key = deeds.asked.get(reply_id, "")
        self._must_be_on_disk(self._disk.replying(key, body), f"reply {confirmed} for {key}")
        return deeds.by_key.get(key)

    def _must_have_the_lane(self, key: str, account: str) -> None:
        """A journal that failed may lag behind what the program knows, and proves nothing here."""
        holder = self._disk.holder(key, account)
        if holder and not self._disk.was_full:
            self._network.deeds.wrong("one lane", f"{key} left while {holder} was open")

    def _must_be_on_disk(self, key: str, words: str) -> None:
        if not key:
            self._network.deeds.wrong("on disk before the first byte", f"{words} left unwritten")
