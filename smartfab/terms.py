"""The words of plants that are no column: categories, buckets, what reports speak of; `smartfab.vocabulary` has them all."""

from __future__ import annotations

__all__ = ["WORDS"]

# term: (English, tiếng Việt, short Vietnamese); terms that are no column, and the values of `loss` and `state`
WORDS: dict[str, tuple[str, str, str]] = {
    "oee": ("OEE", "Hiệu suất thiết bị tổng thể (OEE)", "OEE"),
    "availability": ("Availability", "Mức độ sẵn sàng (A)", "Sẵn sàng"),
    "performance": ("Performance", "Hiệu suất tốc độ (P)", "Tốc độ"),
    "quality": ("Quality", "Tỷ lệ chất lượng (Q)", "Chất lượng"),
    "planned_stop": ("Planned stop", "Dừng theo kế hoạch", "Dừng KH"),
    "breakdown": ("Breakdown", "Dừng do hỏng máy (sự cố)", "Hỏng máy"),
    "setup": ("Setup", "Chuyển đổi mã hàng / thay khuôn, cài đặt", "Chuyển đổi"),
    "minor_stop": ("Minor stop", "Dừng vặt (dừng ngắn)", "Dừng vặt"),
    "reduced_speed": ("Reduced speed", "Chạy chậm (giảm tốc độ)", "Chạy chậm"),
    "scrap": ("Scrap", "Phế phẩm (NG không sửa được)", "Phế"),
    "rework": ("Rework", "Hàng sửa lại", "Sửa lại"),
    "unknown": ("Unknown", "Không có dữ liệu", "Không có DL"),
    "not_declared": ("Not declared", "Chưa khai báo lý do", "Chưa khai báo"),
    "coverage": ("Coverage", "Độ phủ dữ liệu", "Độ phủ DL"),
    "shift": ("Shift", "Ca", "Ca"),
    "team": ("Team", "Kíp", "Kíp"),
    "run": ("Run", "Chạy máy", "Chạy"),
    "running": ("Running", "Đang chạy", "Chạy"),
    "idle": ("Idle", "Chờ không tải", "Chờ"),
    "blocked_starved": ("Blocked or starved", "Nghẽn hoặc thiếu hàng", "Nghẽn/thiếu"),
    "blocked": ("Blocked", "Nghẽn đầu ra", "Nghẽn"),
    "starved": ("Starved", "Thiếu hàng đầu vào", "Thiếu hàng"),
    "unplanned_stop": ("Unplanned stop", "Dừng ngoài kế hoạch", "Dừng"),
    "off": ("Off", "Tắt máy", "Tắt"),
    "no_shift": ("No shift", "Ngoài ca", "Ngoài ca"),
    "quality_loss": ("Quality loss", "Tổn thất chất lượng", "Lỗi CL"),
    "good": ("Good", "Sản phẩm đạt", "Đạt"),
    "baseline": ("Baseline", "Giai đoạn trước cải tiến (kỳ gốc)", "Trước cải tiến"),
    "control_line": ("Control line", "Dây chuyền đối chứng", "Đối chứng"),
    "confidence_interval": ("95 % confidence interval", "Khoảng tin cậy 95 %", "từ … đến …"),
    "gain": ("Measured gain", "Mức cải thiện đo được", "Cải thiện"),
    "gain_money": ("Money gained", "Tiền làm lợi", "Làm lợi"),
    "verified": ("Verified", "Đã thẩm định", "Đã thẩm định"),
    "recognised": ("Recognised", "Đã công nhận sáng kiến", "Đã công nhận"),
    "reward_decree": ("Author's reward by decree", "Thù lao tác giả sáng kiến", "Thù lao"),
    "reward_company": ("Company bonus", "Tiền thưởng cải tiến", "Tiền thưởng"),
    "not_measurable_yet": ("Not measurable yet", "Chưa đủ cơ sở kết luận", "Chưa đủ cơ sở kết luận"),
    "no_detectable_effect": ("No detectable effect", "Chưa phát hiện được hiệu quả", "Chưa phát hiện được hiệu quả"),
}
