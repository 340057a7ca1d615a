//! What a source names from the root of the crate.

use std::iter::Peekable;
use std::str::Chars;

/// Every path that a text imports or names by `crate::…`, in full, groups resolved: `crate::{db::{Conn, exec}, types}` gives
/// `db::Conn`, `db::exec` and `types`.
pub fn paths_from_the_root(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        // The tail of a longer word is not the root.
        if !text[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_') {
            path(String::new(), &mut text[at + "crate::".len()..].chars().peekable(), &mut found);
        }
    }
    found
}

/// Reads one path below `before` and adds what it names.
fn path(mut before: String, letters: &mut Peekable<Chars<'_>>, found: &mut Vec<String>) {
    loop {
        skip_space(letters);
        if letters.next_if_eq(&'{').is_some() {
            return group(&before, letters, found);
        }
        let mut word = String::new();
        while let Some(letter) = letters.next_if(|letter| letter.is_alphanumeric() || *letter == '_') {
            word.push(letter);
        }
        if word.is_empty() {
            break; // `*`, or a turbofish
        }
        if !before.is_empty() {
            before.push_str("::");
        }
        before.push_str(&word);
        let mut ahead = letters.clone();
        if (ahead.next(), ahead.next()) != (Some(':'), Some(':')) {
            break;
        }
        *letters = ahead;
    }
    found.push(before);
}

fn group(before: &str, letters: &mut Peekable<Chars<'_>>, found: &mut Vec<String>) {
    loop {
        skip_space(letters);
        if letters.next_if_eq(&'}').is_some() {
            return;
        }
        path(before.to_owned(), letters, found);
        // To the next member: past `as name` and `*`.
        while letters.next_if(|letter| *letter != ',' && *letter != '}').is_some() {}
        if letters.next_if_eq(&',').is_none() && letters.peek().is_none() {
            return;
        }
    }
}

fn skip_space(letters: &mut Peekable<Chars<'_>>) {
    while letters.next_if(|letter| letter.is_whitespace()).is_some() {}
}

#[test]
fn members_of_grouped_imports_are_seen() {
    let text = "use crate::{access::{Level, Need as Needed}, server::*, types};\nuse crate::db::Conn;\nlet x = crate::error::of(1);";
    let paths = ["access::Level", "access::Need", "server", "types", "db::Conn", "error::of"];
    assert_eq!(paths_from_the_root(text), paths);
    assert_eq!(paths_from_the_root("use crate::{\n    ui::Table,\n    app,\n};"), ["ui::Table", "app"]);
    assert_eq!(
        paths_from_the_root("use crate::features::{a::{self, B}, c::D};")[1..],
        ["features::a::B", "features::c::D"]
    );
    assert!(paths_from_the_root("subcrate::nothing").is_empty());
}
