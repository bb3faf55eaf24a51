"""How the world reaches us: command line, flake8, reports, codemods."""
