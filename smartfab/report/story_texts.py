"""The fixed sentences of a demonstration's page, in English and Vietnamese."""

from __future__ import annotations

from smartfab.charts.wording import Lang

STORY: dict[str, dict[Lang, str]] = {
    "title": {
        "en": "From tags to proof, on a line whose truth is known",
        "vi": "Từ tín hiệu đến bằng chứng, trên dây chuyền biết trước kết quả đúng",
    },
    "lead": {
        "en": "A simulated line was played by OPC UA over TCP. What was found at each step stands beside the truth, which only "
        "the simulator knows; nothing that was found was computed from it.",
        "vi": "Dây chuyền mô phỏng được phát qua OPC UA trên TCP. Kết quả từng bước đặt cạnh giá trị đúng mà chỉ bộ mô phỏng "
        "biết; không kết quả nào được tính từ giá trị đó.",
    },
    "step": {"en": "Step", "vi": "Bước"},
    "found": {"en": "Found", "vi": "Kết quả"},
    "truth": {"en": "Truth", "vi": "Giá trị đúng"},
    "off": {"en": "Off by", "vi": "Lệch"},
    "what": {"en": "What", "vi": "Nội dung"},
    "collect": {"en": "Collect", "vi": "Thu thập"},
    "oee": {"en": "OEE", "vi": "OEE"},
    "defects": {"en": "Defects", "vi": "Dự báo lỗi"},
    "improvement": {"en": "Improvement", "vi": "Cải tiến"},
    "gain": {"en": "Gain", "vi": "Hiệu quả"},
    "of_samples": {"en": "{count} samples", "vi": "{count} mẫu"},
    "samples": {"en": "Samples in the store, and served", "vi": "Số mẫu trong kho, và đã phát"},
    "lost": {"en": "lost", "vi": "mất"},
    "duplicated": {"en": "duplicated", "vi": "trùng"},
    "collect_note": {
        "en": "Every sample is compared by signal, time, value and text; one that arrived changed would count as lost and as "
        "duplicated.",
        "vi": "So từng mẫu theo tín hiệu, thời gian, giá trị và chữ; mẫu đến nơi bị sai sẽ bị tính là mất và trùng.",
    },
    "line_of": {"en": "Line {name}", "vi": "Dây chuyền {name}"},
    "foremost": {"en": "foremost signal {name}", "vi": "tín hiệu nổi bật nhất {name}"},
    "cause": {"en": "true cause", "vi": "nguyên nhân thật"},
    "no_defects": {
        "en": "Too few parts and defects to learn from; nothing is made up.",
        "vi": "Quá ít sản phẩm và lỗi để học; không bịa ra con số nào.",
    },
    "defects_note": {
        "en": "Parts are judged by their process values up to their own cut-off. Each fold is tested on parts made after all "
        "it learned from, whole lots apart; the threshold is chosen in training. Beside it: answers without a model, and what "
        "the truth itself would reach, since most of the defects are chance.",
        "vi": "Mỗi sản phẩm được đánh giá bằng giá trị quá trình cho đến mốc cắt của nó. Mỗi lần kiểm tra dùng sản phẩm làm ra "
        "sau mọi sản phẩm đã học, tách theo lô; ngưỡng chọn trong lúc học. Bên cạnh là cách trả lời không "
        "cần mô hình, và mức mà chính giá trị đúng đạt được, vì phần lớn lỗi là ngẫu nhiên.",
    },
    "figures": {"en": "Decisions on parts not seen before", "vi": "Quyết định trên sản phẩm chưa thấy"},
    "base_rate": {"en": "share of defects", "vi": "tỷ lệ lỗi"},
    "mcc": {"en": "agreement with inspection (MCC)", "vi": "độ khớp với kiểm tra (MCC)"},
    "far": {"en": "good parts held (FAR)", "vi": "giữ nhầm hàng đạt (FAR)"},
    "mar": {"en": "defects let through (MAR)", "vi": "bỏ lọt lỗi (MAR)"},
    "model": {"en": "model", "vi": "mô hình"},
    "always alarm": {"en": "hold every part", "vi": "giữ mọi sản phẩm"},
    "never alarm": {"en": "hold none", "vi": "không giữ sản phẩm nào"},
    "informed": {"en": "who knows the cause: hold {cause}", "vi": "người biết nguyên nhân: giữ khi {cause}"},
    "signals": {"en": "What the risk is made of", "vi": "Rủi ro đến từ đâu"},
    "signal": {"en": "Signal", "vi": "Tín hiệu"},
    "share": {"en": "Contribution [logit]", "vi": "Đóng góp [logit]"},
    "true_cause": {"en": "← the true cause", "vi": "← nguyên nhân thật"},
    "improvement_note": {
        "en": "Another line of the same kind, improved on a day only the simulator chose. The plan was made and frozen before "
        "that day, so that nobody could pick afterwards what to compare.",
        "vi": "Một dây chuyền khác cùng loại, được cải tiến vào ngày do bộ mô phỏng chọn. Kế hoạch đo được lập và chốt trước "
        "ngày đó, nên sau này không ai chọn lại cách so sánh được.",
    },
    "interval": {"en": "{level} % interval", "vi": "khoảng tin cậy {level} %"},
    "holds": {"en": "the interval holds the truth", "vi": "khoảng chứa giá trị đúng"},
    "misses": {"en": "the interval misses the truth", "vi": "khoảng không chứa giá trị đúng"},
    "gain_of": {"en": "Gain in OEE", "vi": "Mức tăng OEE"},
}  # fmt: skip
