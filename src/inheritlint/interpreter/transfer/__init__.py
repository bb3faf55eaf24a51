"""What calls do to descriptors, children, containers and texts: one row a function, by its qualified name."""
