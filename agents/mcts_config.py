"""The settings of Monte Carlo tree search, and which search a game needs."""

from __future__ import annotations

from dataclasses import dataclass

from arena import Agent, Game, setting


@dataclass(frozen=True)
class Config:
    """How much to search, how curiously, and how far to play on."""

    simulations: int = setting(100, low=1, high=10_000_000, help="simulations per move")
    c: float = setting(1.4, low=0, high=1000, help="exploration constant; returns are scaled to 0..1 for it")
    play_out: int = setting(1_000_000, low=0, high=1_000_000, help="plies of a random play-out before it counts as is")


def make(game: Game, config: Config) -> Agent:
    """The search for `game`: over positions where nothing is hidden and nothing is left to chance, else over what
    seats know."""
    if game.perfect_information and game.deterministic:
        from agents.mcts import MctsAgent

        return MctsAgent(game, config)
    from agents.information_set_mcts import InformationSetMcts

    return InformationSetMcts(game, config)
