"""The catalogue: one module a rule, and nothing else."""
