"""Encoded values of OPC UA → columns: numbers to `value`, everything else to text, nothing decoded twice.

Rows are filled in arrays the caller gives; `kind` says where a row's value is: NUMBER in `value`, TEXT in `text` (bytes
`ends[row]` to `ends[row + 1]`), NOTHING nowhere, FOREIGN still in the message, at a span in `foreign` (row, start, stop).
Time stamps are cut to whole us: what the wire has below them, 100 ns ticks and picoseconds, is dropped.
"""

from libc.math cimport NAN, isfinite, isnan
from libc.stdint cimport INT64_MIN, int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from smartfab._fast.ua_bytes cimport (
    INVALID, LAST_TICKS, NO_ROOM, Cursor, fail, read_count, read_i32, read_i64, read_micros, read_u8, read_u16, read_u32, skip,
    skip_array, skip_scalar, take,
)
from smartfab._fast.ua_words cimport Words, is_utf8, put, put_base64, put_char, put_guid, put_signed, put_time, put_unsigned

cdef enum:
    NUMBER = 0
    NOTHING = 1
    TEXT = 2
    FOREIGN = 3

cdef int64_t EXACT = 1 << 53

cdef struct Rows:
    double* value
    uint8_t* kind
    int32_t* ends
    int64_t* foreign
    Py_ssize_t n_foreign
    Py_ssize_t n_text
    Words words

cdef inline void nothing(Rows* rows, Py_ssize_t row) noexcept nogil:
    rows.value[row] = NAN
    rows.kind[row] = NOTHING

cdef inline void number(Rows* rows, Py_ssize_t row, double value) noexcept nogil:
    rows.value[row] = value
    rows.kind[row] = NUMBER

cdef inline void text(Rows* rows, Py_ssize_t row) noexcept nogil:
    """The text of this row is what was put into the words since the row before."""
    rows.value[row] = NAN
    rows.kind[row] = TEXT
    rows.n_text += 1

cdef inline void foreign(Rows* rows, Py_ssize_t row, Py_ssize_t start, Py_ssize_t stop) noexcept nogil:
    cdef int64_t* place = rows.foreign + 3 * rows.n_foreign
    rows.value[row] = NAN
    rows.kind[row] = FOREIGN
    place[0] = row
    place[1] = start
    place[2] = stop
    rows.n_foreign += 1

cdef inline void real(Rows* rows, Py_ssize_t row, double value) noexcept nogil:
    if isfinite(value):
        number(rows, row, value)
        return
    if isnan(value):
        put(&rows.words, b"NaN", 3)
    elif value > 0:
        put(&rows.words, b"Infinity", 8)
    else:
        put(&rows.words, b"-Infinity", 9)
    text(rows, row)

cdef inline void signed(Rows* rows, Py_ssize_t row, int64_t value) noexcept nogil:
    if -EXACT <= value <= EXACT:
        number(rows, row, <double>value)
    else:
        put_signed(&rows.words, value)
        text(rows, row)
        rows.value[row] = <double>value

cdef inline void unsigned(Rows* rows, Py_ssize_t row, uint64_t value) noexcept nogil:
    if value <= <uint64_t>EXACT:
        number(rows, row, <double>value)
    else:
        put_unsigned(&rows.words, value, 0)
        text(rows, row)
        rows.value[row] = <double>value

cdef inline bint is_number(int kind) noexcept nogil:
    return 1 <= kind <= 11 or kind == 19


