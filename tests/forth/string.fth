\ string.fth — the STRING word set, section 17.
: a$ s" abcdefgh" ;  : e$ s" " ;
t{ a$ a$ compare a$ s" abc" compare s" abc" a$ compare -> 0 1 -1 }t
t{ s" abd" a$ compare e$ e$ compare e$ a$ compare s" B" s" a" compare -> 1 0 -1 -1 }t
t{ a$ s" def" search >r nip r> -> 5 true }t
t{ a$ s" xyz" search >r nip r> a$ e$ search >r nip r> -> 8 false 8 true }t
t{ a$ s" h" search nip nip s" abc" a$ search nip nip -> true false }t
t{ a$ 3 /string nip a$ 3 /string drop c@ -> 5 100 }t
t{ s" ab  " -trailing nip s"    " -trailing nip e$ -trailing nip -> 2 0 0 }t
: sl [ s" lit" ] sliteral ;  t{ sl s" lit" compare -> 0 }t
create b 64 allot
t{ s" a%b" b unescape s" a%%b" compare -> 0 }t
t{ s" %%" b unescape nip -> 4 }t
t{ s" world" s" w" replaces -> }t
t{ s" hello %w%!" b 64 substitute >r s" hello world!" compare r> -> 0 1 }t
t{ s" 100%%" b 64 substitute >r s" 100%" compare r> -> 0 0 }t
t{ s" %no% %" b 64 substitute >r s" %no% %" compare r> -> 0 0 }t
t{ s" hello %w%!" b 8 substitute nip nip 0< -> true }t
t{ s" there" s" w" replaces s" %w%%w%" b 64 substitute >r s" therethere" compare r> -> 0 2 }t
: copy$ ( a u -- ) b 20 + swap move ;
t{ s" x%w%y" copy$ b 20 + 5 b 22 + 30 substitute >r s" xtherey" compare r> -> 0 1 }t
