"""Files, text and trees."""
