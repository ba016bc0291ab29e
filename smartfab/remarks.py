"""Sentences for the codes of findings and for the reasons of missing figures."""

from __future__ import annotations

__all__ = ["REASONS", "SENTENCES", "because", "sentence"]


def _declare(rows: str) -> dict[str, tuple[str, str]]:
    parts = ([part.strip() for part in line.split("|")] for line in rows.strip().splitlines())
    return {code: (en, vi) for code, en, vi in parts}


# code | English | tiếng Việt
SENTENCES = _declare("""
after_midnight           | times after midnight beside a production date: taken on the next calendar day | giờ sau nửa đêm ghi theo ngày sản xuất: tính vào ngày hôm sau
all_machine_time         | time of several machines added up; ask for the line where they stand in series | cộng thời gian của nhiều máy; với máy nối tiếp hãy xem OEE dây chuyền
assumption_unsigned      | a factor finance has not signed | hệ số chưa được tài chính ký xác nhận
bad_status               | values with bad status were not used | giá trị có trạng thái xấu, không dùng
before_read_out          | read before the day the plan fixed: only a widened band, no verdict | đọc trước ngày kế hoạch đã chốt: chỉ có dải rộng, chưa kết luận
blackout                 | rows of the run-in after the change were left out | bỏ qua giai đoạn chạy thử ngay sau cải tiến
change_day_left_out      | the day of the change has rows of both sides and was left out | ngày thay đổi có cả trước và sau, đã bỏ qua
change_not_told_apart    | the change moves only together with what is held constant | không phân biệt được cải tiến với các yếu tố được giữ cố định
check_one_control_left_out | the figure hangs on one control line | kết quả phụ thuộc vào một dây chuyền đối chứng
check_placebo_in_space   | control lines move as if they had been changed | dây chuyền đối chứng cũng thay đổi như thể có cải tiến
check_placebo_in_time    | pseudo-dates before the change show effects too often | ngày giả trước cải tiến quá hay cho hiệu quả
check_pre_trend          | there was a trend before the change | đã có xu hướng từ trước cải tiến
check_windows_moved      | the figure depends on a week more or less | kết quả phụ thuộc vào việc thêm bớt một tuần
columns_not_kept         | columns that are not kept with entered rows | cột không được lưu cùng số liệu nhập tay
conflicting_samples      | different values at one instant; the last one was used | nhiều giá trị khác nhau tại một thời điểm; dùng giá trị sau cùng
constraint_assumed       | no machine is marked as the constraint; the slowest was taken | chưa khai báo máy nút cổ chai; lấy máy chậm nhất
control_changed          | a control line was changed itself and is not compared with | dây chuyền đối chứng cũng có thay đổi, không dùng để so
control_left_out         | a control line has too few figures in the window | dây chuyền đối chứng có quá ít số liệu
controls_do_not_help     | control lines do not lower the noise; the line is measured alone | đối chứng không làm giảm nhiễu; đo riêng dây chuyền
count_mismatch           | total is not good + scrap + rework | tổng không bằng đạt + phế + sửa lại
counter_above_max        | a counter showed more than its declared maximum | bộ đếm vượt giá trị lớn nhất đã khai báo
counter_bad_status       | a counter's value had bad status and was left out | giá trị bộ đếm có trạng thái xấu, đã bỏ qua
counter_jump             | a counter rose faster than it can; the step was not counted | bộ đếm tăng nhanh quá mức có thể; bước này không tính
counter_missing          | a counter had no value and was left out | bộ đếm không có giá trị, đã bỏ qua
counter_read_too_slowly  | a counter is read too seldom to tell running from standing | bộ đếm đọc quá thưa để phân biệt chạy và dừng
counter_reset            | a counter fell back and went on from there | bộ đếm bị đặt lại rồi đếm tiếp
counter_reset_in_gap     | a counter was reset while it was not read; what it had counted is lost | bộ đếm bị đặt lại lúc không đọc được, số đã đếm bị mất
counter_wrap             | a counter passed its maximum and began anew | bộ đếm tràn và đếm lại từ đầu
counters_disagree        | total and good + scrap + rework differ over the window | tổng và đạt + phế + sửa lại không khớp trong cả khoảng
counts_repeated          | equal count rows were used once | dòng đếm trùng nhau, chỉ tính một lần
dash_taken_as_missing    | a dash: taken as not known, not as 0 | dấu gạch: coi là không có dữ liệu, không phải 0
dates_as_text            | dates typed as text beside real dates: read day first | ngày gõ dạng chữ lẫn với ngày thật: đọc theo ngày trước tháng sau
duplicates_left_out      | rows that say again what a row above says were left out | dòng trùng hệt dòng trên, đã bỏ qua
effect_not_told          | there is no effect that could be turned into money | chưa có hiệu quả để quy ra tiền
entered_again            | another row of the same shift, machine and product: both are counted | thêm một dòng cùng ca, máy và mã hàng: tính cả hai
excel_day_numbers        | Excel day numbers were read as dates | số thứ tự ngày của Excel được đọc thành ngày
export_read              | rows were read from a file | số dòng đọc được từ tệp
gate_baseline_periods    | too few periods before the change | quá ít kỳ trước cải tiến
gate_blocks_off          | too few blocks without the change | quá ít khối không có cải tiến
gate_blocks_on           | too few blocks with the change | quá ít khối có cải tiến
gate_degrees_of_freedom  | too few periods for what is held constant | quá ít kỳ so với số yếu tố giữ cố định
gate_known_after         | too many planned shifts without a figure after the change | quá nhiều ca thiếu số liệu sau cải tiến
gate_known_before        | too many planned shifts without a figure before the change | quá nhiều ca thiếu số liệu trước cải tiến
gate_product_without_baseline | too much of the products was not made before the change | quá nhiều mã hàng chưa từng chạy trước cải tiến
gate_reporting_periods   | too few periods after the change | quá ít kỳ sau cải tiến
gate_weekdays_on_one_side | a weekday was worked on one side of the change only | có thứ trong tuần chỉ làm việc ở một phía
good_below_zero          | a late correction made good pieces negative | hiệu chỉnh muộn làm số sản phẩm đạt âm
good_not_counted         | nothing counts good pieces | không có bộ đếm sản phẩm đạt
header_repeated          | the header stands again among the rows; left out | tiêu đề lặp lại giữa bảng, đã bỏ qua
id_not_known             | a name that is none of the plant's ids | tên không có trong danh mục của nhà máy
file_refused             | a file that cannot be read | tệp không đọc được
ids_matched              | names spelled otherwise were taken for the plant's ids | tên viết khác được hiểu là mã của nhà máy
last_state_left_out      | nobody says how long the last state held: left out | trạng thái cuối không rõ kéo dài đến khi nào: đã bỏ qua
level_without_baseline   | products or shifts that never ran before the change were left out | mã hàng hoặc ca chưa có trước cải tiến, đã bỏ qua
line_oee                 | time and speed of the constraint, good pieces at the exit | thời gian và tốc độ của máy nút cổ chai, sản phẩm đạt ở cuối dây chuyền
machines_not_listed      | machines with data that the plant does not list | máy có dữ liệu nhưng chưa khai báo
more_findings            | further remarks | các ghi chú khác
negative_pieces          | counters read at different instants gave a negative row | bộ đếm đọc lệch thời điểm làm một dòng âm
no_controls              | no control line can be used; the line is measured alone | không có dây chuyền đối chứng dùng được; đo riêng dây chuyền
no_count_signal          | no signal counts pieces | không có tín hiệu đếm sản phẩm
no_products              | no ideal cycle is given, so performance is unknown | chưa khai báo chu kỳ chuẩn nên không có hiệu suất tốc độ
no_samples               | no sample of this signal in the window | không có mẫu nào của tín hiệu này trong khoảng
no_shifts                | no shifts are given: all time is planned | chưa khai báo ca: mọi thời gian đều tính là kế hoạch
no_state_signal          | no signal tells the state | không có tín hiệu trạng thái
non_finite_value         | infinite values were left out | giá trị vô hạn, đã bỏ qua
not_enough_data          | coverage is below the plant's minimum | độ phủ dữ liệu dưới mức tối thiểu
not_heard_since          | nothing was heard from the collector any more; what came after is unknown | không còn nhận được gì từ bộ thu thập; thời gian sau đó coi là không có dữ liệu
not_separable            | another change came too close; both are told together | có thay đổi khác quá gần; tính chung cả hai
notes_left_out           | rows of notes and signatures were left out | dòng ghi chú, chữ ký, đã bỏ qua
null_taken_as_zero       | an empty cell was read as 0 | ô trống được đọc là 0
off_schedule             | days outside the schedule were left out | ngày ngoài lịch bật/tắt, đã bỏ qua
over_midnight            | an end earlier than the start: taken on the next day | giờ kết thúc trước giờ bắt đầu: tính sang ngày hôm sau
parts_repeated           | equal rows of a part and its label were used once | dòng trùng của một sản phẩm và nhãn của nó, chỉ dùng một lần
performance_above_one    | faster than the ideal cycle: is the ideal cycle right? | nhanh hơn chu kỳ chuẩn: kiểm tra lại chu kỳ chuẩn
pieces_entered_again     | pieces that came in again after rework were not counted twice | hàng vào lại sau sửa không tính hai lần
planned_after_the_change | the plan was made after the change | kế hoạch lập sau khi đã cải tiến
quality_not_counted      | neither good nor scrap is counted | không đếm sản phẩm đạt lẫn phế phẩm
queue_overflow           | the server dropped values before they could be sent | máy chủ đã bỏ giá trị trước khi kịp gửi
reason_not_mapped        | fault numbers without a reason in the map | mã lỗi chưa gắn với lý do dừng
reason_over_running      | a stop reason was entered for time the machine ran | lý do dừng được ghi vào lúc máy đang chạy
rows_in_store            | rows the store has already were left out | dòng kho dữ liệu đã có, đã bỏ qua
rows_in_two_files        | rows that another file says again were left out | dòng đã có ở tệp khác, đã bỏ qua
rows_repeated            | equal rows in the table | bảng có dòng trùng nhau
rows_without_values      | rows with no value beside their names were left out | dòng chưa điền số liệu, đã bỏ qua
scrap_not_counted        | scrap is not counted; taken as 0 | không đếm phế phẩm; coi là 0
setup_without_standard   | changeovers without a standard time | chuyển đổi chưa có thời gian tiêu chuẩn
sheet_left_out           | a sheet whose header is that of no table was left out | trang tính không nhận ra được bảng nào, đã bỏ qua
shift_not_found          | a count names a shift that is not in the calendar | số đếm ghi ca không có trong lịch
shift_without_log        | shifts without a row in the stop log: taken as unknown | ca không có dòng nào trong nhật ký dừng máy: coi là không có dữ liệu
shifts_overlap           | shifts overlap | các ca chồng lên nhau
signal_not_found         | the server has no such signal | máy chủ không có tín hiệu này
state_bad                | state with bad status: taken as unknown | trạng thái máy có tín hiệu xấu: coi là không có dữ liệu
state_null               | state without a value: taken as unknown | trạng thái máy không có giá trị: coi là không có dữ liệu
state_uncertain          | state with uncertain status: kept | trạng thái máy có tín hiệu không chắc chắn: vẫn dùng
states_at_one_time       | two states at one instant; the later or graver was used | hai trạng thái cùng thời điểm; dùng trạng thái mới hơn hoặc nặng hơn
stop_outside_shifts      | stops that lie in no shift | lần dừng nằm ngoài ca
stop_reasons_overlap     | stop reasons overlap; the latest entry was used | lý do dừng chồng nhau; dùng lần ghi mới nhất
stops_not_divided        | stops are not told apart in these totals | số liệu tổng này không tách loại dừng
stops_overlap            | stops of one machine overlap; the one that began later was taken | các lần dừng chồng nhau; lấy lần bắt đầu sau
stops_replaced           | stops of a shift that was entered anew later | lần dừng của ca đã được nhập lại sau đó
time_cut_to_microseconds | times were cut to microseconds | thời điểm được cắt đến micro giây
time_cut_to_milliseconds | times are shown to the millisecond | thời điểm ghi đến mili giây
time_never_shown         | a local time the clock never showed | giờ địa phương không tồn tại (đổi giờ)
time_shown_twice         | a local time the clock showed twice: the first was taken | giờ địa phương lặp lại (đổi giờ): lấy lần đầu
totals_left_out          | rows of totals were left out, not counted | dòng tổng cộng, đã bỏ qua, không cộng vào
uncertain_status         | values with uncertain status were used | giá trị có trạng thái không chắc chắn vẫn được dùng
values_as_text           | values that are no numbers were kept as text | giá trị không phải số được giữ dạng chữ
uncosted_pieces          | pieces without an ideal cycle | sản phẩm chưa khai báo chu kỳ chuẩn
underpowered_plan        | the plan could not find what was expected; the figure is likely too large | kế hoạch không đủ lực so với kỳ vọng; kết quả có thể bị phóng đại
unknown_signal           | samples of a signal the plant does not have | mẫu của tín hiệu không có trong nhà máy
washout                  | rows just after a switch were left out | bỏ qua số liệu ngay sau mỗi lần bật/tắt
weekday_on_one_side      | a weekday that stands on one side only was left out | thứ trong tuần chỉ có ở một phía, đã bỏ qua
weight_missing           | no column of weights: every row counts alike | không có cột trọng số: mọi dòng tính như nhau
weight_not_the_denominator | the weight is not the denominator of this ratio | trọng số không phải mẫu số của tỷ lệ này
""")  # noqa: E501  a table, one row a line

# reason as the engine writes it: tiếng Việt
REASONS: dict[str, str] = {
    "no planned time": "không có thời gian kế hoạch",
    "no pieces were counted on this machine": "máy này không có số đếm sản phẩm",
    "pieces without an ideal cycle": "có sản phẩm chưa khai báo chu kỳ chuẩn",
    "the machine never ran": "máy không chạy lần nào",
    "no pieces were made": "không có sản phẩm nào được làm ra",
    "not enough data": "chưa đủ dữ liệu",
}


def sentence(code: str, lang: str) -> str:
    """Return what a finding means.

    Parameters
    ----------
    code : str
        Code of a finding.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        A sentence, or the code itself where none is written.
    """
    en, vi = SENTENCES.get(code, (code, code))
    return en if lang == "en" else vi


def because(reason: str, lang: str) -> str:
    """Return why a figure is missing.

    Parameters
    ----------
    reason : str
        Column `reason` of table `oee`; several reasons are joined by semicolons.
    lang : {"en", "vi"}
        Language.

    Returns
    -------
    str
        The reasons in that language.
    """
    parts = [part.strip() for part in reason.split(";")]
    return "; ".join(part if lang == "en" else REASONS.get(part, part) for part in parts)
