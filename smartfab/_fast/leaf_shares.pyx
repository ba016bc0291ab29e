"""What the columns on the way to one leaf of a tree win or lose by it, over all orders of exchanging them."""


def add_leaf(double[:, ::1] out, const long long[::1] columns, const long long[::1] row, const long long[::1] normal,
             const double[::1] share, double value, const double[:, ::1] weights):
    """Add to `out` what a leaf gives each row; bit k of `row` and `normal` says whether columns[k] takes every turn to it.

    `share` is how much of the reference each pattern of `normal` stands for; weights[a, b] = a! b! / (a + b + 1)!.
    """
    cdef Py_ssize_t i, k, r, d = columns.shape[0]
    cdef long long full = (<long long>1 << d) - 1, mine, theirs
    cdef int u, v
    cdef double gain, loss
    with nogil:
        for i in range(row.shape[0]):
            for r in range(normal.shape[0]):
                if (row[i] | normal[r]) != full:
                    continue
                mine = row[i] & ~normal[r]
                theirs = normal[r] & ~row[i]
                u = 0
                v = 0
                for k in range(d):
                    u += (mine >> k) & 1
                    v += (theirs >> k) & 1
                gain = value * share[r] * weights[u - 1 if u > 0 else 0, v]
                loss = value * share[r] * weights[u, v - 1 if v > 0 else 0]
                for k in range(d):
                    if (mine >> k) & 1:
                        out[i, columns[k]] += gain
                    elif (theirs >> k) & 1:
                        out[i, columns[k]] -= loss
