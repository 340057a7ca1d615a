//! The search index, the one thing the two engines spell differently: a table of FTS5 trigrams on SQLite, an index of
//! `pg_trgm` on `users.search_text` on PostgreSQL.
//!
//! It holds the texts of `server::search_text`, and what is looked for in it is what `search_text::wanted` makes.

use super::{Bind, Conn, DbError, Order, Query, Statement, exec};

/// How many candidates a search takes from the index before it filters and sorts.
pub const CANDIDATES: i64 = 10_000;

/// How many matches it follows in the index to find them, where other organizations have some too.
const LOOKED_AT: i64 = 10 * CANDIDATES;

/// How far a search walks along the order of a list to meet what it looks for, and of how many matches it does not try.
const WALKED: i64 = 2 * CANDIDATES;
const FEW: i64 = CANDIDATES / 5;

/// Puts the text of a user into the index, in place of an earlier one, when it was stored in `users`.
pub async fn put(conn: &mut Conn<'_>, seq: i64, text: &str) -> Result<(), DbError> {
    if let Conn::Sqlite(_) = conn {
        remove(conn, seq).await?;
        exec!(conn, "insert into user_search (rowid, text) values ($1, $2)", seq, text)?;
    }
    Ok(())
}

/// The same for many new users, whose ids these are.
pub async fn put_new(conn: &mut Conn<'_>, ids: &[&str]) -> Result<(), DbError> {
    const PUT: &str = "insert into user_search (rowid, text) select u.seq, u.search_text
        from json_each($1) as j cross join users u where u.id = j.value";
    if let Conn::Sqlite(_) = conn {
        exec!(conn, PUT, serde_json::json!(ids).to_string())?;
    }
    Ok(())
}

/// Before the user is deleted.
pub async fn remove(conn: &mut Conn<'_>, seq: i64) -> Result<(), DbError> {
    if let Conn::Sqlite(_) = conn {
        exec!(conn, "delete from user_search where rowid = $1", seq)?;
    }
    Ok(())
}

/// Begins a statement with `looked`, the matches that were followed in the index, and `found`, the first of them that
/// are users of the organization, with what lists filter by and `column` of `users m` as `sort_key`.
///
/// The index knows no organizations: of its matches at most `LOOKED_AT` are followed, however many others have.
pub fn found(conn: &Conn<'_>, organization_id: &str, wanted: &str, column: &'static str) -> Query {
    match conn {
        Conn::Sqlite(_) => ours(selected(looked_up(wanted), column), organization_id),
        Conn::Postgres(_) => {
            const FOUND: &str = "), found as materialized (select m.* from looked m where true";
            let query = Query::new("with looked as materialized (select m.id, m.company_id, m.role, m.status,");
            let query = query.then(column, []).then("as sort_key, m.organization_id from users m", []);
            let query = query.then("where m.search_text like ? escape '\\'", [containing(wanted)]);
            ours(but_signs(query, wanted).limit(LOOKED_AT).then(FOUND, []), organization_id)
        }
    }
}

/// A page of what a search finds.
pub struct Page<'a> {
    pub organization_id: &'a str,
    pub wanted: &'a str,
    /// The column of `users m` that it is sorted by.
    pub column: &'static str,
    pub descending: bool,
    pub after: Option<(Bind, String)>,
    /// With the one row more that tells whether there is a next page.
    pub limit: i64,
    /// Whether nothing narrows the list.
    pub whole: bool,
}

