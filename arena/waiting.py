"""For asynchronous agents: network calls of many matches made as one, and a mark on who computes."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from functools import partial
from types import coroutine
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    import asyncio

Item = TypeVar("Item")
Answer = TypeVar("Answer")

Mark = Callable[[int, int], None]  # (seat, ply) before the agent of that seat computes, (-1, ply) after it


class Batcher(Generic[Item, Answer]):
    """Gathers what many matches ask for at the same time into one call: `answer = await batcher(item)`.

    `function` takes a list of items and returns (or, when asynchronous, will return) as many answers, in their order.
    It is called when every match that could go on has gone on, so that each is waiting for its answer, or when `most`
    items have come together. Where it raises, each of those who asked gets the exception.

    One batcher must be shared by the agents that are to share calls: the twins of one agent do.
    """

    def __init__(
        self, function: Callable[[list[Item]], Sequence[Answer] | Awaitable[Sequence[Answer]]], most: int = 256
    ) -> None:
        """Raises ValueError for `most` below 1."""
        if most < 1:
            raise ValueError(f"most must be at least 1, not {most}")
        self.function, self.most = function, most
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, item: Item) -> Answer:
        """The answer to one item."""
        from asyncio import get_running_loop  # here, since it takes a third of the time that `import arena` takes

        loop = get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((item, future))
        if len(self._waiting) == 1:
            loop.call_soon(self._flush)  # after all that is ready to run now
        elif len(self._waiting) >= self.most:
            self._flush()
        return await future

    def _flush(self) -> None:
        asked, self._waiting = self._waiting, []
        asked = [(item, future) for item, future in asked if not future.done()]  # whoever ran out of time waits no more
        if not asked:
            return None
        futures = [future for _, future in asked]
        try:
            answers = self.function([item for item, _ in asked])
        except Exception as error:
            return _fail(futures, error)
        if inspect.isawaitable(answers):
            from asyncio import ensure_future

            task = ensure_future(_deliver_later(answers, futures))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return None
        return _deliver(answers, futures)


async def _deliver_later(answers: Awaitable[Sequence[Answer]], futures: Sequence[asyncio.Future[Answer]]) -> None:
    try:
        _deliver(await answers, futures)
    except Exception as error:
        _fail(futures, error)


def _deliver(answers: Sequence[Answer], futures: Sequence[asyncio.Future[Answer]]) -> None:
    if len(answers) != len(futures):
        return _fail(futures, ValueError(f"the batched function gave {len(answers)} answers to {len(futures)} items"))
    for answer, future in zip(answers, futures, strict=True):
        if not future.done():
            future.set_result(answer)
    return None


def _fail(futures: Sequence[asyncio.Future[Any]], error: Exception) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(error)


@coroutine
def marked(move: Coroutine[Any, Any, Answer], mark: Mark, seat: int, ply: int) -> Generator[Any, Any, Answer]:
    """Awaits `move`, with the mark set just while it computes and not while it waits."""
    go_on: Callable[[], Any] = partial(move.send, None)
    while True:
        mark(seat, ply)
        try:
            waits_for = go_on()
        except StopIteration as stop:
            answer: Answer = stop.value
            return answer
        finally:
            mark(-1, ply)
        try:
            yield waits_for
            go_on = partial(move.send, None)
        except BaseException as error:  # a time-out, say: it is the coroutine's to take
            go_on = partial(move.throw, error)
