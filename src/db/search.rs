//! The search index, the one thing the two engines spell differently: FTS5 trigrams on SQLite, `pg_trgm` on PostgreSQL.

use super::{Bind, Conn, DbError, Query, exec};

/// How many candidates a search takes from the index before it filters and sorts.
pub const CANDIDATES: i64 = 10_000;

/// The shortest text that trigrams can find.
pub const SHORTEST: usize = 3;

/// Puts the folded text of a user into the index, in place of an earlier one.
pub async fn put(conn: &mut Conn<'_>, seq: i64, text: &str) -> Result<(), DbError> {
    remove(conn, seq).await?;
    match conn {
        Conn::Sqlite(_) => exec!(conn, "insert into user_search (rowid, text) values ($1, $2)", seq, text)?,
        Conn::Postgres(_) => exec!(conn, "insert into user_search (seq, text) values ($1, $2)", seq, text)?,
    };
    Ok(())
}

pub async fn remove(conn: &mut Conn<'_>, seq: i64) -> Result<(), DbError> {
    match conn {
        Conn::Sqlite(_) => exec!(conn, "delete from user_search where rowid = $1", seq)?,
        Conn::Postgres(_) => exec!(conn, "delete from user_search where seq = $1", seq)?,
    };
    Ok(())
}

/// Begins a statement with `found (seq)`: the first candidates of the organization for `text`, which is folded.
///
/// Three characters or more are looked up in the trigrams; fewer match the beginning of username and email.
pub fn found(query: Query, conn: &Conn<'_>, organization_id: &str, text: &str) -> Query {
    if text.chars().count() < SHORTEST {
        return prefixes(query, organization_id, text);
    }
    match conn {
        Conn::Sqlite(_) => query.then(
            "with found as materialized (select s.rowid as seq
                from user_search s cross join users m on m.seq = s.rowid
                where s.text match ? and m.organization_id = ? limit ?)",
            [phrase(text), organization_id.into(), CANDIDATES.into()],
        ),
        Conn::Postgres(_) => query.then(
            "with found as materialized (select s.seq
                from user_search s join users m on m.seq = s.seq
                where s.text like ? and m.organization_id = ? limit ?)",
            [pattern(text), organization_id.into(), CANDIDATES.into()],
        ),
    }
}

fn prefixes(query: Query, organization_id: &str, text: &str) -> Query {
    // The highest code point follows whatever can come after the text.
    let end = format!("{text}\u{10ffff}");
    query.then(
        "with found as materialized (
            select seq from (select seq from users
                where organization_id = ? and username_key >= ? and username_key < ? limit ?) by_username
            union
            select seq from (select seq from users
                where organization_id = ? and email_key >= ? and email_key < ? limit ?) by_email)",
        [
            organization_id.into(),
            text.into(),
            end.as_str().into(),
            CANDIDATES.into(),
            organization_id.into(),
            text.into(),
            end.as_str().into(),
            CANDIDATES.into(),
        ],
    )
}

/// An FTS5 string: everything in it is text, no operator.
fn phrase(text: &str) -> Bind {
    Bind::Text(format!("\"{}\"", text.replace('"', "\"\"")))
}

fn pattern(text: &str) -> Bind {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Bind::Text(format!("%{escaped}%"))
}
