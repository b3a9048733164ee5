/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: two spellings of one name sound alike and two names do not, as
 * tests/forms/sound.tsv says, and what it says of the limits still holds; the
 * beginning of a name, letter by letter in its own script, begins the key of
 * the whole; numbers have no sound.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/name_key.h"
#include "forms/sound.h"

/* The keys of a name's words, a blank between them. */
static void keys_of(const char *name, char out[NAME_KEY_BYTES])
{
    char folded[NAME_KEY_BYTES];
    const char *word;
    size_t n, used = 0;
    name_key_fold(name, folded, sizeof folded);
    const char *at = sound_skip_titles(folded);
    out[0] = '\0';
    while ((n = name_key_word(&at, &word)) > 0) {
        struct sound s;
        assert_true(sound_of(word, n, &s));
        used += (size_t)snprintf(out + used, NAME_KEY_BYTES - used, "%s%s",
                                 used > 0 ? " " : "", s.whole);
    }
}

static bool check_pair(const char *verdict, const char *a, const char *b)
{
    char key_a[NAME_KEY_BYTES], key_b[NAME_KEY_BYTES];
    keys_of(a, key_a);
    keys_of(b, key_b);
    bool meets = str_equal(key_a, key_b);
    if (meets == str_starts(verdict, "meets"))
        return true;
    print_error("%s: %s (%s), %s (%s)\n", verdict, a, key_a, b, key_b);
    return false;
}

static bool is_verdict(const char *s)
{
    static const char *const known[] = {"meets", "apart", "meets-alas",
                                        "apart-alas"};
    for (size_t i = 0; i < ARR_NR(known); i++)
        if (str_equal(s, known[i]))
            return true;
    return false;
}

/* Calls check for each pair of the table; returns how many it refused. */
static size_t each_pair(bool (*check)(const char *verdict, const char *a,
                                      const char *b))
{
    struct buf b = BUF_INIT(1 << 20);
    struct err e = ERR_INIT;
    size_t pairs = 0, wrong = 0;
    char *save = NULL;
    if (!buf_read_file(&b, "tests/forms/sound.tsv", &e))
        fail_msg("%s", e.text);
    buf_add_byte(&b, '\0');
    for (char *line = strtok_r((char *)b.data, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save)) {
        char *cells = NULL, *verdict, *one, *other;
        if (*line == '#')
            continue;
        verdict = strtok_r(line, "\t", &cells);
        one = strtok_r(NULL, "\t", &cells);
        other = strtok_r(NULL, "\t", &cells);
        if (other == NULL || !is_verdict(verdict))
            fail_msg("sound.tsv: not three cells, or no such word: %s", line);
        wrong += !check(verdict, one, other);
        pairs++;
    }
    assert_true(pairs > 150);
    buf_release(&b);
    return wrong;
}

static void names_meet_and_stay_apart_as_the_table_says(void **state)
{
    (void)state;
    assert_int_equal(each_pair(check_pair), 0);
}

/* Between the letters of these the key is another, until the next key. */
static bool splits_a_sound(const char *folded, size_t n)
{
    static const char *const sounds[] = {"ch", "ck", "dj", "gn", "kh"};
    for (size_t i = 0; i < ARR_NR(sounds); i++)
        if (str_starts(folded + n - 1, sounds[i]) ||
            str_starts(folded + n - 1, "tch"))
            return true;
    return false;
}

/* The front vowel of Eyob goes once the y is typed. */
static bool is_first_letter(const char *folded, size_t n)
{
    return n <= utf8_next(folded, strlen(folded), 0);
}

static bool check_begins(const char *verdict, const char *a, const char *b)
{
    char folded[NAME_KEY_BYTES];
    struct sound all, part;
    (void)verdict;
    (void)b;
    name_key_fold(a, folded, sizeof folded);
    size_t n = strcspn(folded, " ");
    assert_true(sound_of(folded, n, &all));
    for (size_t i = 0; i < n; i = utf8_next(folded, n, i)) {
        if (is_first_letter(folded, i) || splits_a_sound(folded, i))
            continue;
        assert_true(sound_of(folded, i, &part));
        if (!str_starts(all.whole, part.begun)) {
            print_error("%.*s: %s does not begin %s\n", (int)i, folded,
                        part.begun, all.whole);
            return false;
        }
    }
    return true;
}

static bool check_begins_both(const char *verdict, const char *a, const char *b)
{
    return check_begins(verdict, a, b) && check_begins(verdict, b, a);
}

static void a_name_is_found_while_it_is_typed(void **state)
{
    (void)state;
    assert_int_equal(each_pair(check_begins_both), 0);
}

static void numbers_and_other_scripts_have_no_sound(void **state)
{
    static const char *const silent[] = {"4f7k", "2m9q", "7", "", "мария"};
    struct sound s;
    (void)state;
    for (size_t i = 0; i < ARR_NR(silent); i++) {
        assert_false(sound_of(silent[i], strlen(silent[i]), &s));
        assert_string_equal(s.whole, "");
        assert_string_equal(s.begun, "");
    }
}

static void a_long_word_keeps_within_its_key(void **state)
{
    char word[190];
    struct sound s;
    (void)state;
    memset(word, 's', sizeof word);
    for (size_t i = 0; i < sizeof word; i += 3)
        memcpy(word + i, "sha", sizeof word - i < 3 ? sizeof word - i : 3);
    assert_true(sound_of(word, sizeof word, &s));
    assert_true(strlen(s.whole) < SOUND_BYTES);
    assert_true(str_starts(s.whole, "shshsh"));
}

static void a_title_alone_is_looked_for(void **state)
{
    (void)state;
    assert_string_equal(sound_skip_titles("w ro hirut"), "hirut");
    assert_string_equal(sound_skip_titles("ato obbo tola"), "tola");
    assert_string_equal(sound_skip_titles("ato"), "ato");
    assert_string_equal(sound_skip_titles("atoma tola"), "atoma tola");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_meet_and_stay_apart_as_the_table_says),
        cmocka_unit_test(a_name_is_found_while_it_is_typed),
        cmocka_unit_test(numbers_and_other_scripts_have_no_sound),
        cmocka_unit_test(a_long_word_keeps_within_its_key),
        cmocka_unit_test(a_title_alone_is_looked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
