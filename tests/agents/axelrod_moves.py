"""Writes what the strategies of the Axelrod library play against random moves, so that ours are held against them.

Remake the file with the library installed in an environment of its own:

    python tests/agents/axelrod_moves.py > tests/agents/axelrod_moves.txt

A line holds our id, the moves of the other seat, what the strategy asked for, and what was really played for it: in the
last two runs of each strategy every tenth move is flipped by noise.
"""

import random

STRATEGIES = {
    "all-c": "Cooperator",
    "all-d": "Defector",
    "tit-for-tat": "TitForTat",
    "suspicious-tit-for-tat": "SuspiciousTitForTat",
    "contrite-tit-for-tat": "ContriteTitForTat",
    "hard-tit-for-tat": "HardTitForTat",
    "two-tits-for-tat": "TwoTitsForTat",
    "tit-for-two-tats": "TitFor2Tats",
    "grudger": "Grudger",
    "pavlov": "WinStayLoseShift",
    "gradual": "Gradual",
    "detective": "Detective",
    "prober": "Prober",
    "alternator": "Alternator",
    "soft-majority": "GoByMajority",
    "hard-majority": "HardGoByMajority",
}
DIFFERS_WITH_NOISE = "contrite-tit-for-tat"  # Axelrod's is contrite in fewer cases than Boerlijst, Nowak and Sigmund's
ROUNDS = 40


def moves_of(strategy, theirs, flipped):
    """(asked, played) of a strategy against a sequence of moves."""
    import axelrod

    own, other = getattr(axelrod, strategy)(), axelrod.MockPlayer()
    asked, played = [], []
    for move, flip in zip(theirs, flipped, strict=True):
        asked.append(own.strategy(other))
        played.append(asked[-1].flip() if flip else asked[-1])
        seen = axelrod.Action.from_char(move)
        own.update_history(played[-1], seen)
        other.update_history(seen, played[-1])
    return "".join(map(str, asked)), "".join(map(str, played))


def main():
    import axelrod

    print(f"# Axelrod {axelrod.__version__}; id, theirs, asked, played; made by axelrod_moves.py")
    for name, strategy in STRATEGIES.items():
        rng = random.Random(name)
        for share, noise in ((0.2, 0), (0.5, 0), (0.8, 0), (0.3, 0.1), (0.6, 0.1)):
            theirs = "".join(rng.choices("DC", (share, 1 - share), k=ROUNDS))
            flipped = [rng.random() < noise for _ in range(ROUNDS)]
            if not (noise and name == DIFFERS_WITH_NOISE):
                print(name, theirs, *moves_of(strategy, theirs, flipped))


if __name__ == "__main__":
    main()
