"""`save` and `load`: a model as a folder of plain files that can be checked, and hold no code.

::

    SHA256SUMS       of every other file; a flipped byte anywhere is refused
    manifest.json    what the model is, was made from, and how good it was
    arrays.npz       of a detector or monitor: its numbers
    trees.skops      of a classifier or life regressor: its trees, read against a list of allowed types
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from smartfab.defects.classification import DefectClassifier
from smartfab.defects.evaluation import Evaluation
from smartfab.defects.model_state import ALLOWED, DETECTORS, from_state, state_of
from smartfab.defects.monitoring import ProcessMonitor
from smartfab.defects.remaining_life import RULRegressor
from smartfab.errors import ModelRejectedError, StoreError, TableError
from smartfab.features import WindowFeatures

SCHEMA_VERSION = 1
_SUMS, _MANIFEST, _ARRAYS, _TREES = "SHA256SUMS", "manifest.json", "arrays.npz", "trees.skops"


def save(
    model: Any,
    path: str | os.PathLike[str],
    *,
    win: WindowFeatures | None = None,
    meta: pd.DataFrame | None = None,
    report: Evaluation | None = None,
    units: Mapping[str, str] | None = None,
    as_of: object = None,
) -> None:
    """Write a fitted model into a folder; a model that stands there is replaced, all or nothing.

    Parameters
    ----------
    model : estimator or ProcessMonitor
        A fitted classifier, life regressor, detector or monitor of smartfab.
    path : str or path
        The folder.
    win : WindowFeatures, optional
        What made the features; its settings and their hash go into the manifest, state None if it built them without states.
    meta : DataFrame, optional
        Meta data of the rows it was fitted on, for the interval of the data, and the machines whose parts it judges.
    report : Evaluation, optional
        How good it was: its figures go into the manifest.
    units : mapping of str to str, optional
        Unit by signal.
    as_of : time, optional
        Up to when labels were known.

    Raises
    ------
    TableError
        If the model is none of smartfab's, or not fitted.
    StoreError
        If something else than a model stands at the path, or it cannot be written.
    """
    target = Path(path)
    if target.exists() and not (target / _SUMS).is_file():
        raise StoreError(
            "something that is no model", where=str(target), expected="no folder yet, or a model", remedy="Choose another path."
        )
    kind, settings, arrays, trees = state_of(model)
    spec = None if win is None else win.spec() | ({"state": None} if win.gated is False else {})
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "model_id": secrets.token_hex(8),
        "settings": settings,
        "features": [str(name) for name in getattr(model, "feature_names_in_", getattr(model, "signals_", []))],
        "feature_spec": spec,
        "feature_spec_sha256": None if spec is None else _digest(json.dumps(spec, sort_keys=True).encode()),
        "units": dict(units or {}),
        "versions": _versions(),
        "machines": None if meta is None or "machine_id" not in meta else sorted(set(meta["machine_id"].astype(str))),
        "data": None if meta is None else _interval(meta),
        "as_of": None if as_of is None else pd.Timestamp(str(as_of)).isoformat(),
        "evaluation": None if report is None else _figures(report),
        "threshold": _number(getattr(model, "threshold_", None)),
        "costs": {name: getattr(model, name, None) for name in ("miss_cost", "false_alarm_cost")},
        "calibration": _plain(getattr(model, "calibration", None)),
    }
    files = {_MANIFEST: json.dumps(manifest, ensure_ascii=False, indent=1, allow_nan=False, default=str).encode()}
    if arrays:
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        files[_ARRAYS] = buffer.getvalue()
    if trees is not None:
        from skops.io import dumps

        files[_TREES] = dumps(trees)
    files[_SUMS] = "".join(f"{_digest(data)}  {name}\n" for name, data in sorted(files.items())).encode()
    _replace(target, files)


def _replace(target: Path, files: Mapping[str, bytes]) -> None:
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    old = target.with_name(f".{target.name}.{secrets.token_hex(4)}.old")
    try:
        fresh.mkdir(parents=True)
        for name, data in files.items():
            with (fresh / name).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        if target.exists():
            target.rename(old)
        fresh.rename(target)
    except OSError as error:
        if old.exists() and not target.exists():
            old.rename(target)
        raise StoreError(f"cannot be written: {error}", where=str(target), remedy="Check the disk and the rights.") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def load(path: str | os.PathLike[str], *, trusted: Sequence[str] = ()) -> Any:
    """Return the model of a folder, as it was saved; its manifest is in ``manifest_``.

    Parameters
    ----------
    path : str or path
        The folder.
    trusted : sequence of str
        Further types, by dotted name, that its trees may be made of: of an estimator of your own.

    Returns
    -------
    estimator or ProcessMonitor
        Ready to predict, with the same bits as when it was saved.

    Raises
    ------
    ModelRejectedError
        If a file is missing, changed, of a newer smartfab, or holds a type that is not trusted.
    """
    folder = Path(path)
    files = _checked(folder)
    manifest = _manifest(files, folder)
    if _TREES in files:
        model = _trees(files[_TREES], folder, trusted)
    else:
        arrays = {}
        if _ARRAYS in files:
            with np.load(io.BytesIO(files[_ARRAYS]), allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
        model = from_state(str(manifest["kind"]), manifest["settings"], arrays)
    model.manifest_ = manifest
    return model


def _checked(folder: Path) -> dict[str, bytes]:
    """Every file the sums name, its sum right."""
    try:
        sums = (folder / _SUMS).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise _rejected(folder, f"{_SUMS} cannot be read", "Copy the whole folder again, or fit and save anew.") from error
    files = {}
    for line in sums.splitlines():
        digest, _, name = line.partition("  ")
        if name not in {_MANIFEST, _ARRAYS, _TREES}:
            raise _rejected(folder, f"{_SUMS} was changed", "Copy the whole folder again, or fit and save anew.")
        try:
            data = (folder / name).read_bytes()
        except OSError as error:
            raise _rejected(folder, f"{name} is missing", "Copy the whole folder again, or fit and save anew.") from error
        if not secrets.compare_digest(_digest(data), digest):
            raise _rejected(folder, f"{name} was changed after it was saved", "Do not use it; fit and save anew.")
        files[name] = data
    if _MANIFEST not in files or "".join(f"{_digest(files[name])}  {name}\n" for name in sorted(files)) != sums:
        raise _rejected(folder, f"{_SUMS} was changed", "Copy the whole folder again, or fit and save anew.")
    return files


def _manifest(files: Mapping[str, bytes], folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(files[_MANIFEST])
        version = int(manifest["schema_version"])
    except (ValueError, KeyError, TypeError) as error:
        raise _rejected(folder, "the manifest cannot be read", "Fit and save anew.") from error
    if version > SCHEMA_VERSION:
        raise _rejected(folder, f"schema version {version}, this smartfab reads up to {SCHEMA_VERSION}", "Update smartfab.")
    if manifest.get("kind") not in {*DETECTORS, ProcessMonitor.__name__, DefectClassifier.__name__, RULRegressor.__name__}:
        raise _rejected(folder, f"a model of kind {manifest.get('kind')!r}", "Update smartfab, or fit and save anew.")
    return dict(manifest)


def _trees(data: bytes, folder: Path, trusted: Sequence[str]) -> Any:
    from skops.io import get_untrusted_types, loads

    allowed = {*ALLOWED, *trusted}
    strange = sorted(set(get_untrusted_types(data=data)) - allowed)
    if strange:
        raise _rejected(
            folder, f"types that are not trusted: {', '.join(strange)}",
            "If you know where the model comes from, name them in load(…, trusted=[…]).",
        )  # fmt: skip
    return loads(data, trusted=sorted(allowed))


def _rejected(folder: Path, found: str, remedy: str) -> ModelRejectedError:
    return ModelRejectedError(found, where=str(folder), remedy=remedy)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("smartfab", "numpy", "pandas", "scikit-learn", "scipy", "skops")}


def _interval(meta: pd.DataFrame) -> dict[str, object]:
    if "cutoff" not in meta:
        raise TableError("no column cutoff", where="meta", expected="the meta data of the rows")
    return {"start": str(meta["cutoff"].min()), "end": str(meta["cutoff"].max()), "rows": len(meta)}


def _figures(report: Evaluation) -> dict[str, object]:
    row = {name: _number(value) for name, value in report.metrics.loc["model"].items()}
    bounds = report.intervals.set_index("metric")[["low", "high"]]
    return {
        "metrics": row, "intervals": {str(k): [_number(v["low"]), _number(v["high"])] for k, v in bounds.iterrows()},
        "leaks": report.leaks["code"].tolist(),
    }  # fmt: skip


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float, np.number)) and np.isfinite(value) else None


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (bool, str)) or value is None:
        return value
    return _number(value)
