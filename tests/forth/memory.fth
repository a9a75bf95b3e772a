\ memory.fth — memory words beyond CORE, and the original's own.
create m 64 allot
t{ m 64 erase m @ m 60 + @ -> 0 0 }t
t{ s" abcdef" m swap cmove m c@ m 5 + c@ -> 97 102 }t
t{ m m 1+ 5 cmove m 5 + c@ -> 97 }t
t{ s" abcdef" m swap move m m 2 + 4 cmove> m 5 + c@ m 2 + c@ -> 100 97 }t
t{ m 3 blank m c@ m 3 + c@ -> 32 98 }t
t{ m 10 bounds swap - -> -10 }t
t{ 5 m b! m b@ m c@ -> 5 5 }t
t{ 100 3 w+ -> 112 }t
t{ 0 not -1 not -> -1 0 }t
t{ : x d>r r>d ; 5 x : y 2d>2r 2r>2d ; 1 2 y -> 5 1 2 }t
t{ : z 10 7 do i' loop ; z -> 10 10 10 }t
array a1 10
t{ 7 a1 9 w+ ! a1 9 w+ @ a1 @ -> 7 0 }t
t{ : idx 3 cells a1 + ; 12 idx ! idx @ a1 3 cells + @ : idx2 3 a1 swap cells + @ ; idx2 -> 12 12 12 }t
: sum 0 10 0 do a1 i cells + @ + loop ;  t{ sum -> 19 }t
: set 10 0 do i dup cells a1 + ! loop ;  t{ set sum -> 45 }t
: bytes 0 10 0 do i m + c! loop ;
: chars! 10 0 do i m i + c! loop ;  t{ chars! m 9 + c@ -> 9 }t
: scan 0 m 10 + m do i c@ + loop ;  t{ scan -> 45 }t
t{ -256 8 arshift 256 4 arshift -> -1 16 }t
