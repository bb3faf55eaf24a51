"""Which findings are known already: from a file that is kept beside the code, or from an earlier commit."""
