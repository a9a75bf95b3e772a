\ locals.fth — the LOCALS word set, section 13.
: l1 {: a b :} b a ;            t{ 1 2 l1 -> 2 1 }t
: l2 {: a | b c :} a to b b 1+ to c a b c ;  t{ 5 l2 -> 5 5 6 }t
: l3 {: a -- ignored words :} a a * ;  t{ 6 l3 -> 36 }t
: l4 {: n :} n 0= if 0 exit then n 1- recurse n + ;  t{ 10 l4 -> 55 }t
: l5 {: n :} 0 n 0 do i n * + loop ;  t{ 4 l5 -> 24 }t
: l6 {: :} 7 ;                  t{ l6 -> 7 }t
: l7 locals| a b | a b ;        t{ 1 2 l7 -> 2 1 }t
: l8 {: dup :} dup 1+ ;         t{ 3 l8 -> 4 }t
: l9 {: a :} a >r r> a + ;      t{ 3 l9 -> 6 }t
: l10 create {: a :} a , does> @ {: b :} b b ;  5 l10 l10x  t{ l10x -> 5 5 }t
: throws {: a :} a throw ;
: l11 {: a b :} a ['] throws catch nip a b ;  t{ 8 9 l11 -> 8 8 9 }t
: local: bl word count (local) ; immediate
: end-locals 0 0 (local) ; immediate
: l12 local: x local: y end-locals x y ;  t{ 1 2 l12 -> 2 1 }t
t{ :noname {: a :} a a ; 4 swap execute -> 4 4 }t
: l13 {: a b c d e f g h i j k l m n o p :} p a ;
t{ 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 l13 -> 16 1 }t
t{ s" #locals" environment? -> 16 true }t
