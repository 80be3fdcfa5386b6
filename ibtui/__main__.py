"""`python -m ibtui` is `ibtui`."""

from ibtui.cli import main

if __name__ == "__main__":
    main()
