/* python.h - which parts of Python code are what, for colours. */
#ifndef PYTHON_H
#define PYTHON_H

/* A style (enum style of term.h) for each byte of code; owned. Never fails:
 * code that is not Python gets some colours too. */
unsigned char *python_kinds(const char *code);

#endif
