/* Windows in time, for every processor. */
#include "../levels.h"
#define LEVEL(name) name##_plain
#include "../time_walk.h"
