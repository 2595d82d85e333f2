"""How long to train: games, steps or seconds."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from arena.errors import UsageError

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_FORM = re.compile(r"([0-9]+(?:_[0-9]+)*(?:\.[0-9]+)?(?:e[0-9]+)?)\s*(games?|steps?|s|m|h)")


@dataclass(frozen=True)
class Budget:
    """The training ends when any of the limits that are set is reached. Seconds only stop: no schedule reads them."""

    games: int | None = None
    steps: int | None = None
    seconds: float | None = None

    @classmethod
    def parse(cls, text: str) -> Budget:
        """The budget of `60s`, `10m`, `2h`, `100000steps` or `5000games`. Raises UsageError."""
        form = _FORM.fullmatch(text.strip().lower())
        if form is None:
            raise UsageError(f"budget {text!r} cannot be read: expected a form like 60s, 10m, 100000steps or 5000games")
        number, unit = float(form[1]), form[2]
        if not math.isfinite(number) or number <= 0:
            raise UsageError(f"budget {text!r} must be more than 0")
        if unit in _UNITS:
            return cls(seconds=number * _UNITS[unit])
        if number != int(number):
            raise UsageError(f"budget {text!r} must be a whole number of {unit}")
        return cls(games=int(number)) if unit.startswith("game") else cls(steps=int(number))

    def spent(self, games: int, steps: int, seconds: float = 0.0) -> bool:
        """Whether any limit is reached."""
        pairs = ((self.games, games), (self.steps, steps), (self.seconds, seconds))
        return any(limit is not None and used >= limit for limit, used in pairs)

    def share(self, games: int, steps: int, seconds: float) -> float:
        """How much of the budget is used, from 0 to 1."""
        pairs = ((self.games, games), (self.steps, steps), (self.seconds, seconds))
        return min(1.0, max((used / limit for limit, used in pairs if limit), default=0.0))
