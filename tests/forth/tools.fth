\ tools.fth — the TOOLS word set and its extensions, section 15.
t{ true [if] 1 [else] 2 [then] false [if] 1 [else] 2 [then] -> 1 2 }t
t{ false [if] 1
  true [if] 2 [else] 3 [then]
  [else] 4
[then] 5 -> 4 5 }t
t{ true [if] 1 false [if] 2 [else] 3 [then] [else] 4 [then] -> 1 3 }t
t{ [defined] dup [undefined] dup [defined] no-such [undefined] no-such -> true false false true }t
: ah ahead 1 then 2 ;  t{ ah -> 2 }t
: again-if 0 cs-pick postpone until ; immediate
: twice begin 1+ dup 3 > again-if dup 6 > until ;  t{ 0 twice -> 7 }t
: my-while postpone if 1 cs-roll ; immediate
: counting begin dup 3 < my-while dup 1+ repeat ;  t{ 0 counting -> 0 1 2 3 }t
: mixed 2 cs-roll ; immediate
: elses if 1 else 2 else 3 then ;  t{ 0 elses -1 elses -> 2 1 3 }t
: nr n>r 99 nr> ;  t{ 1 2 3 2 nr -> 1 99 2 3 2 }t
t{ 0 nr -> 99 0 }t
synonym plus +  synonym plus2 plus  t{ 1 2 plus 3 plus2 : p plus ; 4 p -> 10 }t
: imm 5 ; immediate  synonym imm2 imm  t{ : i2 imm2 literal ; i2 -> 5 }t
wordlist constant tw
tw set-current  : one 1 ; : two 2 ; : three 3 ; immediate  forth-wordlist set-current
: counter ( n nt -- n f ) drop 1+ true ;
t{ 0 ' counter tw traverse-wordlist -> 3 }t
: first-only ( n nt -- n f ) drop 1+ false ;
t{ 0 ' first-only tw traverse-wordlist -> 1 }t
: length ( n nt -- n f ) name>string nip + true ;
t{ 0 ' length tw traverse-wordlist -> 11 }t
: runs ( nt -- n f ) name>interpret execute true ;
t{ ' runs tw traverse-wordlist -> 3 2 1 }t
: get-nt ( 0 nt -- nt f ) nip false ;
: newest 0 ['] get-nt tw traverse-wordlist ;
t{ newest name>compile ' execute = swap execute -> true 3 }t
t{ ' dup name>compile ' compile, = swap ' dup = -> true true }t
t{ ' if name>interpret -> 0 }t
: keep 1 ; : lost 2 ; forget lost  t{ keep [defined] lost -> 1 false }t
: throw-in begin 1 throw again ;
t{ ' throw-in catch -> 1 }t
