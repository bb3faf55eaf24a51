"""What becomes of a descriptor after it was made inheritable, and which child gets it."""
