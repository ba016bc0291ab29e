/* Tiles of windows of rows: their sums, their moments where sums do not do, and their statistics. */
#ifndef SMARTFAB_ROW_TILES_H
#define SMARTFAB_ROW_TILES_H

#include "row_blocks.h"

/* Rows of the tile whose windows begin at the first row after those that are done. */
typedef struct {
    ptrdiff_t first, rows, groups, full; /* groups; those that are complete */
    const double *x, *y;                 /* from LANES rows before the first on */
    int whole;                           /* no window misses a value */
} tile_span;

/* Sums of windows over the rows of one side of the edge, or of both where they share a shift. */
static void sum_tile(row_walk *walk, int needs, row_side *side, const tile_span *span, const double *x, const double *y,
                     int from_front, double (*sums)[TILE_ROWS]) {
    const ptrdiff_t done = span->first - walk->edge;
    const int tabled = from_front && walk->edge > 0;
    const row_run all = rows_to_sum(walk, needs, side, x, y, span->groups, done, !span->whole);
    for (int at = 0; at < MOST_PASSES; at++) {
        element_pass pass;
        row_run run = all;
        if (choose_pass(walk, needs, y != NULL, at, &run, &pass)) {
            run_sums to = {{side->running[pass.first], side->running[pass.second]}, {NULL, NULL},
                           {sums[pass.first], sums[pass.second]}};
            if (tabled) {
                to.table[0] = table_of(walk, pass.first) + done;
                to.table[1] = table_of(walk, pass.second) + done;
            }
            run.full = span->full;
            sum_forward(&run, pass.kind, &to);
        }
    }
}

/* Until a row is missing no sum of row numbers is needed; then those of the block so far are. */
static void catch_up_times(row_walk *walk, const double *x, ptrdiff_t size) {
    row_side *side = &walk->side[FRONT];
    ON_A_LINE double unused[SUMS][TILE_ROWS];
    tile_rows copy;
    if (walk->edge > 0)
        sum_front(walk, x, NULL, 1 << SUM_TD | TIMES, 1);
    memset(side->running[SUM_T], 0, sizeof side->running[SUM_T]);
    memset(side->running[SUM_TT], 0, sizeof side->running[SUM_TT]);
    for (ptrdiff_t done = 0; done < walk->done; done += TILE_ROWS) {
        const ptrdiff_t rows = walk->done - done < TILE_ROWS ? walk->done - done : TILE_ROWS;
        const tile_span span = {walk->edge + done, rows, rows / LANES, rows / LANES, NULL, NULL, 0};
        const double *own = rows_of(copy.x, x, size, span.first, rows);
        fill_elements(&walk->elements, TIMES, own, NULL, LANES + rows, done - LANES, side->shift, 0.0);
        for (int element = SUM_T; element <= SUM_TT; element++) {
            const row_run run = {walk->elements.of[element] + LANES, NULL, 0.0, 0.0, 0.0, span.groups, span.full};
            const run_sums to = {{side->running[element], NULL}, {NULL, NULL}, {unused[element], NULL}};
            sum_forward(&run, ROWS_ALONE, &to);
        }
    }
    walk->times_known = 1;
}

/* Moments of the rows before the edge, and of those after it up to the tile's end; -1 without memory. */
static int table_sides(row_walk *walk, const double *x, const double *y, const tile_span *span) {
    const ptrdiff_t edge = walk->edge, front = edge < walk->window - 1 ? edge : walk->window - 1;
    const row_side *back = &walk->side[walk->split ? BACK : FRONT];
    if (walk->moments[FRONT].known < 0 &&
        table_moments(&walk->moments[FRONT], x + edge - (edge > 0), y ? y + edge - (edge > 0) : NULL, -1, front,
                      walk->side[FRONT].shift, walk->side[FRONT].shift_y) < 0)
        return -1;
    return table_moments(&walk->moments[BACK], x + edge, y ? y + edge : NULL, 1, span->first + span->rows - edge, back->shift,
                         back->shift_y);
}

/* The moments of the rows before and after the edge in window k. */
ALWAYS_INLINE const central *front_of(const row_walk *walk, const tile_span *span, ptrdiff_t k) {
    const ptrdiff_t rows = walk->window - 1 - (span->first + k - walk->edge), known = walk->moments[FRONT].known;
    return walk->moments[FRONT].rows + (rows < known ? rows : known);
}
ALWAYS_INLINE const central *back_of(const row_walk *walk, const tile_span *span, ptrdiff_t k) {
    return walk->moments[BACK].rows + (span->first + k - walk->edge + 1);
}

static void mend_moments(row_walk *walk, const tile_span *span, ptrdiff_t k) {
    const row_side *front = &walk->side[FRONT], *back = &walk->side[walk->split ? BACK : FRONT];
    mend_window(&walk->tile, k, front_of(walk, span, k), back_of(walk, span, k), back->shift - front->shift,
                back->shift_y - front->shift_y, walk->plan.pair);
}

