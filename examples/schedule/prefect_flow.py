"""smartfab under Prefect 3: a flow that fills in whatever is missing of the last week."""

from __future__ import annotations

import datetime as dt

from prefect import flow, task

PLANT, STORE = "/etc/smartfab/plant.toml", "/srv/smartfab"


@task(retries=3, retry_delay_seconds=1800)
def figures(day: dt.date) -> dict[str, object]:
    """Compute one production date."""
    import smartfab as sf

    run = sf.pipelines.daily(sf.read_plant(PLANT), sf.open_store(STORE), day)
    if run.failed:
        raise RuntimeError(str(run.failed))
    return run.to_dict()


@flow(name="smartfab nightly")
def nightly(days_back: int = 7) -> list[dict[str, object]]:
    """Compute the dates of the last days that are missing, one after the other."""
    import pandas as pd

    import smartfab as sf
    from smartfab.pipelines.production_days import last_over

    plant, store = sf.read_plant(PLANT), sf.open_store(STORE)
    last = last_over(plant, pd.Timestamp.now("UTC"))
    days = [last - dt.timedelta(days=back) for back in range(days_back)]
    return [figures(day) for day in sf.pipelines.missing(plant, store, days)]


if __name__ == "__main__":
    nightly.serve(name="smartfab-nightly", cron="10 6 * * *")
