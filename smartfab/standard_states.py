"""State models of published standards → our categories: named, versioned maps.

Names of states are those of the standards. Which category a state belongs to is this project's reading of what the state
means; `state_maps` tells why, state by state. How sure the numbers are:

======================== ==============================================================================================
packml-2022              StateCurrent of PackTags, 1…17 as in every edition since 2008 and in the libraries of PLC makers;
                         0 (undefined) is what these libraries give before the first state. Not held against the text of
                         the 2022 edition.
opc-40001-1-v1.03        StateNumber of MachineryItemState; OPC 40082-5, 11.2 repeats the numbers.
opc-40001-1-v1.03-mode   StateNumber of MachineryOperationMode; OPC 40082-5, 11.3 repeats the numbers. The mode says what
                         for, not whether: take MachineryItemState where a server has both.
opc-40501-1-v1.02        StateNumber of ProductionStateMachineType, as in the NodeSet; deprecated since 1.02, still served.
opc-40501-1-v1.02-channel  ChannelState of an NC channel, table 100.
======================== ==============================================================================================

References
----------
ANSI/ISA-TR88.00.02, *Machine and Unit States*; OPC 40001-1, 12.2 and 13.2; OPC 40501-1, 8.4.8 and 12.1.
"""

from __future__ import annotations

from typing import Literal

import pandas as pd

from smartfab.errors import PlantError

__all__ = ["StateMapName", "state_map", "state_maps"]

StateMapName = Literal[
    "packml-2022", "opc-40001-1-v1.03", "opc-40001-1-v1.03-mode", "opc-40501-1-v1.02", "opc-40501-1-v1.02-channel"
]

# raw | name | category | why
_TABLES: dict[StateMapName, str] = {
    "packml-2022": """
0  | Undefined    | unknown        | the machine has not said yet
1  | Clearing     | unplanned_stop | clears the fault it was aborted by
2  | Stopped      | unplanned_stop | by command or by fault: a reason says which, and replaces the category
3  | Starting     | idle           | comes up, makes nothing yet, has no fault
4  | Idle         | idle           | ready, waits for the start
5  | Suspended    | starved        | waits for another machine: no material or no room, PackML does not say which; one loss
6  | Execute      | running        | makes pieces
7  | Stopping     | unplanned_stop | on its way to Stopped
8  | Aborting     | unplanned_stop | on its way to Aborted
9  | Aborted      | unplanned_stop | fault or emergency stop
10 | Holding      | unplanned_stop | on its way to Held
11 | Held         | unplanned_stop | stopped by a condition inside the machine: jam, empty magazine, operator
12 | Unholding    | unplanned_stop | comes back from Held, makes nothing yet
13 | Suspending   | starved        | on its way to Suspended
14 | Unsuspending | starved        | comes back from Suspended, makes nothing yet
15 | Resetting    | idle           | makes itself ready, has no fault
16 | Completing   | running        | the last pieces of the run leave
17 | Complete     | idle           | the run is made, waits for the reset""",
    "opc-40001-1-v1.03": """
0  | NotAvailable | off            | does nothing and cannot be asked: switched off, asleep
1  | OutOfService | unplanned_stop | not able to work: fault or repair; a reason says which
2  | NotExecuting | idle           | able to work, does nothing
3  | Executing    | running        | does what it is for; set-up runs count too unless the mode is looked at""",
    "opc-40001-1-v1.03-mode": """
0  | None         | unknown        | no mode is known
1  | Maintenance  | planned_stop   | maintenance and service; for a repair a reason says so
2  | Setup        | setup          | set-up, preparation, unloading
3  | Processing   | running        | meant to process; whether it does, only the item state says""",
    "opc-40501-1-v1.02": """
0  | Initializing | setup          | the job is being prepared
1  | Running      | running        | the job is being made
2  | Ended        | idle           | the job is done, the next one has not begun
3  | Interrupted  | unplanned_stop | the job stands and may go on
4  | Aborted      | unplanned_stop | the job was broken off""",
    "opc-40501-1-v1.02-channel": """
0  | Active       | running        | the channel executes a command
1  | Interrupted  | unplanned_stop | the program stands and may go on
2  | Reset        | idle           | no command is active""",
}
_COLUMNS = ("map", "raw", "name", "category", "why")


def state_map(name: str) -> dict[str, str]:
    """Return what the states of a standard mean: raw number and raw text, each → category.

    Texts are met as the standard writes them and in capitals (``Execute``, ``EXECUTE``). A raw value the standard does
    not know is not in the map.

    Parameters
    ----------
    name : str
        One of `state_maps`, such as ``"packml-2022"``.

    Returns
    -------
    dict of str to str
        For `PlantData(state_map=…)`; in plant.toml the name alone is enough: ``map = "packml-2022"``.

    Raises
    ------
    PlantError
        If there is no map of this name; it lists the names.

    Examples
    --------
    >>> from smartfab import states
    >>> [states.state_map("packml-2022")[raw] for raw in ("6", "Execute", "5")]
    ['running', 'running', 'starved']
    """
    rows = [row for row in _rows() if row[0] == name]
    if not rows:
        raise PlantError(f"no state map {name!r}", expected=f"one of: {', '.join(_TABLES)}", remedy="Correct the name.")
    return {key: category for _, raw, text, category, _ in rows for key in (raw, text, text.upper())}


def state_maps() -> pd.DataFrame:
    """Return the states of every map, and why each is in its category.

    Returns
    -------
    DataFrame
        map, raw (the number, as text), name, category, why.
    """
    return pd.DataFrame(_rows(), columns=list(_COLUMNS), dtype="str")


def _rows() -> list[tuple[str, ...]]:
    return [
        (name, *(cell.strip() for cell in line.split("|"))) for name, table in _TABLES.items() for line in table.split("\n")[1:]
    ]
