\ core.fth — the CORE word set, from the text of Forth 2012, section 6.1.
testing constants of a two's complement machine of 32 bits
0 invert constant max-u
max-u 1 rshift constant max-n
max-n invert constant min-n
t{ max-u -> -1 }t
t{ max-n -> 2147483647 }t
t{ min-n -> -2147483648 }t
t{ max-n 1+ -> min-n }t

testing the stack
t{ 1 2 drop -> 1 }t
t{ 1 2 swap -> 2 1 }t
t{ 1 dup -> 1 1 }t
t{ 1 2 over -> 1 2 1 }t
t{ 1 2 3 rot -> 2 3 1 }t
t{ 1 2 2dup -> 1 2 1 2 }t
t{ 1 2 2drop -> }t
t{ 1 2 3 4 2swap -> 3 4 1 2 }t
t{ 1 2 3 4 2over -> 1 2 3 4 1 2 }t
t{ 0 ?dup -> 0 }t
t{ 7 ?dup -> 7 7 }t
t{ depth depth - -> -1 }t
t{ : rs >r r@ r> ; 5 rs -> 5 5 }t
t{ : rs2 >r >r r> r> ; 1 2 rs2 -> 1 2 }t

testing arithmetic
t{ 3 4 + -> 7 }t
t{ max-u 1 + -> 0 }t
t{ 3 4 - -> -1 }t
t{ 0 min-n - -> min-n }t
t{ -3 4 * -> -12 }t
t{ 65537 65537 * -> 131073 }t
t{ 5 1+ 5 1- -> 6 4 }t
t{ 5 negate 0 negate -> -5 0 }t
t{ -5 abs 5 abs min-n abs -> 5 5 min-n }t
t{ 1 2 min -1 0 min min-n max-n min -> 1 -1 min-n }t
t{ 1 2 max -1 0 max min-n max-n max -> 2 0 max-n }t
t{ 1 2* -1 2* -> 2 -2 }t
t{ 5 2/ -5 2/ min-n 2/ -> 2 -3 -1073741824 }t
t{ 1 4 lshift 1 31 lshift 1 0 lshift -> 16 min-n 1 }t
t{ 16 4 rshift min-n 31 rshift max-u 0 rshift -> 1 1 max-u }t
t{ 7 2 / -7 2 / 7 -2 / -7 -2 / -> 3 -4 -4 3 }t
t{ 7 2 mod -7 2 mod 7 -2 mod -7 -2 mod -> 1 1 -1 -1 }t
t{ 7 2 /mod -7 2 /mod -> 1 3 1 -4 }t
t{ 10 7 3 */ -10 7 3 */ -> 23 -24 }t
t{ 10 7 3 */mod max-n 2 max-n */ -> 1 23 2 }t
t{ min-n -1 / min-n -1 mod -> min-n 0 }t

testing double results
t{ 5 s>d -5 s>d min-n s>d -> 5 0 -5 -1 min-n -1 }t
t{ max-u max-u um* -> 1 max-u 1- }t
t{ 3 4 um* -> 12 0 }t
t{ -3 4 m* min-n min-n m* -> -12 -1 0 1073741824 }t
t{ 7 0 2 um/mod -> 1 3 }t
t{ 1 max-u 1- max-u um/mod -> 0 max-u }t
t{ 5 1 7 um/mod -> 2 613566757 }t
t{ -7 -1 2 fm/mod 7 0 -2 fm/mod -> 1 -4 -1 -4 }t
t{ -7 -1 2 sm/rem 7 0 -2 sm/rem -> -1 -3 1 -3 }t
t{ -7 -1 -2 fm/mod -7 -1 -2 sm/rem -> -1 3 -1 3 }t

testing logic and comparison
t{ 12 10 and 12 10 or 12 10 xor -> 8 14 6 }t
t{ 0 invert 5 invert -> -1 -6 }t
t{ 0 0= 5 0= -1 0= -> -1 0 0 }t
t{ 0 0< -1 0< 1 0< min-n 0< -> 0 -1 0 -1 }t
t{ 1 1 = 1 2 = -1 max-u = -> -1 0 -1 }t
t{ 1 2 < 2 1 < 1 1 < -1 0 < min-n max-n < -> -1 0 0 -1 -1 }t
t{ 1 2 > 2 1 > 1 1 > 0 -1 > -> 0 -1 0 -1 }t
t{ 1 2 u< 2 1 u< -1 0 u< 0 -1 u< -> -1 0 0 -1 }t
: merged ( n -- f ) dup 5 = if drop 1 exit then dup 5 < if drop 2 exit then 5 u> if 3 else 4 then ;
t{ 5 merged 4 merged 6 merged -> 1 2 3 }t
: merged2 ( a b -- n ) 2dup = if 2drop 0 else 2dup < if 2drop -1 else > if 1 then then then ;
t{ 1 1 merged2 1 2 merged2 2 1 merged2 -> 0 -1 1 }t

testing memory
here 1 , 2 , constant two-cells
t{ two-cells @ two-cells cell+ @ -> 1 2 }t
t{ two-cells 2@ -> 2 1 }t
t{ 5 6 two-cells 2! two-cells 2@ two-cells @ -> 5 6 6 }t
t{ 3 two-cells +! two-cells @ -> 9 }t
t{ two-cells cell+ two-cells - 1 cells - -> 0 }t
t{ 10 chars 3 cells char+ -> 10 13 }t
here 65 c, 66 c, constant two-chars
t{ two-chars c@ two-chars char+ c@ -> 65 66 }t
t{ 321 two-chars c! two-chars c@ -> 65 }t
t{ align here aligned here = -> -1 }t
t{ 1 aligned 4 aligned 5 aligned -> 4 4 8 }t
t{ here 5 allot here swap - -5 allot -> 5 }t
variable v
t{ 123 v ! v @ -> 123 }t
: v+ v @ 1+ v ! 2 v +! v @ ;
t{ v+ -> 126 }t
create buffer 16 allot
t{ buffer 16 42 fill buffer c@ buffer 15 + c@ -> 42 42 }t
t{ buffer 4 1 fill buffer 4 + 0 9 fill buffer @ -> 16843009 }t
t{ buffer dup 4 + 8 move buffer 4 + @ buffer 8 + @ -> 16843009 707406378 }t

