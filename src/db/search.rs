//! The search index, the one thing the two engines spell differently: FTS5 trigrams on SQLite, `pg_trgm` on PostgreSQL.
//!
//! It holds the texts of `server::search_text`, and what is looked for in it is what `search_text::wanted` makes.

use super::{Bind, Conn, DbError, Query, exec};

/// How many candidates a search takes from the index before it filters and sorts.
pub const CANDIDATES: i64 = 10_000;

/// How many matches it follows in the index to find them, where other organizations have some too.
const LOOKED_AT: i64 = 10 * CANDIDATES;

/// Puts the text of a user into the index, in place of an earlier one.
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

/// Begins a statement with `looked`, the matches that were followed in the index, and `found`, the first of them that
/// are users of the organization, with what lists filter by and `column` of `users m` as `sort_key`.
///
/// The index knows no organizations: of its matches at most `LOOKED_AT` are followed, however many others have.
pub fn found(conn: &Conn<'_>, organization_id: &str, wanted: &str, column: &'static str) -> Query {
    // What has no letter or digit is in no trigram of PostgreSQL, which would read the whole table for it.
    let looked_at = if wanted.chars().any(char::is_alphanumeric) { LOOKED_AT } else { 0 };
    let query = match conn {
        Conn::Sqlite(_) => Query::default().then(
            "with looked as materialized (select s.rowid as seq from user_search s where s.text match ? limit ?)",
            [phrase(wanted), looked_at.into()],
        ),
        Conn::Postgres(_) => Query::default().then(
            "with looked as materialized (select s.seq from user_search s where s.text like ? escape '\\' limit ?)",
            [containing(wanted), looked_at.into()],
        ),
    };
    let query = query.then(", found as materialized (select m.id, m.company_id, m.role, m.status,", []);
    let query = query.then(column, []).then("as sort_key from looked", []);
    // `offset 0` holds PostgreSQL to one look-up per candidate, where it might rather read the whole table.
    let query = match conn {
        Conn::Sqlite(_) => query.then("cross join users m where m.seq = looked.seq", []),
        Conn::Postgres(_) => query
            .then("cross join lateral (select x.* from users x where x.seq = looked.seq offset 0) m where true", []),
    };
    query.then("and m.organization_id = ? limit ?)", [organization_id.into(), CANDIDATES.into()])
}

/// Appends a condition: whether `found` holds all candidates that it may, or the index was left before its last match,
/// so that there may be more.
pub fn stopped(query: Query) -> Query {
    query.then(
        "((select count(*) from found) >= ? or (select count(*) from looked) >= ?)",
        [CANDIDATES.into(), LOOKED_AT.into()],
    )
}

/// An FTS5 string: everything in it is text, no operator.
fn phrase(text: &str) -> Bind {
    Bind::Text(format!("\"{}\"", text.replace('"', "\"\"")))
}

/// The pattern for `like … escape '\'` that finds a text anywhere.
pub fn containing(text: &str) -> Bind {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Bind::Text(format!("%{escaped}%"))
}
