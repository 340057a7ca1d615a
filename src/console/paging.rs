//! Which part of a list a page shows. A cursor says after which row a page begins, not how many are before it: the address
//! carries that beside it, only to be shown, and the cursors of the pages before, newest last (`docs/decisions/0070`).

use crate::types::{Count, PAGE_SIZE, thousands};
use crate::ui::Paging;
use leptos_router::params::ParamsMap;

/// So many pages one can go back by one; the first is always one step away.
const STEPS_BACK: usize = 12;

/// What a page of a list says of itself. `map` is its address without what stands over the list.
pub fn paging(
    path: &str,
    map: &ParamsMap,
    rows: usize,
    count: Count,
    next: Option<&str>,
    (one, many): (&str, &str),
) -> Paging {
    let rows = i64::try_from(rows).unwrap_or_default();
    let cursor = map.get("cursor").unwrap_or_default();
    let before: Vec<String> = map.get("before").unwrap_or_default().split('.').map(str::to_owned).collect();
    let before: Vec<String> = before.into_iter().filter(|cursor| !cursor.is_empty()).collect();
    let from = if cursor.is_empty() { Some(1) } else { begins(map, rows, count, next.is_none()) };
    let is_all = cursor.is_empty() && next.is_none();
    let range = from
        .filter(|_| rows > 0 && !is_all)
        .map(|from| format!("{}–{} of {}", thousands(from), thousands(from + rows - 1), count.text()));
    let range = range.unwrap_or_else(|| count.text());
    let noun = if count == Count::Exactly(1) { one } else { many };
    let at = |cursor: &str, from: Option<i64>, before: &[String]| address(path, map, cursor, from, before);
    let is_second = before.is_empty() && from == Some(PAGE_SIZE + 1);
    let previous = match before.split_last() {
        Some((last, earlier)) => Some(at(last, from.map(|from| from - PAGE_SIZE), earlier)),
        None => is_second.then(|| at("", None, &[])),
    };
    let next = next.map(|next| {
        let mut before = before.clone();
        before.push(cursor.clone());
        let skipped = before.len().saturating_sub(STEPS_BACK);
        at(next, from.map(|from| from + rows), &before[skipped..])
    });
    let first = (!cursor.is_empty() && !is_second).then(|| at("", None, &[]));
    Paging { said: format!("{range} {noun}"), range, first, previous, next }
}

/// The place of the first row, as far as that is known: the last page ends with the list, of others the address says it.
fn begins(map: &ParamsMap, rows: i64, count: Count, is_last: bool) -> Option<i64> {
    match count {
        Count::Exactly(all) if is_last && rows > 0 => Some(all - rows + 1).filter(|from| *from > 1),
        _ => {
            let from = map.get("from")?.parse::<i64>().ok().filter(|from| *from > 1)?;
            let fits = match count {
                Count::Exactly(all) => from.checked_add(rows)? - 1 <= all,
                Count::MoreThan(_) => from < i64::from(u32::MAX),
            };
            fits.then_some(from)
        }
    }
}

fn address(path: &str, map: &ParamsMap, cursor: &str, from: Option<i64>, before: &[String]) -> String {
    let mut map = map.clone();
    // All of them first: what is removed changes the order of the others.
    ["cursor", "from", "before"].into_iter().for_each(|key| _ = map.remove(key));
    let from = from.filter(|from| *from > 1 && !cursor.is_empty()).map(|from| from.to_string()).unwrap_or_default();
    for (key, value) in [("cursor", cursor), ("from", &from), ("before", &before.join("."))] {
        if !value.is_empty() {
            map.insert(key, value.to_owned());
        }
    }
    format!("{path}{}", map.to_query_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: (&str, &str) = ("user", "users");

    fn map(href: &str) -> ParamsMap {
        let pairs =
            href.split_once('?').map_or("", |(_, query)| query).split('&').filter_map(|pair| pair.split_once('='));
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    }

    fn at(href: &str, rows: usize, count: Count, next: Option<&str>) -> Paging {
        paging("/users", &map(href), rows, count, next, USERS)
    }

    #[test]
    fn pages_say_where_they_begin_and_lead_both_ways() {
        let all = Count::Exactly(160);
        let first = at("/users?q=a", 50, all, Some("c2"));
        assert_eq!((first.said.as_str(), first.range.as_str()), ("1–50 of 160 users", "1–50 of 160"));
        assert!(first.first.is_none() && first.previous.is_none());
        let second = at(first.next.as_deref().unwrap(), 50, all, Some("c3"));
        assert_eq!(second.said, "51–100 of 160 users");
        assert_eq!((second.first, second.previous.as_deref()), (None, Some("/users?q=a")));
        let third = at(second.next.as_deref().unwrap(), 50, all, Some("c4"));
        assert_eq!(third.said, "101–150 of 160 users");
        assert_eq!((third.first.as_deref(), third.previous.as_deref()), (Some("/users?q=a"), first.next.as_deref()));
        let last = at(third.next.as_deref().unwrap(), 10, all, None);
        assert_eq!((last.said.as_str(), last.next.as_deref()), ("151–160 of 160 users", None));
        assert_eq!(last.previous.as_deref(), second.next.as_deref());
    }

    #[test]
    fn list_on_one_page_is_only_counted() {
        let said = |rows, count| at("/users", rows, count, None).said;
        assert_eq!(said(1, Count::Exactly(1)), "1 user");
        assert_eq!(said(0, Count::Exactly(0)), "0 users");
        assert_eq!(said(12, Count::MoreThan(12)), "12+ users");
    }

    #[test]
    fn beginning_that_is_not_known_or_cannot_be_is_not_said() {
        let count = Count::Exactly(160);
        for from in ["", "&from=", "&from=x", "&from=-5", "&from=1", "&from=155", "&from=9223372036854775807"] {
            let page = at(&format!("/users?cursor=c2{from}"), 50, count, Some("c3"));
            assert_eq!((page.said.as_str(), page.first.as_deref()), ("160 users", Some("/users")), "{from}");
        }
        let many = at("/users?cursor=c2&from=51", 50, Count::MoreThan(10_000), Some("c3"));
        assert_eq!(many.said, "51–100 of 10,000+ users");
        assert_eq!(at("/users?cursor=c2", 10, count, None).said, "151–160 of 160 users", "the last page is known");
    }

    #[test]
    fn way_back_is_remembered_only_so_far() {
        let mut href = "/users".to_owned();
        for page in 2..40 {
            href = at(&href, 50, Count::MoreThan(10_000), Some(&format!("c{page}"))).next.unwrap();
        }
        assert_eq!(map(&href).get("before").unwrap().split('.').count(), STEPS_BACK);
        for _ in 0..STEPS_BACK {
            href = at(&href, 50, Count::MoreThan(10_000), Some("next")).previous.unwrap();
        }
        let there = at(&href, 50, Count::MoreThan(10_000), Some("next"));
        assert_eq!((there.previous, there.first.as_deref()), (None, Some("/users")));
        assert_eq!(there.said, "1,301–1,350 of 10,000+ users");
    }
}
