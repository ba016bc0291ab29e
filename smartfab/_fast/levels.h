/* Levels of processors: what is compiled once for each, in files of their own, and which of them this processor is on. */
#ifndef SMARTFAB_LEVELS_H
#define SMARTFAB_LEVELS_H

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(_WIN32) && !defined(ONE_VECTOR_WIDTH)
#define SEVERAL_LEVELS 1
#else
#define SEVERAL_LEVELS 0
#endif

#if defined(__GNUC__)
#define WITHIN_THE_MODULE __attribute__((visibility("hidden")))
#else
#define WITHIN_THE_MODULE
#endif

/* Declare `name` of every level, and call the one of this processor. */
#if SEVERAL_LEVELS
#define LEVELS_OF(name, parameters)                                                                                     \
    WITHIN_THE_MODULE int name##_plain parameters;                                                                     \
    WITHIN_THE_MODULE int name##_avx2 parameters;                                                                       \
    WITHIN_THE_MODULE int name##_avx512 parameters;
#define ON_THIS_LEVEL(name, arguments)                                                                                  \
    (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")      \
         ? name##_avx512 arguments                                                                                      \
         : __builtin_cpu_supports("avx2") ? name##_avx2 arguments                                                       \
                                          : name##_plain arguments)
#else
#define LEVELS_OF(name, parameters) WITHIN_THE_MODULE int name##_plain parameters;
#define ON_THIS_LEVEL(name, arguments) name##_plain arguments
#endif

#endif
