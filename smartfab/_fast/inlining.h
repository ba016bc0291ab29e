/* What is written into its caller, what is not, and what is compiled once for each width of vectors. */
#ifndef SMARTFAB_INLINING_H
#define SMARTFAB_INLINING_H

#if defined(__GNUC__)
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define NEVER_INLINE static __attribute__((noinline, unused))
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define FETCH_AHEAD(address) __builtin_prefetch(address)
#define FETCH_TO_WRITE(address) __builtin_prefetch(address, 1)
#elif defined(_MSC_VER)
#define ALWAYS_INLINE static __forceinline
#define NEVER_INLINE static __declspec(noinline)
#define UNLIKELY(condition) (condition)
#define LIKELY(condition) (condition)
#define FETCH_AHEAD(address) ((void)(address))
#define FETCH_TO_WRITE(address) ((void)(address))
#else
#define ALWAYS_INLINE static inline
#define NEVER_INLINE static
#define UNLIKELY(condition) (condition)
#define LIKELY(condition) (condition)
#define FETCH_AHEAD(address) ((void)(address))
#define FETCH_TO_WRITE(address) ((void)(address))
#endif

/* Arrays that begin where a cache line does: vectors that straddle two lines are read and written at half the speed. */
#if defined(_MSC_VER)
#define ON_A_LINE __declspec(align(64))
#else
#define ON_A_LINE _Alignas(64)
#endif

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && \
    !defined(ONE_VECTOR_WIDTH)
#define FOR_EACH_VECTOR_WIDTH __attribute__((unused, target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_VECTOR_WIDTH
#endif

#endif
