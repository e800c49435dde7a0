/*
 * export.h - the numbers of a panel as CSV: a line of names, then one line for each thing that
 * the panel draws, with all the digits that there are. A field without a number is empty.
 *
 *     race        arm,model,step,loss,accuracy,gradient_norm,validation_loss,branch     (0: this
 *                 one; 1: the way that was left last ...)
 *     gradient    t, then for the input and each layer's state: one sequence, rms of 64, and the
 *                 one of step 0: input.one,input.rms,input.first,state.0.one ...
 *     tokens      t,input,target,scored,marked,answer,confidence,right      (prediction, too)
 *     states      t,unit,value,gradient     of the entry that is shown
 *     attention   layer,head,query,key,weight     of the enlarged head, both from 1
 *     gates       t,unit,i,f,g,o ...        of the layer that is shown (cell, too: with cell)
 *     weights     tensor,row,column,value   of the one that is shown
 *
 * All time steps, whatever part of the axis is shown.
 */
#ifndef VIZ_WINDOW_EXPORT_H
#define VIZ_WINDOW_EXPORT_H

#include <stdio.h>

#include "viz/window/panel_at.h"

/*
 * Write the panel's numbers. STATUS_USAGE: this panel has none. A failed write stays in the
 * FILE's error flag.
 */
enum status export_panel(FILE *file, const struct view *view, const struct snapshot *snapshot,
                         const struct panel_place *place, struct error *error);

#endif
