"""The `inheritlint` command."""
