use super::model::{ClientSecret, IntegrationRow};
use crate::access::{Actor, Level, Levels, Screen};
use crate::db::search::containing;
use crate::db::{Conn, DbError, Query, exec, row, rows, scalar};
use crate::resource::list::{Filter, Listing, Search, Sort, Takes};
use crate::server::{reach, search_text};
use crate::types::Millis;

pub struct NewIntegration<'a> {
    pub id: &'a str,
    pub organization_id: &'a str,
    pub client_id: &'a str,
    pub name: &'a str,
    pub name_key: &'a str,
    pub company_id: &'a str,
    pub role: i64,
    /// None for the command line.
    pub made_by: Option<&'a str>,
    pub made_by_name: &'a str,
}

const INSERT: &str =
    "insert into integrations (id, organization_id, client_id, name, name_key, company_id, role, status,
        made_by, made_by_name, created_at, search_text)
    values ($1, $2, $3, $4, $5, $6, $7, 'active', $8, $9, $10, $11)";

/// Fails with `Unique::ClientId` when any organization has this client ID.
pub async fn insert(conn: &mut Conn<'_>, new: &NewIntegration<'_>, now: Millis) -> Result<(), DbError> {
    exec!(
        conn,
        INSERT,
        new.id,
        new.organization_id,
        new.client_id,
        new.name,
        new.name_key,
        new.company_id,
        new.role,
        new.made_by,
        new.made_by_name,
        now,
        search_text::of(&[new.name, new.client_id])
    )?;
    Ok(())
}

/// The start of every read; `u` is the integration, as `reach::members` calls what has a company and a rank.
const SELECT: &str = "select u.id, u.client_id, u.name, u.name_key, u.company_id, c.name as company_name,
        c.path as company_path, u.role, u.status, u.made_by_name as made_by, u.created_at,
        (select max(l.at) from last_uses l where l.subject_id = u.id) as last_used_at, u.version
    from integrations u cross join companies c where c.id = u.company_id";

const COUNT: &str = "select count(*) from (select 1 as one from integrations u where true";

pub fn of_organization(id: &str) -> Query {
    Query::new(SELECT).then("and u.organization_id = ?", [id.into()])
}

/// An organization has few integrations: looking through all their names costs less than an index would.
pub static LISTING: Listing<IntegrationRow> = Listing {
    sorts: &[Sort::text("name", "u.name_key", |row| &row.name_key)],
    order: "name",
    id: ("u.id", |row| &row.integration.id),
    search: Some(Search {
        about: "Part of the name or the client ID.",
        keep: |query, wanted| query.then("and u.search_text like ? escape '\\'", [containing(wanted)]),
    }),
    filters: &[Filter::new("status", Takes::STATUS, |query, _, status| {
        query.then("and u.status = ?", [status.into()])
    })],
};

/// The integrations within the actor's reach, and the same to be counted.
pub fn within_reach(actor: &Actor) -> [Query; 2] {
    [SELECT, COUNT].map(|start| {
        let query = Query::new(start).then("and u.organization_id = ?", [actor.organization_id.as_str().into()]);
        reach::members(query, actor, Screen::Integrations, Level::Read)
    })
}

/// One grant of an integration, one row per screen.
#[derive(sqlx::FromRow)]
pub struct GrantRow {
    pub subject_id: String,
    pub id: String,
    pub place_id: Option<String>,
    pub place_name: Option<String>,
    /// Within its time, and not in a retired place.
    pub live: bool,
    /// Without beginning and end: what the form shows. The others count for what it may do only.
    pub open_ended: bool,
    pub screen: String,
    pub level: i64,
}

/// The grants of the integrations of one page, in one statement.
pub async fn grants(
    conn: &mut Conn<'_>,
    organization_id: &str,
    ids: &[&str],
    now: Millis,
) -> Result<Vec<GrantRow>, DbError> {
    const GRANTS: &str = "select g.subject_id, g.id, g.place_id, pl.full_name as place_name,
            (g.from_at is null or g.from_at <= ?) and (g.until_at is null or g.until_at > ?)
                and (g.place_id is null or pl.retired = false) as live,
            g.from_at is null and g.until_at is null as open_ended, l.screen, l.level
        from grants g join levels l on l.owner_id = g.rights_id left join places pl on pl.id = g.place_id
        where g.organization_id = ?";
    let binds = [now.into(), now.into(), organization_id.into()];
    let query = Query::default().then(GRANTS, binds).one_of(conn, "g.subject_id", ids);
    query.then("order by g.id", []).finish().rows(conn).await
}

impl GrantRow {
    pub fn levels(&self) -> Levels {
        match Screen::from_code(&self.screen) {
            Some(screen) => Levels::NONE.with(screen, Level::from_stored(self.level)),
            None => Levels::NONE,
        }
    }
}

/// Ends the live tokens of an integration, all of them or those of one secret; their ids.
pub async fn end_tokens(
    conn: &mut Conn<'_>,
    id: &str,
    secret_id: Option<&str>,
    reason: &str,
    by: &str,
    now: Millis,
) -> Result<Vec<String>, DbError> {
    const END: &str = "update sessions set ended_at = $3, ended_reason = $4, ended_by = $5
        where integration_id = $1 and ended_at is null and (cast($2 as text) is null or secret_id = $2) returning id";
    let ended = rows!(conn, (String,), END, id, secret_id, now, reason, by)?;
    Ok(ended.into_iter().map(|row| row.0).collect())
}

pub async fn count_tokens(conn: &mut Conn<'_>, id: &str, now: Millis) -> Result<i64, DbError> {
    const COUNT: &str = "select count(*) from sessions
        where integration_id = $1 and ended_at is null and expires_at > $2";
    scalar!(conn, i64, COUNT, id, now)
}

/// Calls and errors since an hour.
pub async fn calls(conn: &mut Conn<'_>, id: &str, since: Millis) -> Result<(i64, i64), DbError> {
    const SUM: &str = "select cast(coalesce(sum(calls), 0) as bigint), cast(coalesce(sum(errors), 0) as bigint)
        from calls where subject_id = $1 and hour >= $2";
    Ok(row!(conn, (i64, i64), SUM, id, since)?.unwrap_or_default())
}

/// When, from where and with which secret it was last used, the newest first.
pub async fn last_uses(conn: &mut Conn<'_>, id: &str) -> Result<Vec<(String, Millis, String)>, DbError> {
    const LAST: &str = "select credential_id, at, address from last_uses where subject_id = $1 order by at desc";
    rows!(conn, (String, i64, String), LAST, id)
}

pub async fn refused(conn: &mut Conn<'_>, id: &str) -> Result<Vec<(String, i64, i64, Millis)>, DbError> {
    const REFUSED: &str = "select screen, level, times, last_at from refused_needs where subject_id = $1
        order by times desc, screen, level limit 20";
    rows!(conn, (String, i64, i64, i64), REFUSED, id)
}

const SECRETS: &str = "select s.id, s.hint, s.created_at, s.expires_at, l.at as last_used_at
    from client_secrets s
    left join last_uses l on l.subject_id = s.integration_id and l.credential_id = s.id
    where s.integration_id = $1 and (s.expires_at is null or s.expires_at > $2)
    order by s.created_at desc, s.id desc";

/// The live secrets, the newest first.
pub async fn secrets_of(conn: &mut Conn<'_>, integration_id: &str, now: Millis) -> Result<Vec<ClientSecret>, DbError> {
    rows!(conn, ClientSecret, SECRETS, integration_id, now)
}
