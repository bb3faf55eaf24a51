"""What is known of values, objects and descriptors at a point of a program, and how two such points become one."""
