/*
 * widget_language.h - the one control that changes the language.
 */
#ifndef VIZ_WINDOW_WIDGET_LANGUAGE_H
#define VIZ_WINDOW_WIDGET_LANGUAGE_H

#include "viz/window/view.h"

/*
 * A button that names the language that a press changes to, in its own letters. Those of
 * Chinese are drawn, stroke by stroke: who reads English need not have, or wait for, a font of
 * them.
 */
void widget_language(struct view *view, struct rect rect);

#endif
