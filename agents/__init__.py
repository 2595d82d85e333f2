"""Built-in agents and learners, one file each."""
