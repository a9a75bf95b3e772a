\ loops.fs — counted loops, three deep, with the indexes in use.
: main ( -- )
  0 300 0 do
    300 0 do
      300 0 do i j xor 1 and + loop
      i 1 and if 3 else 2 then +
    loop
  loop . cr ;
main
bye
