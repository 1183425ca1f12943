"""How each kind of thing in a catalogue is made on AWS; nothing here names a system's own parts."""
