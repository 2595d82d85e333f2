"""Executors: all tasks done, dead workers replaced, everything said."""

import os
import subprocess
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path

import pytest

from arena.cluster import NOBODY, Died, Done, Inline, unmarked
from arena.errors import ArenaError
from arena.processes import Processes
from tests.arena import cluster_workers as workers

ROOT = Path(__file__).parents[2]


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie that nobody has waited for yet has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] == "Z"
    except FileNotFoundError:
        return True


def wait_until(holds, seconds=10.0):
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    assert holds()


def run(executor, tasks):
    events = []
    with executor:
        executor.run(tasks, events.append)
    return events


@pytest.fixture(params=["inline", "1 process", "2 processes", "2 processes, chunks of 7"])
def executor(request):
    if request.param == "inline":
        return Inline(workers.make_squares(0, unmarked), chunk=3)
    number = int(request.param[0])
    return Processes(workers.make_squares, 0, number, chunk=7 if "7" in request.param else None)


class TestAllExecutors:
    def test_every_task_is_done_once(self, executor):
        events = run(executor, iter(range(100)))
        assert sorted(event.task for event in events) == list(range(100))
        assert all(event.result[0] == event.task**2 for event in events)

    def test_no_tasks(self, executor):
        assert run(executor, []) == []

    def test_a_task_that_is_put_back_comes_again_after_the_others(self, executor):
        seen = []

        def on_event(event):
            seen.append(event.task)
            if event.task == 3 and seen.count(3) < 3:
                executor.again(3)

        with executor:
            executor.run(range(30), on_event)
        assert Counter(seen) == Counter(range(30)) + Counter({3: 2})

    def test_what_the_listener_raises_ends_it(self, executor):
        with executor, pytest.raises(ZeroDivisionError):
            executor.run(range(10), lambda _: 1 // 0)

    def test_it_may_run_again(self, executor):
        events = []
        with executor:
            executor.run(range(5), events.append)
            executor.run(range(5, 9), events.append)
        assert sorted(event.task for event in events) == list(range(9))


class TestProcesses:
    def test_processes_live_as_long_as_the_executor(self):
        pids = {event.result[1] for event in run(Processes(workers.make_squares, 0.002, 2), range(60))}
        assert len(pids) == 2
        assert os.getpid() not in pids
        wait_until(lambda: all(map(gone, pids)))

    def test_chunks_follow_from_how_long_tasks_take(self):
        executor, sizes = Processes(workers.make_squares, 0.02, 1), []
        with executor:
            executor.run(range(40), lambda _: sizes.append(executor._size()))
        assert sizes[0] == 1
        assert 2 <= sizes[-1] <= 5  # a tenth of a second

    def test_folder_and_environment_are_the_managers(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("ARENA_STORE", "here")
        [event] = run(Processes(workers.make_printer, None, 1), [0])
        assert event.result == (str(tmp_path), "here", "1")

    def test_a_stubborn_worker_is_killed_at_the_end(self):
        pids = []

        def on_event(event):
            pids.append(event.result)
            raise KeyboardInterrupt

        executor = Processes(workers.make_stubborn, None, 1)
        with pytest.raises(KeyboardInterrupt), executor:
            executor.run([0], on_event)
        wait_until(lambda: gone(pids[0]))


class TestDeath:
    @pytest.mark.parametrize(("how", "code"), [("killed", -9), ("ended", 3)])
    def test_is_told_with_the_task_the_mark_and_what_is_left(self, tmp_path, how, code):
        argument = (tmp_path, {4: (how, 1)})
        executor, events = Processes(workers.make_dying, argument, 1, chunk=6), []

        def on_event(event):
            events.append(event)
            if isinstance(event, Died):
                for task in event.unfinished:
                    executor.again(task)

        with executor:
            executor.run(range(10), on_event)
        [died] = [event for event in events if isinstance(event, Died)]
        assert (died.task, died.who, died.detail, died.exit_code) == (4, 1, 7, code)
        assert set(died.unfinished) >= {4, 5}
        assert sorted(event.task for event in events if isinstance(event, Done)) == list(range(10))

    def test_outside_of_any_act_nobody_is_marked(self, tmp_path):
        executor = Processes(workers.make_dying, (tmp_path, {0: ("killed", NOBODY)}), 1)
        [died] = run(executor, [0])
        assert (died.task, died.who) == (0, NOBODY)

    def test_of_every_worker_at_once(self, tmp_path):
        executor, done = Processes(workers.make_dying, (tmp_path, dict.fromkeys(range(20), ("killed", 0))), 2), []

        def on_event(event):
            if isinstance(event, Died):
                for task in event.unfinished:
                    executor.again(task)
            else:
                done.append(event.task)

        with executor:
            executor.run(range(20), on_event)
        assert sorted(done) == list(range(20))


class TestFailure:
    @pytest.mark.parametrize(
        ("make", "argument", "message"),
        [
            (workers.make_nothing, None, "the game is gone"),
            (workers.make_raising, "the rules are wrong", "the rules are wrong"),
            (workers.make_raising, "", "KeyError: 'no such thing'"),
            (workers.make_ended, None, "3 worker processes ended with exit code 5 before they were ready"),
        ],
    )
    def test_is_said_in_one_line(self, make, argument, message):
        with pytest.raises(ArenaError, match=message):
            run(Processes(make, argument, 1), [0])


SCRIPT = textwrap.dedent("""
    import os, sys
    from arena.processes import Processes
    from tests.arena import cluster_workers as workers
    print("main", flush=True)
    with Processes(workers.make_squares, {seconds}, 2) as executor:
        executor.run(range({tasks}), lambda event: print(*event.result, flush=True))
    print("end", flush=True)
""")


class TestTheManagersProgram:
    def test_needs_no_guard_and_is_not_run_again(self, tmp_path):
        (tmp_path / "program.py").write_text(SCRIPT.format(seconds=0, tasks=5))
        done = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, env=env(), capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("main") == 1
        assert done.stdout.endswith("end\n")

    def test_prints_of_workers_go_to_stderr(self, tmp_path):
        program = SCRIPT.format(seconds=None, tasks=2).replace("make_squares", "make_printer")
        (tmp_path / "program.py").write_text(program)
        done = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, env=env(), capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "noise on stdout\n" * 2)
        assert "noise" not in done.stdout

    def test_workers_end_when_it_is_killed(self, tmp_path):
        (tmp_path / "program.py").write_text(SCRIPT.format(seconds=0.2, tasks=10_000))
        manager = subprocess.Popen([sys.executable, "program.py"], cwd=tmp_path, env=env(), stdout=subprocess.PIPE)
        assert manager.stdout is not None
        assert manager.stdout.readline() == b"main\n"
        pids = {int(manager.stdout.readline().split()[1]) for _ in range(6)}
        manager.kill()
        manager.wait()
        manager.stdout.close()
        wait_until(lambda: all(map(gone, pids)))


def env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}
