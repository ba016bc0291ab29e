/* From window to window in time: when an edge moves, and which rows are written. */
#ifndef SMARTFAB_TIME_WALK_H
#define SMARTFAB_TIME_WALK_H

#include "levels.h"
#include "time_state.h"

/* Table rows of the back up to `end`; -1 without memory. */
static int extend_back(time_walk *walk, const double *x, const double *y, ptrdiff_t end) {
    time_side *back = &walk->side[AFTER];
    const double *own = x + walk->edge, *other = y ? y + walk->edge : NULL;
    const ptrdiff_t size = end - walk->edge;
    if (size <= back->size)
        return 0;
    if (reserve_side(back, &walk->plan, walk->needs, size, back->size) < 0)
        return -1;
    for (ptrdiff_t j = back->size; j < size && !back->shifted; j++)
        if (is_finite(own[j]) && (!other || is_finite(other[j]))) {
            back->shifted = 1;
            back->shift = own[j];
            back->shift_y = other ? other[j] : 0.0;
        }
    while (back->size < size) {
        const ptrdiff_t from = back->size, count = size - from < TILE_ROWS ? size - from : TILE_ROWS;
        const double *more = other ? other + from : NULL;
        const int odd = any_odd(own + from, count) || (more && any_odd(more, count));
        if (odd)
            note_infinities(back, own, other, from, from + count, 0);
        table_rows(back, &walk->plan, walk->needs, &walk->elements, own + from, more, count, 1, from, odd);
        back->size += count;
    }
    return 0;
}

/* Move the edge: the rows first … edge - 1 become the front, the back begins empty; -1 without memory. */
WITHIN_THE_MODULE int LEVEL(flip_sides)(time_walk *walk, const double *x, const double *y, ptrdiff_t first, ptrdiff_t edge) {
    const window_plan *plan = &walk->plan;
    time_side *front = &walk->side[BEFORE], *back = &walk->side[AFTER];
    const ptrdiff_t size = edge - first, room = size > 16 ? size : 16;
    ptrdiff_t last = edge - 1;
    if (reserve_side(front, plan, walk->needs, room, -1) < 0 || reserve_side(back, plan, walk->needs, room, -1) < 0)
        return -1;
    clear_side(front, plan, walk->needs, size);
    clear_side(back, plan, walk->needs, 0);
    walk->first = first;
    walk->edge = edge;
    while (last >= first && !(is_finite(x[last]) && (!y || is_finite(y[last]))))
        last--;
    walk->split = last < edge - 1 || size == 0;
    if (last >= first) {
        front->shifted = 1;
        front->shift = x[last];
        front->shift_y = y ? y[last] : 0.0;
    }
    if (!walk->split) {
        back->shifted = 1;
        back->shift = front->shift;
        back->shift_y = front->shift_y;
    }
    front->size = size;
    for (ptrdiff_t end = size; end > 0; end -= TILE_ROWS) {
        const ptrdiff_t begin = end > TILE_ROWS ? end - TILE_ROWS : 0, count = end - begin;
        const double *own = x + first + begin, *other = y ? y + first + begin : NULL;
        const int odd = any_odd(own, count) || (other && any_odd(other, count));
        table_rows(front, plan, walk->needs, &walk->elements, own, other, count, -1, end, odd);
        if (odd)
            note_infinities(front, x + first, y ? y + first : NULL, begin, end, 1);
    }
    return 0;
}

/* Sums of the two sides of each window. */
NEVER_INLINE void add_sides(const double *restrict front, const double *restrict back, const ptrdiff_t *restrict begins,
                      const ptrdiff_t *restrict ends, ptrdiff_t count, double *restrict to) {
    for (ptrdiff_t k = 0; k < count; k++)
        to[k] = front[begins[k]] + back[ends[k]];
}

