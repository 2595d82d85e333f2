"""The leaderboard: ratings of all that is stored of one game, or of one tournament.

Entrants are told apart by identity, not by label, so that a retrained run never mixes with its former self. Games are
told apart by key and version.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arena.entrants import load_game
from arena.errors import ArenaError, UsageError, did_you_mean
from arena.ratings import Interval, Rating, fit, online_elo, pools
from tournaments.facts import Played, Tournament
from tournaments.store import Store
from tournaments.tally import Tally, counted, independent, outcomes, tally

BRADLEY_TERRY, ELO = "bradley-terry", "elo"
RATINGS = (BRADLEY_TERRY, ELO)
FEW_GAMES = 30
NO_GAMES = "no games"
ZERO = 1500.0  # the rating of the anchor, else the mean


@dataclass(frozen=True)
class Standing:
    """One row of a leaderboard, as `--json` prints it."""

    rank: int  # within its pool
    entrant: str
    rating: float | None  # None: no finite one fits best
    low: float | None  # 95 % interval, or the one bound that the mark leaves
    high: float | None
    games: int
    wins: int
    draws: int
    losses: int
    score: float  # points per game, from 0 to 1
    mark: str  # of `arena.ratings.Rating`, or "no games"
    pool: int | None  # entrants of different pools never met: their ratings do not compare
    distinct_games: int
    few_games: bool  # fewer distinct games than an interval can be trusted with
    forfeits: int
    identity: str
    estimated: bool = True  # False: `rating` is missing, or a convention that holds the scale of its pool


@dataclass(frozen=True)
class Board:
    """A leaderboard and what holds for all of it."""

    game: str
    version: str
    matches: int
    rating: str  # one of RATINGS
    standings: tuple[Standing, ...]  # pool by pool, best first
    first_mover: Interval | None = None  # what the first move is worth in Elo
    anchor: str | None = None  # the label of the entrant that is 1500 by definition, where one was asked for
    anchored: bool = False  # whether it could be

    def as_json(self) -> list[dict[str, Any]]:
        """The list that `arena leaderboard --json` prints.

        A `rating` with `"estimated": false` is no estimate: its entrant holds the scale of a pool in which no two could
        be rated against each other. It has neither `low` nor `high`.
        """
        return [dataclasses.asdict(standing) for standing in self.standings]


def leaderboard(
    game: str | None = None,
    *,
    store: str | None = None,
    tournament: str | None = None,
    rating: str = BRADLEY_TERRY,
    anchor: str | None = None,
) -> list[dict[str, Any]]:
    """The rows of `board`, as `arena leaderboard --json` prints them; `store` as in `tournaments.run`."""
    with Store.open(store) as opened:
        return board(opened, game, tournament=tournament, rating=rating, anchor=anchor).as_json()


def board(
    store: Store,
    game: str | None = None,
    *,
    tournament: str | None = None,
    rating: str = BRADLEY_TERRY,
    anchor: str | None = None,
) -> Board:
    """The leaderboard of `game` (may be left out where the store holds one only), or of one tournament.

    `anchor` is the label of an entrant that shall be 1500 by definition. Raises UsageError for what is not known,
    ArenaError where nothing was played yet.
    """
    if rating not in RATINGS:
        raise UsageError(f"no rating {rating!r}.{did_you_mean(rating, RATINGS)} There are: {', '.join(RATINGS)}")
    if tournament is not None:
        chosen = store.tournament(tournament)
        if game is not None and game not in (chosen.game, f"{chosen.game}@{chosen.game_version}"):
            raise UsageError(f"tournament {chosen.id} is of {chosen.game}, not of {game}")
        return leaderboard_of(store, chosen, rating=rating, anchor=anchor)
    key, version = choose_game(store, game)
    played = store.results(key, version)
    labels = {identity: entrant.label for identity, entrant in store.entrants().items()}
    met = {identity for match in played for identity in match.identities}
    known = _told_apart({identity: label for identity, label in labels.items() if identity in met})
    return _board(key, version, played, known, rating, anchor)


def leaderboard_of(
    store: Store, tournament: Tournament, *, rating: str = BRADLEY_TERRY, anchor: str | None = None
) -> Board:
    """The leaderboard of one tournament: its entrants are all on it, those without a game last."""
    played = store.results(tournament.game, tournament.game_version, tournament.id)
    labels = {participant.identity: participant.label for participant in tournament.participants}
    return _board(tournament.game, tournament.game_version, played, _told_apart(labels), rating, anchor)


def choose_game(store: Store, text: str | None) -> tuple[str, str]:
    """(key, version) of the game that `text` means in this store; of several versions the one played last."""
    stored = [(key, version) for key, version, _ in store.games()]
    if not stored:
        raise ArenaError(f"nothing was played in {store.place} yet: arena tournament run GAME ENTRANT ENTRANT")
    keys = sorted({key for key, _ in stored})
    if text is None:
        if len(keys) > 1:
            raise UsageError(f"{store.place} holds several games: name one of {', '.join(keys)}")
        return stored[0]
    found = [game for game in stored if text in (game[0], "@".join(game))]
    if not found:
        key = load_game(text).key  # knows ids and the order of options; raises for a game there is not
        found = [game for game in stored if game[0] == key]
    if not found:
        raise ArenaError(f"nothing was played of {text} in {store.place} yet; there is: {', '.join(keys)}")
    return found[0]


def _told_apart(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels by identity, with the first digits of the identity behind those that several have."""
    often = Counter(labels.values())
    return {identity: f"{label}@{identity[:6]}" if often[label] > 1 else label for identity, label in labels.items()}


