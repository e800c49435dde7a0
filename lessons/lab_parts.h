/* lab_parts.h - what lab.c and lab_edit.c have in common. Nobody else needs it. */
#ifndef LESSONS_LAB_PARTS_H
#define LESSONS_LAB_PARTS_H

struct lab;

/* Another sequence is pinned: what was before the edits is that sequence's, as it is now. */
void lab_edits_repin(struct lab *lab);

#endif
