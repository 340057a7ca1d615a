//! The search index, the one thing the two engines spell differently: FTS5 trigrams on SQLite, `pg_trgm` on PostgreSQL.

use super::{Bind, Conn, DbError, Query, exec};

/// How many candidates a search takes from the index before it filters and sorts.
pub const CANDIDATES: i64 = 10_000;

/// How many matches it follows in the index to find them, where other organizations have some too.
const LOOKED_AT: i64 = 10 * CANDIDATES;

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

/// Begins a statement with `found`: the first candidates of the organization for `text`, which is folded, as rows of
/// `users`.
///
/// Three characters or more are looked up in the trigrams; fewer match the beginning of username and email. The index
/// knows no organizations: of its matches at most `LOOKED_AT` are followed, however many others have.
pub fn found(query: Query, conn: &Conn<'_>, organization_id: &str, text: &str) -> Query {
    if text.chars().count() < SHORTEST {
        return prefixes(query, conn, organization_id, text);
    }
    match conn {
        Conn::Sqlite(_) => query.then(
            "with found as materialized (select m.* from
                (select s.rowid as seq from user_search s where s.text match ? limit ?) found_anywhere
                cross join users m where m.seq = found_anywhere.seq and m.organization_id = ? limit ?)",
            [phrase(text), LOOKED_AT.into(), organization_id.into(), CANDIDATES.into()],
        ),
        // `offset 0` holds PostgreSQL to one look-up per candidate, where it might rather read the whole table.
        Conn::Postgres(_) => query.then(
            "with found as materialized (select m.* from
                (select s.seq from user_search s where s.text like ? limit ?) found_anywhere
                cross join lateral (select u.* from users u where u.seq = found_anywhere.seq offset 0) m
                where m.organization_id = ? limit ?)",
            [pattern(text), LOOKED_AT.into(), organization_id.into(), CANDIDATES.into()],
        ),
    }
}

/// Appends `from found u` with the account `a` and the company `c` of each.
pub fn joined(query: Query, conn: &Conn<'_>) -> Query {
    match conn {
        Conn::Sqlite(_) => query.then(
            "from found u cross join accounts a cross join companies c where a.id = u.account_id and c.id = u.company_id",
            [],
        ),
        Conn::Postgres(_) => query.then(
            "from found u cross join lateral (select x.* from accounts x where x.id = u.account_id offset 0) a
            cross join companies c where c.id = u.company_id",
            [],
        ),
    }
}

/// Appends a condition: whether `found` holds all candidates that it may, or the index was left before its last match,
/// so that there may be more.
pub fn stopped(query: Query, conn: &Conn<'_>, text: &str) -> Query {
    let query = query.then("case when (select count(*) from found) >= ? then true", [CANDIDATES.into()]);
    if text.chars().count() < SHORTEST {
        return query.then("else false end", []);
    }
    match conn {
        Conn::Sqlite(_) => query.then(
            "else (select count(*) from (select 1 as one from user_search s where s.text match ? limit ?) looked) >= ? end",
            [phrase(text), LOOKED_AT.into(), LOOKED_AT.into()],
        ),
        Conn::Postgres(_) => query.then(
            "else (select count(*) from (select 1 as one from user_search s where s.text like ? limit ?) looked) >= ? end",
            [pattern(text), LOOKED_AT.into(), LOOKED_AT.into()],
        ),
    }
}

fn prefixes(query: Query, conn: &Conn<'_>, organization_id: &str, text: &str) -> Query {
    // The highest code point follows whatever can come after the text.
    let end = format!("{text}\u{10ffff}");
    let query = query.then(
        "with found_beginnings as materialized (
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
    );
    match conn {
        Conn::Sqlite(_) => query.then(
            ", found as materialized (select m.* from found_beginnings cross join users m
                where m.seq = found_beginnings.seq)",
            [],
        ),
        Conn::Postgres(_) => query.then(
            ", found as materialized (select m.* from found_beginnings
                cross join lateral (select u.* from users u where u.seq = found_beginnings.seq offset 0) m)",
            [],
        ),
    }
}

/// An FTS5 string: everything in it is text, no operator.
fn phrase(text: &str) -> Bind {
    Bind::Text(format!("\"{}\"", text.replace('"', "\"\"")))
}

fn pattern(text: &str) -> Bind {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Bind::Text(format!("%{escaped}%"))
}
