"""The council's papers in Vietnamese, as HTML and DOCX, from templates a plant may replace.

::

    facts (what a paper says) → templates → documents: Form → word_files (the same paper for Word)
"""

from __future__ import annotations

from smartfab.improvements.forms.documents import FORMS, Form

__all__ = ["FORMS", "Form"]
