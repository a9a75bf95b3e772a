\ sort.fs — cells in memory: quicksort of pseudo-random numbers.
4000 constant count-of-it
create numbers count-of-it cells allot
variable state-of-it
: random ( -- n ) state-of-it @ 1103515245 * 12345 + 2147483647 and dup state-of-it ! 8 rshift ;
: scramble ( -- ) 1234 state-of-it ! count-of-it 0 do random numbers i cells + ! loop ;
: exchange-cells ( a b -- ) over @ over @ >r swap ! r> swap ! ;
: middle ( low high -- a ) over - 2/ 1 cells negate and + ;
: partition ( low high -- low high up down )
  2dup middle @ >r
  2dup swap
  begin
    begin dup @ r@ < while cell+ repeat
    swap begin dup @ r@ > while 1 cells - repeat swap
    2dup < 0= if 2dup exchange-cells cell+ swap 1 cells - swap then
    2dup <
  until
  r> drop ;
: quicksort ( low high -- )
  2dup < 0= if 2drop exit then
  partition                     \ low high down up
  rot recurse recurse ;
: unsorted ( -- n )
  0 count-of-it 1- 0 do numbers i cells + dup @ swap cell+ @ > if 1+ then loop ;
: main ( -- )
  180 0 do scramble numbers numbers count-of-it 1- cells + quicksort loop
  numbers @ . numbers 1234 cells + @ . unsorted . cr ;
main
bye
