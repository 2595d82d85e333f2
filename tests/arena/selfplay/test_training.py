"""Training runs: folders, metrics, targets, budgets, and a resume that nobody could tell from no stop at all."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from arena import ArenaError, UsageError
from arena.checkpoint import find_checkpoint, open_learner
from arena.selfplay import Budget
from arena.selfplay.interrupt import interrupt_deferred
from arena.selfplay.target import Target
from arena.selfplay.training import resume, train


def metrics_of(run):
    """The lines of a run's metrics without its times."""
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [{name: value for name, value in line.items() if name != "seconds"} for line in lines]


def table_of(run):
    _, state = open_learner(find_checkpoint(run))
    return state


def same_state(one, other):
    return one.data == other.data and all(np.array_equal(one.arrays[name], other.arrays[name]) for name in one.arrays)


class TestBudget:
    @pytest.mark.parametrize(
        ("text", "budget"),
        [
            ("60s", Budget(seconds=60)),
            ("10m", Budget(seconds=600)),
            ("0.5h", Budget(seconds=1800)),
            ("5000games", Budget(games=5000)),
            ("1 game", Budget(games=1)),
            ("100_000steps", Budget(steps=100_000)),
            ("1e6steps", Budget(steps=1_000_000)),
        ],
    )
    def test_reads(self, text, budget):
        assert Budget.parse(text) == budget

    @pytest.mark.parametrize("text", ["", "60", "games", "-5games", "0games", "0s", "1.5games", "5 parsecs", "nans"])
    def test_refuses(self, text):
        with pytest.raises(UsageError, match="budget"):
            Budget.parse(text)

    def test_is_spent_when_any_limit_is_reached(self):
        budget = Budget(games=10, steps=50)
        assert not budget.spent(9, 49)
        assert budget.spent(10, 0)
        assert budget.spent(0, 50)
        assert budget.share(5, 40, 0) == 0.8


class TestTarget:
    @pytest.mark.parametrize(
        ("text", "value", "reached"),
        [
            ("nash_conv=0", 0.0, True),
            ("nash_conv=0", 1e-12, True),
            ("nash_conv=0", 0.1, False),
            ("nash_conv<=0.5", 0.4, True),
            ("nash_conv >= 0.5", 0.4, False),
        ],
    )
    def test_compares(self, text, value, reached):
        assert Target.parse(text).reached({"nash_conv": value}) is reached

    @pytest.mark.parametrize("text", ["", "nash_conv", "nash_conv<0", "=0", "nash_conv=low", "nash_conv=1.2.3"])
    def test_refuses(self, text):
        with pytest.raises(UsageError, match="target"):
            Target.parse(text)

    def test_a_metric_that_is_not_reported(self):
        with pytest.raises(UsageError, match=r"no metric 'nashconv'. Did you mean 'nash_conv'\? It reports: nash_conv"):
            Target.parse("nashconv=0").reached({"nash_conv": 1.0})


