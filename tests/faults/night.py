"""A process that computes production dates, and says when it begins; started to be killed."""

from __future__ import annotations

import sys

import smartfab as sf


def main(plant, folder, *days):
    described, store = sf.read_plant(plant), sf.open_store(folder)
    store.read("samples")  # everything is imported
    sys.stdout.write("begins\n")
    sys.stdout.flush()
    sf.pipelines.backfill(described, store, days)


if __name__ == "__main__":
    main(*sys.argv[1:])
