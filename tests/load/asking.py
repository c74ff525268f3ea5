"""How the page stands many people asking at once: python tests/load/asking.py ADDRESS [--people 50] [--seconds 60].

Each asks through the API, as a browser does through the queue, waits for the answer, reads it for a while and asks the
next question. Prints one line of JSON: how many were answered, told that the page is busy, or failed, and how long it
took. Only on loopback. Exit code 1 where one failed or, unless --beyond, where one was sent away or 95 % took longer
than --limit.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

QUESTIONS = (
    "セキュリティ・クリアランスについて経済産業大臣は何と言いましたか",
    "総務大臣は何と言いましたか",
    "情報保全の制度について",
    "外務大臣はセキュリティ・クリアランスについて何を述べたか",
    "会議はいつ開かれましたか",
    "What did the Minister for Foreign Affairs say about security clearance?",
    "消費税の税率をどうするか",
    "デジタル大臣の発言",
)
GIVEN_UP = 60.0
"""Seconds after which a question counts as failed."""


@dataclass(slots=True)
class Tally:
    """What came of the questions; `times` are the seconds of those that were answered."""

    times: list[float] = field(default_factory=list)
    busy: int = 0
    failed: int = 0

    def line(self) -> dict[str, object]:
        """The figures, in seconds."""
        ordered = sorted(self.times) or [0.0]
        at = {f"p{share}": round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)], 3) for share in (50, 95)}
        return {"answered": len(self.times), "busy": self.busy, "failed": self.failed, **at, "max": ordered[-1]}


async def person(number: int, client: httpx.AsyncClient, until: float, reading: float, tally: Tally) -> None:
    """One person, asking until the time is over."""
    chance = random.Random(number)  # the same questions each time
    await asyncio.sleep(chance.uniform(0, reading))
    while time.monotonic() < until:
        began = time.perf_counter()
        try:
            outcome = await asked(client, chance.choice(QUESTIONS))
        except httpx.HTTPError:
            outcome = "failed"
        if outcome == "answered":
            tally.times.append(round(time.perf_counter() - began, 3))
        elif outcome == "busy":
            tally.busy += 1
        else:
            tally.failed += 1
        await asyncio.sleep(chance.uniform(0.5, 1.5) * reading)


async def asked(client: httpx.AsyncClient, question: str) -> str:
    """What becomes of one question: answered, busy or failed."""
    joined = await client.post("gradio_api/call/v2/ask", json={"question": question})
    if joined.status_code == 503:
        return "busy"
    joined.raise_for_status()
    answer = await client.get(f"gradio_api/call/v2/ask/{joined.json()['event_id']}")
    events = [block.splitlines() for block in answer.text.strip().split("\n\n")]
    name, data = events[-1][0].removeprefix("event: "), events[-1][1].removeprefix("data: ")
    return "answered" if name == "complete" and "answered" in json.loads(json.loads(data)[0]) else "failed"


async def load(address: str, people: int, seconds: float, reading: float) -> Tally:
    """All of them at once."""
    tally = Tally()
    limits = httpx.Limits(max_connections=people, max_keepalive_connections=people)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=GIVEN_UP, trust_env=False) as client:
        await asked(client, QUESTIONS[0])
        until = time.monotonic() + seconds
        await asyncio.gather(*(person(number, client, until, reading, tally) for number in range(people)))
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """Put the page under load and say how it stood it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--reading", type=float, default=3, help="seconds between an answer and the next question (3)")
    parser.add_argument("--limit", type=float, default=2, help="seconds that 95 %% of the answers may take (2)")
    parser.add_argument("--beyond", action="store_true", help="more people than fit: some may be sent away politely")
    options = parser.parse_args(arguments)
    if urlsplit(options.address).hostname not in ("127.0.0.1", "localhost", "::1"):
        parser.error("only a page on this machine is put under load")
    tally = asyncio.run(load(options.address, options.people, options.seconds, options.reading))
    line = tally.line()
    print(json.dumps({"people": options.people, "seconds": options.seconds, "reading": options.reading} | line))
    slow = not options.beyond and (bool(tally.busy) or float(str(line["p95"])) > options.limit)
    return 1 if tally.failed or slow or not tally.times else 0


if __name__ == "__main__":
    sys.exit(main())
