/* What is written into its caller, what is not, and what is compiled once for each width of vectors. */
#ifndef SMARTFAB_INLINING_H
#define SMARTFAB_INLINING_H

#if defined(__GNUC__)
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define NEVER_INLINE static __attribute__((noinline))
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define FETCH_AHEAD(address) __builtin_prefetch(address)
#elif defined(_MSC_VER)
#define ALWAYS_INLINE static __forceinline
#define NEVER_INLINE static __declspec(noinline)
#define UNLIKELY(condition) (condition)
#define FETCH_AHEAD(address) ((void)(address))
#else
#define ALWAYS_INLINE static inline
#define NEVER_INLINE static
#define UNLIKELY(condition) (condition)
#define FETCH_AHEAD(address) ((void)(address))
#endif

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
#define FOR_EACH_VECTOR_WIDTH __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_VECTOR_WIDTH
#endif

#endif
