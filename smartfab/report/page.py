"""A finished report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Report:
    """One self-contained page: `html` needs no network and no script."""

    html: str

    def save(self, path: str | Path) -> Path:
        """Write the page.

        Parameters
        ----------
        path : str or Path
            Where to; an existing file is replaced.

        Returns
        -------
        Path
            The file.
        """
        file = Path(path)
        file.write_text(self.html, encoding="utf-8")
        return file
