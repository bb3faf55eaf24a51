"""What runs after what: LibCST's tree as functions of blocks and edges."""
