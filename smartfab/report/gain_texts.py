"""The fixed sentences of the page of a measured gain, in English and Vietnamese."""

from __future__ import annotations

from smartfab.charts.wording import Lang
from smartfab.vocabulary import label


def _labelled(term: str) -> dict[Lang, str]:
    return {"en": label(term), "vi": label(term, "vi")}


TEXTS: dict[str, dict[Lang, str]] = {
    "title": _labelled("gain"),
    "grade": {"en": "Grade", "vi": "Hạng bằng chứng"},
    "findings": {"en": "Remarks", "vi": "Ghi chú"},
    "no_findings": {"en": "No remarks.", "vi": "Không có ghi chú."},
    "picture": {"en": "With and without the change", "vi": "Có và không có cải tiến"},
    "placebos": {"en": "The same measurement where nothing was changed", "vi": "Đo thử ở chỗ không có cải tiến"},
    "placebo_caption": {
        "en": "Where nothing was changed, most intervals must hold 0; those that do not are marked.",
        "vi": "Ở chỗ không có cải tiến, phần lớn khoảng phải chứa 0; khoảng không chứa 0 được tô màu.",
    },
    "gates": {"en": "What had to hold", "vi": "Điều kiện phải đạt"},
    "checks": {"en": "What the grade rests on", "vi": "Các phép thử độ tin cậy"},
    "check": {"en": "Check", "vi": "Nội dung"},
    "found": {"en": "Found", "vi": "Kết quả"},
    "limit": {"en": "Limit", "vi": "Ngưỡng"},
    "passed": {"en": "Passed", "vi": "Đạt"},
    "yes": {"en": "yes", "vi": "đạt"},
    "no": {"en": "no", "vi": "không đạt"},
    "method": {"en": "How it was measured", "vi": "Cách đo"},
    "treated": {"en": "Changed", "vi": "Nơi cải tiến"},
    "at": {"en": "Since", "vi": "Từ ngày"},
    "baseline": _labelled("baseline"),
    "reporting": {"en": "After the change", "vi": "Giai đoạn sau cải tiến"},
    "periods": {"en": "{first} to {last}, {n} periods", "vi": "{first} đến {last}, {n} kỳ"},
    "mde": {"en": "Smallest effect found with 80 % power", "vi": "Mức nhỏ nhất phát hiện được (lực 80 %)"},
    "controls": _labelled("control_line"),
    "none": {"en": "none", "vi": "không có"},
    "rows": {"en": "Input rows (SHA-256)", "vi": "Dữ liệu đầu vào (SHA-256)"},
}

GRADES: dict[str, dict[Lang, str]] = {
    "A": {"en": "switched on and off in random order", "vi": "bật/tắt luân phiên ngẫu nhiên"},
    "B": {"en": "planned before, compared with three or more lines", "vi": "đăng ký trước, so với từ ba dây chuyền đối chứng"},
    "C": {"en": "one line alone, or in hindsight, or a check failed", "vi": "một dây chuyền, hồi cứu, hoặc phép thử không đạt"},
    "D": {"en": "declared, not measured", "vi": "tự kê khai, không đo"},
}

METHOD: dict[str, dict[Lang, str]] = {
    "controls": {
        "en": "Difference to the mean of the control lines, each adjusted by its own baseline.",
        "vi": "Chênh lệch so với trung bình các dây chuyền đối chứng, mỗi dây chuyền hiệu chỉnh theo kỳ gốc của nó.",
    },
    "series": {
        "en": "The line's own series before and after the change.",
        "vi": "Chuỗi số liệu của chính dây chuyền, trước và sau cải tiến.",
    },
    "switchback": {
        "en": "The line's own days with and without the change, in a random order fixed before.",
        "vi": "Các ngày có và không có cải tiến của chính dây chuyền, theo thứ tự ngẫu nhiên định trước.",
    },
}

HELD: dict[Lang, str] = {
    "en": "Weekday and mix are held constant. Noise: AR(1) + white; the interval integrates over its persistence.",
    "vi": "Giữ cố định thứ trong tuần, cơ cấu mã hàng và ca. Nhiễu: AR(1) + trắng; khoảng tính trên mọi mức dai dẳng.",
}

CHECKS: dict[str, dict[Lang, str]] = {
    "baseline_periods": {"en": "periods before the change", "vi": "số kỳ trước cải tiến"},
    "reporting_periods": {"en": "periods after the change", "vi": "số kỳ sau cải tiến"},
    "blocks_on": {"en": "blocks with the change", "vi": "số khối có cải tiến"},
    "blocks_off": {"en": "blocks without the change", "vi": "số khối không có cải tiến"},
    "known_before": {"en": "planned shifts known, before", "vi": "tỷ lệ ca có số liệu, trước"},
    "known_after": {"en": "planned shifts known, after", "vi": "tỷ lệ ca có số liệu, sau"},
    "weekdays_on_one_side": {"en": "days whose weekday stands on one side only", "vi": "ngày có thứ chỉ xuất hiện ở một phía"},
    "product_without_baseline": {"en": "weight of products without a baseline", "vi": "tỷ trọng mã hàng không có kỳ gốc"},
    "degrees_of_freedom": {"en": "periods less columns", "vi": "bậc tự do"},
    "placebo_in_time": {"en": "pseudo-dates whose interval misses 0", "vi": "tỷ lệ ngày giả có khoảng không chứa 0"},
    "placebo_in_space": {"en": "control lines whose interval misses 0", "vi": "tỷ lệ đối chứng có khoảng không chứa 0"},
    "one_control_left_out": {
        "en": "largest move with one control left out, in half intervals",
        "vi": "dịch chuyển lớn nhất khi bỏ một đối chứng (nửa khoảng)",
    },
    "windows_moved": {
        "en": "largest move with a week cut off, in half intervals", "vi": "dịch chuyển lớn nhất khi cắt một tuần (nửa khoảng)",
    },
    "pre_trend": {"en": "a trend before the change (p)", "vi": "xu hướng trước cải tiến (p)"},
}  # fmt: skip
