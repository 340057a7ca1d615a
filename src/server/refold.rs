//! Stored search texts follow the rule that makes them: where the database has them by another version of it, they are
//! made anew, a few rows at a time, while Doorward serves.
//!
//! Several nodes may do it at once: each batch is one transaction that takes the note of how far it came, and a row that
//! somebody changes meanwhile keeps what that change wrote.

use super::search_text::{self, VERSION};
use super::{AppState, Call, Reason};
use crate::db::{Conn, DbError, exec, row, rows, search};

/// A table with search texts: how to read the fields that its texts are made of, and how to put one there.
pub struct Searched {
    pub table: &'static str,
    /// Id and three fields, of which some may be empty, of `$2` rows after the id `$1`, in their order.
    pub read: &'static str,
    /// Sets the text `$2` of the row `$1`, if its fields still are `$3`, `$4` and `$5`. Of a table with an index of its
    /// own it returns what the row is called there.
    pub write: &'static str,
    pub indexed: bool,
}

/// So many rows at a time: the others who want to write wait for that long.
const BATCH: i64 = 500;

/// In `facts`: the version, and while it is under way the table and the last id behind it.
const NOTE: &str = "search_texts";

/// Makes every text of these tables that is by another version.
pub async fn run(state: &AppState, tables: &[Searched]) -> Result<(), DbError> {
    while batch(state, tables).await? {
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Notes, while a database is still empty, that no text of it is by another version: who fills it next, `seed` with a
/// million users or a demo, makes them as they are to be, and no start looks at them again.
pub async fn nothing_to_do(conn: &mut Conn<'_>) -> Result<(), DbError> {
    const NEW: &str = "insert into facts (name, value) values ($1, $2) on conflict (name) do nothing";
    exec!(conn, NEW, NOTE, VERSION)?;
    Ok(())
}

/// One batch; false when there is nothing left to do.
async fn batch(state: &AppState, tables: &[Searched]) -> Result<bool, DbError> {
    let mut write = Call::system(state, Reason::FirstStart).write().await?;
    let conn = &mut write.conn();
    let note = take(conn).await?;
    let (version, done) = note.split_once(' ').unwrap_or((&note, ""));
    if version == VERSION && done.is_empty() {
        return Ok(false);
    }
    let (table, after) = if version == VERSION { done.split_once(' ').unwrap_or((done, "")) } else { ("", "") };
    let position = tables.iter().position(|it| it.table == table).unwrap_or(0);
    let last = match tables.get(position) {
        Some(searched) => refold(conn, searched, after).await?,
        None => None,
    };
    let next = match (last, tables.get(position + 1)) {
        (Some(last), _) => format!("{VERSION} {} {last}", tables[position].table),
        (None, Some(next)) => format!("{VERSION} {}", next.table),
        (None, None) => VERSION.to_owned(),
    };
    exec!(conn, "update facts set value = $2 where name = $1", NOTE, next)?;
    // Derived data that follows the binary, nobody's change: there is nothing to log.
    write.commit_unlogged().await?;
    Ok(true)
}

/// How far it came, and nobody else goes on from there until this transaction ends.
async fn take(conn: &mut Conn<'_>) -> Result<String, DbError> {
    const BEGIN: &str = "insert into facts (name, value) values ($1, '') on conflict (name) do nothing";
    const TAKE: &str = "update facts set value = value where name = $1 returning value";
    exec!(conn, BEGIN, NOTE)?;
    Ok(row!(conn, (String,), TAKE, NOTE)?.map(|row| row.0).unwrap_or_default())
}

/// The next rows of a table; the last id, if there may be more.
async fn refold(conn: &mut Conn<'_>, of: &Searched, after: &str) -> Result<Option<String>, DbError> {
    let found = rows!(conn, (String, String, String, String), of.read, after, BATCH)?;
    for (id, a, b, c) in &found {
        let text = search_text::of(&[a, b, c]);
        if of.indexed {
            if let Some((seq,)) = row!(conn, (i64,), of.write, id.as_str(), text.as_str(), a, b, c)? {
                search::put(conn, seq, &text).await?;
            }
        } else {
            exec!(conn, of.write, id.as_str(), text.as_str(), a, b, c)?;
        }
    }
    let full = i64::try_from(found.len()).unwrap_or(0) == BATCH;
    Ok(found.into_iter().next_back().filter(|_| full).map(|row| row.0))
}
