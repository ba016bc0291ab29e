"""Where things are in the responses of an OPC UA server that carry values (OPC 10000-4, 5.11 and 5.14).

Every length is followed to the end of the message, so that what is cut off anywhere is a fault. Places are byte positions in the
message; each function returns 0, or the fault it met.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t

from smartfab._fast.ua_bytes cimport (
    INVALID, Cursor, fail, read_count, read_i32, read_micros, read_response_header, read_type, read_u8, read_u32, skip,
    skip_all_diagnostics, skip_data_value,
)

cdef enum:
    READ_RESPONSE = 634
    HISTORY_DATA = 658
    HISTORY_READ_RESPONSE = 667
    DATA_CHANGES = 811
    PUBLISH_RESPONSE = 829
    REPUBLISH_RESPONSE = 835
    EVENTS = 916


cdef void read_body(Cursor* c, int64_t* place) noexcept nogil:
    """An ExtensionObject: its type (0: unknown), where it begins and ends; an array begins behind its count, the fourth."""
    cdef Cursor inner
    cdef uint8_t encoding
    cdef int32_t length = 0
    place[0] = read_type(c)
    encoding = read_u8(c)
    if encoding == 1 or encoding == 2:
        length = read_i32(c)
    elif encoding != 0:
        fail(c, INVALID)
    place[1] = c.pos
    skip(c, length)
    place[2] = c.pos
    place[3] = 0
    if encoding != 1:
        place[0] = 0
    elif not c.fault and (place[0] == DATA_CHANGES or place[0] == HISTORY_DATA or place[0] == EVENTS):
        inner = Cursor(c.data, place[1], place[2], 0)
        place[3] = read_count(&inner, 1 if place[0] == HISTORY_DATA else 5)
        place[1] = inner.pos
        if inner.fault:
            fail(c, inner.fault)


cdef int read_notification(Cursor* c, int64_t[::1] head, int64_t[:, ::1] parts) noexcept:
    """Sequence number, publishing time [us] and parts of a NotificationMessage; head[7] is how many there are."""
    cdef int64_t beyond[4]
    cdef int32_t count
    cdef int32_t n
    head[5] = read_u32(c)
    head[6] = read_micros(c)
    count = read_count(c, 3)
    head[7] = count
    for n in range(count):
        if n < parts.shape[0]:
            read_body(c, &parts[n, 0])
        else:
            read_body(c, beyond)
    return c.fault


def publish(const uint8_t[::1] data, int64_t[::1] head, int64_t[:, ::1] parts):
    """Fill head with result, subscription, where the available numbers begin, how many, more, and the notification."""
    cdef Cursor c = Cursor(&data[0], 0, data.shape[0], 0)
    head[0] = read_response_header(&c, PUBLISH_RESPONSE)
    head[1] = read_u32(&c)
    head[3] = read_count(&c, 4)
    head[2] = c.pos
    skip(&c, 4 * head[3])
    head[4] = read_u8(&c) != 0
    read_notification(&c, head, parts)
    skip(&c, 4 * <int64_t>read_count(&c, 4))
    skip_all_diagnostics(&c)
    return c.fault


def republish(const uint8_t[::1] data, int64_t[::1] head, int64_t[:, ::1] parts):
    """Fill head as `publish` does; only result and notification say something."""
    cdef Cursor c = Cursor(&data[0], 0, data.shape[0], 0)
    head[0] = read_response_header(&c, REPUBLISH_RESPONSE)
    head[1] = head[2] = head[3] = head[4] = 0
    read_notification(&c, head, parts)
    return c.fault


def history(const uint8_t[::1] data, int64_t[::1] head, int64_t[:, ::1] results):
    """Fill head with result and count, results with status, span of the continuation point, and the four of the body."""
    cdef Cursor c = Cursor(&data[0], 0, data.shape[0], 0)
    cdef int64_t one[7]
    cdef int32_t length
    cdef int32_t count
    cdef int32_t n
    cdef int m
    head[0] = read_response_header(&c, HISTORY_READ_RESPONSE)
    count = read_count(&c, 11)
    head[1] = count
    for n in range(count):
        one[0] = read_u32(&c)
        length = read_i32(&c)
        one[1] = c.pos
        if length != -1:
            skip(&c, length)
        one[2] = c.pos
        read_body(&c, &one[3])
        if c.fault:
            break
        if n < results.shape[0]:
            for m in range(7):
                results[n, m] = one[m]
    skip_all_diagnostics(&c)
    return c.fault


def read(const uint8_t[::1] data, int64_t[::1] head):
    """Fill head with result, where the values of a ReadResponse begin and end, and how many there are."""
    cdef Cursor c = Cursor(&data[0], 0, data.shape[0], 0)
    cdef int32_t n
    head[0] = read_response_header(&c, READ_RESPONSE)
    head[3] = read_count(&c, 1)
    head[1] = c.pos
    for n in range(<int32_t>head[3]):
        skip_data_value(&c, 0)
        if c.fault:
            break
    head[2] = c.pos
    skip_all_diagnostics(&c)
    return c.fault
