"""The memory for other programs, over the Model Context Protocol; a front end."""
