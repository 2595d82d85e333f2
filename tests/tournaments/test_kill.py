"""Tournaments whose process is killed, again and again, end as undisturbed ones."""

import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import tournaments
from arena.errors import ArenaError
from tournaments.store import Store

KILLS = int(os.environ.get("ARENA_KILLS", "6"))
ROUNDS = 12 * KILLS  # so that there is something left to play after the last kill
ENTRANTS = ["random", "first", "greedy"]


def command(*arguments):
    code = "from tournaments.cli import tournament; tournament()"
    return [sys.executable, "-c", code, *arguments]


def started(arguments):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(arguments, env=environment(), **quiet)


def environment():
    path = str(Path(__file__).parents[2])
    return {**os.environ, "PYTHONPATH": path, "SDL_VIDEODRIVER": "dummy"}


def played():
    try:
        with Store.open("arena.db") as store:
            return [(tournament.id, number) for tournament, number in store.tournaments()]
    except ArenaError as error:
        if "play a tournament first" in str(error):  # not made yet
            return []
        raise


def rows(name, id):
    with Store.open(name) as store:
        found = store.matches(id)
    return [
        (match.ordinal, match.identities, dataclasses.replace(match.record, times=(0.0,) * len(match.record.times)))
        for match in found
    ]


def kill_in_the_middle(process, before, delay):
    """Waits until the process has stored something new, then a random while more, and kills it."""
    while process.poll() is None and played() == before:
        time.sleep(0.02)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    return process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_tournament_killed_again_and_again_ends_as_an_undisturbed_one(workers):
    chance, killed = random.Random(5), 0
    undisturbed = tournaments.run("tictactoe", ENTRANTS, rounds=ROUNDS, store="undisturbed.db")
    run = command("run", "tictactoe", *ENTRANTS, "--rounds", str(ROUNDS))
    for _ in range(KILLS):
        before = played()
        start = command("resume", before[0][0]) if before else run
        process = started([*start, "--workers", workers])
        killed += kill_in_the_middle(process, before, chance.uniform(0, 0.4)) == -signal.SIGKILL
        assert len(played()) == 1
        assert not before or played()[0][1] > before[0][1]
    ((id, number),) = played()
    assert killed >= KILLS // 2
    assert number > 0
    resume = command("resume", id, "--json", "--workers", workers)
    done = subprocess.run(resume, env=environment(), capture_output=True, check=True)
    assert json.loads(done.stdout)["table"] == undisturbed["table"]
    assert rows("arena.db", id) == rows("undisturbed.db", undisturbed["id"])


@pytest.mark.slow
def test_two_processes_on_one_tournament_count_no_match_twice():
    with pytest.raises(KeyboardInterrupt):
        tournaments.run("tictactoe", ENTRANTS, rounds=20, on_match=_interrupt)
    ((id, _),) = played()
    both = [subprocess.Popen(command("resume", id), env=environment(), stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(120) for process in both] == [0, 0]
    undisturbed = tournaments.run("tictactoe", ENTRANTS, rounds=20, store="undisturbed.db")
    assert rows("arena.db", id) == rows("undisturbed.db", undisturbed["id"])


def _interrupt(_record):
    raise KeyboardInterrupt
