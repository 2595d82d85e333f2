"""The classic strategies of the repeated prisoner's dilemma.

Actions: 0 cooperates, 1 defects. A strategy answers one question: with which probability it cooperates now, given the
rounds so far. All of its randomness is in that one draw, so that what it remembers follows from the history alone.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena import Agent, Game, Turn, setting

_C, _D = 0, 1
_SURE, _NEVER = 1.0, 0.0


class Strategy(Agent):
    """A strategy: `begin` forgets, `see` takes in a round as it was really played, `cooperation` decides."""

    def __init__(self, game: Game, config: object) -> None:
        """Nothing to prepare."""

    def begin(self) -> None:
        """Forgets everything."""

    def see(self, own: int, theirs: int) -> None:
        """Takes in the next finished round."""

    def cooperation(self) -> float:
        """The probability of cooperating in this round."""
        raise NotImplementedError

    def reset(self, *, seat: int, seed: int) -> None:
        super().reset(seat=seat, seed=seed)
        self._restart()

    def act(self, turn: Turn) -> int:
        self._catch_up(turn)
        share = self.cooperation()
        if share in (_NEVER, _SURE):
            return _C if share else _D
        return _C if self.rng.random() < share else _D

    def policy(self, turns: Sequence[Turn]) -> NDArray[np.float64]:
        """float64 [B, 2]: the probabilities of cooperating and defecting."""
        shares = [self._share_at(turn) for turn in turns]
        return np.array([[share, 1 - share] for share in shares], dtype=np.float64)

    def _restart(self) -> None:
        self._rounds = 0
        self.begin()

    def _share_at(self, turn: Turn) -> float:
        twin = copy.copy(self)
        twin._restart()
        twin._catch_up(turn)
        return twin.cooperation()

    def _catch_up(self, turn: Turn) -> None:
        """Sees the rounds that were finished since the last turn: as a rule one."""
        history, seat = turn.history, turn.seat
        finished = len(history) // 2
        if finished < self._rounds:  # asked about an earlier position
            self._restart()
        for played in range(self._rounds, finished):
            self.see(history[2 * played + seat][1], history[2 * played + 1 - seat][1])
        self._rounds = finished


class MemoryOne(Strategy):
    """Knows the last round alone: `opening`, and `after` [own last][their last], are probabilities of cooperating."""

    opening: float = _SURE
    after: tuple[tuple[float, float], tuple[float, float]]

    def begin(self) -> None:
        self.share = self.opening

    def see(self, own: int, theirs: int) -> None:
        self.share = self.after[own][theirs]

    def cooperation(self) -> float:
        return self.share


class AllC(MemoryOne):
    """Always cooperates (Axelrod 1984)."""

    after = ((1, 1), (1, 1))


class AllD(MemoryOne):
    """Always defects: the only equilibrium of one round (Axelrod 1984)."""

    opening = _NEVER
    after = ((0, 0), (0, 0))


class TitForTat(MemoryOne):
    """Cooperates, then repeats their last move (Anatol Rapoport's entry; Axelrod 1980)."""

    after = ((1, 0), (1, 0))


class SuspiciousTitForTat(MemoryOne):
    """Tit for tat that begins with a defection (Boyd and Lorberbaum 1987)."""

    opening = _NEVER
    after = ((1, 0), (1, 0))


class Alternator(MemoryOne):
    """Cooperates and defects by turns, whatever the others do (Axelrod 1984)."""

    after = ((0, 0), (1, 1))


class Pavlov(MemoryOne):
    """Win-stay, lose-shift: cooperates after rounds in which both did the same (Nowak and Sigmund 1993)."""

    after = ((1, 0), (0, 1))


class Joss(MemoryOne):
    """Tit for tat that answers one cooperation in ten with a defection (Johann Joss's entry; Axelrod 1980)."""

    after = ((0.9, 0), (0.9, 0))


class FirmButFair(MemoryOne):
    """Defects after it was exploited, forgives two of three mutual defections (Frean 1994)."""

    after = ((1, 0), (1, 2 / 3))


class ExtortTwo(MemoryOne):
    """Zero-determinant: gains over mutual defection, in the long run, twice what they gain (Press and Dyson 2012).

    The probabilities are those of Stewart and Plotkin 2012, for payoffs 3, 0, 5, 1. It opens with a cooperation, as in
    Axelrod 4.14; against almost anybody the opening does not matter in the long run.
    """

    after = ((8 / 9, 1 / 2), (1 / 3, 0))


@dataclass(frozen=True)
class GenerousConfig:
    """How generous."""

    generosity: float = setting(1 / 3, low=0, high=1, help="probability of cooperating after their defection")


class GenerousTitForTat(MemoryOne):
    """Tit for tat that forgives a share of defections (Nowak and Sigmund 1992).

    The default is the optimum min(1 - (T-R)/(R-S), (R-P)/(T-P)) = 1/3 for payoffs 3, 0, 5, 1.
    """

    def __init__(self, game: Game, config: GenerousConfig) -> None:
        self.after = ((1, config.generosity), (1, config.generosity))


class Watchful(Strategy):
    """Defects while at least `patience` of their last `window` moves were defections."""

    window: int
    patience = 1

    def begin(self) -> None:
        self.recent: deque[int] = deque(maxlen=self.window)
        self.defections = 0

    def see(self, own: int, theirs: int) -> None:
        if len(self.recent) == self.window:
            self.defections -= self.recent[0]
        self.recent.append(theirs)
        self.defections += theirs

    def cooperation(self) -> float:
        return _NEVER if self.defections >= self.patience else _SURE


class TwoTitsForTat(Watchful):
    """Answers each defection with two (Axelrod 1984)."""

    window = 2


class HardTitForTat(Watchful):
    """Defects if they did in any of the last three rounds (prisoners-dilemma.com 2017, as in Axelrod 4.14)."""

    window = 3


class TitForTwoTats(Watchful):
    """Defects after two defections in a row only (John Maynard Smith's entry; Axelrod 1980b)."""

    window = 2
    patience = 2


class Grudger(Strategy):
    """Cooperates until their first defection, then never again (James Friedman's entry; Axelrod 1980)."""

    def begin(self) -> None:
        self.angry = False

    def see(self, own: int, theirs: int) -> None:
        self.angry = self.angry or theirs == _D

    def cooperation(self) -> float:
        return _NEVER if self.angry else _SURE


class SoftMajority(Strategy):
    """Does what they did most, and cooperates when that is even (Gail Grisell's entry; Axelrod 1980b)."""

    when_even = _SURE

    def begin(self) -> None:
        self.lead = 0  # their cooperations less their defections

    def see(self, own: int, theirs: int) -> None:
        self.lead += 1 - 2 * theirs

    def cooperation(self) -> float:
        return self.when_even if self.lead == 0 else float(self.lead > 0)


class HardMajority(SoftMajority):
    """Does what they did most, and defects when that is even (Mittal and Deb 2009)."""

    when_even = _NEVER


class Probing(Strategy):
    """Plays `opening`, then for ever tit for tat where they `resisted`, and defects where they did not."""

    opening: tuple[int, ...]

    def begin(self) -> None:
        self.theirs: list[int] = []  # during the opening
        self.last = _C
        self.played = 0

    def see(self, own: int, theirs: int) -> None:
        if self.played < len(self.opening):
            self.theirs.append(theirs)
        self.last = theirs
        self.played += 1

    def cooperation(self) -> float:
        if self.played < len(self.opening):
            return float(self.opening[self.played] == _C)
        return float(self.resisted() and self.last == _C)

    def resisted(self) -> bool:
        """Whether they hit back during the opening."""
        raise NotImplementedError


class Detective(Probing):
    """C D C C, then tit for tat if they ever defected meanwhile, else defects (Nicky Case 2017)."""

    opening = (_C, _D, _C, _C)

    def resisted(self) -> bool:
        return _D in self.theirs


class Prober(Probing):
    """D C C, then defects if they cooperated in rounds 2 and 3, else tit for tat (Li, Hingston and Kendall 2011)."""

    opening = (_D, _C, _C)

    def resisted(self) -> bool:
        return _D in self.theirs[1:]


class Gradual(Strategy):
    """Answers their n-th defection with n defections and two cooperations (Beaufils, Delahaye and Mathieu 1997).

    Defections during a punishment count for the next, but start none: the reading of its authors' published code
    (cristal-smac/ipd) and of Axelrod's `Gradual`. Axelrod's `OriginalGradual` counts punishments instead.
    """

    def begin(self) -> None:
        self.defections = 0
        self.plan = 0  # rounds left of the present answer, the two cooperations included

    def see(self, own: int, theirs: int) -> None:
        self.defections += theirs
        if self.plan:
            self.plan -= 1
        if not self.plan and theirs == _D:
            self.plan = self.defections + 2

    def cooperation(self) -> float:
        return _NEVER if self.plan > 2 else _SURE


class ContriteTitForTat(Strategy):
    """Tit for tat that accepts its punishment: defects only in good standing against bad (Sugden 1986; Boyd 1989).

    Who cooperates is in good standing; who defects keeps it only if it was in good standing and the other was not
    (Boerlijst, Nowak and Sigmund 1997). Without noise it plays as tit for tat. Axelrod 4.14 knows contrition only after
    a slip against a cooperation, so that with noise it differs where both defect.
    """

    def begin(self) -> None:
        self.good, self.their_good = True, True

    def see(self, own: int, theirs: int) -> None:
        provoked, they_were_provoked = self.good and not self.their_good, self.their_good and not self.good
        self.good = own == _C or provoked
        self.their_good = theirs == _C or they_were_provoked

    def cooperation(self) -> float:
        return _NEVER if self.good and not self.their_good else _SURE
