"""What a machine did, as a step function: pieces that begin at `start` [us], each with category, reason and source.

Codes are int8 for categories and sources, int32 for reasons, -1 for none. Categories are those of the vocabulary.
"""

ctypedef signed char code_t

cdef enum:
    RUNNING = 0
    UNPLANNED_STOP = 6
    UNKNOWN = 8


cdef struct Piece:
    code_t category
    code_t source
    int reason


cdef inline bint alike(Piece a, Piece b) noexcept nogil:
    return a.category == b.category and a.source == b.source and a.reason == b.reason


cdef inline Piece told(Piece piece, int entered, code_t entered_code, const code_t* stands_for) noexcept nogil:
    """A piece with its reason applied, one entered by a person (-1: none) before the machine's own."""
    cdef bint said = entered >= 0 and piece.category != RUNNING
    if said:
        piece.reason = entered
        piece.source = entered_code
    if piece.category == RUNNING or (piece.category == UNKNOWN and not said):
        return piece
    if piece.reason >= 0 and stands_for[piece.reason] >= 0:
        piece.category = stands_for[piece.reason]
    if said and piece.category == UNKNOWN:
        piece.category = UNPLANNED_STOP  # somebody saw it stand, and said why
    return piece


def explain(const long long[::1] start, const code_t[::1] category, const int[::1] reason, const code_t[::1] source,
            const long long[::1] entered_start, const int[::1] entered, code_t entered_code, const code_t[::1] stands_for,
            long long[::1] out_start, code_t[::1] out_category, int[::1] out_reason, code_t[::1] out_source):
    """Write the states with reasons applied, equal neighbours made one; return how many, and the time told in vain [us].

    `entered[k]` is the reason a person gave from `entered_start[k]` to the next, in vain where the machine runs. A reason
    turns its stop into what it `stands_for` (-1: into nothing else). The machine's states begin before all that was
    entered. The outputs have room for both.
    """
    cdef Py_ssize_t i = 0, j = 0, n = 0, states = start.shape[0], rows = entered_start.shape[0]
    cdef long long t, until, in_vain = 0
    cdef Piece now, last
    cdef int why = -1
    last = Piece(0, 0, -2)
    with nogil:
        while i < states or j < rows:
            t = start[i] if j >= rows or (i < states and start[i] <= entered_start[j]) else entered_start[j]
            i += i < states and start[i] == t
            if j < rows and entered_start[j] == t:
                why = entered[j]
                j += 1
            now = told(Piece(category[i - 1], source[i - 1], reason[i - 1]), why, entered_code, &stands_for[0])
            if why >= 0 and category[i - 1] == RUNNING and (i < states or j < rows):
                until = start[i] if j >= rows or (i < states and start[i] <= entered_start[j]) else entered_start[j]
                in_vain += until - t
            if not alike(now, last):
                out_start[n] = t
                out_category[n] = now.category
                out_reason[n] = now.reason
                out_source[n] = now.source
                n += 1
                last = now
    return n, in_vain


def stops(const long long[::1] start, const code_t[::1] category, const int[::1] reason, const long long[::1] micro_stop,
          int[::1] number, signed char[::1] short):
    """Write which unplanned stop each piece belongs to (-1: none), and whether it is a short one without a reason.

    A stop is a stretch of unplanned stop, whatever its reasons; short if the whole of it lasts no longer than the
    `micro_stop` of its first piece (one for all, or one a piece). One whose end is not known is not short.
    """
    cdef Py_ssize_t i = 0, k, first, n = start.shape[0]
    cdef bint each = micro_stop.shape[0] > 1
    cdef int count = 0
    cdef bint brief
    with nogil:
        while i < n:
            if category[i] != UNPLANNED_STOP:
                number[i] = -1
                short[i] = False
                i += 1
                continue
            first = i
            while i < n and category[i] == UNPLANNED_STOP:
                i += 1
            brief = i < n and start[i] - start[first] <= micro_stop[first if each else 0]
            for k in range(first, i):
                number[k] = count
                short[k] = brief and reason[k] < 0
            count += 1
