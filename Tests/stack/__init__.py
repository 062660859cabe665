"""What tests, measurements and `make run` need around Roster: starts PostgreSQL, PgBouncer, roster, nginx and others,
waits until they are ready, and ends them, in whatever way the program that started them ends. With PYTHONPATH=Tests:

    machine     users, ports, folders of this machine
    service     processes that live as long as a block
    processes   what processes cost, and who their children are
    postgres, pooler, roster, nginx     how each is started
    whole       all that `make run` starts
    openloop    requests at a rate, whether they are answered or not
    network     a network that can fall silent, refuse or be slow
    home, private, site, speech         the parts of `make run`, which is nginx/run
"""
