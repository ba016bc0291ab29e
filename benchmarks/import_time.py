"""How long `import smartfab` takes, beside pandas and pyarrow alone; fresh interpreters, taken in turns."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 7
RESULTS = Path(__file__).parent / "results"
STATEMENTS = {
    "interpreter alone": "pass",
    "pandas and pyarrow": "import pandas, pyarrow",
    "smartfab": "import smartfab",
    "smartfab, read_plant, PlantData": "from smartfab import PlantData, read_plant",
    "all pure stages": "from smartfab import signals, shifts, states, counts, oee",
}


def seconds(statement: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)  # noqa: S603  this interpreter, statements from above
    return time.perf_counter() - begin


def main() -> None:
    taken: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for _ in range(ROUNDS):
        for name, statement in STATEMENTS.items():
            taken[name].append(seconds(statement))
    alone = statistics.median(taken["interpreter alone"])
    peers = statistics.median(taken["pandas and pyarrow"])
    rows = []
    print(f"{'import':<34}{'median s':>10}{'beyond pandas + pyarrow, s':>28}")
    for name, times in taken.items():
        median = statistics.median(times)
        rows.append({"import": name, "median_s": median, "net_s": median - alone, "beyond_peers_s": median - peers})
        print(f"{name:<34}{median:>10.3f}{median - peers:>28.3f}")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "import_time.json").write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