/* Windows whose plain sums lose too much; -1 without memory. */
NEVER_INLINE int mend_poor(row_walk *walk, const double *x, const double *y, const tile_span *span) {
    if (table_sides(walk, x, y, span) < 0)
        return -1;
    for (ptrdiff_t k = 0; k < span->rows; k++)
        if (is_poor(&walk->tile, k, walk->plan.pair))
            mend_moments(walk, span, k);
    return 0;
}

/* The edge's own row is not finite: sums before and after it have shifts of their own. -1 without memory. */
NEVER_INLINE int sum_split_tile(row_walk *walk, const double *x, const double *y, const tile_span *span) {
    window_tile_sums *tile = &walk->tile;
    row_side *front = &walk->side[FRONT], *back = &walk->side[BACK];
    const ptrdiff_t end = span->first + span->rows;
    ptrdiff_t there = back->there;
    ON_A_LINE double after[SUMS][TILE_ROWS];
    tile_rows copy;
    for (ptrdiff_t j = span->first; j < end && !back->shifted; j++)
        if (is_whole(x, y, j)) {
            back->shifted = 1;
            back->shift = x[j];
            back->shift_y = y ? y[j] : 0.0;
        }
    if ((walk->plan.order >= 2 || y) && table_sides(walk, x, y, span) < 0)
        return -1;
    for (int at = 0; at < SIDES; at++) {
        const ptrdiff_t from = at == BACK ? walk->edge : 0, to = at == BACK ? end : walk->edge;
        copy_rows(copy.x, x, span->first - LANES, LANES + TILE_ROWS, from, to);
        if (y)
            copy_rows(copy.y, y, span->first - LANES, LANES + TILE_ROWS, from, to);
        sum_tile(walk, walk->needs, &walk->side[at], span, copy.x, y ? copy.y : NULL, at == FRONT, at == BACK ? after : tile->sum);
    }
    for (ptrdiff_t k = 0; k < span->rows; k++) {
        const double nb = (double)(there += is_whole(x, y, span->first + k));
        const double nf = tile->n[k] - nb; /* of an inf, too, but a window that holds one is told otherwise */
        const double apart = nf > 0.0 && nb > 0.0 ? back->shift - front->shift : 0.0;
        back->there = k + 1 == span->full * LANES ? there : back->there;
        tile->base[k] = nf > 0.0 ? front->shift : back->shift;
        tile->sum[SUM_D][k] = nf > 0.0 ? tile->sum[SUM_D][k] + (after[SUM_D][k] + nb * apart) : after[SUM_D][k];
        tile->mean[k] = tile->sum[SUM_D][k] * tile->inverse[k];
        if (walk->plan.slope && !y) {
            tile->sum[SUM_TD][k] += after[SUM_TD][k] + after[SUM_T][k] * apart;
            tile->sum[SUM_T][k] += after[SUM_T][k];
            tile->sum[SUM_TT][k] += after[SUM_TT][k];
        }
        if (walk->plan.order >= 2 || y)
            mend_moments(walk, span, k);
    }
    return 0;
}

/* Sums and moments of the windows of a tile; -1 without memory. */
static int sum_windows(row_walk *walk, const double *x, const double *y, ptrdiff_t size, const tile_span *span) {
    window_tile_sums *tile = &walk->tile;
    const int needs = span->whole ? walk->needs & ~TIMES : walk->needs;
    int poor = 0;
    tile->shared = !walk->split;
    if (walk->split) {
        if (sum_split_tile(walk, x, y, span) < 0)
            return -1;
    } else if (needs) {
        if (span->whole)
            walk->times_known &= !walk->plan.slope;
        else if (!walk->times_known && walk->plan.slope && !y)
            catch_up_times(walk, x, size);
        sum_tile(walk, needs, &walk->side[FRONT], span, span->x, span->y, 1, tile->sum);
        tile->base0 = walk->side[FRONT].shift;
        poor = moments_of_sums(&walk->plan, tile);
        if (UNLIKELY(poor) && mend_poor(walk, x, y, span) < 0)
            return -1;
    }
    if (walk->plan.slope && !y) {
        const double w = (double)walk->window, middle = (double)(span->first - walk->edge) - 0.5 * (w - 1.0);
        slopes_of_sums(tile, w, middle, 1);
    }
    return 0;
}

static void pick_windows(row_walk *walk, const tile_span *span) {
    const ptrdiff_t done = span->first - walk->edge;
    const int may_miss = !span->whole || span->full < span->groups;
    for (int greatest = 0; greatest < 2; greatest++) {
        row_extremes *extreme = &walk->extreme[greatest];
        run_extremes to = {NULL, NULL, NULL};
        if (!(greatest ? walk->plan.high : walk->plan.low))
            continue;
        if (walk->memory)
            to = (run_extremes){extreme->of.eights + done, extreme->of.rests + done, walk->edge > 0 ? extreme->of.table + done : NULL};
        pick_forward(span->x + LANES, span->groups, span->full, walk->rest, greatest, may_miss, &to, extreme->running,
                     greatest ? walk->tile.high : walk->tile.low);
    }
}

#endif
