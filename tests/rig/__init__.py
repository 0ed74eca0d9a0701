"""Real servers for the tests: started, killed and restarted on this machine's loopback.

Nothing here is a double: what a test kills is a process, what it fills is a disk.
"""
