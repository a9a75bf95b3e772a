/* words.h — every built-in word, in the order in which WORDS shows them backwards.
 *
 *     P(id, name, operation, operand, flags)   one instruction
 *     C(id, name, in, out, flags)              a function in C, mn_forth_w_<id>
 *
 * `in` and `out` are the cells a function needs and leaves at most. Flags: I immediate,
 * X compile only, H hidden (for code that the compiler makes), D immediate and looking at STATE:
 * POSTPONE makes such a word compile whatever the state is then.
 *
 * A new word is a line here, a line in words.txt, mn_forth_w_<id> in the file it belongs to, and
 * a test in tests/forth. It must not run long: it charges for what it moves, and answers
 * MN_FORTH_AGAIN, with its state on the stack, to go on in another step.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifdef WORD_ /* only the prototypes */
#define P(id, name, op, operand, flags)
#define C(id, name, in, out, flags) WORD_(id)
#endif
#define I MN_FORTH_IMMEDIATE
#define X MN_FORTH_COMPILE_ONLY
#define IX (MN_FORTH_IMMEDIATE | MN_FORTH_COMPILE_ONLY)
#define H 4
#define D (MN_FORTH_IMMEDIATE | 8)

/* the stack */
P(dup, "dup", DUP, 0, 0) P(drop, "drop", DROP, 0, 0) P(swap, "swap", SWAP, 0, 0)
P(over, "over", OVER, 0, 0) P(rot, "rot", ROT, 0, 0) P(nrot, "-rot", NROT, 0, 0)
P(nip, "nip", NIP, 0, 0) P(tuck, "tuck", TUCK, 0, 0) P(qdup, "?dup", QDUP, 0, 0)
P(pick, "pick", PICK, 0, 0) P(ddup, "2dup", DDUP, 0, 0) P(ddrop, "2drop", DDROP, 0, 0)
P(dswap, "2swap", DSWAP, 0, 0) P(dover, "2over", DOVER, 0, 0) P(depth, "depth", DEPTH, 0, 0)
C(roll, "roll", 1, 0, 0) C(drot, "2rot", 6, 6, 0) P(tor, ">r", TOR, 0, 0)
P(rfrom, "r>", RFROM, 0, 0) P(rfetch, "r@", RFETCH, 0, 0) P(dtor, "2>r", DTOR, 0, 0)
P(drfrom, "2r>", DRFROM, 0, 0) P(drfetch, "2r@", DRFETCH, 0, 0) P(d_to_r, "d>r", TOR, 0, 0)
P(r_to_d, "r>d", RFROM, 0, 0) P(d2_to_r2, "2d>2r", DTOR, 0, 0) P(r2_to_d2, "2r>2d", DRFROM, 0, 0)
C(n_to_r, "n>r", 1, 0, 0) C(n_r_from, "nr>", 0, 1, 0)
/* arithmetic */
P(add, "+", ADD, 0, 0) P(sub, "-", SUB, 0, 0) P(mul, "*", MUL, 0, 0) P(div, "/", DIV, 0, 0)
P(mod, "mod", MOD, 0, 0) C(div_mod, "/mod", 2, 2, 0) C(mul_div, "*/", 3, 1, 0)
C(mul_div_mod, "*/mod", 3, 2, 0) P(and, "and", AND, 0, 0) P(or, "or", OR, 0, 0)
P(xor, "xor", XOR, 0, 0) P(invert, "invert", INVERT, 0, 0) P(not, "not", INVERT, 0, 0)
P(negate, "negate", NEGATE, 0, 0) P(abs, "abs", ABS, 0, 0) P(min, "min", MIN, 0, 0)
P(max, "max", MAX, 0, 0) P(lshift, "lshift", SHL, 0, 0) P(rshift, "rshift", SHR, 0, 0)
P(arshift, "arshift", SAR, 0, 0) P(inc, "1+", ADDI, 1, 0) P(dec, "1-", ADDI, -1, 0)
P(twice, "2*", SHLI, 1, 0) P(half, "2/", SARI, 1, 0) P(within, "within", WITHIN, 0, 0)
P(cells, "cells", SHLI, 2, 0) P(cell_plus, "cell+", ADDI, 4, 0) P(chars, "chars", NOP, 0, 0)
P(char_plus, "char+", ADDI, 1, 0) P(w_plus, "w+", INDEX, 0, 0)
P(eq, "=", EQ, 0, 0) P(ne, "<>", NE, 0, 0) P(lt, "<", LT, 0, 0) P(gt, ">", GT, 0, 0)
P(ult, "u<", ULT, 0, 0) P(ugt, "u>", UGT, 0, 0) P(zeq, "0=", EQI, 0, 0) P(zne, "0<>", NEI, 0, 0)
P(zlt, "0<", LTI, 0, 0) P(zgt, "0>", GTI, 0, 0) P(true, "true", LIT, -1, 0)
P(false, "false", LIT, 0, 0) P(bl, "bl", LIT, 32, 0)
/* double cells */
P(stod, "s>d", STOD, 0, 0) P(dtos, "d>s", DROP, 0, 0) P(dadd, "d+", DADD, 0, 0)
P(dsub, "d-", DSUB, 0, 0) P(umul, "um*", UMSTAR, 0, 0) P(mmul, "m*", MSTAR, 0, 0)
C(um_mod, "um/mod", 3, 2, 0) C(fm_mod, "fm/mod", 3, 2, 0) C(sm_rem, "sm/rem", 3, 2, 0)
C(m_add, "m+", 3, 2, 0) C(m_mul_div, "m*/", 4, 2, 0) C(d_negate, "dnegate", 2, 2, 0)
C(d_abs, "dabs", 2, 2, 0) C(d_min, "dmin", 4, 2, 0) C(d_max, "dmax", 4, 2, 0)
C(d_eq, "d=", 4, 1, 0) C(d_lt, "d<", 4, 1, 0) C(du_lt, "du<", 4, 1, 0) C(d_zeq, "d0=", 2, 1, 0)
C(d_zlt, "d0<", 2, 1, 0) C(d_twice, "d2*", 2, 2, 0) C(d_half, "d2/", 2, 2, 0)
/* memory */
P(fetch, "@", FETCH, 0, 0) P(store, "!", STORE, 0, 0) P(cfetch, "c@", CFETCH, 0, 0)
P(cstore, "c!", CSTORE, 0, 0) P(addstore, "+!", ADDSTORE, 0, 0) P(dfetch, "2@", DFETCH, 0, 0)
P(dstore, "2!", DSTORE, 0, 0) P(bfetch, "b@", CFETCH, 0, 0) P(bstore, "b!", CSTORE, 0, 0)
P(count, "count", COUNT, 0, 0) C(here, "here", 0, 1, 0) C(allot, "allot", 1, 0, 0)
C(comma, ",", 1, 0, 0) C(c_comma, "c,", 1, 0, 0) C(align, "align", 0, 0, 0)
C(aligned, "aligned", 1, 1, 0) C(unused, "unused", 0, 1, 0) C(pad, "pad", 0, 1, 0)
C(fill, "fill", 3, 0, 0) C(erase, "erase", 2, 0, 0) C(blank, "blank", 2, 0, 0)
C(move, "move", 3, 0, 0) C(cmove, "cmove", 3, 0, 0) C(cmove_up, "cmove>", 3, 0, 0)
C(bounds, "bounds", 2, 2, 0)
/* strings */
C(compare, "compare", 4, 1, 0) C(search, "search", 4, 3, 0) C(slash_string, "/string", 3, 2, 0)
C(minus_trailing, "-trailing", 2, 2, 0) C(s_literal, "sliteral", 2, 0, IX)
C(s_quote, "s\"", 0, 2, D) C(s_escape_quote, "s\\\"", 0, 2, D) C(c_quote, "c\"", 0, 1, D)
C(replaces, "replaces", 4, 0, 0) C(substitute, "substitute", 4, 3, 0)
C(unescape, "unescape", 3, 2, 0)
/* numbers and output */
C(less_sharp, "<#", 0, 0, 0) C(sharp, "#", 2, 2, 0) C(sharp_s, "#s", 2, 2, 0)
C(sharp_greater, "#>", 2, 2, 0) C(hold, "hold", 1, 0, 0) C(holds, "holds", 2, 0, 0)
C(sign, "sign", 1, 0, 0) C(to_number, ">number", 4, 4, 0) C(decimal, "decimal", 0, 0, 0)
C(hex, "hex", 0, 0, 0) P(base, "base", LIT, ORIGIN + 4 * VAR_BASE, 0)
C(dot, ".", 1, 0, 0) C(u_dot, "u.", 1, 0, 0) C(dot_r, ".r", 2, 0, 0) C(u_dot_r, "u.r", 2, 0, 0)
C(d_dot, "d.", 2, 0, 0) C(d_dot_r, "d.r", 3, 0, 0) C(question, "?", 1, 0, 0)
C(emit, "emit", 1, 0, 0) C(type, "type", 2, 2, 0) C(cr, "cr", 0, 0, 0) C(space, "space", 0, 0, 0)
C(spaces, "spaces", 1, 1, 0) P(dot_quote, ".\"", CALL, CODE_DOT_QUOTE, D)
C(dot_quote_begin, "(.\")", 0, 3, H) P(dot_paren, ".(", CALL, CODE_SAY, I)
/* input */
P(to_in, ">in", LIT, ORIGIN + 4 * VAR_IN, 0) P(state, "state", LIT, ORIGIN + 4 * VAR_STATE, 0)
C(source, "source", 0, 2, 0) C(source_id, "source-id", 0, 1, 0) C(parse, "parse", 1, 2, 0)
C(parse_name, "parse-name", 0, 2, 0) C(word, "word", 1, 1, 0) C(char, "char", 0, 1, 0)
C(bracket_char, "[char]", 0, 0, IX) C(paren, "(", 0, 0, I) C(backslash, "\\", 0, 0, I)
C(refill, "refill", 0, 1, 0) C(accept, "accept", 2, 1, 0) C(key, "key", 0, 1, 0)
C(key_question, "key?", 0, 1, 0) C(save_input, "save-input", 0, 6, 0)
C(restore_input, "restore-input", 1, 1, 0) P(evaluate, "evaluate", CALL, CODE_EVALUATE, 0)
C(evaluate_begin, "(evaluate)", 2, 0, H) C(evaluate_end, "(evaluate-end)", 0, 0, H)
/* finding and executing */
C(tick, "'", 0, 1, 0) C(bracket_tick, "[']", 0, 0, IX) C(find, "find", 1, 2, 0)
P(execute, "execute", EXECUTE, 0, 0) C(to_body, ">body", 1, 1, 0) P(catch, "catch", CATCH, 0, 0)
P(throw, "throw", THROW, 0, 0) C(abort, "abort", 0, 0, 0) C(abort_quote, "abort\"", 0, 0, IX)
C(abort_if, "(abort\")", 3, 0, H) C(quit, "quit", 0, 0, 0) C(bye, "bye", 0, 0, 0)
C(panic, "panic", 0, 0, 0) C(environment, "environment?", 2, 3, 0)
/* compiling */
C(colon, ":", 0, 0, 0) C(noname, ":noname", 0, 1, 0) C(semicolon, ";", 0, 0, IX)
C(immediate, "immediate", 0, 0, 0) C(left_bracket, "[", 0, 0, I) C(right_bracket, "]", 0, 0, 0)
C(literal, "literal", 1, 0, IX) C(d_literal, "2literal", 2, 0, IX)
C(compile_comma, "compile,", 1, 0, 0)
C(postpone, "postpone", 0, 0, IX) C(force, "(postpone)", 0, 0, H)
C(bracket_compile, "[compile]", 0, 0, IX)
C(recurse, "recurse", 0, 0, IX) C(exit, "exit", 0, 0, IX)
C(create, "create", 0, 0, 0) C(does, "does>", 0, 0, IX) C(set_does, "(does>)", 0, 0, H)
C(variable, "variable", 0, 0, 0) C(d_variable, "2variable", 0, 0, 0)
C(constant, "constant", 1, 0, 0) C(d_constant, "2constant", 2, 0, 0) C(value, "value", 1, 0, 0)
C(d_value, "2value", 2, 0, 0) C(to, "to", 0, 0, D) C(buffer, "buffer:", 1, 0, 0)
C(array, "array", 0, 0, 0) C(defer, "defer", 0, 0, 0) C(is, "is", 0, 0, D)
C(action_of, "action-of", 0, 1, D) C(defer_fetch, "defer@", 1, 1, 0)
C(defer_store, "defer!", 2, 0, 0) C(undeferred, "(undeferred)", 0, 0, H)
C(marker, "marker", 0, 0, 0) C(run_marker, "(marker)", 1, 0, H) C(forget, "forget", 0, 0, 0)
C(synonym, "synonym", 0, 0, 0)
/* control structures */
C(if, "if", 0, 0, IX) C(else, "else", 0, 0, IX) C(then, "then", 0, 0, IX)
C(begin, "begin", 0, 0, IX) C(while, "while", 0, 0, IX) C(repeat, "repeat", 0, 0, IX)
C(until, "until", 0, 0, IX) C(again, "again", 0, 0, IX) C(ahead, "ahead", 0, 0, IX)
C(do, "do", 0, 0, IX) C(qdo, "?do", 0, 0, IX) C(loop, "loop", 0, 0, IX)
C(plus_loop, "+loop", 0, 0, IX) C(leave, "leave", 0, 0, IX) P(unloop, "unloop", UNLOOP, 0, X)
P(i, "i", I, 0, X) P(i_limit, "i'", ILIMIT, 0, X) P(j, "j", J, 0, X) C(case, "case", 0, 0, IX)
C(of, "of", 0, 0, IX) C(endof, "endof", 0, 0, IX) C(endcase, "endcase", 0, 0, IX)
C(cs_pick, "cs-pick", 1, 0, 0) C(cs_roll, "cs-roll", 1, 0, 0)
P(bracket_if, "[if]", CALL, CODE_IF, I) P(bracket_else, "[else]", CALL, CODE_ELSE, I)
P(bracket_then, "[then]", NOP, 0, I) C(defined, "[defined]", 0, 1, I)
C(undefined, "[undefined]", 0, 1, I) C(skip, "(skip)", 1, 1, H)
/* locals */
C(paren_local, "(local)", 2, 0, X) C(locals_bar, "locals|", 0, 0, IX) C(brace, "{:", 0, 0, IX)
/* word lists */
C(forth_wordlist, "forth-wordlist", 0, 1, 0) C(wordlist, "wordlist", 0, 1, 0)
C(get_current, "get-current", 0, 1, 0) C(set_current, "set-current", 1, 0, 0)
C(get_order, "get-order", 0, 1, 0) C(set_order, "set-order", 1, 0, 0)
C(search_wordlist, "search-wordlist", 3, 2, 0) C(definitions, "definitions", 0, 0, 0)
C(also, "also", 0, 0, 0) C(forth, "forth", 0, 0, 0) C(only, "only", 0, 0, 0)
C(previous, "previous", 0, 0, 0) P(order, "order", CALL, CODE_ORDER, 0)
C(order_step, "(order)", 1, 1, H)
/* tools */
P(dot_s, ".s", CALL, CODE_STACK, 0) C(dot_s_step, "(.s)", 1, 1, H) C(dump, "dump", 2, 2, 0)
P(words, "words", CALL, CODE_WORDS, 0) C(words_step, "(words)", 1, 1, H)
P(builtins, "builtins", CALL, CODE_BUILTINS, 0) P(dict, "dict", CALL, CODE_DICT, 0)
C(free, "free", 0, 0, 0) P(see, "see", CALL, CODE_SEE, 0) C(see_begin, "(see-begin)", 0, 2, H)
C(see_step, "(see)", 2, 2, H) C(name_to_string, "name>string", 1, 2, 0)
C(name_to_interpret, "name>interpret", 1, 1, 0) C(name_to_compile, "name>compile", 1, 2, 0)
P(traverse, "traverse-wordlist", CALL, CODE_TRAVERSE, 0)
C(traverse_begin, "(traverse)", 2, 0, H) C(traverse_next, "(traverse-next)", 0, 3, H)

#undef I
#undef X
#undef IX
#undef H
#undef D
#undef P
#undef C
