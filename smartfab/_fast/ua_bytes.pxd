"""Reading the binary encoding of OPC UA (OPC 10000-6, 5.2): every length is held against what is left.

A cursor that meets something it cannot read notes the fault, stands at the end, and reads zeros from then on: callers
look at `fault` where it is cheapest.
"""

from libc.stdint cimport INT64_MIN, int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy

cdef enum:
    TRUNCATED = 1
    INVALID = 2
    TOO_DEEP = 3
    NO_ROOM = 4
    DEEPEST = 64  # values in values; OPC 10000-6, 5.1.5 asks a decoder for no more

cdef enum:
    LAST_TICKS = 2650467743990000000  # 9999-12-31 23:59:59, which stands for "for ever"
    TICKS_TO_1970 = 116444736000000000

cdef struct Cursor:
    const uint8_t* data
    Py_ssize_t pos
    Py_ssize_t end
    int fault


cdef inline void fail(Cursor* c, int fault) noexcept nogil:
    if not c.fault:
        c.fault = fault
    c.pos = c.end


cdef inline bint take(Cursor* c, void* into, Py_ssize_t size) noexcept nogil:
    if c.end - c.pos < size:
        fail(c, TRUNCATED)
        return False
    memcpy(into, c.data + c.pos, size)
    c.pos += size
    return True


cdef inline uint8_t read_u8(Cursor* c) noexcept nogil:
    cdef uint8_t value = 0
    take(c, &value, 1)
    return value


cdef inline uint16_t read_u16(Cursor* c) noexcept nogil:
    cdef uint16_t value = 0
    take(c, &value, 2)
    return value


cdef inline uint32_t read_u32(Cursor* c) noexcept nogil:
    cdef uint32_t value = 0
    take(c, &value, 4)
    return value


cdef inline int32_t read_i32(Cursor* c) noexcept nogil:
    cdef int32_t value = 0
    take(c, &value, 4)
    return value


cdef inline int64_t read_i64(Cursor* c) noexcept nogil:
    cdef int64_t value = 0
    take(c, &value, 8)
    return value


cdef inline int64_t read_micros(Cursor* c) noexcept nogil:
    """A DateTime as us since 1970: the 100 ns below are cut off, and zero is no time at all."""
    cdef int64_t ticks = read_i64(c)
    if ticks < 10:
        return INT64_MIN
    return (LAST_TICKS if ticks > <int64_t>LAST_TICKS else ticks) // 10 - TICKS_TO_1970 // 10


cdef inline void skip(Cursor* c, int64_t size) noexcept nogil:
    if size < 0:
        fail(c, INVALID)
    elif c.end - c.pos < size:
        fail(c, TRUNCATED)
    else:
        c.pos += size


cdef inline int32_t read_count(Cursor* c, Py_ssize_t smallest) noexcept nogil:
    """The length of an array whose elements take `smallest` bytes at least; no array at all has none."""
    cdef int32_t count = read_i32(c)
    if count < -1:
        fail(c, INVALID)
    elif <int64_t>count * smallest > c.end - c.pos:
        fail(c, TRUNCATED)
    return 0 if c.fault or count < 0 else count


cdef inline void skip_string(Cursor* c) noexcept nogil:
    cdef int32_t length = read_i32(c)
    if length != -1:
        skip(c, length)


cdef inline void skip_node_id(Cursor* c) noexcept nogil:
    cdef uint8_t encoding = read_u8(c)
    cdef uint8_t kind = encoding & 0x3f
    if kind == 0:
        skip(c, 1)
    elif kind == 1:
        skip(c, 3)
    elif kind == 2:
        skip(c, 6)
    elif kind == 3 or kind == 5:
        skip(c, 2)
        skip_string(c)
    elif kind == 4:
        skip(c, 18)
    else:
        fail(c, INVALID)
    if encoding & 0x80:
        skip_string(c)
    if encoding & 0x40:
        skip(c, 4)


cdef inline uint32_t read_type(Cursor* c) noexcept nogil:
    """The number of a type's binary encoding in namespace 0; 0 for a type of anybody else's."""
    cdef Py_ssize_t start = c.pos
    cdef uint16_t space
    cdef uint8_t kind = read_u8(c)
    if kind == 0:
        return read_u8(c)
    if kind == 1:
        space = read_u8(c)
        return read_u16(c) if space == 0 else read_u16(c) * 0
    if kind == 2:
        space = read_u16(c)
        return read_u32(c) if space == 0 else read_u32(c) * 0
    if not c.fault:
        c.pos = start
        skip_node_id(c)
    return 0


cdef inline void skip_localized_text(Cursor* c) noexcept nogil:
    cdef uint8_t mask = read_u8(c)
    if mask & 1:
        skip_string(c)
    if mask & 2:
        skip_string(c)


