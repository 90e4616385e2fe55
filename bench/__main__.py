"""`make bench`: every measurement, one after the other."""

from bench import desk, fanout, pages, waiting

if __name__ == "__main__":
    pages.main()
    fanout.main()
    desk.main()
    waiting.main()
