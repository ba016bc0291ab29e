/* Windows of rows, for processors with AVX2. */
#include "../levels.h"

#if SEVERAL_LEVELS
#pragma GCC target("avx2")
#define LEVEL(name) name##_avx2
#include "../row_course.h"
#endif
