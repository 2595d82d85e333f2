"""The command line: one file per command, none of them loaded before it is called."""
