/* Windows of rows, for every processor. */
#include "../levels.h"
#define LEVEL(name) name##_plain
#include "../row_course.h"
