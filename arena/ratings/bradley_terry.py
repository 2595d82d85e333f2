"""Bradley-Terry ratings with draws and a first-mover term: all games at once, so their order does not matter.

The model is Davidson's (see `arena.ratings.davidson`), fitted by maximum likelihood; intervals come from the inverse of
the observed information. Ratings and intervals are in Elo points: 400 / ln 10 for each natural unit of strength.

What the games cannot tell is not made up:
- Pools that never met are fitted apart, each on its own scale.
- Within a pool only a strongly connected core has finite ratings; others get a bound or nothing (Rating.mark).
- Where the likelihood with advantage and draw parameter runs off to infinity (say, wins and draws but no loss, or the
  first mover always wins), the model is made smaller until it has a finite maximum (`arena.ratings.core`): first draws
  count as half a win and half a loss, which makes intervals wider than they need be, never narrower, since a draw
  varies less than the coin toss that it is counted as; then the advantage is left out, which is fair where everybody
  moved first as often as second against the same opponents.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from arena.ratings.components import components, core_of
from arena.ratings.core import Core, fit_core
from arena.ratings.davidson import Floats, Games, Indices, Parameters, mirrored, tally, within
from arena.ratings.outcomes import Outcome, pools
from arena.ratings.placing import lower_bounds

_ELO = 400 / math.log(10)
_NORMAL_975 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval, in Elo points."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rating:
    """One entrant's rating in Elo points, with what is known of it.

    mark "": `low` and `high` are the 95 % interval of the difference to the anchor, or to the mean of the pool's rated
    entrants where the anchor is not among them. With any other mark no finite rating fits best, and `low` or `high` is
    a one-sided 95 % bound: "undefeated" (lost no game; `low` alone), "winless" (won no game; `high` alone), "separated"
    (`low` where only wins lead down to the rated ones, `high` where only losses lead up, neither where nothing does).
    Where a pool has no two entrants to rate against each other, one of them holds the scale: its `rating` is a
    convention, so it keeps its mark and has no interval. `pool` numbers the groups that never met, largest first;
    ratings compare only within one.
    """

    name: str
    rating: float | None
    low: float | None
    high: float | None
    mark: str
    pool: int


@dataclass(frozen=True, slots=True)
class BradleyTerry:
    """The fitted table: `ratings` pool by pool, best first.

    Of the largest pool's core: `first_mover`, the worth of the first move in Elo points, None where the games do not
    tell; `draw`, Davidson's nu, 0 without draws, None where it has no finite estimate (draws then count as halves).
    `anchor` is the entrant that holds its pool's scale; None where none was asked for or where the one asked for has no
    finite rating itself, so that the mean of the rated entrants holds it.
    """

    ratings: tuple[Rating, ...]
    first_mover: Interval | None
    draw: float | None
    anchor: str | None


@dataclass(frozen=True, eq=False)
class _Pool:
    """A pool's games, their strong components, the indices of the `core` among these and its `fitted` model."""

    number: int
    games: Games
    parts: list[Indices]
    core: Indices
    fitted: Core


def fit(
    outcomes: Iterable[Outcome],
    *,
    anchor: str | None = None,
    anchor_rating: float = 1500.0,
    advantage: bool = True,
) -> BradleyTerry:
    """The maximum-likelihood Bradley-Terry table of `outcomes`, in any order.

    In its own pool `anchor` is rated `anchor_rating` (Elo points) exactly, and the others' intervals are those of the
    difference to it; elsewhere the mean of a pool's rated entrants is `anchor_rating`. No outcomes give an empty table.
    Where nobody moves first, as in games of simultaneous moves, `advantage=False` leaves the first-mover term out.
    Raises ValueError for an unknown anchor or an `anchor_rating` that is not finite. Papers: `arena.ratings.davidson`
    (model), `arena.ratings.existence` (finite maximum), `arena.ratings.placing` (bounds).
    """
    played = list(outcomes)
    games = tally(played)
    if anchor is not None and anchor not in games.names:
        raise ValueError(f"no entrant {anchor!r} to anchor at; known: {', '.join(games.names) or 'none, no games'}")
    if not math.isfinite(anchor_rating):
        raise ValueError(f"anchor_rating must be finite, got {anchor_rating!r}")
    if not played:
        return BradleyTerry((), None, None, None)
    fitted = [_fit_pool(games, members, number, anchor, advantage) for number, members in enumerate(pools(played))]
    ratings = tuple(rating for pool in fitted for rating in _table(pool, anchor, anchor_rating))
    holder = anchor if any(_position(pool, anchor) is not None for pool in fitted) else None
    return BradleyTerry(ratings, _first_mover(fitted[0].fitted), _draw(fitted[0].fitted), holder)


