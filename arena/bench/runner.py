"""What playing matches costs: beside PettingZoo's bare loop, with more workers, beside the Axelrod library."""

from __future__ import annotations

import itertools
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from arena.bench.timing import Ratio, by_turns, rate_ratio, time_ratio
from arena.cluster import Executor, Inline, Marker, Report
from arena.entrants import load_agent, load_game
from arena.playing import play_match
from arena.seeding import derive

TURNS = 200
# Our ids, and the classes of the Axelrod library that play the same.
STRATEGIES = {
    "all-c": "Cooperator",
    "all-d": "Defector",
    "tit-for-tat": "TitForTat",
    "suspicious-tit-for-tat": "SuspiciousTitForTat",
    "generous-tit-for-tat": "GTFT",
    "two-tits-for-tat": "TwoTitsForTat",
    "tit-for-two-tats": "TitFor2Tats",
    "hard-tit-for-tat": "HardTitForTat",
    "contrite-tit-for-tat": "ContriteTitForTat",
    "grudger": "Grudger",
    "pavlov": "WinStayLoseShift",
    "gradual": "Gradual",
    "joss": "FirstByJoss",
    "random": "Random",
    "detective": "Detective",
    "alternator": "Alternator",
    "hard-majority": "HardGoByMajority",
    "soft-majority": "GoByMajority",
    "prober": "Prober",
    "firm-but-fair": "FirmButFair",
    "extort-2": "ZDExtort2",
}


def overhead(rounds: int, games: int) -> Iterator[Ratio]:
    """Microseconds per move of `random` against itself at tictactoe: ours, and PettingZoo's loop with one env."""
    from pettingzoo.classic.tictactoe import tictactoe

    game = load_game("tictactoe")
    agents = [load_agent("random", game) for _ in range(2)]

    def ours() -> int:
        return sum(len(play_match(game, agents, derive(0, "bench", number)).moves) for number in range(games))

    ways = {"ours": ours, "env": _loop(tictactoe.env(), games), "raw": _loop(tictactoe.raw_env(), games)}
    seconds = by_turns(ways, rounds)
    yield time_ratio("a move, beside PettingZoo's loop over env()", "us", seconds["ours"], seconds["env"])
    yield time_ratio("a move, beside its loop over raw_env(), unchecked", "us", seconds["ours"], seconds["raw"])


def _loop(env: Any, games: int) -> Callable[[], int]:
    """PettingZoo's own loop with the same random choice."""

    def play() -> int:
        moves, rng = 0, np.random.default_rng(0)
        for number in range(games):
            env.reset(seed=number)
            for _ in env.agent_iter():
                seen, _, terminated, truncated, _ = env.last()
                if terminated or truncated:
                    env.step(None)
                else:
                    legal = np.flatnonzero(seen["action_mask"])
                    env.step(int(legal[rng.integers(len(legal))]))
                    moves += 1
        return moves

    return play


class _Matches:
    """A worker that plays matches between two entrants."""

    def __init__(self, game: str, entrant: str) -> None:
        self.game = load_game(game)
        self.agents = [load_agent(entrant, self.game) for _ in range(2)]

    def __call__(self, tasks: Sequence[int], report: Report) -> None:
        for task in tasks:
            report(task, play_match(self.game, self.agents, derive(0, "bench", task)))


def make_matches(argument: tuple[str, str], _: Marker) -> _Matches:
    """The worker of another process."""
    return _Matches(*argument)


def workers(rounds: int, matches: int) -> Iterator[Ratio]:
    """Matches a second of `random` against itself at tictactoe, in this process and in two others."""
    from arena.processes import Processes

    here: Executor = Inline(_Matches("tictactoe", "random"), chunk=16)
    with here, Processes(make_matches, ("tictactoe", "random"), 2) as there:
        ways = {"1": _all_matches(here, matches), "2": _all_matches(there, matches)}
        seconds = by_turns(ways, rounds)
    yield rate_ratio("2 workers, beside 1", "matches/s", seconds["2"], seconds["1"])


def _all_matches(executor: Executor, matches: int) -> Callable[[], int]:
    def play() -> int:
        done: list[Any] = []
        executor.run(range(matches), done.append)
        return len(done)

    return play


def start(rounds: int) -> Iterator[Ratio]:
    """Seconds until `arena --help` is printed, beside an interpreter that imports typer alone."""
    ways = {
        "help": _process("from arena.cli.main import run; run(['--help'])"),
        "typer": _process("import typer"),
    }
    seconds = by_turns(ways, rounds)
    yield time_ratio("arena --help, beside `import typer` alone", "us", seconds["help"], seconds["typer"])


def _process(code: str) -> Callable[[], int]:
    def run() -> int:
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own code
        return 1

    return run


def axelrod_ratio(rounds: int) -> Iterator[Ratio]:
    """Turns a second of a round robin of the repeated prisoner's dilemma, every match with its full record.

    Nothing where the library is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what its source says to newer interpreters is not ours to tell
            import axelrod
    except ImportError:
        return
    seconds = by_turns({"ours": _our_round_robin, "theirs": _their_round_robin(axelrod)}, rounds)
    what = f"the repeated dilemma, {len(STRATEGIES)} strategies, {TURNS} turns, beside Axelrod {axelrod.__version__}"
    yield rate_ratio(what, "turns/s", seconds["ours"], seconds["theirs"])


def _our_round_robin() -> int:
    game = load_game(f"prisoners_dilemma:rounds={TURNS}")
    agents = {name: load_agent(name, game) for name in STRATEGIES}
    pairs = list(itertools.combinations(agents, 2))
    records = [play_match(game, [agents[one], agents[other]], seed) for seed, (one, other) in enumerate(pairs)]
    return sum(len(record.moves) for record in records) // 2


def _their_round_robin(axelrod: Any) -> Callable[[], int]:
    """Their Match.play and what their results of a match hold: scores, cooperation, winner."""

    def play() -> int:
        players = [getattr(axelrod, name)() for name in STRATEGIES.values()]
        turns = 0
        for seed, pair in enumerate(itertools.combinations(players, 2)):
            match = axelrod.Match(pair, turns=TURNS, seed=seed)
            match.play()
            match.final_score()
            match.cooperation()
            match.winner()
            turns += TURNS
        return turns

    return play


def all_ratios(rounds: int, games: int) -> Iterator[Ratio]:
    """All of them, one after the other."""
    yield from overhead(rounds, games)
    yield from workers(rounds, 4 * games)
    yield from start(rounds)
    yield from axelrod_ratio(rounds)
