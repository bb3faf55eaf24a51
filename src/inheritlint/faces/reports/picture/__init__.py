"""A page that shows the life of each descriptor beside the source; nothing is loaded from elsewhere."""
