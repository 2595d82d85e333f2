"""A person at the terminal."""

from __future__ import annotations

import sys

import numpy as np

from agents.simple import NoConfig
from arena import Agent, Decision, Game, Turn


class HumanAgent(Agent):
    """Shows the position on stderr, reads an action's name or number from stdin; `resign` or end of input resigns."""

    def __init__(self, game: Game, config: NoConfig) -> None:
        """Nothing to prepare."""

    def act(self, turn: Turn) -> int | Decision:
        _say(f"\n{turn.text}\nYou sit in seat {turn.seat}. Your moves: {_moves(turn)}")
        while True:
            answer = self._ask()
            if answer is None or answer.lower() == "resign":
                return Decision(None)
            try:
                action: int = turn.parse(answer)
            except ValueError as error:
                _say(str(error))
                continue
            if turn.legal[action]:
                return action
            _say(f"{answer} is not legal here. Your moves: {_moves(turn)}")

    def _ask(self) -> str | None:
        sys.stderr.write("Your move (or 'resign'): ")
        sys.stderr.flush()
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            _say("")  # what follows begins on a line of its own
            raise
        return line.strip() if line else None


def _moves(turn: Turn) -> str:
    return ", ".join(f"{turn.name(action)} ({action})" for action in np.flatnonzero(turn.legal).tolist())


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
