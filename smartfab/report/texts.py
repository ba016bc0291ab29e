"""The fixed sentences of a report, in English and Vietnamese."""

from __future__ import annotations

from smartfab.charts.wording import Lang
from smartfab.vocabulary import label

TEXTS: dict[str, dict[Lang, str]] = {
    "title": {"en": "OEE report", "vi": "Báo cáo OEE"},
    "line": {"en": "Line", "vi": "Dây chuyền"},
    "oee": {"en": "OEE", "vi": label("oee", "vi")},
    "window": {"en": "Window", "vi": "Khoảng thời gian"},
    "zone": {"en": "times of", "vi": "theo giờ"},
    "data_as_of": {"en": "Data as of", "vi": "Dữ liệu tính đến"},
    "version_of": {"en": "store version {version}, written {at}", "vi": "phiên bản kho {version}, ghi lúc {at}"},
    "no_version": {"en": "nothing has been stored yet", "vi": "kho chưa có dữ liệu"},
    "period": {"en": "Period", "vi": "Kỳ"},
    "reopened": {"en": "reopened by", "vi": "mở lại bởi"},
    "since": {"en": "Changes since the close", "vi": "Thay đổi từ khi chốt"},
    "unchanged": {"en": "Nothing came and nothing changed.", "vi": "Không có dữ liệu mới và không có thay đổi."},
    "came_late": {
        "en": "{table}: {count} additions from {first} to {last}; they are kept, and the figures stay as they were closed.",
        "vi": "{table}: {count} lần bổ sung từ {first} đến {last}; được lưu lại, số liệu vẫn như khi chốt.",
    },
    "came_since": {
        "en": "{table}: {count} additions from {first} to {last}.",
        "vi": "{table}: {count} lần bổ sung từ {first} đến {last}.",
    },
    "and_more": {"en": "and {count} more figures", "vi": "và {count} chỉ số khác"},
    "printed": {"en": "Printed", "vi": "In lúc"},
    "by": {"en": " by {who}", "vi": " bởi {who}"},
    "week": {"en": "Week from Monday", "vi": "Tuần (từ thứ Hai)"},
    "how_short": {"en": "How it is made", "vi": "Cách tính"},
    "explain": {
        "en": "Each figure above leads to its sums here. The intervals and counts themselves are shown in Python by",
        "vi": "Mỗi con số ở trên dẫn đến phép tính của nó ở đây. Xem từng khoảng thời gian và lần đếm trong Python bằng",
    },
    "about_pieces": {"en": "{good} good of {total} pieces. ", "vi": "{good} sản phẩm đạt trên {total}. "},
    "about_line": {
        "en": "Planned {planned}; time and speed of {constraint}.",
        "vi": "Kế hoạch {planned}; thời gian và tốc độ của {constraint}.",
    },
    "constraint": {"en": "the constraint", "vi": "máy nút cổ chai"},
    "timeline": {"en": "What the machines did", "vi": "Các máy đã làm gì"},
    "timeline_caption": {
        "en": "Each pixel column shows every state by its share of the time; a short stop is never hidden.",
        "vi": "Mỗi cột điểm ảnh thể hiện mọi trạng thái theo tỷ lệ thời gian; dừng ngắn không bị che mất.",
    },
    "waterfall": {"en": "Where the time went", "vi": "Thời gian đã đi đâu"},
    "of_line": {
        "en": "Line {line}: time of {constraint}, good pieces at the exit of the line.",
        "vi": "Dây chuyền {line}: thời gian của {constraint}, sản phẩm đạt ở cuối dây chuyền.",
    },
    "of_machines": {
        "en": "Line {line}: the time of all its machines, added up.",
        "vi": "Dây chuyền {line}: tổng thời gian của mọi máy.",
    },
    "by_line": {"en": "Lines by shift", "vi": "Dây chuyền theo ca"},
    "by_machine": {"en": "Machines", "vi": "Theo máy"},
    "by_shift": {"en": "Machines by shift", "vi": "Máy theo ca"},
    "findings": {"en": "Remarks on the data", "vi": "Ghi chú về dữ liệu"},
    "no_findings": {"en": "No remarks.", "vi": "Không có ghi chú."},
    "remark": {"en": "Remark", "vi": "Ghi chú"},
    "where": {"en": "Where", "vi": "Ở đâu"},
    "count": {"en": "Rows", "vi": "Số dòng"},
    "evidence": {"en": "Evidence", "vi": "Chi tiết"},
    "method": {"en": "How these figures are made", "vi": "Cách tính"},
    "pieces_apart": {"en": "not in the figures: {what}", "vi": "không tính vào chỉ số: {what}"},
    "bounds": {"en": "OEE lies between {low} and {high}", "vi": "OEE nằm từ {low} đến {high}"},
    "planned": {"en": "Planned", "vi": "Kế hoạch"},
    "stops": {"en": "Stops", "vi": "Số lần dừng"},
    "total": {"en": "Pieces", "vi": "Sản lượng"},
    "good": {"en": "Good", "vi": label("good", "vi", short=True)},
    "between": {"en": "Scrap, in work", "vi": "Phế, dở dang"},
    "scrap": {"en": "Scrap", "vi": label("scrap", "vi", short=True)},
}

METHOD: dict[Lang, str] = {
    "en": """Every second of the window is in exactly one bucket. Availability = (run + minor stops) / planned;
performance = ideal / (run + minor stops); quality = good ideal / ideal; OEE = good ideal / planned.
Time nobody knows anything about is shown as unknown and is not part of planned time;
coverage = planned / (planned + unknown). Sums are made first, ratios last. Terms after ISO 22400-2.""",
    "vi": """Mỗi giây của khoảng thời gian nằm trong đúng một nhóm. Mức độ sẵn sàng = (chạy + dừng vặt) / kế hoạch;
hiệu suất tốc độ = chuẩn / (chạy + dừng vặt); tỷ lệ chất lượng = chuẩn hàng đạt / chuẩn; OEE = chuẩn hàng đạt / kế hoạch.
Thời gian không có dữ liệu được ghi riêng và không nằm trong thời gian kế hoạch;
độ phủ dữ liệu = kế hoạch / (kế hoạch + không có dữ liệu). Cộng trước, chia sau. Thuật ngữ theo ISO 22400-2.""",
}
