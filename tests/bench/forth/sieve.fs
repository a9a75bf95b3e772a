\ sieve.fs — bytes in memory: the sieve of Eratosthenes, over and over.
8190 constant size
create flags size allot
: primes ( -- n )
  flags size 1 fill
  0 size 0 do
    flags i + c@ if
      i dup + 3 + dup i +
      begin dup size < while
        0 over flags + c!
        over +
      repeat
      2drop 1+
    then
  loop ;
: main 0 1500 0 do drop primes loop . cr ;
main
bye