cdef inline void skip_diagnostics(Cursor* c) noexcept nogil:
    """DiagnosticInfo, each with another one inside."""
    cdef uint8_t mask = 0x40
    cdef int depth = 0
    while mask & 0x40 and not c.fault:
        if depth > DEEPEST:
            fail(c, TOO_DEEP)
        depth += 1
        mask = read_u8(c)
        skip(c, 4 * ((mask & 1) + (mask >> 1 & 1) + (mask >> 2 & 1) + (mask >> 3 & 1)))
        if mask & 0x10:
            skip_string(c)
        if mask & 0x20:
            skip(c, 4)


cdef inline void skip_extension_object(Cursor* c) noexcept nogil:
    cdef uint8_t encoding
    skip_node_id(c)
    encoding = read_u8(c)
    if encoding == 1 or encoding == 2:
        skip_string(c)
    elif encoding != 0:
        fail(c, INVALID)


cdef inline int fixed_width(int kind) noexcept nogil:
    """Bytes a built-in type always takes, else -1."""
    if 1 <= kind <= 3:
        return 1
    if kind == 4 or kind == 5:
        return 2
    if kind == 6 or kind == 7 or kind == 10 or kind == 19:
        return 4
    if kind == 8 or kind == 9 or kind == 11 or kind == 13:
        return 8
    return 16 if kind == 14 else -1


cdef inline void skip_scalar(Cursor* c, int kind, int depth) noexcept nogil:
    cdef int width = fixed_width(kind)
    if width > 0:
        skip(c, width)
    elif kind == 12 or kind == 15 or kind == 16 or 26 <= kind <= 31:
        skip_string(c)
    elif kind == 17 or kind == 18:
        skip_node_id(c)
    elif kind == 20:
        skip(c, 2)
        skip_string(c)
    elif kind == 21:
        skip_localized_text(c)
    elif kind == 22:
        skip_extension_object(c)
    elif kind == 23:
        skip_data_value(c, depth + 1)
    elif kind == 24:
        skip_variant(c, depth + 1)
    elif kind == 25:
        skip_diagnostics(c)
    elif kind != 0:
        fail(c, INVALID)


cdef inline void skip_dimensions(Cursor* c, int32_t elements, int depth) noexcept nogil:
    """Their product is the number of elements, else the value cannot be what was meant (OPC 10000-6, 5.2.2.16).

    An empty array inside another value must be empty in its first dimension: [5, 0] would be blown up by a reader.
    """
    cdef int32_t count = read_count(c, 4)
    cdef int64_t product = 1
    cdef int32_t dimension
    cdef int32_t n
    for n in range(count):
        dimension = read_i32(c)
        if dimension < 0 or (depth > 0 and elements == 0 and n == 0 and dimension > 0):
            fail(c, INVALID)
            return
        product = min(product * dimension, <int64_t>1 << 31)
    if elements >= 0 and (product != elements or count == 0):
        fail(c, INVALID)


cdef inline void skip_array(Cursor* c, uint8_t encoding, int depth) noexcept nogil:
    cdef int kind = encoding & 0x3f
    cdef int width = fixed_width(kind)
    cdef int32_t count = read_i32(c)
    cdef int32_t n
    if count < -1 or (kind == 0 and count > 0):  # any number of nothings would take no bytes, and fill the memory
        fail(c, INVALID)
    elif width > 0 and count > 0:
        skip(c, <int64_t>width * count)
    else:
        for n in range(count):
            if c.fault:
                break
            skip_scalar(c, kind, depth)
    if encoding & 0x40:
        skip_dimensions(c, count, depth)


cdef inline void skip_variant(Cursor* c, int depth) noexcept nogil:
    cdef uint8_t encoding = read_u8(c)
    if depth > DEEPEST:
        fail(c, TOO_DEEP)
    elif encoding & 0x80:
        skip_array(c, encoding, depth)
    elif encoding & 0x40:
        fail(c, INVALID)
    else:
        skip_scalar(c, encoding, depth)


cdef inline void skip_data_value(Cursor* c, int depth) noexcept nogil:
    cdef uint8_t mask = read_u8(c)
    if depth > DEEPEST:
        fail(c, TOO_DEEP)
        return
    if mask & 0xc0:
        fail(c, INVALID)
    if mask & 0x01:
        skip_variant(c, depth + 1)
    skip(c, 4 * (mask >> 1 & 1) + 8 * ((mask >> 2 & 1) + (mask >> 3 & 1)) + 2 * ((mask >> 4 & 1) + (mask >> 5 & 1)))


cdef inline uint32_t read_response_header(Cursor* c, uint32_t wanted) noexcept nogil:
    """The ServiceResult of a response (OPC 10000-4, 7.33) of the type wanted."""
    cdef uint32_t result
    cdef int32_t n
    if read_type(c) != wanted:
        fail(c, INVALID)
    skip(c, 12)
    result = read_u32(c)
    skip_diagnostics(c)
    for n in range(read_count(c, 4)):
        skip_string(c)
    skip_extension_object(c)
    return result


cdef inline void skip_all_diagnostics(Cursor* c) noexcept nogil:
    cdef int32_t n
    for n in range(read_count(c, 1)):
        skip_diagnostics(c)