testing control structures
: if1 if 111 then ;  : if2 if 111 else 222 then ;
t{ 0 if1 -1 if1 1 if1 -> 111 111 }t
t{ 0 if2 -1 if2 -> 222 111 }t
: while1 begin dup 3 < while dup 1+ repeat ;
t{ 0 while1 5 while1 -> 0 1 2 3 5 }t
: until1 begin dup 1+ dup 3 > until ;
t{ 1 until1 -> 1 2 3 4 }t
: two-ways begin dup 2 > while dup 5 > while dup 1+ repeat 123 else 345 then ;
t{ 1 two-ways 3 two-ways -> 1 345 3 123 }t
: do1 do i loop ;
t{ 4 1 do1 2 -1 do1 max-n dup 1- do1 -> 1 2 3 -1 0 1 max-n 1- }t
: do2 do i -1 +loop ;
t{ 1 4 do2 -1 2 do2 -> 4 3 2 1 2 1 0 -1 }t
: do3 ( limit start step -- ) rot rot do i swap dup +loop drop ;
t{ 10 0 4 do3 -> 0 4 8 }t
: nested 3 0 do 2 0 do j 10 * i + loop loop ;
t{ nested -> 0 1 10 11 20 21 }t
: leaving 10 0 do i dup 3 = if leave then loop ;
t{ leaving -> 0 1 2 3 }t
: unlooping 10 0 do i dup 2 = if unloop exit then loop 99 ;
t{ unlooping -> 0 1 2 }t
: factorial dup 2 < if drop 1 else dup 1- recurse * then ;
t{ 10 factorial -> 3628800 }t
: exiting 1 exit 2 ;
t{ exiting -> 1 }t
: dropping 0 10 0 do 1+ i drop loop ;  : adding 0 10 0 do i + loop ;  : plus3 0 5 0 do 3 + loop ;
t{ dropping adding plus3 -> 10 45 15 }t

testing defining words
5 constant five
t{ five : five+ five + ; 1 five+ -> 5 6 }t
-559038737 constant wide
t{ wide : wide2 wide ; wide2 : wide3 -559038737 ; wide3 -> wide wide wide }t
: does1 does> @ 1+ ;  create cr1 1 , does1
t{ cr1 ' cr1 >body @ -> 2 1 }t
: adder create , does> @ + ;
3 adder add3  4 adder add4
t{ 10 add3 10 add4 : both add3 add4 ; 10 both -> 13 14 17 }t
: twice-does create does> drop 1 does> drop 2 ;
twice-does td
t{ td td td -> 1 2 2 }t
: imm 42 ; immediate
t{ : uses-imm imm literal ; uses-imm -> 42 }t
: post-imm postpone imm ; immediate
t{ : pi post-imm [ drop ] 1 ; pi -> 1 }t
: my-if postpone if ; immediate  : my-dup postpone dup ; immediate
t{ : pi2 my-dup my-if 1 else 2 then ; 5 pi2 0 pi2 -> 5 1 0 2 }t
t{ : pi3 [ 3 4 + ] literal ; pi3 -> 7 }t
t{ ' five execute : te ['] five execute ; te -> 5 5 }t
t{ : st state @ ; immediate state @ : st2 st literal ; st2 0= -> 0 0 }t

testing numbers and text
t{ decimal 10 base @ hex 10 base @ decimal -> 10 10 16 16 }t
t{ char A char ABC : ch [char] x ; ch bl -> 65 65 120 32 }t
: s1 s" abc" ;
t{ s1 swap c@ -> 3 97 }t
: s2 s" " ;
t{ s2 nip -> 0 }t
t{ s" 1 2 +" evaluate -> 3 }t
: ev s" 5 six" evaluate ; : six 6 ;
t{ ev -> 5 6 }t
t{ source nip 0> >in @ 0> -> -1 -1 }t
t{ bl word hello count nip bl word hello find nip -> 5 0 }t
t{ bl word dup find nip char ) word abc) count nip -> -1 3 }t
t{ 0 0 s" 123x" >number nip -> 123 0 1 }t
t{ 0 0 s" 4294967296" >number 2drop -> 0 1 }t
: same ( a u a u -- f ) rot over <> if drop 2drop 0 exit then
  0 ?do over i + c@ over i + c@ <> if 2drop 0 unloop exit then loop 2drop -1 ;
t{ 123 0 <# #s #> s" 123" same -> -1 }t
t{ 0 0 <# # # # #> s" 000" same -> -1 }t
t{ -1 -1 <# #s #> s" 18446744073709551615" same -> -1 }t
t{ -5 dup abs 0 <# #s rot sign #> s" -5" same -> -1 }t
t{ 255 0 hex <# #s char $ hold #> decimal s" $FF" same -> -1 }t
t{ ( a comment ) 1 ( another )2 -> 1 2 }t
t{ : gr ( comment inside ) 3 ; gr -> 3 }t \ and this one
t{ s" /counted-string" environment? s" no such thing" environment? -> 255 -1 0 }t
: gi >in @ swap ;
t{ 12345 depth drop -> 12345 }t
