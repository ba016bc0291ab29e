"""Text columns as runs: where the text changes, and a number for each text.

A column is what Arrow holds of one: text i is data[offsets[i]:offsets[i + 1]], all in one buffer of bytes, and bit i of
`valid` (from bit `skip` on, lowest first) says whether it is there.
"""

from libc.stdint cimport int64_t, uint64_t
from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memcmp, memcpy

cdef enum:
    FEW = 8           # rows looked at one by one before a run is taken for a long one
    LONGEST = 4096    # rows compared at once within a long run


cdef struct Column:
    const int64_t* offsets
    const unsigned char* data
    const unsigned char* valid
    Py_ssize_t skip
    Py_ssize_t rows
    int64_t whole         # a text that begins before this has all of the next 16 bytes in the buffer


cdef struct Text:
    uint64_t head         # the first and the second eight bytes, 0 beyond its end;
    uint64_t tail         # of more than sixteen: a mark made of all
    int64_t size


cdef struct Kind:
    Text text
    int64_t row


cdef struct Kinds:
    Kind* known
    int* slot             # 1 + number of the kind; 0 is free
    Py_ssize_t slots      # a power of two, at least twice the kinds
    Py_ssize_t count


cdef inline bint there(Column* of, Py_ssize_t i) noexcept nogil:
    return of.valid == NULL or (of.valid[(i + of.skip) >> 3] >> ((i + of.skip) & 7)) & 1


cdef inline uint64_t kept(uint64_t word, int64_t bytes) noexcept nogil:
    """The lowest bytes of a word."""
    cdef uint64_t most = <uint64_t>1 << ((bytes * 8) & 63)
    return word if bytes >= 8 else word & (most - 1)


cdef inline uint64_t mixed(uint64_t mark, uint64_t word) noexcept nogil:
    mark = (mark ^ word) * <uint64_t>0x9E3779B97F4A7C15
    return mark ^ (mark >> 29)


cdef Text long_text(const unsigned char* at, int64_t size) noexcept nogil:
    cdef Text text = Text(0, 0, size)
    cdef uint64_t word
    cdef int64_t k = 0
    while k < size:
        word = 0
        memcpy(&word, at + k, 8 if size - k >= 8 else <size_t>(size - k))
        if size > 16:
            text.head = mixed(text.head, word)
        elif k == 0:
            text.head = word
        else:
            text.tail = word
        k += 8
    return text


cdef inline Text text_of(Column* of, Py_ssize_t i) noexcept nogil:
    cdef Text text = Text(0, 0, of.offsets[i + 1] - of.offsets[i])
    cdef const unsigned char* at = of.data + of.offsets[i]
    if text.size > 16 or of.offsets[i] >= of.whole:
        return long_text(at, text.size)
    memcpy(&text.head, at, 8)
    memcpy(&text.tail, at + 8, 8)
    text.head = kept(text.head, text.size)
    text.tail = kept(text.tail, text.size - 8) if text.size > 8 else 0
    return text


cdef inline bint same(Column* of, Text* a, Py_ssize_t i, Text* b, Py_ssize_t j) noexcept nogil:
    """Whether texts a and b of rows i and j are equal."""
    if a.size != b.size or a.head != b.head or a.tail != b.tail:
        return False
    return a.size <= 16 or memcmp(of.data + of.offsets[i], of.data + of.offsets[j], a.size) == 0


cdef bint repeats(Column* of, Py_ssize_t j, Py_ssize_t block) noexcept nogil:
    """Whether rows [j, j + block) all hold the text of row j - 1: equal sizes, and bytes equal to those one size before."""
    cdef int64_t size = of.offsets[j] - of.offsets[j - 1], differs = 0
    cdef Py_ssize_t k
    cdef const int64_t* edge = of.offsets + j
    for k in range(block):
        differs |= (edge[k + 1] - edge[k]) ^ size
    return differs == 0 and memcmp(of.data + edge[0] - size, of.data + edge[0], block * size) == 0


