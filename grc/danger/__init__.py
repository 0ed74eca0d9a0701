"""Somebody is in danger: handing over at once, the alarm, who is on duty."""
