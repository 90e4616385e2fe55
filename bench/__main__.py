"""`make bench`: every measurement, one after the other."""

from bench import clicks, desk, fanout, pages, waiting

if __name__ == "__main__":
    pages.main()
    fanout.main()
    desk.main()
    waiting.main()
    clicks.main()
