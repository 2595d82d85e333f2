"""Workers for the tests of executors; processes import them by name."""

import os
import signal
import time
from pathlib import Path

from arena.cluster import NOBODY
from arena.errors import ArenaError


def make_squares(argument, marker):
    """Squares numbers after `argument` seconds each, and says in which process."""

    def work(tasks, report):
        for place, task in enumerate(tasks):
            marker(place, NOBODY, 0)
            time.sleep(argument)
            report(task, (task * task, os.getpid()))

    return work


def make_dying(argument, marker):
    """Ends its process at the tasks named in `argument`: {task: (how, seat)}, unless a file says it did so before."""
    folder, deaths = argument

    def work(tasks, report):
        for place, task in enumerate(tasks):
            how, who = deaths.get(task, (None, NOBODY))
            marker(place, who, 7)
            once = folder / f"{task}"
            if how and not once.exists():
                once.touch()
                os.kill(os.getpid(), signal.SIGKILL) if how == "killed" else os._exit(3)
            marker(place, NOBODY, 7)
            report(task, task)

    return work


def make_raising(argument, marker):
    def work(tasks, report):
        raise ArenaError(argument) if argument else KeyError("no such thing")

    return work


def make_nothing(argument, marker):
    raise ArenaError("the game is gone")


def make_ended(argument, marker):
    os._exit(5)


def make_printer(argument, marker):
    def work(tasks, report):
        for task in tasks:
            print("noise on stdout")
            report(task, (str(Path.cwd()), os.environ.get("ARENA_STORE"), os.environ["OMP_NUM_THREADS"]))

    return work


def make_stubborn(argument, marker):
    """Takes no notice of SIGTERM, and never comes to an end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def work(tasks, report):
        for task in tasks:
            time.sleep(0.06)  # so that the result is sent at once
            report(task, os.getpid())
        while True:
            time.sleep(1)

    return work
