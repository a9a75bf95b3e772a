\ tester.fth — T{ what is done -> what it leaves }T
\
\ Says what went wrong with the line it stands in, and counts. Cells that were on the stack
\ before T{ are left alone. The words have the names that published Forth tests use.
decimal
variable #errors   0 #errors !
variable #tests    0 #tests !
variable verbose   0 verbose !
variable base-depth
variable actual-depth
create actual-results 32 cells allot

: complain ( c-addr u -- ) cr type source type 1 #errors +! ;
: error ( c-addr u -- ) complain ;
: drop-to ( n -- ) begin dup depth 2 - < while nip repeat drop ;
: t{ ( -- ) depth base-depth ! 1 #tests +! ;
: -> ( -- )
  depth base-depth @ - actual-depth !
  actual-depth @ 0< if 0 actual-depth ! exit then
  actual-depth @ 32 > if s" too many results: " complain 0 actual-depth ! then
  actual-depth @ 0 ?do actual-results i cells + ! loop ;
: }t ( -- )
  depth base-depth @ - actual-depth @ <> if
    s" wrong number of results: " complain
  else
    actual-depth @ 0 ?do
      actual-results i cells + @ <> if
        s" wrong result: " complain leave
      then
    loop
  then
  depth base-depth @ > if base-depth @ drop-to then ;
: testing ( "line" -- )
  source verbose @ if dup >r type cr r> >in ! else >in ! drop then ;
: tests-done ( -- ) #tests @ . ." tests, " #errors @ . ." errors" cr ;
