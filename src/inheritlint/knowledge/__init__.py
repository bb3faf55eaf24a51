"""What CPython and the kernel do: tables, each row with its source. Standard library only."""
