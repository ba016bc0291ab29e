/* The whole course of a series, or of a chunk of it: which windows are written, and where. */
#ifndef SMARTFAB_ROW_COURSE_H
#define SMARTFAB_ROW_COURSE_H

#include "levels.h"
#include "plain_blocks.h"
#include "row_tiles.h"

static void put_infinities(const row_walk *walk, const double *x, const double *y, const window_plan *plan,
                                  ptrdiff_t first, ptrdiff_t k, ptrdiff_t at) {
    const ptrdiff_t end = first + k, begin = end - walk->window + 1 > 0 ? end - walk->window + 1 : 0;
    int plus = 0, minus = 0;
    if (walk->groups) {
        plus = walk->front_plus >= begin || (walk->back_plus >= walk->edge && walk->back_plus <= end);
        minus = walk->front_minus >= begin || (walk->back_minus >= walk->edge && walk->back_minus <= end);
    }
    for (ptrdiff_t j = begin; j <= end && !walk->groups; j++) {
        plus |= y ? is_valid(x, y, j) && !is_whole(x, y, j) : x[j] == INFINITY;
        minus |= !y && x[j] == -INFINITY;
    }
    if (plus || minus)
        put_infinite(plan, &walk->tile, k, at, plus, minus);
}

/* Write the statistics of a tile's windows that are asked for. */
static void put_rows(row_walk *walk, const double *x, const double *y, ptrdiff_t size, const tile_span *span,
                            row_request *request) {
    ON_A_LINE double scratch[STATISTICS][TILE_ROWS];
    window_tile_sums *tile = &walk->tile;
    window_plan plan = walk->plan;
    const ptrdiff_t end = span->first + span->rows;
    const int direct = request->step == 1 && request->start == span->first;
    const ptrdiff_t at = direct ? request->at : 0, infinite = walk->plus > walk->minus ? walk->plus : walk->minus;
    tile->count = span->rows;
    if (plan.out[ZSCORE])
        copy_rows(tile->own, x, span->first - request->ahead, span->rows, 0, size);
    for (int statistic = 0; statistic < STATISTICS && !direct; statistic++)
        plan.out[statistic] = plan.out[statistic] ? scratch[statistic] : NULL;
    put_statistics(&plan, tile, at);
    if (UNLIKELY(infinite >= 0 && infinite > span->first - walk->window))
        for (ptrdiff_t k = 0; k < span->rows; k++)
            put_infinities(walk, x, y, &plan, span->first, k, at);
    if (direct) {
        request->start = end;
        request->at += span->rows;
        return;
    }
    for (; request->start < end; request->start += request->step, request->at++)
        for (int statistic = 0; statistic < STATISTICS; statistic++)
            if (plan.out[statistic])
                walk->plan.out[statistic][request->at] = scratch[statistic][request->start - span->first];
}

/* The window that ends before the first row. */
static void put_none(row_walk *walk, row_request *request) {
    for (int statistic = 0; statistic < STATISTICS; statistic++)
        if (walk->plan.out[statistic])
            walk->plan.out[statistic][request->at] =
                statistic <= SUM && walk->plan.min_periods <= 0.0 ? 0.0 : NAN;
    request->start += request->step;
    request->at++;
}

/* Where the block of a row begins; a division costs as much as many rows. */
static ptrdiff_t block_of(const row_walk *walk, ptrdiff_t row) {
    if (walk->begun && row >= walk->edge && row < walk->edge + 2 * walk->block)
        return row < walk->edge + walk->block ? walk->edge : walk->edge + walk->block;
    return row / walk->block * walk->block;
}

