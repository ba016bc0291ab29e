"""Values that are no numbers, written as text into a buffer that is checked at every step."""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy

cdef struct Words:
    uint8_t* data
    Py_ssize_t pos
    Py_ssize_t room
    bint full


cdef inline void put(Words* w, const uint8_t* text, Py_ssize_t size) noexcept nogil:
    if w.room - w.pos < size:
        w.full = True
        return
    memcpy(w.data + w.pos, text, size)
    w.pos += size


cdef inline void put_char(Words* w, uint8_t letter) noexcept nogil:
    put(w, &letter, 1)


cdef inline void put_unsigned(Words* w, uint64_t value, int digits) noexcept nogil:
    """In decimal, with zeros before it up to so many digits."""
    cdef uint8_t text[20]
    cdef int n = 20
    while value or digits > 0 or n == 20:
        n -= 1
        text[n] = <uint8_t>(48 + value % 10)
        value //= 10
        digits -= 1
    put(w, &text[n], 20 - n)


cdef inline void put_signed(Words* w, int64_t value) noexcept nogil:
    if value < 0:
        put_char(w, 45)
        put_unsigned(w, -<uint64_t>value, 0)
    else:
        put_unsigned(w, <uint64_t>value, 0)


cdef inline void put_hex(Words* w, const uint8_t* data, int size, bint backwards) noexcept nogil:
    cdef const char* digits = b"0123456789abcdef"
    cdef uint8_t letter
    cdef int n
    for n in range(size):
        letter = data[size - 1 - n] if backwards else data[n]
        put_char(w, digits[letter >> 4])
        put_char(w, digits[letter & 15])


cdef inline void put_guid(Words* w, const uint8_t* data) noexcept nogil:
    """Its first three parts stand backwards on the wire (OPC 10000-6, 5.2.2.6)."""
    put_hex(w, data, 4, True)
    put_char(w, 45)
    put_hex(w, data + 4, 2, True)
    put_char(w, 45)
    put_hex(w, data + 6, 2, True)
    put_char(w, 45)
    put_hex(w, data + 8, 2, False)
    put_char(w, 45)
    put_hex(w, data + 10, 6, False)


cdef inline void put_base64(Words* w, const uint8_t* data, Py_ssize_t size) noexcept nogil:
    cdef const char* letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    cdef uint32_t three
    cdef Py_ssize_t n = 0
    while n < size and not w.full:
        three = <uint32_t>data[n] << 16
        if n + 1 < size:
            three |= <uint32_t>data[n + 1] << 8
        if n + 2 < size:
            three |= data[n + 2]
        put_char(w, letters[three >> 18])
        put_char(w, letters[three >> 12 & 63])
        put_char(w, letters[three >> 6 & 63] if n + 1 < size else 61)
        put_char(w, letters[three & 63] if n + 2 < size else 61)
        n += 3


cdef inline void put_time(Words* w, int64_t micros) noexcept nogil:
    """An instant in ISO 8601, given in us since 1601: the civil date from the days, by whole 400-year eras."""
    cdef int64_t second = micros // 1000000
    cdef int64_t days = second // 86400 + 584694  # from 0000-03-01, where a leap day ends its year
    cdef int64_t era = days // 146097
    cdef int64_t day = days - era * 146097
    cdef int64_t year = (day - day // 1460 + day // 36524 - day // 146096) // 365
    cdef int64_t month
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5
    month = month + 3 if month < 10 else month - 9
    second %= 86400
    put_unsigned(w, <uint64_t>(year + era * 400 + (month <= 2)), 4)
    put_char(w, 45)
    put_unsigned(w, <uint64_t>month, 2)
    put_char(w, 45)
    put_unsigned(w, <uint64_t>(day + 1), 2)
    put_char(w, 84)
    put_unsigned(w, <uint64_t>(second // 3600), 2)
    put_char(w, 58)
    put_unsigned(w, <uint64_t>(second // 60 % 60), 2)
    put_char(w, 58)
    put_unsigned(w, <uint64_t>(second % 60), 2)
    if micros % 1000000:
        put_char(w, 46)
        put_unsigned(w, <uint64_t>(micros % 1000000), 6)
    put(w, b"+00:00", 6)


cdef inline bint is_utf8(const uint8_t* data, Py_ssize_t size) noexcept nogil:
    """Whether the bytes are well-formed (Unicode, table 3-7): no overlong forms, no surrogates, none beyond U+10FFFF."""
    cdef Py_ssize_t n = 0
    cdef Py_ssize_t last
    cdef uint8_t first
    cdef uint8_t low
    cdef uint8_t high
    while n < size:
        first = data[n]
        n += 1
        if first < 0x80:
            continue
        if first < 0xc2 or first > 0xf4:
            return False
        low = 0xa0 if first == 0xe0 else 0x90 if first == 0xf0 else 0x80
        high = 0x9f if first == 0xed else 0x8f if first == 0xf4 else 0xbf
        last = n + (0 if first < 0xe0 else 1 if first < 0xf0 else 2)
        if last >= size or not low <= data[n] <= high:
            return False
        while n < last:
            n += 1
            if data[n] & 0xc0 != 0x80:
                return False
        n += 1
    return True
