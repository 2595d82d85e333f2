"""Golden traces: whole games written out, so that a change of rules, observations or texts shows as a diff.

Remake them after a change that is meant, and read the diff before it is committed:

    python tests/golden/traces.py
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent
GAMES = {  # seeds
    "tictactoe": (0, 1, 2),
    "connect_four": (0, 1),
    "rps:max_cycles=4": (0, 1),
    "battle_of_the_sexes:rounds=3": (0, 1),
}


def file_of(game: str) -> Path:
    return FOLDER / f"{game.replace(':', '-').replace('=', '-')}.txt"


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
        while not match.over:
            turn = match.turn
            legal = np.flatnonzero(turn.legal).tolist()
            action = int(rng.choice(legal))
            seen = "".join(map(str, np.asarray(turn.observation).reshape(-1).tolist()))
            lines += ["", f"ply {turn.ply}, seat {turn.seat}", turn.text, f"sees {seen}", f"knows {turn.history}"]
            lines += ["may " + " ".join(f"{turn.name(move)}({move})" for move in legal), f"plays {action}"]
            match.play(action)
        record = match.record
        lines += ["", match.position.text(0), f"moves {record.moves}"]
        lines += [f"returns {record.returns}, ranks {record.ranks}, {record.ending}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    for name in GAMES:
        file_of(name).write_text(trace(name))