class TestTrain:
    def test_stops_at_the_target(self, tmp_path):
        result = train("q-learning", "tictactoe", budget="20000games", out=tmp_path / "run", until="nash_conv=0")
        assert result.reached
        assert result.metrics["nash_conv"] == 0
        assert result.games < 20_000
        assert metrics_of(tmp_path / "run")[-1]["games"] == result.games

    def test_a_missed_target_is_said_so(self, tmp_path):
        result = train("q-learning", "tictactoe", budget="100games", out=tmp_path / "run", until="nash_conv=0")
        assert not result.reached

    def test_counts_exactly_the_games_of_the_budget(self, tmp_path):
        result = train("q-learning", "tictactoe", budget="1234games", out=tmp_path / "run")
        assert result.games == 1234
        assert [line["games"] for line in metrics_of(tmp_path / "run")] == [1000, 1234]

    def test_seconds_stop(self, tmp_path):
        result = train("q-learning", "tictactoe", budget="0.3s", out=tmp_path / "run")
        assert 0 < result.games < 1_000_000

    def test_the_run_is_an_entrant(self, tmp_path):
        from arena import evaluate

        train("q-learning", "tictactoe", budget="3000games", out=tmp_path / "run", until="nash_conv=0")
        (result,) = evaluate(str(tmp_path / "run"), "tictactoe", against=["random"], games=40)
        assert result.losses == 0
        assert result.low > 0.5

    def test_says_how_it_goes(self, tmp_path):
        seen = []
        train("q-learning", "tictactoe", budget="300games", out=tmp_path / "run", watch=lambda t: seen.append(t.games))
        assert seen == sorted(seen)
        assert seen[-1] == 300
        assert len(seen) > 3

    def test_a_learner_is_evaluated_whenever_it_passes_a_thousand_games(self, tmp_path, monkeypatch):
        monkeypatch.setattr("agents.q_learning.REPORT", 300)
        train("q-learning", "tictactoe", budget="2500games", out=tmp_path / "run")
        assert [line["games"] for line in metrics_of(tmp_path / "run")] == [1200, 2100, 2500]

    def test_the_two_newest_checkpoints_are_kept(self, tmp_path):
        train("q-learning", "tictactoe", budget="500games", out=tmp_path / "run")
        resume(tmp_path / "run", budget="1000games")
        resume(tmp_path / "run", budget="1500games")
        names = sorted(path.name for path in (tmp_path / "run" / "checkpoints").iterdir())
        assert names == ["000000001000", "000000001500", "latest"]

    def test_a_run_can_be_read_while_it_trains(self, tmp_path, monkeypatch):
        from arena.checkpoint import open_policy

        monkeypatch.setattr("arena.selfplay.training.SAVE_SECONDS", 0.0)
        monkeypatch.setattr("arena.selfplay.training.EVALUATE_EVERY", 10**9)
        options = {"budget": "1500games", "out": tmp_path / "run"}
        trainer = threading.Thread(target=train, args=("q-learning", "tictactoe"), kwargs=options)
        trainer.start()
        read = 0
        while trainer.is_alive():
            if (tmp_path / "run" / "checkpoints" / "latest").exists():
                open_policy(tmp_path / "run")
                read += 1
        trainer.join()
        assert read > 20


class TestResume:
    @pytest.mark.parametrize("stop", [100, 1000, 1700])
    def test_equals_an_undisturbed_run(self, tmp_path, stop):
        whole, parts = tmp_path / "whole", tmp_path / "parts"
        train("q-learning", "tictactoe", budget="3000games", out=whole, seed=5)
        train("q-learning", "tictactoe", budget=f"{stop}games", out=parts, seed=5)
        resume(parts, budget="3000games")
        assert same_state(table_of(whole), table_of(parts))
        own = [line for line in metrics_of(parts) if line["games"] % 1000 == 0]  # the stop itself was evaluated too
        assert own == metrics_of(whole)

    def test_an_interrupted_run_saves_and_goes_on(self, tmp_path):
        whole, parts = tmp_path / "whole", tmp_path / "parts"
        train("q-learning", "tictactoe", budget="2000games", out=whole)

        def interrupt(training):
            if training.games == 600:  # from another thread, so that it comes in the middle of some game
                threading.Timer(0.01, os.kill, [os.getpid(), signal.SIGINT]).start()

        with pytest.raises(KeyboardInterrupt):
            train("q-learning", "tictactoe", budget="2000games", out=parts, watch=interrupt)
        stopped = table_of(parts).data["games"]
        assert 600 <= stopped < 2000
        resume(parts, budget="2000games")
        assert same_state(table_of(whole), table_of(parts))
        assert metrics_of(whole) == metrics_of(parts)

    def test_the_second_interrupt_does_not_wait(self):
        with interrupt_deferred() as interrupted:
            signal.raise_signal(signal.SIGINT)
            assert interrupted()
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def test_where_interrupts_are_ignored_they_stay_ignored(self):
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            with interrupt_deferred() as interrupted:
                signal.raise_signal(signal.SIGINT)
                assert not interrupted()
        finally:
            signal.signal(signal.SIGINT, before)

    @pytest.mark.slow
    def test_a_killed_run_goes_on_from_its_checkpoint(self, tmp_path, monkeypatch):
        """kill -9 at random moments, with a checkpoint after every record of progress."""
        whole, parts = tmp_path / "whole", tmp_path / "parts"
        train("q-learning", "tictactoe", budget="6000games", out=whole)
        begin = "import sys, arena.selfplay.training as t; t.SAVE_SECONDS = 0.0; "
        first = begin + f"t.train('q-learning', 'tictactoe', budget='6000games', out={str(parts)!r})"
        again = begin + f"t.resume({str(parts)!r}, budget='6000games')"
        rng = np.random.default_rng(0)
        for attempt in range(5):
            before = set((parts / "checkpoints").glob("*"))
            command = again if (parts / "run.json").exists() else first
            process = subprocess.Popen([sys.executable, "-c", command])
            while attempt < 4 and process.poll() is None and set((parts / "checkpoints").glob("*")) <= before:
                time.sleep(0.01)
            if attempt < 4:
                time.sleep(float(rng.uniform(0, 0.2)))
                process.send_signal(signal.SIGKILL)
            process.wait()
        assert process.returncode == 0
        assert same_state(table_of(whole), table_of(parts))
        assert metrics_of(whole) == metrics_of(parts)


