"""The memory adapters that come with memcli: a folder per base model and task, and what they were made from."""
