"""Counter signals → pieces: what each reading of a counter adds, and to which product."""

from smartfab.counts.pieces import count_pieces
from smartfab.counts.steps import counter_steps

__all__ = ["count_pieces", "counter_steps"]