NEVER_INLINE void pick_sides(const double *restrict front, const double *restrict back, const ptrdiff_t *restrict begins,
                       const ptrdiff_t *restrict ends, ptrdiff_t count, int greatest, double *restrict to) {
    if (greatest)
        for (ptrdiff_t k = 0; k < count; k++)
            to[k] = PICK(front[begins[k]], back[ends[k]], 1);
    else
        for (ptrdiff_t k = 0; k < count; k++)
            to[k] = PICK(front[begins[k]], back[ends[k]], 0);
}

NEVER_INLINE void count_sides(time_walk *walk, ptrdiff_t count) {
    const time_side *front = &walk->side[BEFORE], *back = &walk->side[AFTER];
    window_tile_sums *tile = &walk->tile;
    for (ptrdiff_t k = 0; k < count; k++)
        tile->n[k] = (double)(front->values[walk->begins[k]] + back->values[walk->ends[k]]);
    for (ptrdiff_t k = 0; k < count; k++)
        tile->inverse[k] = 1.0 / tile->n[k];
    if (walk->plan.order >= 2 || walk->plan.pair)
        for (ptrdiff_t k = 0; k < count; k++)
            tile->share[k] = 1.0 / (tile->n[k] - walk->plan.ddof);
    if (walk->plan.out[COUNT])
        for (ptrdiff_t k = 0; k < count; k++)
            tile->rows[k] = (double)(front->size - walk->begins[k] + walk->ends[k]);
}

/* Moments from the sides, of the windows that need them: all where the sides have shifts of their own. */
static int mend_sides(time_walk *walk, const double *x, const double *y) {
    time_side *front = &walk->side[BEFORE], *back = &walk->side[AFTER];
    window_tile_sums *tile = &walk->tile;
    const double apart = walk->split ? back->shift - front->shift : 0.0;
    const double apart_y = walk->split ? back->shift_y - front->shift_y : 0.0;
    const double *own = x + walk->edge, *other = y ? y + walk->edge : NULL;
    const ptrdiff_t nearest = front->size > 0;
    if (table_moments(&front->moments, own - nearest, other ? other - nearest : NULL, -1, front->size, front->shift,
                      front->shift_y) < 0 ||
        table_moments(&back->moments, own, other, 1, back->size, back->shift, back->shift_y) < 0)
        return -1;
    for (ptrdiff_t k = 0; k < tile->count; k++) {
        const central *before = front->moments.rows + (front->size - walk->begins[k]);
        const central *after = back->moments.rows + walk->ends[k];
        const double nf = before->at[MOMENT_N], nb = after->at[MOMENT_N];
        if (walk->split && walk->needs) {
            tile->base[k] = nf > 0.0 ? front->shift : back->shift;
            tile->sum[SUM_D][k] = nf > 0.0 ? front->sum[SUM_D][walk->begins[k]] : 0.0;
            if (nb > 0.0)
                tile->sum[SUM_D][k] += back->sum[SUM_D][walk->ends[k]] + (nf > 0.0 ? nb * apart : 0.0);
            tile->mean[k] = tile->sum[SUM_D][k] * tile->inverse[k];
        }
        if ((walk->plan.order >= 2 || y) && (walk->split || is_poor(tile, k, y != NULL)))
            mend_window(tile, k, before, after, apart, apart_y, y != NULL);
    }
    return 0;
}

