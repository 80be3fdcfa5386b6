"""`ibtui` as `nohup` starts it: the end of its terminal alone does not end it."""

from __future__ import annotations

import signal

from ibtui.cli import main

if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    main()
