\ core_ext.fth — CORE EXT, from the text of Forth 2012, section 6.2.
testing comparison and the stack
t{ true false -> -1 0 }t
t{ 1 2 <> 1 1 <> -> true false }t
t{ 0 0<> 5 0<> 0 0> 1 0> -1 0> -> false true false true false }t
t{ 1 2 u> -1 1 u> -> false true }t
t{ 1 2 nip 1 2 tuck -> 2 2 1 2 }t
t{ 1 2 3 0 pick 1 2 3 2 pick -> 1 2 3 3 1 2 3 1 }t
t{ 1 2 3 4 3 roll 1 2 0 roll 5 6 1 roll -> 2 3 4 1 1 2 6 5 }t
: r2 2>r 2r@ 2r> ;
t{ 1 2 r2 -> 1 2 1 2 }t
: r2' 2>r r> r> ;
t{ 1 2 r2' -> 2 1 }t
t{ 5 1 10 within 1 1 10 within 10 1 10 within -> true true false }t
t{ -5 -10 0 within 5 10 1 within 0 5 1 within -> true false true }t

testing loops and cases
: qd ?do i loop ;
t{ 3 3 qd 3 0 qd -> 0 1 2 }t
: qd2 ?do i 2 > if leave then i loop ;
t{ 9 0 qd2 5 5 qd2 -> 0 1 2 }t
: ag 0 begin 1+ dup 5 = if exit then again ;
t{ ag -> 5 }t
: cs case 1 of 10 endof 2 of 20 endof dup 100 * swap endcase ;
t{ 1 cs 2 cs 3 cs -> 10 20 300 }t
: cs2 case 0 of exit endof endcase 9 ;
t{ 0 cs2 1 cs2 -> 9 }t
: nested case 1 of case 2 of 12 endof 10 swap endcase endof 0 swap endcase ;
t{ 2 1 nested 3 1 nested 3 2 nested -> 12 10 3 0 }t

testing values and deferred words
10 value v1  t{ v1 20 to v1 v1 : v2 30 to v1 ; v2 v1 -> 10 20 30 }t
defer d1
t{ ' + is d1 1 2 d1 ' d1 defer@ ' + = -> 3 true }t
t{ ' - ' d1 defer! 5 3 d1 action-of d1 ' - = -> 2 true }t
: set-d1 ['] * is d1 ; : get-d1 action-of d1 ;
t{ set-d1 5 3 d1 get-d1 ' * = -> 15 true }t
12 buffer: bf
t{ bf aligned bf = 7 bf 8 + ! bf 8 + @ -> true 7 }t

testing code without a name
t{ :noname 1 2 ; execute -> 1 2 }t
t{ :noname dup if dup 1- recurse then ; 3 swap execute -> 3 2 1 0 }t
: cc [ ' dup compile, ] + ;
t{ 4 cc -> 8 }t
: pp postpone s" postpone type ; immediate
t{ : lit5 [ 5 ] literal ; lit5 -> 5 }t

testing markers
marker back
: gone 1 ; 5 ,
t{ gone here back here <> -> 1 true }t
t{ bl word gone find nip bl word back find nip -> 0 0 }t

testing text
: cq c" abc" ;
t{ cq count nip cq 1+ c@ -> 3 97 }t
: sq s\" a\nb\tq\q\x41\\\z" ;
t{ sq nip sq drop 1+ c@ sq drop 6 + c@ sq drop 8 + c@ -> 9 10 65 0 }t
t{ sq drop 5 + c@ sq drop 7 + c@ -> 34 92 }t
t{ s\" \m" over c@ rot char+ c@ -> 2 13 10 }t
t{ char | parse a b| nip parse-name   xyz nip -> 3 3 }t
t{ parse-name
nip -> 0 }t
: h1 0 0 <# s" abc" holds #> ;
t{ h1 nip h1 drop c@ -> 3 97 }t
t{ s" source-id" evaluate source-id s" refill" evaluate -> -1 0 false }t
t{ pad 84 65 fill pad 83 + c@ pad 84 erase pad c@ -> 65 0 }t
t{ unused here 4 allot unused here rot - >r - r> = -4 allot -> true }t
variable si  1 si !
: once si @ if 0 si ! restore-input else 5 then ;
t{ s" save-input once 7" evaluate -> 0 5 7 }t
t{ hex a decimal -> 10 }t
t{ #10 $10 %10 'A' #-1 $-1 -> 10 16 2 65 -1 -1 }t
t{ 1 refill
swap -> -1 1 }t
t{ source drop c@ -> 116 }t
: pk 10 20 30 2 pick 1 pick 0 pick ;  t{ pk -> 10 20 30 10 30 30 }t
: pk2 2 pick ;  t{ 1 ' pk2 catch nip -> -4 }t
: ra >r r> + ;  t{ 3 4 ra -> 7 }t
