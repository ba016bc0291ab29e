"""A model as it stood when a job began: every part of the job is judged by the same one, or by none."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smartfab.errors import ModelRejectedError

if TYPE_CHECKING:
    from smartfab.defects import DefectClassifier
    from smartfab.features import WindowFeatures

_SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class PinnedModel:
    """The folder of a model, and the digest of its checksums; small, and picklable.

    Attributes
    ----------
    path : Path
        The folder.
    sha256 : str or None
        Of its file of checksums, and so of every file; None where it could not be read.
    """

    path: Path
    sha256: str | None

    @classmethod
    def of(cls, path: Path) -> PinnedModel:
        """Return the model of a folder as it is now, whatever state it is in.

        Parameters
        ----------
        path : Path
            The folder.

        Returns
        -------
        PinnedModel
            To be opened.
        """
        whole = path.resolve()
        return cls(whole, _digest(whole))

    def open(self) -> tuple[DefectClassifier, WindowFeatures]:
        """Return the classifier, and the windows its features are made by.

        Returns
        -------
        (DefectClassifier, WindowFeatures)
            The windows name their signals: those the features are of, where the settings name none.

        Raises
        ------
        ModelRejectedError
            If it is missing, damaged, newer than this smartfab, no classifier of parts, without settings of windows, or
            another one than when the job began.
        """
        from smartfab.defects import DefectClassifier, load
        from smartfab.features import WindowFeatures
        from smartfab.features.statistics import columns_of, signals_in

        model = load(self.path)
        if _digest(self.path) != self.sha256:
            raise self._rejected("replaced while the job ran", remedy="Run the job again.")
        if not isinstance(model, DefectClassifier) or len(model.classes_) > 2:
            kind = model.manifest_["kind"]
            raise self._rejected(f"a {kind}", expected="a DefectClassifier of two classes", remedy="Name another model.")
        spec = model.manifest_["feature_spec"]
        if spec is None:
            raise self._rejected("no settings of windows", remedy="Save it again with save(model, path, win=…, meta=…).")
        named = list(getattr(model, "feature_names_in_", ()))
        signals = spec["signals"] or signals_in(named, spec["stats"], spec["windows"])
        win = WindowFeatures(**{**spec, "signals": signals})
        made = columns_of(signals, spec["stats"], spec["windows"])
        strange = sorted(set(named) - set(made)) if named else ["those without a name"]
        if strange:
            raise self._rejected(
                f"features its windows do not make: {', '.join(strange[:5])}",
                remedy="Fit it on what build(…) of its windows gives.",
            )
        return model, win

    def provenance(self, manifest: dict[str, Any]) -> dict[str, object]:
        """Return what a log is to keep, to tell years later which model said something.

        Parameters
        ----------
        manifest : dict
            Of the model.

        Returns
        -------
        dict
            Folder, sha256 of its checksums, model_id, hash of the windows' settings, versions it was fitted with, and the
            version of smartfab that asked it.
        """
        from importlib.metadata import version

        return {
            "path": str(self.path), "sha256": self.sha256, "model_id": manifest["model_id"],
            "feature_spec_sha256": manifest["feature_spec_sha256"], "fitted_with": manifest["versions"],
            "smartfab": version("smartfab"),
        }  # fmt: skip

    def _rejected(self, found: str, *, remedy: str, expected: str | None = None) -> ModelRejectedError:
        return ModelRejectedError(found, where=str(self.path), expected=expected, remedy=remedy)


def _digest(folder: Path) -> str | None:
    try:
        return hashlib.sha256((folder / _SUMS).read_bytes()).hexdigest()
    except OSError:
        return None  # opening the model says what is wrong
