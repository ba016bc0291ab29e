"""One process, contenders in turns, CPU time, medians; slow contenders get fewer rows. Rates are million rows a CPU second."""

import statistics
import time
from collections.abc import Callable, Mapping

import numpy as np

Contender = Callable[[int], object]
"""Takes how many rows to work on."""
_MOST_SECONDS = 1.5


def race(contenders: Mapping[str, Contender], rows: int, rounds: int, clock: Callable[[], float]) -> dict[str, float]:
    """Return the rate of each; one that cannot run is left out and said so."""
    sizes, taken = {}, {}
    for name, contender in contenders.items():
        try:
            sizes[name] = _rows_for(contender, rows)
        except (ImportError, ValueError, TypeError) as error:
            print(f"  {name} left out: {type(error).__name__}: {error}")
            continue
        taken[name] = []
    for _ in range(rounds):
        for name, times in taken.items():
            begin = clock()
            contenders[name](sizes[name])
            times.append(clock() - begin)
    return {name: sizes[name] / max(statistics.median(times), 1e-9) / 1e6 for name, times in taken.items()}


def _rows_for(contender: Contender, rows: int) -> int:
    """Warm up on few rows, then take all that fit the time."""
    few = min(rows, 20_000)
    contender(few)
    begin = time.process_time()
    contender(few)
    each = (time.process_time() - begin) / few
    return rows if each * rows <= _MOST_SECONDS else max(few, int(_MOST_SECONDS / each))


def copy_rate(rows: int, rounds: int) -> dict[str, float]:
    """How fast rows can be copied at all, into a buffer that is there and into a new one."""
    x, out = np.random.default_rng(0).standard_normal(rows), np.empty(rows)
    return race(
        {"copy": lambda n: np.copyto(out[:n], x[:n]), "copy, fresh": lambda n: x[:n].copy()}, rows, rounds, time.process_time
    )


def show(title: str, rates: Mapping[str, float], ours: str, limit: float) -> dict[str, object]:
    """Print one line: our rate, the share of the copy rate, and how many times each peer's."""
    own = rates.get(ours, float("nan"))
    peers = {name: rate for name, rate in rates.items() if not name.startswith("smartfab")}
    ratios = "  ".join(f"{name} {own / rate:.2f}x" for name, rate in sorted(peers.items(), key=lambda pair: -pair[1]))
    print(f"{title:34s} {own:8.1f} M/s  {own / limit:5.2f} of copy   {ratios}", flush=True)
    return {"title": title, "rates": {name: round(rate, 2) for name, rate in rates.items()}, "of_copy": round(own / limit, 4)}
