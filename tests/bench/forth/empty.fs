\ empty.fs — nothing: what it takes to start and to end.
bye
