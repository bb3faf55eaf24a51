"""Which files, which rules, what is silenced, what is mended."""
