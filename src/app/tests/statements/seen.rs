//! That the guard sees every statement: those that the sources write out are held against those that ran.

use super::drive::Seen;
use crate::testing::sources;

/// Where statements stand that no request runs, and why they need no guard.
const APART: &[(&str, &str)] = &[
    ("features/demo/", "fills an empty database"),
    ("features/first_start/", "runs once, on an empty database"),
    ("features/integrations/command.rs", "the command line"),
    ("db/connect.rs", "migrations and their tests"),
    ("db/columns.rs", "has no table of its own: what it writes of each runs"),
    ("db/list.rs", "wraps a statement that is recorded by itself"),
    ("db/search.rs", "each engine runs its own half"),
    ("app/searched.rs", "runs after an update, in batches"),
    ("server/refold.rs", "runs after an update, in batches"),
];

/// The statements that nothing here runs yet, as `plain` writes them: sign-in, tokens, mails and what only a first call does.
/// Their own tests stand beside them; a statement that is new belongs into `drive`, not here.
const NOT_YET: &str = include_str!("unseen.txt");

/// A text without what spells one statement in different ways: white space, and the numbers of its binds.
pub fn plain(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '$' | '?' => {
                out.push('?');
                while letters.peek().is_some_and(char::is_ascii_digit) {
                    letters.next();
                }
            }
            letter if letter.is_whitespace() => {}
            letter => out.push(letter),
        }
    }
    out
}

/// The statements and parts of statements that a source writes out.
fn written(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
    let mut pieces = code.split('"');
    pieces.next();
    pieces.step_by(2).filter(|piece| is_sql(piece)).map(|piece| piece.replace("\\\\", "\\")).collect()
}

fn is_sql(text: &str) -> bool {
    let begins = ["select ", "with ", "insert into ", "update ", "delete from ", "and ", "from ", "union ", "where "];
    let sql = ["select ", " from ", " set ", "values", "=", " in (", " is ", " exists"];
    begins.iter().any(|word| text.starts_with(word))
        && sql.iter().any(|word| text.contains(word))
        && !text.contains(". ")
}

/// What is written out, and did not run.
pub fn unseen(seen: &Seen) -> Vec<String> {
    let ran: Vec<String> = seen.iter().flat_map(|(_, ran)| ran).map(|ran| plain(&ran.sql)).collect();
    let mut missing = Vec::new();
    for (name, text) in sources() {
        let apart = APART.iter().any(|(place, _)| name.starts_with(place));
        if apart || name.contains("tests") || name.starts_with("testing/") {
            continue;
        }
        for sql in written(&text) {
            let wanted = plain(&sql);
            let known = format!("{name} {wanted}");
            if !ran.iter().any(|ran| ran.contains(&wanted)) && !NOT_YET.lines().any(|line| line == known) {
                missing.push(format!("{name}: {sql}"));
            }
        }
    }
    missing
}
