"""A plant's own CSV and Excel files → our tables, and back.

::

    bytes → decoding, separated | workbooks → grid → headings → rows_apart → columns_in → reading
    tables → workbook_out
"""

from smartfab.exports.reading import read_export
from smartfab.exports.workbook_out import to_excel

__all__ = ["read_export", "to_excel"]
