"""The words of the web page: English, Vietnamese."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from smartfab.service.web.languages import Lang

_WORDS: dict[str, tuple[str, str]] = {
    # the frame
    "app": ("Improvements", "Cải tiến kỹ thuật"),
    "skip": ("To the content", "Đến nội dung"),
    "home": ("Home", "Trang chính"),
    "ideas": ("Ideas", "Giải pháp"),
    "queue": ("To do", "Việc cần làm"),
    "stops": ("Stops", "Máy dừng"),
    "lines": ("OEE", "OEE"),
    "reports": ("Reports", "Báo cáo"),
    "council": ("Council", "Hội đồng"),
    "people": ("People", "Nhân sự"),
    "account": ("My account", "Tài khoản"),
    "menu": ("Menu", "Trình đơn"),
    "other_language": ("Tiếng Việt", "English"),
    "logout": ("Log out", "Đăng xuất"),
    "save": ("Save", "Lưu"),
    "send": ("Send", "Gửi"),
    "search": ("Search", "Tìm"),
    "narrow": ("By state, line, author", "Theo trạng thái, dây chuyền, tác giả"),
    "all": ("all", "tất cả"),
    "none": ("Nothing here yet.", "Chưa có gì."),
    "next": ("Next page", "Trang sau"),
    "previous": ("Previous page", "Trang trước"),
    "optional": ("optional", "không bắt buộc"),
    "required": ("required", "bắt buộc"),
    "by": ("by", "bởi"),
    "back": ("Back", "Quay lại"),
    "table": ("Table, can be scrolled sideways", "Bảng, có thể cuộn ngang"),
    "picture": ("Picture, can be scrolled sideways", "Hình, có thể cuộn ngang"),
    "details": ("Details", "Chi tiết"),
    "error": ("That did not work", "Chưa thực hiện được"),
    # login
    "login": ("Log in", "Đăng nhập"),
    "person_id": ("Employee number", "Mã nhân viên"),
    "password": ("Password", "Mật khẩu"),
    "wrong_password": ("Number or password is wrong.", "Mã nhân viên hoặc mật khẩu chưa đúng."),
    "too_many": ("Too many tries. Wait a quarter of an hour.", "Thử quá nhiều lần. Hãy đợi 15 phút."),
    # home
    "all_mine": ("All of mine", "Tất cả giải pháp của tôi"),
    "my_ideas": ("My ideas", "Giải pháp của tôi"),
    "new_idea": ("New idea", "Đề xuất mới"),
    "new_idea_help": ("Two minutes: what is wrong, what to do, a photo.", "Hai phút: hiện trạng, cách làm, một tấm ảnh."),
    "waiting": ("waiting for you", "đang chờ bạn"),
    "explain_stops": ("Say why machines stood", "Ghi lý do máy dừng"),
    # the idea form
    "title_vi": ("Title", "Tên giải pháp"),
    "title_en": ("Title in English", "Tên tiếng Anh"),
    "problem": ("What is wrong today?", "Hiện trạng: vấn đề gì?"),
    "solution": ("What is to be done?", "Giải pháp: làm thế nào?"),
    "line_id": ("Line", "Dây chuyền"),
    "kpi": ("What is to get better?", "Chỉ tiêu cần cải thiện"),
    "expected": ("Expected effect", "Mức kỳ vọng"),
    "expected_help": ("For a ratio such as OEE: 0.02 for 2 points.", "Với tỷ lệ như OEE: 0,02 nghĩa là 2 điểm %."),
    "authors": ("Authors and shares", "Tác giả và tỷ lệ"),
    "authors_help": (
        "E0123: 60; E0456: 40. Left empty it is yours alone.",
        "E0123: 60; E0456: 40. Để trống nếu chỉ một mình bạn.",
    ),
    "track": ("How is it proved?", "Xác nhận bằng cách nào?"),
    "track_measured": ("Measured from machine data", "Đo bằng dữ liệu máy"),
    "track_no_measurement": ("Safety, 5S: evidence is enough", "An toàn, 5S: bằng chứng là đủ"),
    "drive": ("Drive", "Đợt thi đua"),
    "before": ("Photo before", "Ảnh trước"),
    "after": ("Photo after", "Ảnh sau"),
    "on_behalf_of": ("Entered for (employee number)", "Nhập thay cho (mã nhân viên)"),
    "paper_no": ("Number of the paper form", "Số phiếu giấy"),
    "proposed_on": ("Proposed on", "Ngày đề xuất"),
    "draft": ("Keep as a draft", "Lưu nháp"),
    "more": ("More", "Thêm"),
    # an idea
    "state": ("State", "Trạng thái"),
    "author": ("Authors", "Tác giả"),
    "author_id": ("Author (employee number)", "Tác giả (mã nhân viên)"),
    "unit": ("Unit", "Đơn vị"),
    "entered_by": ("entered by", "người nhập"),
    "late": ("registered after it was applied", "đăng ký sau khi áp dụng"),
    "edit": ("Edit", "Sửa"),
    "next_steps": ("Next step", "Bước tiếp theo"),
    "reason": ("Reason", "Lý do"),
    "reason_help": ("Needed to return, refuse, call a duplicate, or close.", "Cần ghi khi trả lại, từ chối, trùng hoặc đóng."),
    # what whoever was refused can do
    "refused_403": (
        "Your roles do not reach this far. Ask an administrator, or somebody who has the role.",
        "Vai trò của bạn chưa cho phép. Hãy hỏi người quản trị hoặc người có vai trò đó.",
    ),
    "refused_404": ("It is not here, or it has another number.", "Không có ở đây, hoặc mang số khác."),
    "refused_409": (
        "The improvement is not at that step, or somebody was faster. Load its page again.",
        "Giải pháp chưa ở bước đó, hoặc có người vừa làm trước. Hãy tải lại trang.",
    ),
    "refused_422": ("Correct what is named below and send it again.", "Hãy sửa những điểm dưới đây rồi gửi lại."),
    "refused_500": ("It was noted. Try again, or tell an administrator.", "Đã ghi lại lỗi. Hãy thử lại hoặc báo quản trị."),
    "refused_503": ("Others are writing. Try again in a moment.", "Hệ thống đang bận. Hãy thử lại sau giây lát."),
    "files": ("Photos and files", "Ảnh và tệp"),
    "add_file": ("Add a file", "Thêm tệp"),
    "file": ("File", "Tệp"),
    "kind": ("Kind", "Loại"),
    "comments": ("Comments", "Ý kiến"),
    "comment": ("Comment", "Viết ý kiến"),
    "reviews": ("Reviews", "Nhận xét, thẩm định"),
    "review": ("Write a review", "Viết nhận xét"),
    "history": ("What was done", "Quá trình"),
    "money": ("Money", "Tiền"),
    "not_found": ("There is no such page.", "Không có trang này."),
    "noun_giải pháp": ("proposal", "giải pháp"),
    "noun_sáng kiến": ("recognised improvement", "sáng kiến"),
    # deeds of the chain
    "deed_submit": ("proposed", "đề xuất"),
    "deed_edit": ("changed", "sửa"),
    "deed_transition": ("decided", "quyết định"),
    "deed_comment": ("commented", "ý kiến"),
    "deed_review": ("reviewed", "nhận xét"),
    "deed_attach": ("attached a file", "đính kèm tệp"),
    "deed_freeze": ("froze the plan", "chốt kế hoạch đo"),
    "deed_intervened": ("made the change", "ghi thay đổi"),
    "deed_measure": ("had it measured", "đo kết quả"),
    "deed_declare": ("declared a benefit", "kê khai lợi ích"),
    "deed_benefit": ("entered a benefit", "nhập lợi ích"),
    "deed_sign": ("signed", "ký xác nhận"),
    "deed_vote": ("voted", "bỏ phiếu"),
    "deed_decide": ("recognised it", "công nhận"),
    "deed_award": ("awarded", "tính thù lao"),
    "deed_pay": ("entered a payment", "ghi đã chi"),
    # kinds
    "kind_before": ("before", "trước"),
    "kind_after": ("after", "sau"),
    "kind_checklist": ("checklist", "bảng kiểm"),
    "kind_document": ("document", "tài liệu"),
    "kind_scan": ("scan", "bản quét"),
    "review_screening": ("screening", "sơ duyệt"),
    "review_technical": ("technical", "kỹ thuật"),
    "review_finance": ("finance", "tài chính"),
    "review_verification": ("verification", "thẩm định"),
    "review_council": ("council", "hội đồng"),
    # a stale edit
    "conflict": ("Somebody changed it while you were writing", "Người khác đã sửa trong lúc bạn viết"),
    "conflict_help": (
        "Nothing is lost: your text is in the form, theirs is beside it. Put both together and save again.",
        "Không mất gì: nội dung của bạn ở trong biểu mẫu, nội dung mới ở bên cạnh. Hãy gộp lại rồi lưu.",
    ),
    "theirs": ("As it is now", "Nội dung hiện tại"),
    "yours": ("Your text", "Nội dung của bạn"),
}


def _all() -> dict[str, tuple[str, str]]:
    from smartfab.service.web.proof_words import PROOF_WORDS
    from smartfab.service.web.step_words import STEP_WORDS

    return _WORDS | PROOF_WORDS | STEP_WORDS


@functools.cache
def words(lang: Lang) -> Mapping[str, str]:
    """Return the words of a language.

    Parameters
    ----------
    lang : {"vi", "en"}
        Language.

    Returns
    -------
    mapping
        By key.
    """
    return {key: pair[lang == "vi"] for key, pair in _all().items()}
