"""The KPIs of ISO 22400-2 and what they are in our columns.

The text of the standard is not quoted and was not at hand; formulas are those that the open literature and other
standards give for it, entry by entry. Time elements become columns of the `oee` table so:

======== ======================================================= ====================================================
element  meaning                                                 our columns
======== ======================================================= ====================================================
PBT      planned busy time                                       planned_s
APT      actual production time                                  run_s; + minor_stop_s where minor stops are a loss of
                                                                 performance, as by default
AUST     actual unit set-up time                                 setup_s
AUPT     actual unit processing time, APT + AUST                 run_s + setup_s
ADET     actual unit delay time                                  breakdown_s + minor_stop_s + blocked_starved_s
AUBT     actual unit busy time, AUPT + ADET                      planned_s - idle_s: idle is taken as time without an order
PRI·PQ   planned run time an item × produced quantity            ideal_s (summed product by product)
GQ, SQ, RQ, PQ  good, scrap, rework, produced quantity           good, scrap, rework, total
GP/IP    good parts of inspected parts                           good / total: good is what was right the first time
FE       failure events                                          n_failures
======== ======================================================= ====================================================

References
----------
ISO 22400-2:2014, *Key performance indicators for manufacturing operations management – Definitions and descriptions*;
ISO 22514 (capability); N. Kang, C. Zhao, J. Li, J. A. Horst, *A hierarchical structure of key performance indicators for
operation management and continuous improvement in production systems*, Int. J. Prod. Res. 54 (2016) 6333.
"""

from __future__ import annotations

import pandas as pd

__all__ = ["kpis"]

_COLUMNS = ("id", "name_en", "name_vi", "formula", "elements", "our_terms", "column", "unit", "edition", "source", "certainty")

_SOURCES = {
    "K": ("ISO 22400-2:2014", "Kang et al. 2016", "from secondary sources"),
    "F": ("ISO 22400-2:2014", "secondary sources", "from secondary sources: others divide by FE"),
    "A": ("ISO 22400-2:2014", "Kang et al. 2016; OPC 40001-1, annex C", "from secondary sources; mapping approximate"),
    "C": ("ISO 22400-2:2014", "ISO 22514-2, ISO 22514-3", "published formula"),
    "E": ("ISO 22400-2:2014", "secondary sources", "from secondary sources; energy as measured, without its mix of carriers"),
}

# id | English | Vietnamese | formula | elements | our terms | column of `oee` it is | unit | key of _SOURCES
_TABLE = """
availability | Availability | Mức sẵn sàng | APT / PBT | APT PBT | (run_s + minor_stop_s) / planned_s | availability | 1 | K
effectiveness | Effectiveness | Hiệu suất | PRI · PQ / APT | PRI PQ APT | ideal_s / (run_s + minor_stop_s) | performance | 1 | K
quality_ratio | Quality ratio | Chất lượng | GQ / PQ | GQ PQ | good_ideal_s / ideal_s | quality | 1 | K
oee | OEE index | Chỉ số OEE | Availability · Effectiveness · Quality ratio | APT PBT PRI PQ GQ | good_ideal_s / planned_s | oee | 1 | K
nee | NEE index | Chỉ số NEE | AUPT / PBT · Effectiveness · Quality ratio | AUPT PBT PRI PQ APT GQ | (run_s + setup_s) / planned_s * good_ideal_s / run_s | nee | 1 | K
setup_ratio | Setup ratio | Tỷ lệ thời gian chuyển đổi | AUST / AUPT | AUST AUPT | setup_s / (run_s + setup_s) | | 1 | K
technical_efficiency | Technical efficiency | Hiệu suất kỹ thuật | APT / (APT + ADET) | APT ADET | run_s / (run_s + breakdown_s + minor_stop_s + blocked_starved_s) | | 1 | A
utilization_efficiency | Utilization efficiency | Hiệu suất sử dụng | APT / AUBT | APT AUBT | run_s / (planned_s - idle_s) | | 1 | A
allocation_efficiency | Allocation efficiency | Hiệu suất phân bổ | AUBT / PBT | AUBT PBT | (planned_s - idle_s) / planned_s | | 1 | A
throughput_rate | Throughput rate | Năng suất theo thời gian đơn hàng | PQ / AOET | PQ AOET | | | 1/s | K
scrap_ratio | Scrap ratio | Tỷ lệ phế phẩm | SQ / PQ | SQ PQ | scrap / total | | 1 | K
rework_ratio | Rework ratio | Tỷ lệ làm lại | RQ / PQ | RQ PQ | rework / total | | 1 | K
first_pass_yield | First pass yield | Tỷ lệ đạt ngay lần đầu | GP / IP | GP IP | good / total | yield | 1 | K
cm | Machine capability index | Chỉ số năng lực máy Cm | (USL − LSL) / (6 · s) | USL LSL s | | | 1 | C
cmk | Critical machine capability index | Chỉ số năng lực máy tới hạn Cmk | min(USL − x̄, x̄ − LSL) / (3 · s) | USL LSL x̄ s | | | 1 | C
cp | Process capability index | Chỉ số năng lực quá trình Cp | (USL − LSL) / (6 · σ̂) | USL LSL σ̂ | | | 1 | C
cpk | Critical process capability index | Chỉ số năng lực quá trình tới hạn Cpk | min(USL − x̿, x̿ − LSL) / (3 · σ̂) | USL LSL x̿ σ̂ | | | 1 | C
mtbf | Mean operating time between failures | Thời gian trung bình giữa các lần hỏng | Σ TBF / (FE + 1) | TBF FE | (run_s + setup_s + breakdown_s) / (n_failures + 1) | | s | F
mttf | Mean time to failure | Thời gian trung bình đến khi hỏng | Σ TTF / (FE + 1) | TTF FE | (run_s + setup_s) / (n_failures + 1) | | s | F
mttr | Mean time to repair | Thời gian sửa chữa trung bình | Σ TTR / (FE + 1) | TTR FE | breakdown_s / (n_failures + 1) | | s | F
energy_per_piece | Energy per piece | Năng lượng trên một sản phẩm | E / PQ | E PQ | | | kWh | E
"""  # noqa: E501  a table, one row a line


def kpis() -> pd.DataFrame:
    """Return the KPIs of ISO 22400-2 with formula, elements, and what they are in columns of the `oee` table.

    An expression in `our_terms` holds for rows of `evaluate` and of `rollup` alike, for it is made of sums. Where it is
    empty, the elements are not in the table: orders, measured values and energy have tables of their own.

    Returns
    -------
    DataFrame
        id, name_en, name_vi, formula (in elements of the standard), elements (separated by blanks), our_terms, column (of
        the `oee` table, where the KPI is one), unit of the value, edition, source, certainty.

    References
    ----------
    ISO 22400-2:2014.

    Examples
    --------
    >>> import smartfab as sf
    >>> sf.oee.kpis().set_index("id").loc["setup_ratio", ["formula", "our_terms"]].tolist()
    ['AUST / AUPT', 'setup_s / (run_s + setup_s)']
    """
    rows = []
    for line in _TABLE.strip().splitlines():
        *cells, source = (cell.strip() or None for cell in line.split("|"))
        rows.append((*cells, *_SOURCES[str(source)]))
    return pd.DataFrame(rows, columns=list(_COLUMNS), dtype="str")