impl Page<'_> {
    /// The ids of the page; in each row, also where there is no id to give, how many are found in all and whether the
    /// search stopped before its last candidate. `among` appends `from found u where …`. The index is asked once.
    pub fn statement(self, conn: &Conn<'_>, among: impl Fn(Query) -> Query) -> Statement {
        let walks = self.whole && matches!(conn, Conn::Sqlite(_));
        let (descending, after, limit) = (self.descending, self.after.clone(), self.limit);
        let query = if walks { self.walked() } else { found(conn, self.organization_id, self.wanted, self.column) };
        let query = query.then("select p.id, t.count, t.stopped from (select", []);
        let query = if walks { query.then(WHERE_FULL, [limit.into()]) } else { query };
        let query = among(query.then("(select count(*)", [])).then(if walks { ") end" } else { ")" }, []);
        let query = stopped(query.then("as count,", []), conn).then("as stopped) t left join (", []);
        let query = if walks { query.then(OR_WALKED, [limit.into()]) } else { query };
        let order = Order { column: "u.sort_key", id: "u.id", descending };
        let query = among(query.then("select u.id, u.sort_key", [])).page(&order, after, limit);
        let query = if walks { query.then(") f", []) } else { query };
        let in_order = if descending { "desc, p.id desc" } else { "asc, p.id asc" };
        query.then(") p on true order by p.sort_key", []).then(in_order, []).finish()
    }

    /// On SQLite, before `found`: `walked`, the page itself, which `limit` rows make full. Of what many have, some are soon
    /// met by walking along the order, which costs less than to look each of them up; then `found` is empty.
    fn walked(self) -> Query {
        let order = Order { column: self.column, id: "m.id", descending: self.descending };
        let query = looked_up(self.wanted);
        let query = query.then(", walked as materialized (select w.id, w.sort_key from (select m.seq, m.id,", []);
        let query = query.then(self.column, []).then("as sort_key from users m", []);
        let query = query.then("where m.organization_id = ?", [self.organization_id.into()]);
        let query = query.page(&order, self.after, WALKED);
        // Without a row to give, SQLite does not begin to walk.
        let query = query.then(
            ") w where w.seq in (select seq from looked)
                limit case when (select n from most) = ? and (select count(*) from looked) > ? then ? else 0 end)",
            [CANDIDATES.into(), FEW.into(), self.limit.into()],
        );
        let query = selected(query, self.column).then("and (select count(*) from walked) < ?", [self.limit.into()]);
        ours(query, self.organization_id)
    }
}

const WHERE_FULL: &str = "case when (select count(*) from walked) = ? then (select count(*) from looked) else";

const OR_WALKED: &str = "select w.id, w.sort_key from walked w where (select count(*) from walked) = ?
    union all select f.id, f.sort_key from (";

/// `looked` on SQLite, with `most`, how many it may be: where there is one organization, all matches are its own.
fn looked_up(wanted: &str) -> Query {
    let query = Query::default().then(
        "with most as materialized (select case when count(*) > 1 then ? else ? end as n
            from (select 1 as one from organizations limit 2) o),
        looked as materialized (select s.rowid as seq from user_search s where s.text match ?",
        [LOOKED_AT.into(), CANDIDATES.into(), phrase(wanted)],
    );
    but_signs(query, wanted).then("limit (select n from most))", [])
}

fn selected(query: Query, column: &'static str) -> Query {
    let query = query.then(", found as materialized (select m.id, m.company_id, m.role, m.status,", []);
    query.then(column, []).then("as sort_key from looked cross join users m where m.seq = looked.seq", [])
}

/// What has no letter or digit is in no trigram of PostgreSQL, which would read the whole table for it.
fn but_signs(query: Query, wanted: &str) -> Query {
    if wanted.chars().any(char::is_alphanumeric) { query } else { query.then("and 1 = 0", []) }
}

fn ours(query: Query, organization_id: &str) -> Query {
    query.then("and m.organization_id = ?", [organization_id.into()]).limit(CANDIDATES).then(")", [])
}

/// Appends a condition: whether `found` holds all candidates that it may, or the index was left before its last match,
/// so that there may be more.
fn stopped(query: Query, conn: &Conn<'_>) -> Query {
    let query = query.then("case when (select count(*) from found) >= ? then true", [CANDIDATES.into()]);
    match conn {
        Conn::Sqlite(_) => query.then("else (select count(*) from looked) >= (select n from most) end", []),
        Conn::Postgres(_) => query.then("else (select count(*) from looked) >= ? end", [LOOKED_AT.into()]),
    }
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
