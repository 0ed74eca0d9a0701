"""What each event is, subject by subject: its code, the keys of its data, its sentence."""
