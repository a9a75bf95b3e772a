/* op.h — the instructions.
 *
 * An instruction is a 32-bit word: the operation in the low 8 bits, a signed operand of 24 bits
 * above. The first few are those that leave a return address behind: a return goes only to a
 * place right after one of them.
 *
 * Some are made of two words: a comparison that is followed by a BRZ becomes one that jumps
 * itself, and takes the target from the BRZ, which stays where it is; so does what stands before
 * a LOOP. So every word of code is
 * a valid instruction by itself.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef FORTH_OP_H
#define FORTH_OP_H

/* operation, name for people, cells it takes, cells it leaves */
#define OP_MAP(X)                                                                                 \
    X(TRAP, "(trap)") X(CALL, "(call)") X(EXECUTE, "execute") X(DOES, "(does)")                   \
    X(INTERPRET, "(interpret)") X(DEFER, "(defer)") X(CATCH, "catch") X(RETURNING, "(return)")    \
    /* control */                                                                                 \
    X(HALT, "(halt)") X(NOP, "(nop)") X(WORD, "(word)") X(HOST, "(host)") X(EXIT, "exit")         \
    X(CATCH_END, "(catch-end)") X(THROW, "throw") X(BRANCH, "(branch)") X(BRZ, "(0branch)")       \
    X(OF, "(of)") X(DO, "(do)") X(QDO, "(?do)") X(LOOP, "(loop)") X(PLOOP, "(+loop)")             \
    X(PLOOPI, "(+loop)") X(ADD_LOOP, "+") X(ADDI_LOOP, "(+)") X(IADD_LOOP, "(i-+)")               \
    X(DROP_LOOP, "drop") X(UNLOOP, "unloop") X(I, "i") X(J, "j") X(ILIMIT, "i'")                  \
    /* literals and the stack */                                                                  \
    X(LIT, "(lit)") X(LITHI, "(lit-high)") X(DUP, "dup") X(DROP, "drop") X(SWAP, "swap")          \
    X(OVER, "over") X(ROT, "rot") X(NROT, "-rot") X(NIP, "nip") X(TUCK, "tuck")                   \
    X(QDUP, "?dup") X(PICK, "pick") X(DDUP, "2dup") X(DDROP, "2drop") X(DSWAP, "2swap")           \
    X(DOVER, "2over") X(DEPTH, "depth") X(TOR, ">r") X(RFROM, "r>") X(RFETCH, "r@")               \
    X(DTOR, "2>r") X(DRFROM, "2r>") X(DRFETCH, "2r@") X(RDROP, "(rdrop)")                         \
    X(DUPTOR, "(dup>r)") X(SETLIT, "(drop-lit)") X(PICKI, "(pick)") X(RADD, "(r>-+)")             \
    /* arithmetic */                                                                              \
    X(ADD, "+") X(SUB, "-") X(MUL, "*") X(DIV, "/") X(MOD, "mod") X(AND, "and") X(OR, "or")       \
    X(XOR, "xor") X(SHL, "lshift") X(SHR, "rshift") X(SAR, "arshift") X(MIN, "min")               \
    X(MAX, "max") X(NEGATE, "negate") X(INVERT, "invert") X(ABS, "abs") X(STOD, "s>d")            \
    X(DADD, "d+") X(DSUB, "d-") X(UMSTAR, "um*") X(MSTAR, "m*") X(WITHIN, "within")               \
    X(ADDI, "(+)") X(MULI, "(*)") X(ANDI, "(and)") X(ORI, "(or)") X(XORI, "(xor)")                \
    X(SHLI, "(lshift)") X(SHRI, "(rshift)") X(SARI, "(arshift)")                                  \
    X(DUPADDI, "(dup-+)") X(OVERADD, "(over-+)") X(RSUB, "(swap--)") X(IADD, "(i-+)")             \
    X(IADDI, "(i-lit-+)") X(INDEX, "(cells-+)") X(DUPADD, "(dup-+)") X(DUPMUL, "(dup-*)")         \
    /* comparisons; each group of six in this order, the groups in this order */                  \
    X(EQ, "=") X(NE, "<>") X(LT, "<") X(GT, ">") X(ULT, "u<") X(UGT, "u>")                        \
    X(EQI, "(=)") X(NEI, "(<>)") X(LTI, "(<)") X(GTI, "(>)") X(ULTI, "(u<)") X(UGTI, "(u>)")      \
    X(EQ_BRZ, "=") X(NE_BRZ, "<>") X(LT_BRZ, "<") X(GT_BRZ, ">") X(ULT_BRZ, "u<")                 \
    X(UGT_BRZ, "u>")                                                                              \
    X(EQI_BRZ, "(=)") X(NEI_BRZ, "(<>)") X(LTI_BRZ, "(<)") X(GTI_BRZ, "(>)")                      \
    X(ULTI_BRZ, "(u<)") X(UGTI_BRZ, "(u>)")                                                       \
    X(DUP_EQI_BRZ, "(dup-=)") X(DUP_NEI_BRZ, "(dup-<>)") X(DUP_LTI_BRZ, "(dup-<)")                \
    X(DUP_GTI_BRZ, "(dup->)") X(DUP_ULTI_BRZ, "(dup-u<)") X(DUP_UGTI_BRZ, "(dup-u>)")             \
    X(DDUP_EQ_BRZ, "(2dup-=)") X(DDUP_NE_BRZ, "(2dup-<>)") X(DDUP_LT_BRZ, "(2dup-<)")             \
    X(DDUP_GT_BRZ, "(2dup->)") X(DDUP_ULT_BRZ, "(2dup-u<)") X(DDUP_UGT_BRZ, "(2dup-u>)")          \
    X(DUP_BRZ, "(dup)") X(QDUP_BRZ, "?dup")                                                       \
    /* memory */                                                                                  \
    X(FETCH, "@") X(STORE, "!") X(CFETCH, "c@") X(CSTORE, "c!") X(ADDSTORE, "+!")                 \
    X(DFETCH, "2@") X(DSTORE, "2!") X(COUNT, "count")                                             \
    X(FETCHA, "(@)") X(STOREA, "(!)") X(ADDSTOREA, "(+!)") X(DFETCHA, "(2@)")                     \
    X(DSTOREA, "(2!)") X(INDEXA, "(cells-lit-+)") X(ADDFETCH, "(+-@)") X(ADDCFETCH, "(+-c@)")     \
    X(ADDIFETCH, "(lit-+-@)") X(ADDICFETCH, "(lit-+-c@)") X(INDEXFETCH, "(cells-+-@)")            \
    X(INDEXAFETCH, "(cells-lit-+-@)") X(OVERFETCH, "(over-@)") X(DUPFETCH, "(dup-@)")             \
    X(ICFETCH, "(i-c@)") X(IFETCH, "(i-@)") X(INDEXASTORE, "(cells-lit-+-!)")                     \
    X(ADDICSTORE, "(lit-+-c!)") X(ADDCSTORE, "(+-c!)")                                            \
    /* locals */                                                                                  \
    X(ENTER, "(locals)") X(LEAVE, "(locals-end)") X(LOCAL, "(local@)") X(TOLOCAL, "(local!)")

enum op {
#define OP_ENUM_(name, text) OP_##name,
    OP_MAP(OP_ENUM_)
#undef OP_ENUM_
    OPS
};
_Static_assert(OPS <= 256, "an operation is a byte");

#define OP_CALLS_MAX OP_RETURNING /* OP_CALL .. this one are followed by a return place */

#endif
