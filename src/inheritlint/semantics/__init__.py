"""What the names of a file mean: scopes, bindings, imports."""
