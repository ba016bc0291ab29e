"""The words of steps and roles: what a button does, and what somebody is. English, Vietnamese."""

from __future__ import annotations

STEP_WORDS: dict[str, tuple[str, str]] = {
    "step_draft": ("Back to a draft", "Về bản nháp"),
    "step_submitted": ("Submit", "Gửi đi"),
    "step_screening": ("Begin screening", "Bắt đầu sơ duyệt"),
    "step_accepted": ("Accept", "Tiếp nhận"),
    "step_returned": ("Return to its author", "Trả lại để bổ sung"),
    "step_duplicate": ("It is a duplicate", "Trùng giải pháp khác"),
    "step_refused": ("Refuse", "Từ chối"),
    "step_planned": ("Plan", "Lập kế hoạch"),
    "step_trial": ("It is being tried", "Đang chạy thử"),
    "step_applied": ("It is applied", "Đã áp dụng"),
    "step_reverted": ("It was taken back", "Đã trả về như cũ"),
    "step_verified": ("Verify", "Xác nhận thẩm định"),
    "step_recognised": ("Recognise", "Công nhận"),
    "step_rewarded": ("Reward", "Khen thưởng"),
    "step_standardised": ("Make it the standard", "Chuẩn hóa"),
    "step_replicated": ("Replicate", "Nhân rộng"),
    "step_closed": ("Close", "Đóng"),
    "role_operator": ("operator", "vận hành máy"),
    "role_author": ("author", "tác giả"),
    "role_clerk": ("clerk", "nhập liệu"),
    "role_reviewer": ("reviewer", "xét duyệt"),
    "role_verifier": ("verifier", "thẩm định"),
    "role_finance": ("finance", "tài chính"),
    "role_council": ("council", "hội đồng"),
    "role_admin": ("administrator", "quản trị"),
    "role_read": ("reader", "chỉ xem"),
}
