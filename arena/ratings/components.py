"""Which entrants can be rated against each other at all: the strong components of who took points from whom.

A win takes a point, a draw half a point from either side; i -> j when i took at least half a point from j. Only within
a strongly connected component are all differences of strength finite (Ford, Solution of a ranking problem from binary
comparisons, American Mathematical Monthly 64, 1957; Hunter, MM algorithms for generalized Bradley-Terry models, Annals
of Statistics 32, 2004, assumption 1).
"""

from graphlib import TopologicalSorter

import numpy as np

from arena.ratings.davidson import Games, Indices


def took_points(games: Games) -> tuple[Indices, Indices, Indices]:
    """Row r of [k] each: entrant `taker[r]` took at least half a point from `giver[r]` in row `row[r]` of `games`."""
    by_first = np.flatnonzero(games.wins + games.draws > 0)
    by_second = np.flatnonzero(games.losses + games.draws > 0)
    taker = np.concatenate([games.first[by_first], games.second[by_second]])
    giver = np.concatenate([games.second[by_first], games.first[by_second]])
    return taker, giver, np.concatenate([by_first, by_second])


def components(games: Games) -> list[Indices]:
    """The strongly connected components, as ascending indices into the names."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    taker, giver, _ = took_points(games)
    n = len(games.names)
    graph = csr_array((np.ones(len(taker)), (taker, giver)), shape=(n, n))
    count, label = connected_components(graph, directed=True, connection="strong")
    return [np.flatnonzero(label == i) for i in range(count)]


def core_of(games: Games, parts: list[Indices], anchor: str | None) -> Indices:
    """The component that the others are placed against: most entrants, then with the anchor, then most games, then
    alphabetical."""

    def preference(part: Indices) -> tuple[int, bool, float, tuple[str, ...]]:
        names = tuple(games.names[i] for i in part)
        played = games.played[np.isin(games.first, part) | np.isin(games.second, part)].sum()
        return -len(part), anchor not in names, -float(played), names

    return min(parts, key=preference)


def above(games: Games, parts: list[Indices], core: Indices) -> list[Indices]:
    """The components from which wins lead down to the core, each after all of those that it beat.

    These can be shifted up together with whatever lies above them without making any result less likely, so the games
    bound them from below only.
    """
    label = np.empty(len(games.names), dtype=np.int64)
    for i, part in enumerate(parts):
        label[part] = i
    taker, giver, _ = took_points(games)
    beats = {(int(a), int(b)) for a, b in zip(label[taker], label[giver], strict=True) if a != b}
    found = _leading_to(int(label[core[0]]), beats)
    return [parts[i] for i in _losers_first(found, beats)]


def _leading_to(target: int, edges: set[tuple[int, int]]) -> set[int]:
    """The nodes from which `target` can be reached, without `target`."""
    sources: dict[int, list[int]] = {}
    for a, b in edges:
        sources.setdefault(b, []).append(a)
    reached = [target]
    for here in reached:
        reached += [a for a in sources.get(here, []) if a not in reached]
    return set(reached[1:])


def _losers_first(nodes: set[int], edges: set[tuple[int, int]]) -> list[int]:
    """`nodes` ordered so that each edge (winner, loser) among them has its loser first."""
    sorter: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(nodes, ()))
    for winner, loser in edges:
        if winner in nodes and loser in nodes:
            sorter.add(winner, loser)
    return list(sorter.static_order())
