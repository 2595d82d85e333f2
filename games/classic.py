"""PettingZoo's own classic games: which env, what is true of it, and how people read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from arena import Game
from games.boards import mirror, square_symmetries
from games.secrets import nothing_else_is_hidden
from games.views import ConnectFourView, RockPaperScissorsView, TicTacToeView

if TYPE_CHECKING:
    from pettingzoo import AECEnv, ParallelEnv

    from arena.trees import Tree


def _make_tictactoe(render_mode: str | None = None) -> AECEnv[Any, Any, Any]:
    from pettingzoo.classic.tictactoe import tictactoe

    return tictactoe.env(render_mode=render_mode)


def _make_connect_four(render_mode: str | None = None) -> AECEnv[Any, Any, Any]:
    from pettingzoo.classic.connect_four import connect_four

    return connect_four.env(render_mode=render_mode)


def _make_rps(max_cycles: int = 15, num_actions: int = 3, render_mode: str | None = None) -> ParallelEnv[Any, Any, Any]:
    """As a parallel env: its AEC form holds the throw that the second seat must not know."""
    from pettingzoo.classic.rps import rps
    from pettingzoo.utils.conversions import aec_to_parallel

    return aec_to_parallel(rps.raw_env(max_cycles=max_cycles, num_actions=num_actions, render_mode=render_mode))


def _rps_facts(options: Mapping[str, Any]) -> dict[str, Any]:
    rounds = options["max_cycles"]
    return {"return_range": (-float(rounds), float(rounds)), "max_plies": 2 * rounds}


def _compiled(game: Game) -> Tree:
    from arena.trees import compile_tree

    return compile_tree(game)


TICTACTOE = Game(
    "tictactoe",
    make=_make_tictactoe,
    version="3",
    env_id="classic/tictactoe-v3",
    perfect_information=True,
    zero_sum=True,
    max_plies=9,
    tree_maker=_compiled,
    symmetries=square_symmetries(3, planes=2),
    view=TicTacToeView(),
    position_key=lambda env: bytes(env.board.squares),
)

CONNECT_FOUR = Game(
    "connect_four",
    make=_make_connect_four,
    version="3",
    env_id="classic/connect_four-v3",
    perfect_information=True,
    zero_sum=True,
    max_plies=42,
    symmetries=mirror(rows=6, columns=7, planes=2),
    view=ConnectFourView(),
    position_key=lambda env: bytes(env.board),
)

RPS = Game(
    "rps",
    make=_make_rps,
    version="2",
    env_id="classic/rps-v2",
    options={"max_cycles": 15, "num_actions": 3},
    option_ranges={"max_cycles": (1, 10_000), "num_actions": (3, 101)},
    facts_of=_rps_facts,
    return_range=(-15.0, 15.0),
    simultaneous=True,
    zero_sum=True,
    max_plies=30,
    redraw=nothing_else_is_hidden,
    view=RockPaperScissorsView(),
)

CLASSICS = (TICTACTOE, CONNECT_FOUR, RPS)