def _fit_pool(games: Games, members: frozenset[str], number: int, anchor: str | None, advantage: bool) -> _Pool:
    own = within(games, [i for i, name in enumerate(games.names) if name in members])
    parts = components(own)
    core = core_of(own, parts, anchor)
    return _Pool(number, own, parts, core, fit_core(within(own, core), advantage=advantage))


def _first_mover(core: Core) -> Interval | None:
    maximum = core.maximum
    return _interval(maximum.at.advantage, float(maximum.covariance[-2, -2])) if core.advantage else None


def _draw(core: Core) -> float | None:
    return core.maximum.at.draw if core.draw else None


def _interval(value: float, variance: float) -> Interval:
    margin = _NORMAL_975 * math.sqrt(max(variance, 0.0))
    return Interval(_ELO * value, _ELO * (value - margin), _ELO * (value + margin))


def _position(pool: _Pool, anchor: str | None) -> int | None:
    """Where the anchor stands in the pool's core, if it does."""
    return next((k for k, i in enumerate(pool.core) if pool.games.names[i] == anchor), None)


def _table(pool: _Pool, anchor: str | None, anchor_rating: float) -> list[Rating]:
    """The pool's ratings, best first."""
    origin = _position(pool, anchor)
    theta = pool.fitted.maximum.at.theta
    zero = anchor_rating - (0.0 if origin is None else _ELO * float(theta[origin]))
    rows = _rated(pool, origin, zero) + _bounded(pool, zero)
    return sorted(rows, key=_standing)


def _rated(pool: _Pool, origin: int | None, zero: float) -> list[Rating]:
    """The core's entrants; `origin` is the anchor's position among them and `zero` the rating of strength 0."""
    maximum = pool.fitted.maximum
    variances = _variances(maximum.covariance, len(pool.core), origin)
    rows = []
    for i, theta, variance in zip(pool.core, maximum.at.theta, variances, strict=True):
        name, one = pool.games.names[i], _interval(float(theta), float(variance))
        if len(pool.core) > 1:
            rows.append(Rating(name, zero + one.value, zero + one.low, zero + one.high, "", pool.number))
        else:
            pinned = None if origin is None else zero
            mark = _mark(pool.games, i, from_below=True, from_above=True)
            rows.append(Rating(name, zero, pinned, pinned, mark, pool.number))
    return rows


def _variances(covariance: Floats, n: int, origin: int | None) -> Floats:
    """Variances [n] of the strengths around their mean, or of the differences to the one at `origin`."""
    own: Floats = covariance.diagonal()[:n]
    return own if origin is None else own + own[origin] - 2 * covariance[:n, origin]


def _bounded(pool: _Pool, zero: float) -> list[Rating]:
    """The entrants outside the core, with the one-sided bound where there is one."""
    at = pool.fitted.maximum.at
    lows = lower_bounds(pool.games, pool.parts, pool.core, at)
    turned = Parameters(-at.theta, -at.advantage, at.draw)
    highs = -lower_bounds(mirrored(pool.games), pool.parts, pool.core, turned)
    rows = []
    for i in np.setdiff1d(np.arange(len(lows)), pool.core):
        low, high = (None if math.isnan(x) else zero + _ELO * float(x) for x in (lows[i], highs[i]))
        mark = _mark(pool.games, i, from_below=low is not None, from_above=high is not None)
        rows.append(Rating(pool.games.names[i], None, low, high, mark, pool.number))
    return rows


def _mark(games: Games, entrant: int, *, from_below: bool, from_above: bool) -> str:
    """What the record says, as far as the placing agrees: bounded from below, from above."""
    won = games.wins[games.first == entrant].sum() + games.losses[games.second == entrant].sum()
    lost = games.losses[games.first == entrant].sum() + games.wins[games.second == entrant].sum()
    if from_below and not lost:
        return "undefeated"
    return "winless" if from_above and not won else "separated"


def _standing(row: Rating) -> tuple[int, float, str]:
    """Sorts best first: undefeated, then by rating or bound, then winless, then those of whom nothing is known."""
    known = next((x for x in (row.rating, row.low, row.high) if x is not None), None)
    if known is None:
        return 3, 0.0, row.name
    # Rounded, so that equal ratings sort by name and not by rounding noise.
    return {"undefeated": 0, "winless": 2}.get(row.mark, 1), -round(known, 6), row.name
