"""Runs the functions of a file over what is known, until nothing new is learnt."""
