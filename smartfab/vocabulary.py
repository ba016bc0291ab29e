"""READ FIRST: every table and column: type, unit, meaning and label.

Types are ``string``, ``float64``, ``int64``, ``bool``, ``timestamp`` (``datetime64[us, UTC]``), ``date``
(a production date: a naive midnight) and ``json`` (text). Intervals are half-open [start, end). A ratio has no suffix
and lies in 0…1 (performance may exceed 1). Missing knowledge is null or ``unknown``, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smartfab.terms import WORDS

__all__ = ["CATEGORIES", "COLUMNS", "LOSSES", "ROLES", "SHIFT_KINDS", "TABLES", "WORDS", "Column", "DType", "Table", "label"]

DType = Literal["string", "float64", "int64", "bool", "timestamp", "date", "json"]

# The order is the rank for two states at one instant: the later one wins.
CATEGORIES = ("running", "idle", "blocked", "starved", "setup", "planned_stop", "unplanned_stop", "off", "unknown")
"""What a machine can be doing."""

LOSSES = (
    "no_shift", "planned_stop", "unknown", "breakdown", "setup", "idle", "blocked_starved", "minor_stop", "run",
)  # fmt: skip
"""Where a second of the window can be booked; every second is in exactly one."""

SHIFT_KINDS = ("work", "break", "holiday", "overtime", "make_up", "calendar_stop")
"""What a row of the shifts table says of its time."""

ROLES = (
    "state", "flag", "reason", "good_count", "reject_count", "rework_count", "total_count", "product_id", "order_id",
    "part_id", "cycle_time", "speed", "process_value", "energy", "alarm",
)  # fmt: skip
"""What a signal means to its machine."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, unit (empty where it has none), meaning, and labels."""

    name: str
    dtype: DType
    unit: str
    meaning: str
    en: str
    vi: str

    @property
    def is_ratio(self) -> bool:
        """Whether it lies in 0…1 by its meaning, and people see it in percent."""
        return self.dtype == "float64" and not self.unit and self.name not in {"value", "limit", "score"}

    def label(self, lang: str) -> str:
        """Return what heads it; a state or a term of the same name may be called otherwise.

        Parameters
        ----------
        lang : {"en", "vi"}
            Language.

        Returns
        -------
        str
            Its own label.
        """
        return self.en if lang == "en" else self.vi


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the columns that identify a row, the others, and how the store lays it out."""

    name: str
    keys: tuple[str, ...]
    others: tuple[str, ...]
    partition: Literal["utc_day", "production_date", ""]
    meaning: str

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, the keys first."""
        return tuple(COLUMNS[name] for name in self.keys + self.others)


def _declare(rows: str) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for line in rows.strip().splitlines():
        name, dtype, unit, meaning, en, vi = (part.strip() for part in line.split("|"))
        columns[name] = Column(name, dtype, unit, meaning, en, vi)  # type: ignore[arg-type]
    return columns


