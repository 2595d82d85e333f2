"""The arena from Python: the functions behind the commands, returning the objects that `--json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arena.agent import Agent
    from arena.evaluation import Evaluation
    from arena.game import Game
    from arena.match import Match, MatchRecord
    from arena.selfplay.training import Training
    from arena.turn import Turn


def load_game(text: str) -> Game:
    """The game of `id` or `id:option=value`. Raises UsageError for an unknown one."""
    from arena import entrants

    return entrants.load_game(text)


def load_agent(entrant: str, game: Game | str) -> Agent:
    """The agent of an entrant text, ready to play `game`. Raises UsageError when it cannot."""
    from arena import entrants

    return entrants.load_agent(entrant, game)


def match_after(game: Game | str, moves: Sequence[int], seed: int = 0) -> Match:
    """A match in progress, after `moves` from the start. Raises UsageError when they cannot be played."""
    from arena.errors import UsageError
    from arena.match import Match

    match = Match(load_game(game) if isinstance(game, str) else game, seed)
    for ply, action in enumerate(moves):
        if match.over:
            raise UsageError(f"the game is over after {ply} of {len(moves)} moves")
        match.play(action)
        if match.offenders:
            raise UsageError(f"move {action} at ply {ply} is illegal")
    if match.over:
        raise UsageError(f"the game is over after these {len(moves)} moves: nobody is on move")
    return match


def turn_at(game: Game | str, moves: Sequence[int], seed: int = 0) -> Turn:
    """What the seat on move sees after `moves` from the start. Raises UsageError when they cannot be played."""
    return match_after(game, moves, seed).turn


def play_match(game: Game | str, agents: Sequence[Agent | str], seed: int = 0, **options: Any) -> MatchRecord:
    """One match between agents (or entrant texts) in seat order; `options` as in `arena.playing.play_match`."""
    from arena import playing

    game = load_game(game) if isinstance(game, str) else game
    made = [load_agent(agent, game) if isinstance(agent, str) else agent for agent in agents]
    return playing.play_match(game, made, seed, **options)


def evaluate(
    agent: Agent | str, game: Game | str, against: Sequence[Agent | str], games: int = 400, seed: int = 0
) -> list[Evaluation]:
    """The mean score of `agent` against each opponent, seats taken in turn, with a 95 % interval."""
    from arena import evaluation

    game = load_game(game) if isinstance(game, str) else game
    made = load_agent(agent, game) if isinstance(agent, str) else agent
    return [evaluation.evaluate(made, game, opponent, games, seed) for opponent in against]


def train(agent: str, game: str, **options: Any) -> Training:
    """Trains a learner by self-play; `options` as in `arena.selfplay.training.train`."""
    from arena.selfplay import training

    return training.train(agent, game, **options)
