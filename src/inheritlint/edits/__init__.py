"""The repairs that rules may ask for, as edits of characters."""
