/* The two sides of an edge that windows in time reach over: tables of running sums away from it. Row j of the front covers
   rows j … size - 1 of the rows before the edge, row m of the back covers the first m rows after it. */
#ifndef SMARTFAB_TIME_SIDES_H
#define SMARTFAB_TIME_SIDES_H

#include "tile_moments.h"

typedef struct {
    double *sum[SUMS], *low, *high;
    int *values; /* rows that are not missing */
    double *memory;
    ptrdiff_t size, capacity;
    moment_table moments;
    double shift, shift_y;
    int shifted;           /* the shift is known */
    ptrdiff_t plus, minus; /* row of an inf nearest the edge, -1 for none; of a pair, `plus` is any inf */
} time_side;

/* Room for `rows` rows, of which the first `keep` tabled ones stay; -1 without memory. */
NEVER_INLINE int reserve_side(time_side *side, const window_plan *plan, int needs, ptrdiff_t rows, ptrdiff_t keep) {
    const ptrdiff_t capacity = rows > 2 * side->capacity ? rows : 2 * side->capacity;
    const size_t length = (size_t)capacity + 1;
    size_t count = 1 + (size_t)(plan->low + plan->high); /* one for the counts */
    double *memory, *next;
    if (side->memory && rows <= side->capacity)
        return 0;
    for (int element = 0; element < SUMS; element++)
        count += needs >> element & 1;
    memory = next = (double *)malloc(count * length * sizeof(double));
    if (!memory)
        return -1;
#define MOVE(table, type)                                                                                              \
    if (side->memory)                                                                                                  \
        memcpy(next, side->table, (size_t)(keep + 1) * sizeof(type));                                                  \
    side->table = (type *)next;                                                                                        \
    next += length;
    MOVE(values, int)
    if (plan->low) {
        MOVE(low, double)
    }
    if (plan->high) {
        MOVE(high, double)
    }
    for (int element = 0; element < SUMS; element++)
        if (needs >> element & 1) {
            MOVE(sum[element], double)
        }
#undef MOVE
    free(side->memory);
    side->memory = memory;
    side->capacity = capacity;
    return 0;
}

/* Begin the tables anew; `zero` is the row that covers none. */
NEVER_INLINE void clear_side(time_side *side, const window_plan *plan, int needs, ptrdiff_t zero) {
    side->values[zero] = 0;
    if (plan->low)
        side->low[zero] = INFINITY;
    if (plan->high)
        side->high[zero] = -INFINITY;
    for (int element = 0; element < SUMS; element++)
        if (needs >> element & 1)
            side->sum[element][zero] = 0.0;
    side->size = 0;
    side->moments.known = -1;
    side->shifted = 0;
    side->shift = side->shift_y = 0.0;
    side->plus = side->minus = -1;
}

/* Running sums of two rows of elements, side by side: two chains of additions take no longer than one. */
ALWAYS_INLINE void run_sums_of(const double *one, const double *two, ptrdiff_t count, ptrdiff_t by, double *to, double *to_two) {
    double a = to[0], b = to_two[0];
    for (ptrdiff_t i = 0; i < count; i++) {
        a += one[i * by];
        b += two[i * by];
        to[(i + 1) * by] = a;
        to_two[(i + 1) * by] = b;
    }
}

/* Table `count` rows from x[0] on, away from the edge by steps of `by`; row `from` of the tables covers those before them.
   The rows stand at rising addresses from `low` on. */
NEVER_INLINE void table_rows(time_side *side, const window_plan *plan, int needs, tile_elements *elements, const double *low_x,
                       const double *low_y, ptrdiff_t count, ptrdiff_t by, ptrdiff_t from, int may_miss) {
    const ptrdiff_t begin = by > 0 ? 0 : count - 1;
    int pending = -1, running = side->values[from];
    double least = plan->low ? side->low[from] : 0.0, most = plan->high ? side->high[from] : 0.0;
    for (ptrdiff_t i = 0; i < count; i++) {
        const ptrdiff_t j = begin + i * by, to = from + (i + 1) * by;
        running += !may_miss || (low_x[j] == low_x[j] && (!low_y || low_y[j] == low_y[j]));
        side->values[to] = running;
        if (plan->low)
            side->low[to] = least = low_x[j] < least ? low_x[j] : least;
        if (plan->high)
            side->high[to] = most = low_x[j] > most ? low_x[j] : most;
    }
    if (!needs)
        return;
    fill_elements(elements, needs, low_x, low_y, count, 0, side->shift, side->shift_y);
    fill_powers(elements, needs, low_y != NULL, count);
    for (int element = 0; element < SUMS; element++) {
        if (!(needs >> element & 1))
            continue;
        if (pending < 0) {
            pending = element;
        } else {
            run_sums_of(elements->of[pending] + begin, elements->of[element] + begin, count, by, side->sum[pending] + from,
                        side->sum[element] + from);
            pending = -1;
        }
    }
    if (pending >= 0) {
        double a = side->sum[pending][from];
        for (ptrdiff_t i = 0; i < count; i++)
            side->sum[pending][from + (i + 1) * by] = a += elements->of[pending][begin + i * by];
    }
}

/* Note the infinite rows nearest the edge, the last of a front, the first of a back; rows nearer to it were looked at. */
NEVER_INLINE void note_infinities(time_side *side, const double *x, const double *y, ptrdiff_t first, ptrdiff_t end, int last) {
    ptrdiff_t plus = -1, minus = -1;
    for (ptrdiff_t j = first; j < end; j++) {
        if (is_finite(x[j]) && (!y || is_finite(y[j])))
            continue;
        if (y ? x[j] == x[j] && y[j] == y[j] : x[j] == INFINITY)
            plus = last || plus < 0 ? j : plus;
        else if (!y && x[j] == -INFINITY)
            minus = last || minus < 0 ? j : minus;
    }
    side->plus = side->plus < 0 ? plus : side->plus;
    side->minus = side->minus < 0 ? minus : side->minus;
}

#endif