def _board(
    game: str, version: str, played: Sequence[Played], labels: Mapping[str, str], rating: str, anchor: str | None
) -> Board:
    matches = list(counted(played))
    counts = tally(matches)
    held = _identity_of(anchor, {identity: label for identity, label in labels.items() if identity in counts})
    if rating == ELO:
        table = Board(game, version, len(matches), rating, (), anchor=anchor)
        ratings = _elo(matches, held)
        table = dataclasses.replace(table, anchored=held is not None)
    else:
        in_turn = not any(match.simultaneous for match in matches)
        fitted = fit(outcomes(independent(matches)), anchor=held, anchor_rating=ZERO, advantage=in_turn)
        ratings = list(fitted.ratings)
        table = Board(game, version, len(matches), rating, (), fitted.first_mover, anchor, fitted.anchor is not None)
    return dataclasses.replace(table, standings=tuple(_standings(ratings, counts, labels)))


def _identity_of(anchor: str | None, labels: Mapping[str, str]) -> str | None:
    if anchor is None:
        return None
    for identity, label in labels.items():
        if anchor in (label, identity):
            return identity
    known = ", ".join(sorted(labels.values())) or "none"
    raise UsageError(f"no entrant {anchor!r} to anchor at.{did_you_mean(anchor, labels.values())} There are: {known}")


def _elo(matches: Iterable[Played], anchor: str | None) -> list[Rating]:
    """Online Elo in schedule order, best first within each pool; an anchor shifts its own pool to 1500."""
    games = outcomes(matches)
    ratings = online_elo(games, initial=ZERO)
    rows = []
    for number, members in enumerate(pools(games)):
        shift = ZERO - ratings[anchor] if anchor in members and anchor is not None else 0.0
        best_first = sorted(members, key=lambda name: (-ratings[name], name))
        rows += [Rating(name, ratings[name] + shift, None, None, "", number) for name in best_first]
    return rows


def _standings(ratings: Iterable[Rating], counts: Mapping[str, Tally], labels: Mapping[str, str]) -> list[Standing]:
    ranks: Counter[int | None] = Counter()
    rated = list(ratings)
    known = {rating.name for rating in rated}
    rest = [Rating(identity, None, None, None, NO_GAMES, -1) for identity in labels if identity not in known]
    rows = []
    for rating in rated + rest:
        ranks[rating.pool] += 1
        count = counts.get(rating.name, Tally())
        rows.append(_standing(ranks[rating.pool], rating, count, labels[rating.name]))
    return rows


def _record(count: Tally) -> str:
    """What is worth saying of a finite rating: that nothing was lost, or nothing won."""
    if count.losses and count.wins:
        return ""
    return "winless" if count.losses else "undefeated" if count.wins else ""


def _standing(rank: int, rating: Rating, count: Tally, label: str) -> Standing:
    distinct = len(count.stories)
    conventional = rating.rating is not None and rating.mark != ""  # see `arena.ratings.Rating`
    return Standing(
        rank=rank,
        entrant=label,
        rating=rating.rating,
        low=None if conventional else rating.low,
        high=None if conventional else rating.high,
        games=count.games,
        wins=count.wins,
        draws=count.draws,
        losses=count.losses,
        score=count.score,
        mark=rating.mark or _record(count),
        pool=rating.pool if rating.pool >= 0 else None,
        distinct_games=distinct,
        few_games=distinct < FEW_GAMES,
        forfeits=count.forfeits,
        identity=rating.name,
        estimated=rating.rating is not None and not conventional,
    )
