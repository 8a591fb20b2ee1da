/*
 * GCC before 11.5, 12.4 and 13.3 drops stores into a tile configuration before it is loaded (its bug 114098), and the AMX
 * kernels of llama.cpp then end in a general protection fault. Without this macro ggml compiles none of them.
 */
#if defined(__GNUC__) && !defined(__clang__)
#define QUANTLAB_GCC (__GNUC__ * 100 + __GNUC_MINOR__)
#if QUANTLAB_GCC < 1105 || (__GNUC__ == 12 && QUANTLAB_GCC < 1204) || (__GNUC__ == 13 && QUANTLAB_GCC < 1303)
#undef __AMX_INT8__
#endif
#undef QUANTLAB_GCC
#endif
