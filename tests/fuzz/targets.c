/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fuzz/targets.h"

const struct fuzz_target *const fuzz_targets[] = {
	&fuzz_header,  &fuzz_address, &fuzz_address_path, &fuzz_params, &fuzz_words, &fuzz_charset,
	&fuzz_visible, &fuzz_decoder, &fuzz_mime,         &fuzz_domain, &fuzz_reply, &fuzz_message,
};
const size_t fuzz_target_count = sizeof fuzz_targets / sizeof fuzz_targets[0];
