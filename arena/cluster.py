"""Where work is done: in this process, or in long-lived processes beside it. One interface for both.

A worker is made once per process from a picklable argument and then given chunks of tasks. It reports each result when
it has it, and marks what it is about to do, so that its manager knows what it was doing if it dies.
"""

from __future__ import annotations

import itertools
import os
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol

NOBODY = -1  # in a mark: no task, or nobody in particular

Report = Callable[[Any, Any], None]  # (task, result)


class Marker(Protocol):
    """Three numbers that survive the process that wrote them."""

    def __call__(self, task: int, who: int, detail: int) -> None:
        """Notes the place of the task in its chunk, who of it is about to compute (or NOBODY), and a detail."""


class Worker(Protocol):
    """What a process does."""

    def __call__(self, tasks: Sequence[Any], report: Report) -> None:
        """Works on `tasks`; calls `report` once for each, in any order."""


MakeWorker = Callable[[Any, Marker], Worker]


@dataclass(frozen=True)
class Done:
    """A task and its result."""

    task: Any
    result: Any


@dataclass(frozen=True)
class Died:
    """A worker's process has ended by itself. What it had not reported is lost; it is replaced."""

    task: Any | None  # the one it was at, None where it was at none
    who: int  # as in its last mark
    detail: int
    exit_code: int | None  # negative: the signal that ended it
    unfinished: tuple[Any, ...]  # all tasks it had and did not report, `task` among them


Event = Done | Died


class Executor(ABC):
    """Gives tasks to workers. Use it in a `with` statement: its end ends the workers."""

    def __init__(self) -> None:
        self._again: deque[Any] = deque()

    @abstractmethod
    def run(self, tasks: Iterable[Any], on_event: Callable[[Event], None]) -> None:
        """Has all tasks done; calls `on_event` in this thread with whatever happens. Raises ArenaError where a worker
        cannot be made or raises, and whatever `on_event` raises."""

    def again(self, task: Any) -> None:
        """Puts a task back, to be done when all others are; for `on_event` to call."""
        self._again.append(task)

    def close(self) -> None:
        """Ends the workers, whatever they are doing."""
        return

    def _chunks(self, tasks: Iterator[Any], size: Callable[[], int]) -> Iterator[list[Any]]:
        """New tasks first, then those put back, in chunks of at most `size()`."""
        while True:
            chunk = list(itertools.islice(tasks, size()))
            while self._again and len(chunk) < size():
                chunk.append(self._again.popleft())
            if not chunk:
                return
            yield chunk

    def __enter__(self) -> Executor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Inline(Executor):
    """Does everything in this process, one chunk after the other."""

    def __init__(self, worker: Worker, chunk: int = 1) -> None:
        super().__init__()
        self.worker, self.chunk = worker, chunk

    def run(self, tasks: Iterable[Any], on_event: Callable[[Event], None]) -> None:
        for chunk in self._chunks(iter(tasks), lambda: self.chunk):
            self.worker(chunk, lambda task, result: on_event(Done(task, result)))


def one_thread_each() -> None:
    """Lets networks that are loaded from now on compute in one thread: as many workers as cores leave them no more,
    and sums that are split otherwise are rounded otherwise, so that one worker must do as two would."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def unmarked(task: int, who: int, detail: int) -> None:
    """The marker of work in this process: nobody would read it after its end."""
