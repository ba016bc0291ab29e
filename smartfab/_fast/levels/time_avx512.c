/* Windows in time, for processors with AVX-512. */
#include "../levels.h"

#if SEVERAL_LEVELS
#pragma GCC target("avx512f,avx512vl,avx512dq")
#define LEVEL(name) name##_avx512
#include "../time_walk.h"
#endif
