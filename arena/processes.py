"""Long-lived worker processes, started by a fork server: what an agent does to its process harms no other."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing import connection
from pathlib import Path
from typing import Any

from arena.cluster import NOBODY, Died, Done, Event, Executor, one_thread_each
from arena.errors import ArenaError

_CHUNK_SECONDS = 0.1  # what a chunk should take, so that neither messages nor waiting at the end cost much
_REPORT_SECONDS = 0.05  # results are sent at least so often, as far as there are any
_START_DEATHS = 3  # workers that may die before they are ready, one after the other
_PATIENCE = 2.0  # seconds in which a worker may end by itself


@dataclass(frozen=True)
class _Ready:
    """A worker waits for its first chunk."""


@dataclass(frozen=True)
class _Results:
    """(index within the chunk, result) pairs; `done` where the chunk is finished."""

    found: list[tuple[int, Any]]
    done: bool


@dataclass(frozen=True)
class _Broken:
    """A worker that cannot be made, or that raised."""

    error: str


@dataclass
class _Process:
    """A worker as its manager sees it."""

    process: Any
    pipe: connection.Connection
    mark: Any  # shared int64 [3]: index of the task, who, detail
    ready: bool = False
    chunk: dict[int, Any] = field(default_factory=dict)  # index -> task, those not reported yet
    given: float = 0.0  # when the chunk was given
    size: int = 0


class Processes(Executor):
    """`workers` processes; `make(argument, marker)` makes the worker in each. Both must be picklable."""

    def __init__(self, make: Callable[..., Any], argument: Any, workers: int, chunk: int | None = None) -> None:
        """`chunk` fixes the number of tasks a worker gets at a time; by default it follows from how long tasks take."""
        super().__init__()
        self._make, self._argument, self._chunk = make, argument, chunk
        self._context = multiprocessing.get_context("forkserver")
        self._seconds: float | None = None  # per task, as measured
        self._deaths = 0  # of workers that were never ready, since the last that was
        self._workers: list[_Process] = []
        self._number = workers

    def run(self, tasks: Iterable[Any], on_event: Callable[[Event], None]) -> None:
        waiting = iter(tasks)
        while len(self._workers) < self._number:
            self._workers.append(self._start())
        while True:
            self._feed(waiting)
            if not any(worker.chunk for worker in self._workers):
                return
            for worker in self._heard():
                for event in self._news(worker):
                    on_event(event)

    def close(self) -> None:
        """Lets the workers end; those that do not are killed."""
        for worker in self._workers:
            worker.pipe.close()
            if worker.chunk or not worker.ready:
                worker.process.terminate()
        until = time.monotonic() + _PATIENCE
        for worker in self._workers:
            worker.process.join(max(0.0, until - time.monotonic()))
            if worker.process.exitcode is None:
                worker.process.kill()
                worker.process.join()
        self._workers = []

    def _start(self) -> _Process:
        ours, theirs = self._context.Pipe()
        mark = self._context.RawArray("q", [NOBODY, NOBODY, 0])
        process = self._context.Process(
            target=_work,
            args=(theirs, mark, self._make, self._argument, str(Path.cwd()), dict(os.environ)),
            daemon=True,
        )
        with _quiet_main():
            process.start()
        theirs.close()
        return _Process(process, ours, mark)

    def _feed(self, waiting: Iterator[Any]) -> None:
        """Gives a chunk to each worker that has none. One that is not ready yet finds it when it is."""
        chunks = self._chunks(waiting, self._size)
        for worker in self._workers:
            if not worker.chunk:
                chunk = next(chunks, None)
                if chunk is None:
                    return
                worker.chunk, worker.given, worker.size = dict(enumerate(chunk)), time.monotonic(), len(chunk)
                worker.mark[:] = [NOBODY, NOBODY, 0]
                with contextlib.suppress(OSError):  # it has died: its end will be heard
                    worker.pipe.send(chunk)

    def _size(self) -> int:
        if self._chunk is not None:
            return self._chunk
        return 1 if self._seconds is None else max(1, min(1000, int(_CHUNK_SECONDS / max(self._seconds, 1e-6))))

    def _heard(self) -> list[_Process]:
        """The workers that have something to say or have ended."""
        by_handle: dict[Any, _Process] = {worker.pipe: worker for worker in self._workers}
        by_handle |= {worker.process.sentinel: worker for worker in self._workers}
        heard = connection.wait(list(by_handle))
        return list({id(by_handle[handle]): by_handle[handle] for handle in heard}.values())

    def _news(self, worker: _Process) -> Iterator[Event]:
        try:
            while worker.pipe.poll():
                yield from self._said(worker, worker.pipe.recv())
        except (EOFError, OSError):
            worker.process.join()
        if worker.process.exitcode is not None and not worker.pipe.closed:
            yield from self._buried(worker)

    def _said(self, worker: _Process, message: Any) -> Iterator[Event]:
        if isinstance(message, _Broken):
            raise ArenaError(message.error)
        if isinstance(message, _Ready):
            worker.ready, worker.given, self._deaths = True, time.monotonic(), 0
            return
        assert isinstance(message, _Results)
        for index, result in message.found:
            yield Done(worker.chunk.pop(index), result)
        if message.done:
            seconds = (time.monotonic() - worker.given) / worker.size
            self._seconds = seconds if self._seconds is None else 0.7 * self._seconds + 0.3 * seconds

    def _buried(self, worker: _Process) -> Iterator[Event]:
        """Replaces a worker that has ended; one that was never ready had begun nothing."""
        worker.pipe.close()
        exit_code = worker.process.exitcode
        self._workers[self._workers.index(worker)] = self._start()
        if not worker.ready:
            self._deaths += 1
            if self._deaths >= _START_DEATHS:
                raise ArenaError(
                    f"{self._deaths} worker processes ended with exit code {exit_code} before they were ready; "
                    "whatever they said is on stderr"
                )
            for task in worker.chunk.values():
                self.again(task)
        elif worker.chunk:
            index, who, detail = worker.mark
            yield Died(worker.chunk.get(index), who, detail, exit_code, tuple(worker.chunk.values()))


@contextlib.contextmanager
def _quiet_main() -> Iterator[None]:
    """While a process starts, the program that was started is not named: a worker needs nothing of it.

    Else every worker would run it again, up to its `if __name__ == "__main__"`, and one without such a line for ever.
    """
    main = sys.modules["__main__"]
    hidden = {name: getattr(main, name) for name in ("__spec__", "__file__") if getattr(main, name, None) is not None}
    for name in hidden:
        setattr(main, name, None)
    try:
        yield
    finally:
        for name, value in hidden.items():
            setattr(main, name, value)


def _work(
    pipe: connection.Connection,
    mark: Any,
    make: Callable[..., Any],
    argument: Any,
    folder: str,
    environment: dict[str, str],
) -> None:
    """What a worker's process runs. The fork server may be older than the manager's folder and environment."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the manager decides what an interrupt means
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.stdout = sys.stderr  # results alone belong on stdout, and they are the manager's
    threading.Thread(target=_end_with_the_manager, daemon=True).start()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    one_thread_each()

    def marker(task: int, who: int, detail: int) -> None:
        mark[0], mark[1], mark[2] = task, who, detail

    with contextlib.suppress(EOFError, OSError):  # the manager is gone, or wants no more
        try:
            worker = make(argument, marker)
            pipe.send(_Ready())
            while True:
                _do(worker, pipe.recv(), pipe)
        except (EOFError, OSError):
            raise
        except Exception as error:
            pipe.send(_Broken(str(error) if isinstance(error, ArenaError) else f"{type(error).__name__}: {error}"))


def _do(worker: Any, chunk: list[Any], pipe: connection.Connection) -> None:
    numbers = {id(task): index for index, task in enumerate(chunk)}
    found: list[tuple[int, Any]] = []
    sent = time.monotonic()

    def report(task: Any, result: Any) -> None:
        nonlocal sent
        found.append((numbers[id(task)], result))
        if time.monotonic() - sent >= _REPORT_SECONDS:
            pipe.send(_Results(found.copy(), done=False))
            found.clear()
            sent = time.monotonic()

    worker(chunk, report)
    pipe.send(_Results(found, done=True))


def _end_with_the_manager() -> None:
    """Ends this process when the manager's has ended, whatever an agent is doing."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
