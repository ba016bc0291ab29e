"""What the commands say, in English and Vietnamese; errors speak for themselves."""

from __future__ import annotations

from dataclasses import dataclass

from smartfab.charts.wording import Lang
from smartfab.vocabulary import label


@dataclass(frozen=True)
class Messages:
    """The sentences of one language."""

    coverage: str
    planned: str
    total: str
    good: str
    no_rows: str
    remarks: str
    more_remarks: str
    simulating: str
    collecting: str
    computing: str
    result: str
    samples: str
    line_oee: str
    by_machine: str
    by_shift: str
    predicting: str
    defects: str
    proving: str
    gain: str
    writing: str
    files: str
    next_steps: str


MESSAGES: dict[Lang, Messages] = {
    "en": Messages(
        coverage="Cov.",
        planned="Plan",
        total="Pieces",
        good="Good",
        no_rows="No shift and no machine in this window.",
        remarks="Remarks",
        more_remarks="  … and {count} more (--json shows all)",
        simulating="Making a line with known truth",
        collecting="Collecting by OPC UA",
        computing="Computing OEE",
        result="Result in {seconds} s",
        samples="Collected {samples} of {truth} samples: {lost} lost, {duplicated} duplicated",
        line_oee="OEE of line {line}: {value}; truth {truth}; off by {error}",
        by_machine="Machines (truth beside)",
        by_shift="Shifts",
        predicting="Predicting defects",
        defects=(
            "Defects, tested forward in time: MCC {mcc}, false alarms {far}, share of defects {base_rate}; "
            "foremost signal {foremost}, true cause {cause}"
        ),
        proving="Measuring an improvement",
        gain="Improvement {id}: {sentence}; truth {truth}",
        writing="Writing the report",
        files="Open {report}: every step beside the truth. {summary} has the figures, {plant} the plant, {store} the data.",
        next_steps="""Next, on your own plant:
  1. Copy {plant}, and write your server, your tags and your shifts in it.
  2. smartfab collect plant.toml --store store        (Ctrl+C ends it)
  3. smartfab oee plant.toml --store store --from {today} --to {tomorrow} --by shift
  4. smartfab report plant.toml --store store --from {today} --to {tomorrow} --kind day -o today.html
Or try steps 3 and 4 here:
  smartfab oee {plant} --store {store} --from {day} --to {next_day} --by shift
  smartfab report {plant} --store {store} --from {day} --shift Ca1 --kind shift -o shift.html""",
    ),
    "vi": Messages(
        coverage="Phủ",
        planned="KH",
        total="SL",
        good=label("good", "vi", short=True),
        no_rows="Không có ca và máy nào trong khoảng này.",
        remarks="Ghi chú",
        more_remarks="  … và {count} ghi chú nữa (--json cho xem tất cả)",
        simulating="Tạo dây chuyền mô phỏng biết trước kết quả đúng",
        collecting="Thu thập qua OPC UA",
        computing="Tính OEE",
        result="Kết quả sau {seconds} giây",
        samples="Đã thu {samples} trên {truth} mẫu: mất {lost}, trùng {duplicated}",
        line_oee="OEE của dây chuyền {line}: {value}; giá trị đúng {truth}; lệch {error}",
        by_machine="Theo máy (kèm giá trị đúng)",
        by_shift="Theo ca",
        predicting="Dự báo lỗi",
        defects=(
            "Dự báo lỗi, kiểm tra theo chiều thời gian: MCC {mcc}, báo động nhầm {far}, tỷ lệ lỗi {base_rate}; "
            "tín hiệu nổi bật nhất {foremost}, nguyên nhân thật {cause}"
        ),
        proving="Đo một cải tiến",
        gain="Cải tiến {id}: {sentence}; giá trị đúng {truth}",
        writing="Viết báo cáo",
        files="Mở {report}: mọi bước cạnh giá trị đúng. Số liệu ở {summary}, nhà máy ở {plant}, dữ liệu ở {store}.",
        next_steps="""Tiếp theo, với nhà máy của bạn:
  1. Chép {plant}, ghi máy chủ, tín hiệu và ca làm việc của bạn vào đó.
  2. smartfab collect plant.toml --store store        (Ctrl+C để dừng)
  3. smartfab oee plant.toml --store store --from {today} --to {tomorrow} --by shift
  4. smartfab report plant.toml --store store --from {today} --to {tomorrow} --kind day -o hom-nay.html
Hoặc thử ngay bước 3 và 4 tại đây:
  smartfab oee {plant} --store {store} --from {day} --to {next_day} --by shift
  smartfab report {plant} --store {store} --from {day} --shift Ca1 --kind shift -o ca.html""",
    ),
}
"""By language."""
