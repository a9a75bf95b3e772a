\ exception.fth — the EXCEPTION word set, section 9.
: fine 5 ;             t{ ' fine catch -> 5 0 }t
: thrown 1 2 3 77 throw ;
: c1 9 8 ['] thrown catch ;  t{ c1 -> 9 8 77 }t
: none 6 0 throw ;     t{ ' none catch -> 6 0 }t
: deep dup 0= if drop 55 throw then 1- recurse 1 throw ;
: c2 20 ['] deep catch nip ; t{ c2 -> 55 }t
: inner 1 throw ; : outer ['] inner catch 10 + throw ;
t{ ' outer catch -> 11 }t
: ab abort ;           t{ ' ab catch -> -1 }t
: aq 0= abort" not shown" 3 ;
: c3 ['] aq catch ;    t{ 1 c3 -> 3 0 }t
t{ 0 c3 nip -> -2 }t
: undef s" no-such-word-here" evaluate ;  t{ ' undef catch -> -13 }t
: c4 s" 1 2 undef 3" evaluate ;  t{ ' c4 catch source nip 0> -> -13 true }t
: div 1 0 / ;          t{ ' div catch -> -10 }t
: bad 2 ! ;            t{ 1 ' bad catch nip -> -9 }t
: crooked here aligned 1+ @ ; t{ ' crooked catch -> -23 }t
: under + ;            t{ : c5 depth 0 ?do drop loop ['] under catch ; -> }t
: loops 10 0 do i 5 = if 42 throw then loop ;  t{ ' loops catch -> 42 }t
: rec recurse 1 ;      t{ ' rec catch -> -5 }t
: full begin 1 again ; t{ ' full catch -> -3 }t
: many 1000 0 do ['] thrown catch 77 <> if leave then loop ; t{ many -> }t
