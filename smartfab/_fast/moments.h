/* Counts, means and central moments of the rows on one side of an edge, nearest first: for windows whose plain sums about a
   shift would lose too much. Row k of a table covers k rows. */
#ifndef SMARTFAB_MOMENTS_H
#define SMARTFAB_MOMENTS_H

#include "row_elements.h"

#include <stdlib.h>

enum { MOMENT_N, MOMENT_MEAN, MOMENT_2, MOMENT_3, MOMENT_4, MOMENT_XY, MOMENTS, MOMENT_MEAN_Y = MOMENT_3, MOMENT_Y = MOMENT_4 };

/* Of one set of rows; a pair keeps the mean and the second moment of y where a single series keeps its higher moments. */
typedef struct {
    double at[MOMENTS];
} central;

typedef struct {
    central *rows;
    ptrdiff_t capacity;
    ptrdiff_t known; /* rows tabled */
} moment_table;

/* Welford 1962, doi:10.1080/00401706.1962.10490022; Pébay 2008, SAND2008-6212, equations 3.1. */
ALWAYS_INLINE void take_row(central *m, double x) {
    const double before = m->at[MOMENT_N], n = before + 1.0, d = x - m->at[MOMENT_MEAN], part = d / n, term = d * part * before;
    m->at[MOMENT_4] += term * part * part * (n * n - 3.0 * n + 3.0) + 6.0 * part * part * m->at[MOMENT_2] -
                       4.0 * part * m->at[MOMENT_3];
    m->at[MOMENT_3] += term * part * (n - 2.0) - 3.0 * part * m->at[MOMENT_2];
    m->at[MOMENT_2] += term;
    m->at[MOMENT_MEAN] += part;
    m->at[MOMENT_N] = n;
}

ALWAYS_INLINE void take_pair(central *m, double x, double y) {
    const double n = m->at[MOMENT_N] + 1.0, d = x - m->at[MOMENT_MEAN], e = y - m->at[MOMENT_MEAN_Y], rest = (n - 1.0) / n;
    m->at[MOMENT_2] += d * d * rest;
    m->at[MOMENT_Y] += e * e * rest;
    m->at[MOMENT_XY] += d * e * rest;
    m->at[MOMENT_MEAN] += d / n;
    m->at[MOMENT_MEAN_Y] += e / n;
    m->at[MOMENT_N] = n;
}

/* Table rows until `wanted` are known: x[0], x[by], x[2 * by], …, less the shift. Returns -1 without memory. */
NEVER_INLINE int table_moments(moment_table *table, const double *x, const double *y, ptrdiff_t by, ptrdiff_t wanted,
                               double shift, double shift_y) {
    central m;
    if (wanted + 1 > table->capacity) {
        const ptrdiff_t capacity = wanted + 1 > 2 * table->capacity ? wanted + 1 : 2 * table->capacity;
        central *rows = (central *)realloc(table->rows, (size_t)capacity * sizeof(central));
        if (!rows)
            return -1;
        table->rows = rows;
        table->capacity = capacity;
    }
    if (table->known < 0) {
        memset(table->rows, 0, sizeof(central));
        table->known = 0;
    }
    m = table->rows[table->known];
    for (ptrdiff_t k = table->known; k < wanted; k++) {
        const double value = x[k * by];
        if (y) {
            if (is_finite(value) && is_finite(y[k * by]))
                take_pair(&m, value - shift, y[k * by] - shift_y);
        } else if (is_finite(value)) {
            take_row(&m, value - shift);
        }
        table->rows[k + 1] = m;
    }
    table->known = wanted > table->known ? wanted : table->known;
    return 0;
}

/* Two neighbouring sets of rows as one; `apart` is by how much the shift of b exceeds that of a (Chan, Golub and LeVeque
   1979; Pébay 2008). The mean stays behind: sums know it better. */
ALWAYS_INLINE central merge_moments(const central *a, const central *b, double apart) {
    const double na = a->at[MOMENT_N], nb = b->at[MOMENT_N], n = na + nb;
    const double d = apart + (b->at[MOMENT_MEAN] - a->at[MOMENT_MEAN]), p = na / n, q = nb / n;
    central m = *a;
    if (nb == 0.0)
        return m;
    if (na == 0.0)
        return *b;
    m.at[MOMENT_N] = n;
    m.at[MOMENT_2] = (a->at[MOMENT_2] + b->at[MOMENT_2]) + d * d * (na * q);
    m.at[MOMENT_3] = (a->at[MOMENT_3] + b->at[MOMENT_3]) + d * d * d * (na * q) * (p - q) +
                     3.0 * d * (p * b->at[MOMENT_2] - q * a->at[MOMENT_2]);
    m.at[MOMENT_4] = (a->at[MOMENT_4] + b->at[MOMENT_4]) + d * d * d * d * (na * q) * (p * p - p * q + q * q) +
                     6.0 * d * d * (p * p * b->at[MOMENT_2] + q * q * a->at[MOMENT_2]) +
                     4.0 * d * (p * b->at[MOMENT_3] - q * a->at[MOMENT_3]);
    return m;
}

ALWAYS_INLINE central merge_pairs(const central *a, const central *b, double apart, double apart_y) {
    const double na = a->at[MOMENT_N], nb = b->at[MOMENT_N], weight = na * (nb / (na + nb));
    central m = *a;
    if (nb == 0.0)
        return m;
    if (na == 0.0)
        return *b;
    const double d = apart + (b->at[MOMENT_MEAN] - a->at[MOMENT_MEAN]);
    const double e = apart_y + (b->at[MOMENT_MEAN_Y] - a->at[MOMENT_MEAN_Y]);
    m.at[MOMENT_2] += b->at[MOMENT_2] + d * d * weight;
    m.at[MOMENT_Y] += b->at[MOMENT_Y] + e * e * weight;
    m.at[MOMENT_XY] += b->at[MOMENT_XY] + d * e * weight;
    return m;
}

#endif
