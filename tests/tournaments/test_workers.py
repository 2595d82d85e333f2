"""Tournaments in several processes: the same results, whatever happens to the processes."""

import json
import os
import signal
import textwrap
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import tournaments
from arena import load_agent
from arena.errors import ArenaError, UsageError
from arena.registry import use_plugins
from tournaments.cli import tournament as command
from tournaments.facts import digest
from tournaments.store import Store

PLUGIN = textwrap.dedent("""
    import asyncio, os, signal
    from dataclasses import dataclass
    from pathlib import Path
    import numpy as np
    from arena import Agent, AgentSpec, Batcher, Unavailable, hookimpl

    @dataclass(frozen=True)
    class Config:
        how: str = ""
        ply: int = 2
        times: int = 1

    class Troubled(Agent):
        '''Plays as `random`, until something happens to it, as often as `times` says over all matches.'''

        def __init__(self, game, config):
            self.config = config

        def act(self, turn):
            if self.config.how and turn.ply >= self.config.ply and self.happens():
                getattr(self, self.config.how)()
            legal = np.flatnonzero(turn.legal)
            return int(legal[self.rng.integers(len(legal))])

        def happens(self):
            for number in range(self.config.times):
                try:
                    Path(f"{self.config.how}-{number}").touch(exist_ok=False)
                except FileExistsError:
                    continue
                return True
            return False

        def killed(self):
            os.kill(os.getpid(), signal.SIGKILL)

        def ended(self):
            os._exit(7)

        def away(self):
            raise Unavailable("the model is away")

        def loud(self):
            print("noise")

    class Waiting(Troubled):
        def __init__(self, game, config):
            super().__init__(game, config)
            self.network = Batcher(self.evaluate)

        def evaluate(self, masks):
            with open("sizes", "a") as file:
                file.write(f"{len(masks)}\\n")
            return masks

        async def act(self, turn):
            await self.network(turn.legal)
            return super().act(turn)

    @hookimpl
    def register_agents():
        return [AgentSpec("troubled", make=Troubled, config=Config), AgentSpec("waiting", make=Waiting, config=Config)]
""")


@pytest.fixture(autouse=True)
def _troubled_agents(tmp_path):
    (tmp_path / "trouble.py").write_text(PLUGIN)
    use_plugins([str(tmp_path / "trouble.py")])


def played(store: str, id: str | None = None):
    with Store.open(store) as opened:
        return opened.matches(id or opened.tournaments()[-1][0].id)


def run(*entrants, store="arena.db", rounds=10, **options):
    tournaments.run("tictactoe", entrants, rounds=rounds, store=store, **options)
    return played(store)


class TestTheSameResults:
    @pytest.mark.parametrize("entrants", [("random", "first", "troubled"), ("random", "waiting", "first")])
    def test_for_one_two_and_four_workers(self, entrants):
        digests = {digest(run(*entrants, store=f"{workers}.db", workers=workers)) for workers in (1, 2, 4)}
        assert len(digests) == 1

    def test_with_another_seed_are_others(self):
        assert digest(run("random", "first")) != digest(run("random", "first", seed=1))

    def test_what_is_left_may_be_played_by_another_number(self):
        def interrupt(_record):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            tournaments.run("tictactoe", ["random", "first"], rounds=10, workers=2, on_match=interrupt)
        with Store.open("arena.db") as store:
            [(known, number)] = store.tournaments()
        assert 0 < number < known.planned
        tournaments.resume(known.id, workers=3)
        assert digest(played("arena.db", known.id)) == digest(run("random", "first", store="undisturbed.db"))


class TestAsynchronousEntrants:
    @pytest.mark.parametrize("workers", [1, 2])
    def test_share_their_calls(self, workers):
        matches = run("waiting", "first", workers=workers)
        sizes = [int(line) for line in Path("sizes").read_text().split()]
        assert max(sizes) == len(matches)
        assert sum(sizes) > 4 * len(sizes)