# name | type | unit | meaning | English label | nhãn tiếng Việt
COLUMNS: dict[str, Column] = _declare("""
signal_id         | string    |     | machine_id/signal                                             | Signal | Tín hiệu
source_id         | string    |     | what sent the event                                           | Source | Nguồn
machine_id        | string    |     | a machine of the plant                                        | Machine | Máy
line_id           | string    |     | a line of the plant                                           | Line | Dây chuyền
area_id           | string    |     | an area of the plant                                          | Area | Khu vực
shift_id          | string    |     | a shift rule of the plant                                     | Shift | Ca
team_id           | string    |     | the crew on duty                                              | Team | Kíp
production_date   | date      |     | working day of the plant, beginning at day_start              | Production date | Ngày sản xuất
product_id        | string    |     | what is made                                                  | Product | Mã hàng
order_id          | string    |     | production order                                              | Order | Lệnh sản xuất
part_id           | string    |     | one piece                                                     | Part | Mã chi tiết
lot_id            | string    |     | one lot of material or pieces                                 | Lot | Lô
parent_id         | string    |     | what it was made from, or the wider reason                    | Parent | Cấp trên
reason_id         | string    |     | why the machine stood; null is "not declared"                 | Reason | Lý do dừng
defect_code       | string    |     | kind of defect                                                | Defect | Mã lỗi
ts                | timestamp |     | when it was true at the source                                | Time | Thời điểm
server_ts         | timestamp |     | when the server had it                                        | Server time | Thời điểm máy chủ
start             | timestamp |     | first instant of the interval                                 | Start | Bắt đầu
end               | timestamp |     | first instant after the interval                              | End | Kết thúc
recorded_at       | timestamp |     | when this row became known                                    | Recorded at | Ghi nhận lúc
produced_at       | timestamp |     | when the pieces were made, if not at ts                       | Produced at | Sản xuất lúc
known_at          | timestamp |     | when the label became known                                   | Known at | Biết lúc
valid_from        | timestamp |     | first instant it holds                                        | Valid from | Hiệu lực từ
valid_to          | timestamp |     | first instant it holds no more                                | Valid to | Hiệu lực đến
value             | float64   |     | numeric value, in the signal's unit                           | Value | Giá trị
limit             | float64   |     | limit that was passed, in the statistic's unit                | Limit | Giới hạn
text              | string    |     | value or message as text                                      | Text | Nội dung
status            | int64     |     | OPC UA StatusCode; bits 31–30: 00 good, 01 uncertain, 10 bad  | Status | Trạng thái tín hiệu
cause             | string    |     | why values are missing                                        | Cause | Nguyên nhân
recovered         | bool      |     | history filled the gap                                        | Recovered | Đã khôi phục
kind              | string    |     | which kind of row this is                                     | Kind | Loại
severity          | int64     | 1   | 1…1000 as OPC UA counts it                                    | Severity | Mức độ
fields            | json      |     | what else the source said                                     | Fields | Chi tiết
state             | string    |     | category of the machine's state, or its raw value             | State | Trạng thái máy
source            | string    |     | signal, derived or entered                                    | Source | Nguồn
planned           | bool      |     | this is time the machine should run                           | Planned | Theo kế hoạch
total             | float64   | 1   | pieces made                                                   | Total | Tổng sản lượng
good              | float64   | 1   | pieces right the first time                                   | Good | Sản phẩm đạt
scrap             | float64   | 1   | pieces that cannot be mended                                  | Scrap | Phế phẩm (NG không sửa được)
rework            | float64   | 1   | pieces sent to be mended                                      | Rework | Hàng sửa lại
is_rework         | bool      |     | these pieces came in again after mending                      | Re-entered | Hàng vào lại
name_vi           | string    |     | Vietnamese name                                               | Name (vi) | Tên tiếng Việt
name_en           | string    |     | English name                                                  | Name (en) | Tên tiếng Anh
uom               | string    |     | unit of the quantities                                        | Unit | Đơn vị
ideal_cycle_s     | float64   | s   | shortest time of one cycle (one piece, or parts_per_cycle)    | Ideal cycle | Chu kỳ chuẩn
rate_per_h        | float64   | 1/h | most pieces an hour, instead of the ideal cycle               | Ideal rate | Năng suất chuẩn
parts_per_cycle   | float64   | 1   | pieces one cycle makes                                        | Parts per cycle | Số sản phẩm mỗi chu kỳ
planned_qty       | float64   | 1   | pieces ordered                                                | Planned quantity | Số lượng kế hoạch
role              | string    |     | serial or parallel                                            | Role | Vai trò
constraint        | bool      |     | the machine that paces the line                               | Constraint | Máy nút cổ chai
category          | string    |     | what the machine was doing                                    | Category | Nhóm trạng thái
micro_stop_s      | float64   | s   | an unplanned stop no longer than this is a micro-stop         | Micro-stop limit | Ngưỡng dừng vặt
limit_s           | float64   | s   | beyond this a planned stop is a breakdown                     | Limit | Thời gian tối đa
by                | string    |     | who recorded it                                               | By | Người ghi
from_product      | string    |     | what was made before; null is any                             | From product | Từ mã hàng
to_product        | string    |     | what was made after; null is any                              | To product | Sang mã hàng
standard_s        | float64   | s   | time a changeover is allowed                                  | Standard time | Thời gian chuyển đổi chuẩn
person_id         | string    |     | an employee                                                   | Employee | Mã nhân viên
name              | string    |     | how a person or a day is called                               | Name | Tên
from_date         | date      |     | first production date                                         | From date | Từ ngày
to_date           | date      |     | last production date, in it                                   | To date | Đến ngày
start_time        | string    |     | time of day it begins                                         | From | Từ giờ
end_time          | string    |     | time of day it ends                                           | To | Đến giờ
unit_id           | string    |     | department or workshop                                        | Unit | Đơn vị công tác
duration_s        | float64   | s   | end − start                                                   | Duration | Thời lượng
loss              | string    |     | bucket of the time account                                    | Loss | Nhóm tổn thất
open              | bool      |     | its end is not known yet                                      | Open | Chưa kết thúc
label             | string    |     | good, defect or unknown                                       | Label | Kết quả kiểm
score             | float64   |     | what the model says, 0…1                                      | Score | Điểm rủi ro
decision          | bool      |     | hold this part                                                | Decision | Quyết định giữ
model_id          | string    |     | which model said so                                           | Model | Mô hình
cutoff            | timestamp |     | nothing later was used                                        | Cut-off | Mốc dữ liệu
statistic         | string    |     | what was monitored                                            | Statistic | Chỉ số
rule              | string    |     | which rule was broken                                         | Rule | Quy tắc
acknowledged_by   | string    |     | who took note                                                 | Acknowledged by | Người xác nhận
table             | string    |     | the table the row was meant for                               | Table | Bảng
raw               | json      |     | the row as it came                                            | Raw | Dữ liệu gốc
reason            | string    |     | why a figure is missing, or a row was corrected or set aside  | Reason | Lý do
calendar_s        | float64   | s   | all time of the window                                        | Calendar time | Thời gian lịch
no_shift_s        | float64   | s   | outside every shift                                           | No shift | Ngoài ca
planned_stop_s    | float64   | s   | breaks and stops that were planned                            | Planned stop | Dừng theo kế hoạch
unknown_s         | float64   | s   | in a shift, but nobody knows what the machine did             | Unknown | Không có dữ liệu
planned_s         | float64   | s   | planned production time: what is left of the shift            | Planned time | Thời gian sản xuất theo kế hoạch
breakdown_s       | float64   | s   | unplanned stops longer than a micro-stop                      | Breakdown | Dừng do hỏng máy (sự cố)
setup_s           | float64   | s   | changing product or tool                                      | Setup | Chuyển đổi mã hàng / thay khuôn, cài đặt
idle_s            | float64   | s   | able to run, but did not                                      | Idle | Chờ không tải
blocked_starved_s | float64   | s   | nothing to work on, or nowhere to put it                      | Blocked or starved | Nghẽn hoặc thiếu hàng
minor_stop_s      | float64   | s   | unplanned stops no longer than the threshold                  | Minor stop | Dừng vặt (dừng ngắn)
run_s             | float64   | s   | running                                                       | Run time | Thời gian chạy
ideal_s           | float64   | s   | Σ ideal cycle × total                                         | Ideal time | Thời gian chuẩn
good_ideal_s      | float64   | s   | Σ ideal cycle × good                                          | Good ideal time | Thời gian chuẩn hàng đạt
reduced_speed_s   | float64   | s   | run (and minor stops) − ideal                                 | Reduced speed | Chạy chậm (giảm tốc độ)
quality_s         | float64   | s   | ideal − good ideal                                            | Quality loss | Tổn thất chất lượng
total_unknown     | float64   | 1   | pieces counted over unknown time, not in total                | Pieces in unknown time | Sản lượng lúc không có dữ liệu
total_planned_stop| float64   | 1   | pieces counted in planned stops, not in total                 | Pieces in planned stops | Sản lượng lúc dừng kế hoạch
total_no_shift    | float64   | 1   | pieces counted outside shifts, not in total                   | Pieces outside shifts | Sản lượng ngoài ca
total_in_stop     | float64   | 1   | pieces of total that were counted in a stop                   | Pieces in stops | Sản lượng lúc dừng
uncosted          | float64   | 1   | pieces of total without an ideal cycle                        | Uncosted pieces | Sản lượng thiếu chu kỳ chuẩn
n_stops           | int64     | 1   | unplanned stops that began in the row, micro-stops included   | Stops | Số lần dừng
n_failures        | int64     | 1   | breakdowns that began in the row                              | Failures | Số lần hỏng máy
availability      | float64   |     | (run + minor stops) / planned                                 | Availability | Mức độ sẵn sàng (A)
performance       | float64   |     | ideal / (run + minor stops); may exceed 1                     | Performance | Hiệu suất tốc độ (P)
quality           | float64   |     | good ideal / ideal                                            | Quality | Tỷ lệ chất lượng (Q)
oee               | float64   |     | good ideal / planned                                          | OEE | Hiệu suất thiết bị tổng thể (OEE)
ooe               | float64   |     | good ideal / (planned + planned stop)                         | OOE | Hiệu suất vận hành tổng thể (OOE)
teep              | float64   |     | good ideal / (calendar − unknown)                             | TEEP | Hiệu suất thiết bị toàn phần (TEEP)
nee               | float64   |     | ((run + setup) / planned) · (good ideal / run)                | NEE | Hiệu suất thiết bị thuần (NEE)
yield             | float64   |     | good / total                                                  | Yield | Tỷ lệ đạt
coverage          | float64   |     | planned / (planned + unknown): how much is known              | Coverage | Độ phủ dữ liệu
oee_low           | float64   |     | OEE if every unknown second was lost                          | OEE, lower bound | OEE thấp nhất có thể
oee_high          | float64   |     | OEE if every unknown second was perfect                       | OEE, upper bound | OEE cao nhất có thể
""")

