\ search_order.fth — the SEARCH-ORDER word set, section 16.
only forth definitions
wordlist constant w1
t{ get-order -> forth-wordlist 1 }t
t{ get-current -> forth-wordlist }t
w1 set-current  : hidden 77 ;  forth-wordlist set-current
t{ s" hidden" forth-wordlist search-wordlist -> 0 }t
t{ s" hidden" w1 search-wordlist swap execute -> -1 77 }t
t{ bl word hidden find nip -> 0 }t
get-order w1 swap 1+ set-order
t{ hidden -> 77 }t
t{ get-order -> forth-wordlist w1 2 }t
definitions  : dup 55 ; immediate
t{ dup get-current -> 55 w1 }t
previous definitions
t{ 5 dup get-current -> 5 5 forth-wordlist }t
t{ s" dup" w1 search-wordlist nip -> 1 }t
t{ also get-order only get-order -> forth-wordlist forth-wordlist 2 forth-wordlist 1 }t
t{ -1 set-order get-order -> forth-wordlist 1 }t
: empty-order 0 set-order get-order only ;
t{ empty-order -> 0 }t
: fill-order only 20 0 do also loop ;
t{ ' fill-order catch only forth -> -49 }t
t{ 12345 ' set-current catch nip -> -258 }t

testing what a marker brings back
only forth definitions
marker unmark
wordlist constant w2
get-order w2 swap 1+ set-order definitions
unmark
t{ get-order -> forth-wordlist 1 }t
t{ get-current -> forth-wordlist }t
get-order w1 swap 1+ set-order definitions
marker unmark2
only forth definitions
get-order w1 swap 1+ set-order unmark2
t{ get-order -> forth-wordlist w1 2 }t
t{ get-current -> w1 }t
only forth definitions