static int walk_blocks(row_walk *walk, const double *x, const double *y, ptrdiff_t size, row_request *request) {
    window_tile_sums *tile = &walk->tile;
    const int plain = is_plain(walk, request);
    tile_rows copy;
    while (request->start < request->stop) {
        const ptrdiff_t edge = block_of(walk, request->start);
        const ptrdiff_t next = edge + walk->block < request->stop ? edge + walk->block : request->stop;
        tile_span span;
        if ((!walk->begun || walk->edge != edge) && begin_block(walk, x, y, edge) < 0)
            return -1;
        span.first = edge + walk->done;
        span.rows = next - span.first < TILE_ROWS ? next - span.first : TILE_ROWS;
        span.full = span.rows / LANES;
        span.groups = (span.rows + LANES - 1) / LANES;
        look_at(walk, x, y, span.first + span.rows);
        span.x = rows_of(copy.x, x, span.first + span.rows, span.first, span.groups * LANES);
        span.y = y ? rows_of(copy.y, y, span.first + span.rows, span.first, span.groups * LANES) : NULL;
        span.whole = !walk->split && is_clean(walk, span.first - walk->window + 1);
        tile->whole = span.whole;
        tile->count = span.rows;
        tile->n0 = (double)walk->window;
        if (!span.whole)
            walk->values = count_values(walk, x, y, span.first, span.rows, span.full * LANES, walk->values);
        else if (span.full)
            walk->values = walk->window;
        if (sum_windows(walk, x, y, size, &span) < 0)
            return -1;
        pick_windows(walk, &span);
        walk->done += span.full * LANES;
        if (request->start < span.first + span.rows)
            put_rows(walk, x, y, size, &span, request);
        if (plain && walk->done == walk->block)
            walk_plain(walk, x, y, request);
    }
    return 0;
}

/* Windows too short for blocks. */
static int walk_short(row_walk *walk, const double *x, const double *y, ptrdiff_t size, row_request *request) {
    window_tile_sums *tile = &walk->tile;
    short_tile copy;
    const int w = (int)walk->window;
    const double *own = copy.x + SHORT_WINDOW, *other = y ? copy.y + SHORT_WINDOW : NULL;
    memset(&copy, 0, sizeof copy);
    while (request->start < request->stop) {
        tile_span span;
        span.first = request->start;
        span.rows = request->stop - span.first < TILE_ROWS ? request->stop - span.first : TILE_ROWS;
        if (!walk->begun || walk->edge != span.first) {
            walk->edge = span.first;
            walk->begun = 1;
            begin_walk_at(walk, x, y, span.first, w);
        }
        look_at(walk, x, y, span.first + span.rows);
        copy_rows(copy.x, x, span.first - SHORT_WINDOW, SHORT_WINDOW + TILE_ROWS, 0, span.first + span.rows);
        if (y)
            copy_rows(copy.y, y, span.first - SHORT_WINDOW, SHORT_WINDOW + TILE_ROWS, 0, span.first + span.rows);
        span.whole = is_clean(walk, span.first - w + 1);
        tile->whole = span.whole;
        tile->shared = 0;
        tile->count = span.rows;
        tile->n0 = (double)w;
        if (!span.whole || y) {
            walk->values = count_values(walk, x, y, span.first, span.rows, span.rows, walk->values);
            if (y)
                sum_short_pair(tile, own, other, w);
            else
                sum_short(tile, own, w, walk->plan.order);
        } else {
            walk->values = w;
            sum_short_whole(tile, own, w, walk->plan.order, walk->plan.slope);
        }
        for (ptrdiff_t k = 0; k < span.rows; k++)
            tile->m2[k] = tile->m2[k] < SMALLEST_SQUARE ? 0.0 : tile->m2[k];
        if (walk->plan.slope && !y)
            slopes_of_sums(tile, (double)w, -0.5 * (double)(w - 1), 0);
        if (walk->plan.low)
            pick_short(tile, own, w, 0, tile->low);
        if (walk->plan.high)
            pick_short(tile, own, w, 1, tile->high);
        put_rows(walk, x, y, size, &span, request);
        walk->edge = span.first + span.rows;
    }
    return 0;
}

/* Write the windows asked for; 0, or -1 without memory. `size` rows are there. */
WITHIN_THE_MODULE int LEVEL(walk_rows)(row_walk *walk, const double *x, const double *y, ptrdiff_t size, row_request *request) {
    while (request->start < 0 && request->start < request->stop)
        put_none(walk, request);
    return walk->groups ? walk_blocks(walk, x, y, size, request) : walk_short(walk, x, y, size, request);
}

#endif