class TestDeath:
    def undisturbed(self):
        return digest(run("random", "troubled", store="undisturbed.db"))

    @pytest.mark.parametrize("workers", [2, 4])
    def test_a_kill_from_outside_changes_nothing(self, workers):
        matches = run("random", "troubled:how=killed,times=2", workers=workers)
        assert Path("killed-1").exists()
        assert {match.record.ending for match in matches} == {"finished"}
        plain = run("random", "troubled", store="undisturbed.db")
        assert [match.record.moves for match in matches] == [match.record.moves for match in plain]

    @pytest.mark.parametrize(
        ("entrant", "cause"),
        [
            ("troubled:how=ended,times=3", "its process ended (exit code 7) at ply "),
            ("troubled:how=killed,times=100000", "its process ended (signal SIGKILL) at ply "),
        ],
    )
    def test_what_an_agent_does_to_its_process_is_charged_to_it(self, entrant, cause):
        matches = run("first", entrant, workers=2, rounds=2)
        crashed = [match.record for match in matches if match.record.ending == "crash"]
        assert len(matches) == 4
        assert len(crashed) == (3 if "ended" in entrant else len(crashed))
        assert crashed
        for record in crashed:
            [offender] = record.offenders
            assert record.seated[offender] == entrant
            assert record.cause.startswith(cause)
            assert record.winner == "first"

    def test_asynchronous_agents_are_charged_too(self):
        matches = run("first", "waiting:how=ended,times=1", workers=2)
        [crashed] = [match.record for match in matches if match.record.ending == "crash"]
        assert crashed.seated[crashed.offenders[0]].startswith("waiting")
        assert len(matches) == 20


class TestVoid:
    @pytest.mark.parametrize("workers", [1, 2])
    def test_a_match_called_off_is_played_again(self, workers):
        matches = run("random", "troubled:how=away,times=2", workers=workers)
        assert Path("away-1").exists()
        assert {match.record.ending for match in matches} == {"finished"}
        assert len(matches) == 20

    @pytest.mark.parametrize("workers", [1, 2])
    def test_a_service_that_stays_away_leaves_its_matches_for_later(self, workers):
        with pytest.raises(ArenaError) as caught:
            run("first", "random", "troubled:how=away,times=100000,ply=0", workers=workers)
        text = str(caught.value)
        assert text.startswith("40 matches could not be played (Unavailable: the model is away at ply ")
        assert "arena tournament resume" in text
        assert len(played("arena.db")) == 20


class TestUse:
    def test_a_person_plays_here(self):
        with pytest.raises(UsageError, match="cannot play in other processes: leave out --workers"):
            run("human", "random", workers=2)

    @pytest.mark.parametrize("workers", [0, -1, 2000])
    def test_numbers_that_cannot_be(self, workers):
        with pytest.raises(UsageError, match="workers must be from 1 to 1024"):
            run("first", "random", workers=workers)
        assert not Path("arena.db").exists()

    def test_what_agents_print_is_no_result(self, capfd):
        done = CliRunner().invoke(
            command, ["run", "tictactoe", "random", "troubled:how=loud", "--rounds", "2", "--workers", "2", "--json"]
        )
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)["table"]
        assert "noise" not in capfd.readouterr().out

    def test_a_broken_game_is_said_once(self, auction):
        auction(fails=lambda: True)
        with pytest.raises(ArenaError, match="was not recorded: auction failed"):
            tournaments.run("auction", ["always", "always:number=1"], rounds=2)

    def test_an_agent_that_a_process_cannot_load_is_said(self):
        load_agent("troubled", "tictactoe")
        Path("trouble.py").write_text(PLUGIN.replace("ply: int = 2", "ply: int = 3"))
        with pytest.raises(ArenaError, match="has changed since the tournament was loaded: start it again"):
            run("random", "troubled", workers=2)

    def test_digest_is_shown(self):
        run("random", "first")
        shown = CliRunner().invoke(command, ["list", "--json"])
        id = json.loads(shown.stdout)[0]["id"]
        facts = json.loads(CliRunner().invoke(command, ["show", id, "--json"]).stdout)
        assert facts["digest"] == digest(played("arena.db"))


@pytest.mark.slow
def test_workers_killed_at_random_moments_change_nothing():
    undisturbed = run("random", "first", "greedy", "mcts:simulations=8", store="undisturbed.db")
    killed = 0

    def kill_a_worker(_record):
        nonlocal killed
        if time.monotonic() > next_kill[0] and killed < 20:
            next_kill[0] = time.monotonic() + 0.05
            for pid in _children_of_the_fork_server():
                os.kill(pid, signal.SIGKILL)
                killed += 1
                break

    next_kill = [time.monotonic()]
    matches = run("random", "first", "greedy", "mcts:simulations=8", workers=2, on_match=kill_a_worker)
    assert killed == 20
    assert digest(matches) == digest(undisturbed)


def _children_of_the_fork_server() -> list[int]:
    from multiprocessing.forkserver import _forkserver

    path = Path(f"/proc/{_forkserver._forkserver_pid}/task/{_forkserver._forkserver_pid}/children")
    return [int(pid) for pid in path.read_text().split()]
