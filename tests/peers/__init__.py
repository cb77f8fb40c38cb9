"""Other projects' engines: fetched as wheels, unpacked into build/peers, started on 127.0.0.1."""
