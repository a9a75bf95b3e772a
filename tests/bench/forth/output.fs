\ output.fs — strings and numbers on their way out.
: line ( n -- ) ." line " dup . s" has the square " type 1023 and dup * . [char] ! emit cr ;
: main 200000 0 do i line loop ;
main
bye