/* Write the windows of a tile; -1 without memory. */
static int write_times(time_walk *walk, const double *x, const double *y, ptrdiff_t count) {
    const time_side *front = &walk->side[BEFORE], *back = &walk->side[AFTER];
    window_tile_sums *tile = &walk->tile;
    int poor = walk->split;
    if (!count)
        return 0;
    if (extend_back(walk, x, y, walk->edge + walk->ends[count - 1]) < 0)
        return -1;
    tile->count = count;
    tile->whole = 0;
    tile->shared = !walk->split;
    tile->base0 = front->shift;
    count_sides(walk, count);
    for (int element = 0; element < SUMS; element++)
        if (walk->needs >> element & 1)
            add_sides(front->sum[element], back->sum[element], walk->begins, walk->ends, count, tile->sum[element]);
    if (walk->needs)
        poor |= moments_of_sums(&walk->plan, tile);
    if (poor && walk->needs && mend_sides(walk, x, y) < 0)
        return -1;
    if (walk->plan.low)
        pick_sides(front->low, back->low, walk->begins, walk->ends, count, 0, tile->low);
    if (walk->plan.high)
        pick_sides(front->high, back->high, walk->begins, walk->ends, count, 1, tile->high);
    put_statistics(&walk->plan, tile, walk->at);
    if (front->plus >= 0 || front->minus >= 0 || back->plus >= 0 || back->minus >= 0)
        for (ptrdiff_t k = 0; k < count; k++) {
            const int plus = walk->begins[k] <= front->plus || (back->plus >= 0 && back->plus < walk->ends[k]);
            const int minus = walk->begins[k] <= front->minus || (back->minus >= 0 && back->minus < walk->ends[k]);
            if (plus || minus)
                put_infinite(&walk->plan, tile, k, walk->at, plus, minus);
        }
    walk->at += count;
    return 0;
}

/* The rows that the windows of rows first, first + 1, … begin with; `lo` is one at or before the first. A row moves on or the
   begin does, without a branch that nobody could foretell. */
static void find_begins(const time_walk *walk, const int64_t *t, ptrdiff_t lo, ptrdiff_t first, ptrdiff_t count, ptrdiff_t *to) {
    const int64_t reach = walk->left - !walk->left_closed;
    for (ptrdiff_t k = 0; k < count;) {
        const int late = (t[lo] + reach < t[first + k]) & (lo < first + k);
        to[k] = lo;
        lo += late;
        k += !late;
    }
}

/* The row after the last of the window of row i; `hi` is one at or before it. */
ALWAYS_INLINE ptrdiff_t find_end(const time_walk *walk, const int64_t *t, ptrdiff_t hi, ptrdiff_t n, ptrdiff_t i) {
    const int64_t end = t[i] + walk->right;
    while (hi < n && (t[hi] < end || (t[hi] == end && walk->right_closed)))
        hi++;
    return hi;
}

/* Write the windows of rows wanted, wanted + step, … among start … stop - 1, of n rows that are there; -1 without memory. The
   edge moves at the first window that no longer reaches over it, whatever the step. */
WITHIN_THE_MODULE int LEVEL(walk_times)(time_walk *walk, const double *x, const double *y, const int64_t *t, ptrdiff_t n, ptrdiff_t start,
                      ptrdiff_t stop, ptrdiff_t wanted, ptrdiff_t step) {
    const int own_last = !walk->centred && walk->right_closed, own = walk->plan.out[ZSCORE] != NULL;
    ptrdiff_t lows[TILE_ROWS], lo = walk->lo, hi = walk->hi, count = 0;
    for (ptrdiff_t i = start; i < stop; i++) {
        const ptrdiff_t k = (i - start) % TILE_ROWS;
        if (k == 0)
            find_begins(walk, t, lo, i, stop - i < TILE_ROWS ? stop - i : TILE_ROWS, lows);
        lo = lows[k];
        hi = own_last ? i + 1 : find_end(walk, t, hi, n, i);
        if (UNLIKELY(lo >= walk->edge) || UNLIKELY(walk->edge < 0)) {
            if (write_times(walk, x, y, count) < 0 || LEVEL(flip_sides)(walk, x, y, lo, hi > lo ? hi : lo) < 0)
                return -1;
            count = 0;
        }
        if (i != wanted)
            continue;
        wanted += step;
        walk->begins[count] = lo - walk->first;
        walk->ends[count] = hi > walk->edge ? hi - walk->edge : 0;
        if (own)
            walk->tile.own[count] = x[i];
        if (++count == TILE_ROWS) {
            if (write_times(walk, x, y, count) < 0)
                return -1;
            count = 0;
        }
    }
    walk->lo = lo;
    walk->hi = hi;
    return write_times(walk, x, y, count);
}

#endif
