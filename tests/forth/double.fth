\ double.fth — the DOUBLE word set, section 8.
t{ 1. -1. 4294967296. -> 1 0 -1 -1 0 1 }t
t{ $ffffffffff. #-1. -> -1 255 -1 -1 }t
1 2 2constant dc  t{ dc : dcc dc ; dcc -> 1 2 1 2 }t
2variable dv      t{ 5. dv 2! dv 2@ -> 5. }t
7. 2value dl      t{ dl 8. to dl dl : dls to dl ; 9. dls dl -> 7. 8. 9. }t
: dlit [ 3. ] 2literal ;  t{ dlit -> 3. }t
t{ 1. 2. d+ -1. 1. d+ $ffffffff. 1. d+ -> 3. 0. 0 1 }t
t{ 1. 2. d- 0. 1. d- 0 1 1. d- -> -1. -1. $ffffffff. }t
t{ 5. dnegate -5. dabs 5. dabs 0. dnegate -> -5. 5. 5. 0. }t
t{ 1. 2. dmin -1. 1. dmin 1. 2. dmax -1. 1. dmax -> 1. -1. 2. 1. }t
t{ 1. 1. d= 1. 2. d= 0. d0= 1. d0= 0 1 d0= -> -1 0 -1 0 0 }t
t{ 1. 2. d< 2. 1. d< -1. 1. d< 1. 1. d< -> -1 0 -1 0 }t
t{ -1. d0< 1. d0< 1. -1. du< -1. 1. du< -> -1 0 -1 0 }t
t{ 3. d2* -3. d2/ 5. d2/ 0 1 d2/ -> 6. -2. 2. $80000000. }t
t{ 5. d>s -5. d>s 5. 3 m+ 5. -7 m+ -> 5 -5 8. -2. }t
t{ 10. 7 3 m*/ -10. 7 3 m*/ 10. -7 3 m*/ -> 23. -24. -24. }t
t{ $7fffffffffffffff. 3 3 m*/ -> $7fffffffffffffff. }t
t{ 1. 2. 3. 2rot -> 2. 3. 1. }t