_OEE_TERMS = (
    "calendar_s no_shift_s planned_stop_s unknown_s planned_s breakdown_s setup_s idle_s blocked_starved_s minor_stop_s "
    "run_s ideal_s good_ideal_s reduced_speed_s quality_s total good scrap rework total_unknown total_planned_stop "
    "total_no_shift total_in_stop uncosted n_stops n_failures availability performance quality oee ooe teep nee yield "
    "coverage oee_low oee_high reason"
)


def _tables(*rows: tuple[str, str, str, Literal["utc_day", "production_date", ""], str]) -> dict[str, Table]:
    return {name: Table(name, tuple(keys.split()), tuple(rest.split()), part, text) for name, keys, rest, part, text in rows}


# name, key columns, other columns, partition of the store, meaning
TABLES: dict[str, Table] = _tables(
    ("samples", "signal_id ts", "value text status server_ts", "utc_day", "what the signals said"),
    ("coverage", "signal_id start end", "cause recovered recorded_at", "utc_day", "gaps the collector knows of"),
    ("events", "source_id ts", "kind severity text fields", "utc_day", "alarms and events of the machines"),
    ("states", "machine_id ts", "state reason_id status source server_ts", "production_date", "a state holds until the next row"),
    ("shifts", "shift_id start end", "line_id machine_id production_date team_id planned kind", "production_date", "planned time"),
    ("counts", "machine_id ts", "product_id total good scrap rework part_id is_rework defect_code produced_at recorded_at "
     "production_date shift_id", "production_date", "pieces since the row before"),
    ("products", "product_id machine_id", "name_vi name_en uom ideal_cycle_s rate_per_h parts_per_cycle micro_stop_s "
     "valid_from valid_to", "", "what is made, and how fast it could be"),
    ("orders", "order_id machine_id", "product_id start end planned_qty", "", "what was to be made when"),
    ("machines", "machine_id", "line_id area_id role constraint micro_stop_s", "", "the machines in the order of the flow"),
    ("reasons", "reason_id", "parent_id name_vi name_en category limit_s valid_from valid_to", "", "why a machine may stand"),
    ("stop_reasons", "machine_id start end", "reason_id by recorded_at", "", "reasons entered by people"),
    ("entered_counts", "machine_id ts", "product_id total good scrap rework defect_code production_date shift_id reason by "
     "recorded_at", "", "pieces people entered: totals of a shift, or corrections that are added"),
    ("stops", "machine_id start", "end reason_id state text by recorded_at", "", "a stop log as people write it"),
    ("changeovers", "machine_id ts", "product_id by recorded_at", "", "what runs from then on, as people enter it"),
    ("setups", "machine_id from_product to_product", "standard_s", "", "how long a changeover may take"),
    ("calendar", "from_date", "to_date kind name shift_id line_id start_time end_time", "", "days that differ from the rules"),
    ("totals", "machine_id shift_id production_date", "line_id product_id planned_s run_s ideal_cycle_s total good scrap rework "
     "planned_stop_s breakdown_s setup_s idle_s blocked_starved_s minor_stop_s", "", "one row a shift, as a shift sheet has it"),
    ("people", "person_id", "name unit_id team_id role valid_from valid_to", "", "who works here"),
    ("account", "machine_id start end", "duration_s category loss reason_id product_id shift_id production_date open source",
     "production_date", "every second of the window in exactly one bucket"),
    ("oee", "machine_id line_id shift_id production_date", _OEE_TERMS, "production_date", "the terms of OEE, and their ratios"),
    ("parts", "part_id machine_id", "lot_id start end label defect_code known_at parent_id", "production_date", "one piece, one row"),
    ("predictions", "part_id", "machine_id score decision model_id cutoff coverage reason", "production_date",
     "what a model said of a part at a machine; without a score there is a reason"),
    ("alarms", "source start", "end statistic value limit rule acknowledged_by", "", "a limit was passed"),
    ("quarantine", "table recorded_at", "raw reason source", "", "rows set aside, nothing dropped"),
)  # fmt: skip


def label(term: str, lang: str = "en", *, short: bool = False) -> str:
    """Return the label of a column, bucket or category.

    Parameters
    ----------
    term : str
        Name of a column, a loss or a category.
    lang : {"en", "vi"}
        Language.
    short : bool
        The short Vietnamese form, where there is one.

    Returns
    -------
    str
        The label, or the term itself when it has none.
    """
    if term in WORDS:
        en, vi, brief = WORDS[term]
        return en if lang == "en" else (brief if short else vi)
    column = COLUMNS.get(term)
    return term if column is None else (column.en if lang == "en" else column.vi)
