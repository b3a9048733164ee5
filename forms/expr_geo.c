/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions of places on the globe. A place is "latitude longitude", in
 * degrees, with what else a phone notes behind it (height, accuracy); a trace
 * or an area is several, parted by ";", or a set of fields with one each. The
 * globe is a ball with the radius that ODK's programs take for it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "forms/expr_int.h"

static const double RADIUS_M = 6378100;

struct point {
    double latitude, longitude; /* degrees */
};

struct trace {
    struct point *items;
    size_t nr, alloc;
    bool broken; /* something in it is no place */
};

static bool read_point(const char *s, size_t n, struct point *p)
{
    char text[100], *end, *second;

    if (n == 0 || n >= sizeof text)
        return false;
    memcpy(text, s, n);
    text[n] = '\0';
    p->latitude = strtod(text, &second);
    p->longitude = strtod(second, &end);
    return second != text && end != second && fabs(p->latitude) <= 90 &&
           fabs(p->longitude) <= 180;
}

/* A ";" at the end has nothing behind it. */
static void add_points(struct trace *t, const char *s)
{
    while (s[strspn(s, " ;")] != '\0') {
        size_t n = strcspn(s, ";");
        struct point p;

        if (read_point(s, n, &p))
            ARR_PUSH(t) = p;
        else
            t->broken = true;
        s += n + (s[n] == ';');
    }
}

/* The places of the arguments from one on; the caller releases them. */
static bool read_trace(struct expr_call *c, size_t from, struct trace *t,
                       struct err *e)
{
    struct expr_value *all;
    size_t nr;

    if (!expr_args_spread(c, from, &all, &nr, e))
        return false;
    for (size_t i = 0; i < nr; i++)
        add_points(t, expr_to_string(&all[i], c->run->pool));
    if (t->broken)
        t->nr = 0;
    return true;
}

static double radians(double degrees)
{
    return degrees * acos(-1) / 180;
}

/* Centimetres are enough. */
static struct expr_value metres(double n)
{
    return expr_number(floor(n * 100 + 0.5) / 100);
}

static double distance_m(const struct point *a, const struct point *b)
{
    double up = sin(radians(b->latitude - a->latitude) / 2);
    double along = sin(radians(b->longitude - a->longitude) / 2);
    double h = up * up + cos(radians(a->latitude)) * cos(radians(b->latitude)) *
                             along * along;

    return 2 * RADIUS_M * asin(sqrt(fmin(h, 1)));
}

static bool call_distance(struct expr_call *c, struct expr_value *out,
                          struct err *e)
{
    struct trace t = {.nr = 0};
    double sum = 0;

    if (!read_trace(c, 0, &t, e))
        return false;
    for (size_t i = 1; i < t.nr; i++)
        sum += distance_m(&t.items[i - 1], &t.items[i]);
    *out = metres(sum);
    ARR_RELEASE(&t);
    return true;
}

/* The strips between each side and the equator, added up. */
static bool call_area(struct expr_call *c, struct expr_value *out,
                      struct err *e)
{
    struct trace t = {.nr = 0};
    double sum = 0;

    if (!read_trace(c, 0, &t, e))
        return false;
    for (size_t i = 0; t.nr > 2 && i < t.nr; i++) {
        const struct point *a = &t.items[i], *b = &t.items[(i + 1) % t.nr];
        sum += radians(b->longitude - a->longitude) *
               (2 + sin(radians(a->latitude)) + sin(radians(b->latitude)));
    }
    *out = metres(fabs(sum * RADIUS_M * RADIUS_M / 2));
    ARR_RELEASE(&t);
    return true;
}

/* A ray to the east crosses the border an odd number of times. */
static bool is_inside(const struct point *p, const struct trace *area)
{
    bool inside = false;

    for (size_t i = 1; i < area->nr; i++) {
        const struct point *a = &area->items[i - 1], *b = &area->items[i];
        double part;

        if ((a->latitude > p->latitude) == (b->latitude > p->latitude))
            continue;
        part = (p->latitude - a->latitude) / (b->latitude - a->latitude);
        if (p->longitude < a->longitude + part * (b->longitude - a->longitude))
            inside = !inside;
    }
    return inside;
}

static bool is_closed(const struct trace *t)
{
    const struct point *a = &t->items[0], *b = &t->items[t->nr - 1];

    return a->latitude == b->latitude && a->longitude == b->longitude;
}

/* An area that is not there is a fault of the form; a place that is not there
 * yet is nowhere. */
static bool call_geofence(struct expr_call *c, struct expr_value *out,
                          struct err *e)
{
    struct trace area = {.nr = 0};
    const char *where = expr_arg_string(c, 0);
    struct point p;
    bool ok = read_trace(c, 1, &area, e);

    if (ok && area.nr == 0)
        ok = err_set(e, ERR_INPUT, _("%s() needs an area to look in"),
                     "geofence");
    if (ok)
        *out =
            expr_boolean(read_point(where, strlen(where), &p) && area.nr > 3 &&
                         is_closed(&area) && is_inside(&p, &area));
    ARR_RELEASE(&area);
    return ok;
}

static const struct expr_func items[] = {
    {.name = "distance", 1, EXPR_ARGS_MAX, .call = call_distance},
    {.name = "area", 1, EXPR_ARGS_MAX, .call = call_area},
    {.name = "geofence", 2, 2, .call = call_geofence},
};

const struct expr_func_table expr_geo_table = {items, ARR_NR(items)};