cdef void read_number(Cursor* c, int kind, Rows* rows, Py_ssize_t row) noexcept nogil:
    cdef double wide = 0
    cdef float narrow = 0
    if kind == 11:
        take(c, &wide, 8)
        real(rows, row, wide)
    elif kind == 10:
        take(c, &narrow, 4)
        real(rows, row, narrow)
    elif kind == 6:
        number(rows, row, read_i32(c))
    elif kind == 7 or kind == 19:
        number(rows, row, read_u32(c))
    elif kind == 1:
        number(rows, row, read_u8(c) != 0)
    elif kind == 2:
        number(rows, row, <int8_t>read_u8(c))
    elif kind == 3:
        number(rows, row, read_u8(c))
    elif kind == 4:
        number(rows, row, <int16_t>read_u16(c))
    elif kind == 5:
        number(rows, row, read_u16(c))
    elif kind == 8:
        signed(rows, row, read_i64(c))
    else:
        unsigned(rows, row, <uint64_t>read_i64(c))


cdef bint read_string(Cursor* c, Rows* rows, Py_ssize_t row, bint is_text) noexcept nogil:
    """Take a string, or bytes as base64; False for a text that is no UTF-8, and nothing is written then."""
    cdef int32_t length = read_i32(c)
    cdef const uint8_t* data = c.data + c.pos
    if length == -1:
        nothing(rows, row)
        return True
    skip(c, length)
    if c.fault:
        return True
    if not is_text:
        put_base64(&rows.words, data, length)
    elif is_utf8(data, length):
        put(&rows.words, data, length)
    else:
        return False
    text(rows, row)
    return True


cdef bint read_node_id(Cursor* c, Rows* rows, Py_ssize_t row) noexcept nogil:
    """Take a numeric node id without server and URI; False for any other."""
    cdef uint8_t kind = read_u8(c)
    cdef uint32_t space = 0
    cdef uint32_t number_
    if kind == 0:
        number_ = read_u8(c)
    elif kind == 1:
        space = read_u8(c)
        number_ = read_u16(c)
    elif kind == 2:
        space = read_u16(c)
        number_ = read_u32(c)
    else:
        return False
    if space:
        put(&rows.words, b"ns=", 3)
        put_unsigned(&rows.words, space, 0)
        put_char(&rows.words, 59)
    put(&rows.words, b"i=", 2)
    put_unsigned(&rows.words, number_, 0)
    text(rows, row)
    return True


cdef bint read_qualified_name(Cursor* c, Rows* rows, Py_ssize_t row) noexcept nogil:
    cdef Py_ssize_t written = rows.words.pos
    cdef uint16_t space = read_u16(c)
    put_unsigned(&rows.words, space, 0)
    put_char(&rows.words, 58)
    if space < 32768 and read_string(c, rows, row, True) and rows.kind[row] == TEXT:
        return True
    rows.words.pos = written
    return False


cdef bint read_localized_text(Cursor* c, Rows* rows, Py_ssize_t row) noexcept nogil:
    cdef uint8_t mask = read_u8(c)
    cdef int32_t locale = read_i32(c) if mask & 1 else -1
    if locale != -1:
        skip(c, locale)
    if mask & 2:
        return read_string(c, rows, row, True)
    nothing(rows, row)
    return True


