"""From files of minutes to a searchable index."""
