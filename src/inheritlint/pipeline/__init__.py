"""Which files, which rules, what is suppressed, what is fixed."""
