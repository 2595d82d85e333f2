"""PettingZoo's go env, which may live beside others of another size."""

from __future__ import annotations

from typing import Any

from pettingzoo.classic.go import go
from pettingzoo.utils.wrappers import BaseWrapper

from games.go import use_size


class GoEnv(BaseWrapper[Any, Any, Any]):  # type: ignore[misc]  # PettingZoo ships no types
    """Puts its own size back into PettingZoo's module globals before it does anything."""

    def __init__(self, size: int, komi: float, render_mode: str | None = None) -> None:
        super().__init__(go.raw_env(board_size=size, komi=komi, render_mode=render_mode))
        self.size = size

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:
        use_size(self.size)
        super().reset(seed=seed, options=options)

    def step(self, action: Any) -> None:
        use_size(self.size)
        super().step(action)

    def observe(self, agent: Any) -> Any:
        use_size(self.size)
        return super().observe(agent)

    def render(self) -> Any:
        use_size(self.size)
        return super().render()
