"""Counter signals and what people enter → pieces: what each reading of a counter adds, to which product, and corrections."""

from smartfab.counts.entered import assign_product, correct, with_entered, with_products
from smartfab.counts.pieces import count_pieces
from smartfab.counts.steps import counter_steps

__all__ = ["assign_product", "correct", "count_pieces", "counter_steps", "with_entered", "with_products"]
