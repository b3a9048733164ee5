# SPDX-License-Identifier: Apache-2.0
# Lines for `homeward apply`: an office of `cases` made-up children, each with a
# registration and, every third one, a visit. The same every time.
#
#   awk -v cases=500 -f tests/e2e/office.awk | homeward apply -
BEGIN {
    split("Selam Abebe Hirut Dawit Meron Yonas Tigist Saba Lensa Chaltu", given)
    split("Tesfaye Girma Alemu Bekele Haile Kebede Lemma Desta Gemechu", father)
    split("Wolde Tadesse Negash Assefa Gudeta Mekonnen Abdi", grand)
    for (i = 1; i <= cases; i++) {
        id = sprintf("%08x-0000-4000-8000-%012x", i * 2654435 % 4294967296, i)
        printf "{\"case\":\"%s\",\"place\":\"ET041114/%02d\",", id, i % 9 + 1
        printf "\"form\":\"registration\",\"at\":\"2026-%02d-%02d\",\"set\":{", i % 10 + 1, i % 27 + 1
        printf "\"given_name\":\"%s\",", given[i % 10 + 1]
        printf "\"father_name\":\"%s\",", father[i % 9 + 1]
        printf "\"grandfather_name\":\"%s\",", grand[i % 7 + 1]
        printf "\"sex\":\"%s\",", i % 2 ? "female" : "male"
        printf "\"birth_precision\":\"day\",\"birth_date\":\"%d-03-%02d\",", 2008 + i % 9, i % 27 + 1
        printf "\"phone\":\"0911 %06d\"}}\n", i * 137 % 1000000
        if (i % 3 == 0) {
            printf "{\"case\":\"%s\",\"record\":\"%08x-0000-4000-9000-%012x\",", id, i, i
            printf "\"form\":\"visit\",\"at\":\"2026-11-%02d\",\"set\":{", i % 20 + 1
            printf "\"visit_date\":\"2026-11-%02d\"}}\n", i % 20 + 1
        }
    }
}
