"""What is true of a program: names, values, platforms, paths and descriptors. Facts know no rule."""
