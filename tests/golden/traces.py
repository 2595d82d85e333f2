"""Golden traces: games written out, so that a change of rules, observations or texts shows as a diff.

Remake them after a change that is meant, and read the diff before it is committed:

    python tests/golden/traces.py
"""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
GAMES = {  # seeds
    "tictactoe": (0, 1, 2),
    "connect_four": (0, 1),
    "rps:max_cycles=4": (0, 1),
    "battle_of_the_sexes:rounds=3": (0, 1),
    "prisoners_dilemma:rounds=3": (0, 1),
    "leduc_holdem": (0, 1, 2, 3),
    "texas_holdem:num_players=3": (0, 1),
    "hanabi:colors=2,ranks=3,hand_size=2": (0,),
    "go:size=5": (0,),
    "chess": (0,),
}
PLIES = {"hanabi:colors=2,ranks=3,hand_size=2": 12, "go:size=5": 12, "chess": 12}  # of long games
_LONG = 100  # numbers of an observation of which only the ones are told


def file_of(game: str) -> Path:
    return FOLDER / f"{game.replace(':', '-').replace('=', '-').replace(',', '-')}.txt"


def trace(game_text: str) -> str:
    """Every position of a few random games: who moves, what is seen, what is legal, what it is called."""
    import numpy as np

    from arena import load_game
    from arena.match import Match
    from arena.seeding import generator

    game, lines = load_game(game_text), []
    lines += [f"game {game.identity}", f"seats {game.n_players}, actions {game.n_actions}, returns {game.return_range}"]
    for seed in GAMES[game_text]:
        rng, match = generator(seed, "golden"), Match(game, seed)
        lines += ["", f"=== seed {seed}"]
        while not match.over and match.position.ply < PLIES.get(game_text, game.max_plies):
            turn = match.turn
            legal = np.flatnonzero(turn.legal).tolist()
            action = int(rng.choice(legal))
            lines += ["", f"ply {turn.ply}, seat {turn.seat}", turn.text, f"sees {_seen(turn.observation)}"]
            lines += [f"knows {turn.history}", "may " + " ".join(f"{turn.name(move)}({move})" for move in legal)]
            lines += [f"plays {action}"]
            match.play(action)
        lines += ["", match.position.text(0), f"moves {tuple(action for _, action in match.position.history)}"]
        if match.over:
            record = match.record
            lines += [f"returns {record.returns}, ranks {record.ranks}, {record.ending}"]
    return "\n".join(lines) + "\n"


def _seen(observation: Any) -> str:
    """Digits one after the other; of a long observation of zeros and ones the places of the ones, plane by plane."""
    import numpy as np

    array = np.asarray(observation)
    numbers = (np.moveaxis(array, -1, 0) if array.size > _LONG else array).reshape(-1)
    if numbers.dtype.kind == "i" or not set(np.unique(numbers)) <= {0, 1}:
        return "".join(map(str, numbers.tolist()))
    if len(numbers) < _LONG:
        return "".join(map(str, numbers.astype(int).tolist()))
    runs = [
        [place for place, _ in run]
        for one, run in groupby(enumerate(numbers.tolist()), key=lambda pair: pair[1])
        if one
    ]
    return "ones at " + " ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


if __name__ == "__main__":
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    for name in GAMES:
        file_of(name).write_text(trace(name))
