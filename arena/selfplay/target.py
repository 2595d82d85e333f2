"""When a training has reached its goal: `--until nash_conv=0`, `--until score>=0.95`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from arena.errors import UsageError, did_you_mean

_FORM = re.compile(r"([a-z_]+)\s*(<=|>=|=)\s*(-?[0-9.]+(?:e-?[0-9]+)?)")
_SLACK = 1e-9


@dataclass(frozen=True)
class Target:
    """A metric, how it is compared, and with what."""

    metric: str
    sign: str
    value: float

    @classmethod
    def parse(cls, text: str) -> Target:
        """The target of `metric=value`, `metric<=value` or `metric>=value`. Raises UsageError."""
        form = _FORM.fullmatch(text.strip())
        if form is None:
            raise UsageError(f"target {text!r} cannot be read: expected a form like nash_conv=0 or score>=0.95")
        try:
            return cls(form[1], form[2], float(form[3]))
        except ValueError:
            raise UsageError(f"target {text!r}: {form[3]!r} is no number") from None

    def reached(self, metrics: Mapping[str, float]) -> bool:
        """Whether the metrics reach it. Raises UsageError when the run does not report that metric."""
        if self.metric not in metrics:
            hint = did_you_mean(self.metric, metrics)
            raise UsageError(f"this run reports no metric {self.metric!r}.{hint} It reports: {', '.join(metrics)}")
        value = metrics[self.metric]
        if self.sign == "=":
            return abs(value - self.value) <= _SLACK
        return value <= self.value + _SLACK if self.sign == "<=" else value >= self.value - _SLACK
