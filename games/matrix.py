"""Matrix games: what the seats get depends on what all of them chose at once; one round or many."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from arena import Game
from games.matrix_view import MatrixView
from games.payoffs import Names, Stage, read_stage, stage
from games.secrets import nothing_else_is_hidden

if TYPE_CHECKING:
    from pettingzoo import ParallelEnv

_OPTIONS: Mapping[str, Any] = {"rounds": 1, "noise": 0.0, "continuation": 1.0}
_RANGES = {"rounds": (1, 100_000), "noise": (0, 1), "continuation": (0, 1)}


def _symmetric(name: str, table: list[list[float]], *actions: str) -> Stage:
    """A two-player game that looks the same from both seats; `table` [A, A] is the row player's."""
    payoffs = np.array(table)
    return stage(name, [payoffs, payoffs.T], (actions, actions))


_THROWS: Names = (("rock", "paper", "scissors"),) * 2
_RPS = stage("matrix_rps", [[0, -1, 1], [1, 0, -1], [-1, 1, 0]], _THROWS)

_STAGES = (
    _RPS,
    # Bosansky et al. 2016, figure 7; OpenSpiel's matrix_brps. Equilibrium (1, 10, 5)/16.
    stage("biased_rps", [[0, -25, 50], [25, 0, -5], [-50, 5, 0]], _THROWS),
    stage("matching_pennies", [[1, -1], [-1, 1]], (("heads", "tails"),) * 2),
    # Axelrod 1980: reward 3, sucker 0, temptation 5, punishment 1.
    _symmetric("prisoners_dilemma", [[3, 0], [5, 1]], "cooperate", "defect"),
    # Luce and Raiffa 1957, with the payoffs of OpenSpiel's matrix_bos.
    stage("battle_of_the_sexes", [[[3, 0], [0, 2]], [[2, 0], [0, 3]]], (("opera", "football"),) * 2),
    # Rousseau 1755, with the payoffs of OpenSpiel's matrix_sh.
    _symmetric("stag_hunt", [[2, 0], [1, 1]], "stag", "hare"),
    # Rapoport and Chammah 1966, with the payoffs of OpenSpiel's matrix_cd.
    _symmetric("chicken", [[3, 1], [4, 0]], "swerve", "straight"),
    # Shapley 1964, labelled as in Shoham and Leyton-Brown 2009, chapter 7: only the winner's throw is paid.
    _symmetric("shapley", [[0, 0, 1], [1, 0, 0], [0, 1, 0]], *_THROWS[0]),
)


def _make(stage_game: Stage, **options: Any) -> ParallelEnv:
    from games.matrix_env import MatrixEnv

    options.pop("file", None)  # was read when the game was named
    return MatrixEnv(stage_game, **options)


def executed(env: Any, seat: int) -> list[tuple[int, int]]:  # noqa: ARG001  # every seat sees all that was played
    """The (seat, action) pairs of all finished rounds as really played: with noise they differ from what was asked."""
    return list(env.unwrapped.pairs)


def _facts(stage_game: Stage, options: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from the payoffs and the options."""
    payoffs, goes_on = stage_game.payoffs, options["continuation"]
    rounds = options["rounds"] if goes_on > 0 else 1
    lengths = (1, rounds) if goes_on < 1 else (rounds,)
    return {
        "return_range": (
            min(_total(float(payoffs.min()), length) for length in lengths),
            max(_total(float(payoffs.max()), length) for length in lengths),
        ),
        "max_plies": rounds * len(payoffs),
        "stochastic": options["noise"] > 0 or (goes_on < 1 and rounds > 1),
        "zero_sum": not payoffs.sum(axis=0).any(),
        "payoffs": payoffs,
        "history_of": executed if options["noise"] > 0 else None,
    }


def _total(payoff: float, rounds: int) -> float:
    """The return of `rounds` rounds that all pay `payoff`, rounded as a match rounds it: no match can exceed it."""
    return functools.reduce(operator.add, itertools.repeat(payoff, rounds))


def _file_facts(options: Mapping[str, Any]) -> dict[str, Any]:
    """Reads the file once: the env plays what the version says, even when the file changes afterwards."""
    if not options["file"]:
        return {**_facts(_RPS, options), "version": "1", "make": functools.partial(_make, _RPS)}
    found = read_stage(options["file"])
    version = f"1-{found.digest}"
    return {**_facts(found, options), "version": version, "make": functools.partial(_make, found)}


def _game(stage_game: Stage) -> Game:
    return Game(
        stage_game.name,
        make=functools.partial(_make, stage_game),
        options=_OPTIONS,
        option_ranges=_RANGES,
        facts_of=functools.partial(_facts, stage_game),
        simultaneous=True,
        redraw=nothing_else_is_hidden,
        view=MatrixView(),
        **_facts(stage_game, _OPTIONS),
    )


MATRIX = Game(
    "matrix",
    options={"file": "", **_OPTIONS},
    option_ranges=_RANGES,
    facts_of=_file_facts,
    simultaneous=True,
    redraw=nothing_else_is_hidden,
    view=MatrixView(),
    **_file_facts({"file": "", **_OPTIONS}),
)

MATRIX_GAMES = (*map(_game, _STAGES), MATRIX)
