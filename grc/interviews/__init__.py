"""Interviews of people who are received: what they ask, where their rights stand."""
