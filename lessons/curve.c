#include "lessons/curve.h"

/* Drop every second point, keeping the first. */
static void thin(struct curve *curve)
{
    for (int i = 0; 2 * i < curve->count; i++)
        curve->points[i] = curve->points[2 * i];
    curve->count = (curve->count + 1) / 2;
    curve->stride *= 2;
}

void curve_add(struct curve *curve, struct curve_point point)
{
    long since;

    if (curve->stride == 0)
        curve->stride = 1;
    since = curve->count ? point.step - curve->points[0].step : 0;
    if (since % curve->stride != 0)
        return;
    if (curve->count == CURVE_POINTS)
        thin(curve);
    if (since % curve->stride == 0)
        curve->points[curve->count++] = point;
}

void curve_cut(struct curve *curve, long step)
{
    while (curve->count > 0 && curve->points[curve->count - 1].step >= step)
        curve->count--;
    if (curve->count == 0)
        *curve = (struct curve){ 0 };
}

int curve_copy_thinned(const struct curve *curve, struct curve_point *to, int most)
{
    const int last = curve->count - 1;
    int stride = 1, count = 0;

    while (last / stride + 2 > most)
        stride *= 2;
    for (int i = 0; i < last; i += stride)
        to[count++] = curve->points[i];
    if (last >= 0)
        to[count++] = curve->points[last];
    return count;
}