cdef Py_ssize_t run_end(Column* of, Py_ssize_t i, Text* last, Text* after) noexcept nogil:
    """The first row after i that does not hold what row i holds, `last`; and its text."""
    cdef Py_ssize_t j = i + 1, slow = j + FEW, block = FEW
    cdef bint first = there(of, i)
    while j < of.rows:
        if j >= slow and of.valid == NULL:
            if j + block <= of.rows and repeats(of, j, block):
                j += block
                slow = j
                block = block * 2 if block < LONGEST else block
                continue
            slow = j + block  # the change is near
        after[0] = text_of(of, j)
        if there(of, j) != first or (first and not same(of, last, i, after, j)):
            break
        j += 1
    return j


cdef inline Py_ssize_t place_of(Text* text, Py_ssize_t slots) noexcept nogil:
    return <Py_ssize_t>(mixed(mixed(<uint64_t>text.size, text.head), text.tail) & <uint64_t>(slots - 1))


cdef bint enlarged(Kinds* kinds) noexcept nogil:
    """Double the table; whether there was memory for it."""
    cdef Py_ssize_t slots = kinds.slots * 2 if kinds.slots else 64, k, at
    cdef int* slot = <int*>calloc(slots, sizeof(int))
    cdef Kind* known = <Kind*>realloc(kinds.known, slots // 2 * sizeof(Kind))
    if known != NULL:
        kinds.known = known
    if slot == NULL or known == NULL:
        free(slot)
        return False
    for k in range(kinds.count):
        at = place_of(&known[k].text, slots)
        while slot[at]:
            at = (at + 1) & (slots - 1)
        slot[at] = <int>(k + 1)
    free(kinds.slot)
    kinds.slot = slot
    kinds.slots = slots
    return True


cdef int number_of(Column* of, Kinds* kinds, Text* text, Py_ssize_t i) noexcept nogil:
    """The number of the text of row i, a new one if it was not seen before; -2 if memory ran out."""
    cdef Py_ssize_t at
    cdef Kind* kind
    if kinds.count * 2 >= kinds.slots and not enlarged(kinds):
        return -2
    at = place_of(text, kinds.slots)
    while kinds.slot[at]:
        kind = kinds.known + kinds.slot[at] - 1
        if same(of, &kind.text, kind.row, text, i):
            return kinds.slot[at] - 1
        at = (at + 1) & (kinds.slots - 1)
    kind = kinds.known + kinds.count
    kind.text = text[0]
    kind.row = i
    kinds.count += 1
    kinds.slot[at] = <int>kinds.count
    return <int>(kinds.count - 1)


def text_runs(const int64_t[::1] offsets, const unsigned char[::1] data, valid, Py_ssize_t skip, int64_t[::1] start,
              int[::1] code, int64_t[::1] first):
    """Write where runs of equal texts begin and the number of each run's text; return how many runs and texts there are.

    Texts are numbered in the order of their first appearance, in row `first[number]`; a missing one is -1, and missing
    rows are equal to each other. `valid` is None or a bitmap of bytes; `data` has at least one byte. The outputs have room
    for a run a row.
    """
    cdef Column of
    cdef Kinds kinds
    cdef Text text = Text(0, 0, 0), after = Text(0, 0, 0)
    cdef const unsigned char[::1] bits
    cdef Py_ssize_t i = 0, k, runs = 0, rows = offsets.shape[0] - 1
    cdef int number = 0
    of = Column(&offsets[0], &data[0], NULL, skip, rows, data.shape[0] - 15)
    if valid is not None:
        bits = valid
        of.valid = &bits[0]
    kinds = Kinds(NULL, NULL, 0, 0)
    with nogil:
        if rows:
            text = text_of(&of, 0)
        while i < rows and number > -2:
            number = number_of(&of, &kinds, &text, i) if there(&of, i) else -1
            start[runs] = i
            code[runs] = number
            runs += 1
            i = run_end(&of, i, &text, &after)
            text = after
        for k in range(kinds.count):
            first[k] = kinds.known[k].row
        free(kinds.known)
        free(kinds.slot)
    if number == -2:
        raise MemoryError
    return runs, kinds.count