class TestBadInput:
    def test_a_folder_that_exists(self, tmp_path):
        (tmp_path / "run").mkdir()
        with pytest.raises(
            UsageError, match=r"exists already: go on with 'arena train --resume .*', or choose another"
        ):
            train("q-learning", "tictactoe", budget="10games", out=tmp_path / "run")

    @pytest.mark.parametrize(
        ("agent", "game", "settings", "message"),
        [
            ("q-lerning", "tictactoe", {}, "no agent 'q-lerning'. Did you mean 'q-learning'?"),
            ("random", "tictactoe", {}, "agent 'random' does not learn. Learners: q-learning"),
            ("q-learning", "tictactoo", {}, "no game 'tictactoo'. Did you mean 'tictactoe'?"),
            ("q-learning", "rps", {}, "agent 'q-learning' cannot play 'rps': it needs perfect information"),
            ("q-learning", "tictactoe", {"epsilon": "2"}, "setting 'epsilon' must be from 0 to 1, not 2.0"),
            ("q-learning", "tictactoe", {"espilon": "1"}, "no setting 'espilon'. Did you mean 'epsilon'?"),
            ("q-learning", "tictactoe", {"epsilon": "nan"}, "setting 'epsilon' must be from 0 to 1, not nan"),
            ("q-learning", "tictactoe", {"afterstates": "maybe"}, "must be true or false, not 'maybe'"),
        ],
    )
    def test_what_cannot_be_trained(self, tmp_path, agent, game, settings, message):
        with pytest.raises(UsageError) as caught:
            train(agent, game, budget="10games", out=tmp_path / "run", settings=settings)
        assert message in str(caught.value)
        assert not (tmp_path / "run").exists()

    def test_negative_seed(self, tmp_path):
        with pytest.raises(UsageError, match="seed must be from 0 to 9223372036854775807, not -1"):
            train("q-learning", "tictactoe", budget="10games", out=tmp_path / "run", seed=-1)

    def test_resuming_what_is_no_run(self, tmp_path):
        with pytest.raises(UsageError, match="is no run"):
            resume(tmp_path, budget="10games")

    def test_resuming_a_corrupt_run(self, tmp_path):
        train("q-learning", "tictactoe", budget="100games", out=tmp_path / "run")
        (tmp_path / "run" / "run.json").write_text("{")
        with pytest.raises(ArenaError, match=r"run\.json is corrupt"):
            resume(tmp_path / "run", budget="200games")

    def test_resuming_a_run_of_another_version_of_the_game(self, tmp_path):
        train("q-learning", "tictactoe", budget="100games", out=tmp_path / "run")
        info = json.loads((tmp_path / "run" / "run.json").read_text())
        (tmp_path / "run" / "run.json").write_text(json.dumps({**info, "game_version": "2"}))
        with pytest.raises(ArenaError, match=r"was trained on tictactoe@2, here it is @3"):
            resume(tmp_path / "run", budget="200games")

    def test_metrics_on_a_full_disk(self, tmp_path, monkeypatch):
        from arena.selfplay.run_folder import RunFolder

        train("q-learning", "tictactoe", budget="100games", out=tmp_path / "run")
        folder = RunFolder.open(tmp_path / "run")
        folder.metrics = type(folder.metrics)("/dev/full")
        with pytest.raises(ArenaError, match="disk full while writing /dev/full; make room, then resume"):
            folder.log({"games": 1})
