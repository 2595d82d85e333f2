"""How much entrants got, where leaderboards else count who got more: mean returns, and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Iterable

from arena.evaluation import margin
from tournaments.board import Standing
from tournaments.facts import Played
from tournaments.tally import independent

_PLAIN = {-1.0, 0.0, 1.0}  # the returns of a game that is only won, drawn or lost


def beyond_ranks(matches: Iterable[Played]) -> bool:
    """Whether returns say more than who got more."""
    return any(value not in _PLAIN for match in matches for value in match.returns)


def margins(matches: Iterable[Played]) -> dict[str, float | None]:
    """How far the 95 % interval of the mean return of each identity reaches to each side.

    A seating that repeats one game is one observation, as it is for ratings.
    """
    samples: dict[str, list[float]] = {}
    for match in independent(matches):
        for identity, value in zip(match.identities, match.returns, strict=True):
            samples.setdefault(identity, []).append(value)
    return {identity: margin(sample) for identity, sample in samples.items()}


def decimals(standings: Iterable[Standing]) -> int:
    """With how many decimals means are shown: those of two digits of the widest margin, 2 where there is none."""
    widths = [half for one in standings if (half := half_width(one)) is not None and 0 < half < math.inf]
    return min(6, max(0, 1 - math.floor(math.log10(max(widths))))) if widths else 2


def half_width(standing: Standing) -> float | None:
    """How far the interval of the mean return reaches to each side, None where there is no interval."""
    if standing.return_low is None or standing.return_high is None:
        return None
    return (standing.return_high - standing.return_low) / 2


def mean_text(standing: Standing, digits: int) -> str:
    """The mean return with its sign, nothing for an entrant without a game."""
    return "" if standing.mean_return is None else f"{standing.mean_return:+z.{digits}f}"


def interval_text(standing: Standing, digits: int) -> str:
    """`2.94 .. 3.46`, or nothing."""
    if standing.return_low is None or standing.return_high is None:
        return ""
    return f"{standing.return_low:z.{digits}f} .. {standing.return_high:z.{digits}f}"
