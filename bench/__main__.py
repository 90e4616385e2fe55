"""`make bench`: every measurement, one after the other."""

from bench import fanout, pages

if __name__ == "__main__":
    pages.main()
    fanout.main()
