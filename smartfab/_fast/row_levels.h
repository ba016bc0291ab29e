/* Windows of rows, as fast as this processor can. */
#ifndef SMARTFAB_ROW_LEVELS_H
#define SMARTFAB_ROW_LEVELS_H

#include "levels.h"
#include "row_state.h"

LEVELS_OF(walk_rows, (row_walk * walk, const double *x, const double *y, ptrdiff_t size, row_request *request))

static int walk_rows(row_walk *walk, const double *x, const double *y, ptrdiff_t size, row_request *request) {
    return ON_THIS_LEVEL(walk_rows, (walk, x, y, size, request));
}

#endif
