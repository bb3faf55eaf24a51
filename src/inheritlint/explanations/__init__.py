"""How a finding is explained: the remedy that fits the call, and the steps that lead to it."""