cdef bint read_words(Cursor* c, int kind, Rows* rows, Py_ssize_t row) noexcept nogil:
    """Take a scalar that is no number as text; False where it is left to somebody else."""
    cdef int64_t ticks
    if kind == 12:
        return read_string(c, rows, row, True)
    if kind == 15:
        return read_string(c, rows, row, False)
    if kind == 13:
        ticks = read_i64(c)
        put_time(&rows.words, (0 if ticks < 0 else LAST_TICKS if ticks > <int64_t>LAST_TICKS else ticks) // 10)
        text(rows, row)
    elif kind == 14:
        skip(c, 16)
        if not c.fault:
            put_guid(&rows.words, c.data + c.pos - 16)
            text(rows, row)
    elif kind == 17 or kind == 18:
        return read_node_id(c, rows, row)
    elif kind == 20:
        return read_qualified_name(c, rows, row)
    elif kind == 21:
        return read_localized_text(c, rows, row)
    else:
        return False
    return True


cdef void read_variant(Cursor* c, Rows* rows, Py_ssize_t row) noexcept nogil:
    cdef Py_ssize_t start = c.pos
    cdef uint8_t encoding = read_u8(c)
    if is_number(encoding):
        read_number(c, encoding, rows, row)
    elif encoding == 0:
        nothing(rows, row)
    elif encoding & 0xc0 or not read_words(c, encoding, rows, row):
        if encoding & 0x80:
            skip_array(c, encoding, 0)
        elif encoding & 0x40:
            fail(c, INVALID)
        elif not c.fault:
            c.pos = start + 1
            skip_scalar(c, encoding, 0)
        foreign(rows, row, start, c.pos)
    rows.ends[row + 1] = <int32_t>rows.words.pos


cdef Rows laid_out(
    double[::1] value, uint8_t[::1] kind, int32_t[::1] ends, uint8_t[::1] words, int64_t[:, ::1] spans
) noexcept:
    cdef Rows rows
    rows.value, rows.kind, rows.ends, rows.foreign = &value[0], &kind[0], &ends[0], &spans[0, 0]
    rows.n_foreign = rows.n_text = 0
    rows.words = Words(&words[0], 0, words.shape[0], False)
    ends[0] = 0
    return rows


cdef int ended(Cursor* c, Rows* rows, int64_t[::1] told) noexcept:
    if rows.words.full:
        fail(c, NO_ROOM)
    told[0], told[1], told[2] = c.pos, rows.n_text, rows.n_foreign
    return c.fault


def data_values(
    const uint8_t[::1] data, Py_ssize_t start, Py_ssize_t stop, bint with_handles, uint32_t[::1] handle, int64_t[::1] source,
    int64_t[::1] server, int64_t[::1] status, double[::1] value, uint8_t[::1] kind, int32_t[::1] ends, uint8_t[::1] words,
    int64_t[:, ::1] spans, int64_t[::1] told,
):
    """Fill the rows of as many DataValues as `value` is long; `told` gets their end, texts and foreign values."""
    cdef Cursor c = Cursor(&data[0], start, stop, 0)
    cdef Rows rows = laid_out(value, kind, ends, words, spans)
    cdef uint8_t mask
    cdef Py_ssize_t row
    for row in range(value.shape[0]):
        if with_handles:
            handle[row] = read_u32(&c)
        mask = read_u8(&c)
        if mask & 0xc0:
            fail(&c, INVALID)
        if mask & 0x01:
            read_variant(&c, &rows, row)
        else:
            nothing(&rows, row)
            ends[row + 1] = <int32_t>rows.words.pos
        status[row] = read_u32(&c) if mask & 0x02 else 0
        source[row] = read_micros(&c) if mask & 0x04 else INT64_MIN
        skip(&c, 2 * (mask >> 4 & 1))
        server[row] = read_micros(&c) if mask & 0x08 else INT64_MIN
        skip(&c, 2 * (mask >> 5 & 1))
        if c.fault:
            break
    return ended(&c, &rows, told)


def event_fields(
    const uint8_t[::1] data, Py_ssize_t start, Py_ssize_t stop, uint32_t[::1] handle, int32_t[::1] size, double[::1] value,
    uint8_t[::1] kind, int32_t[::1] ends, uint8_t[::1] words, int64_t[:, ::1] spans, int64_t[::1] told,
):
    """Fill a row for each field of as many events as `handle` is long; `size` gets how many each has."""
    cdef Cursor c = Cursor(&data[0], start, stop, 0)
    cdef Rows rows = laid_out(value, kind, ends, words, spans)
    cdef Py_ssize_t row = 0
    cdef Py_ssize_t event
    cdef int32_t n
    for event in range(handle.shape[0]):
        handle[event] = read_u32(&c)
        size[event] = read_count(&c, 1)
        if row + size[event] > value.shape[0]:
            fail(&c, NO_ROOM)
        if c.fault:
            break
        for n in range(size[event]):
            read_variant(&c, &rows, row)
            row += 1
    return ended(&c, &rows, told)
