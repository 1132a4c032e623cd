#pragma once
#include <stddef.h>
#include <stdint.h>

// LLVM declares it in no header: https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library
int LLVMFuzzerRunDriver(
    int *_Nonnull argc, char *_Nullable *_Nonnull *_Nonnull argv,
    int (*_Nonnull test_one_input)(const uint8_t *_Nullable data, size_t size));
