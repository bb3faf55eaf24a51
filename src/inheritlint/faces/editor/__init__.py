"""The language server: findings, fixes and rule pages in an editor, over the Language Server Protocol (LSP) 3.17."""
