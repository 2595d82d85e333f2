"""The leaderboard: ratings of all that is stored of one game, or of one tournament.

Entrants are told apart by identity, not by label, so that a retrained run never mixes with its former self. Games are
told apart by key and version.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from arena.entrants import load_game
from arena.errors import ArenaError, UsageError, did_you_mean
from arena.ratings import Rating, fit, online_elo, pools
from tournaments.board import BRADLEY_TERRY, ELO, FEW_GAMES, MEAN_RETURN, NO_GAMES, TEAM_GAME, ZERO, Board, Standing
from tournaments.facts import Played, Tournament
from tournaments.returns import beyond_ranks, margins
from tournaments.store import Store
from tournaments.tally import Tally, counted, independent, outcomes, tally

RATINGS = (BRADLEY_TERRY, ELO)


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
    known, team = _told_apart(labels), tournament.cooperative
    return _board(tournament.game, tournament.game_version, played, known, rating, anchor, team=team)


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
    game: str,
    version: str,
    played: Sequence[Played],
    labels: Mapping[str, str],
    rating: str,
    anchor: str | None,
    *,
    team: bool = False,
) -> Board:
    matches = list(counted(played))
    counts = tally(matches)
    held = _identity_of(anchor, {identity: label for identity, label in labels.items() if identity in counts})
    by = MEAN_RETURN if team or any(match.cooperative for match in matches) else rating
    table = Board(game, version, len(matches), by, (), anchor=anchor, payoffs=beyond_ranks(matches))
    table, ratings = _rated(table, matches, held)
    rows = _standings(ratings, counts, margins(matches), labels)
    return dataclasses.replace(table, standings=tuple(_by_mean(rows) if table.team else rows))


def _rated(table: Board, matches: Sequence[Played], anchor: str | None) -> tuple[Board, list[Rating]]:
    """The ratings that `table` asks for, and the table with what they say of all of it."""
    if table.team:
        names = dict.fromkeys(identity for match in matches for identity in match.identities)
        return table, [Rating(name, None, None, None, TEAM_GAME, -1) for name in names]
    if table.rating == ELO:
        return dataclasses.replace(table, anchored=anchor is not None), _elo(matches, anchor)
    in_turn = not any(match.simultaneous for match in matches)
    fitted = fit(outcomes(independent(matches)), anchor=anchor, anchor_rating=ZERO, advantage=in_turn)
    table = dataclasses.replace(table, first_mover=fitted.first_mover, anchored=fitted.anchor is not None)
    return table, list(fitted.ratings)


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


def _standings(
    ratings: Iterable[Rating],
    counts: Mapping[str, Tally],
    halves: Mapping[str, float | None],
    labels: Mapping[str, str],
) -> list[Standing]:
    ranks: Counter[int | None] = Counter()
    rated = list(ratings)
    known = {rating.name for rating in rated}
    rest = [Rating(identity, None, None, None, NO_GAMES, -1) for identity in labels if identity not in known]
    rows = []
    for rating in rated + rest:
        ranks[rating.pool] += 1
        row = _standing(ranks[rating.pool], rating, counts.get(rating.name, Tally()), labels[rating.name])
        rows.append(_with_interval(row, halves.get(rating.name)))
    return rows


def _with_interval(row: Standing, half: float | None) -> Standing:
    """The row with the interval of its mean return, which reaches `half` to each side."""
    if half is None or row.mean_return is None:
        return row
    return dataclasses.replace(row, return_low=row.mean_return - half, return_high=row.mean_return + half)


def _by_mean(rows: Iterable[Standing]) -> list[Standing]:
    """The rows of a team game, the best mean first; equal means share a rank, those without a game come last."""

    def value(row: Standing) -> float:  # rounded, because a sum depends on the order of its terms
        return -math.inf if row.mean_return is None else round(row.mean_return, 9)

    best_first = sorted(rows, key=lambda row: (-value(row), row.entrant))
    values = [value(row) for row in best_first]
    ranks = [values.index(own) + 1 for own in values]
    return [dataclasses.replace(row, rank=rank) for row, rank in zip(best_first, ranks, strict=True)]


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
        mean_return=count.mean_return,
    )
