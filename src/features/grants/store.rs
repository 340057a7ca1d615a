use super::model::GrantQuery;
use super::subject::SubjectKind;
use crate::access::{Actor, ActorKind, Level, Levels, Screen};
use crate::db::{Bind, Conn, DbError, Order, Query, Statement, exec};
use crate::server::clock::new_id;
use crate::types::{COUNT_LIMIT, Millis};
use std::collections::HashMap;

/// What a grant gives.
#[derive(Clone, Copy, Debug)]
pub enum Rights<'a> {
    Profile(&'a str),
    Own(&'a Levels),
}

pub struct NewGrant<'a> {
    pub organization_id: &'a str,
    pub subject_kind: ActorKind,
    pub subject_id: &'a str,
    pub rights: Rights<'a>,
    /// None is everything.
    pub place_id: Option<&'a str>,
    pub given_by: &'a str,
}

/// From when until when, and why; open by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Term<'a> {
    pub from: Option<Millis>,
    pub until: Option<Millis>,
    pub reason: &'a str,
}

const INSERT: &str =
    "insert into grants (id, organization_id, subject_kind, subject_id, profile_id, rights_id, place_id,
        from_at, until_at, given_by, reason, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

/// Inserts an open-ended grant.
pub async fn insert(conn: &mut Conn<'_>, new: &NewGrant<'_>, now: Millis) -> Result<(), DbError> {
    insert_for(conn, new, &Term::default(), now).await?;
    Ok(())
}

/// Inserts a grant for a time; its id.
pub async fn insert_for(
    conn: &mut Conn<'_>,
    new: &NewGrant<'_>,
    term: &Term<'_>,
    now: Millis,
) -> Result<String, DbError> {
    let id = new_id(now);
    let (profile_id, rights_id) = match new.rights {
        Rights::Profile(profile) => (Some(profile), profile),
        Rights::Own(_) => (None, id.as_str()),
    };
    exec!(
        conn,
        INSERT,
        id.as_str(),
        new.organization_id,
        new.subject_kind.code(),
        new.subject_id,
        profile_id,
        rights_id,
        new.place_id,
        term.from,
        term.until,
        new.given_by,
        term.reason,
        now
    )?;
    if let Rights::Own(levels) = new.rights {
        set_levels(conn, &id, levels).await?;
    }
    Ok(id)
}

/// Replaces the level table of a profile or a grant.
pub async fn set_levels(conn: &mut Conn<'_>, owner_id: &str, levels: &Levels) -> Result<(), DbError> {
    exec!(conn, "delete from levels where owner_id = $1", owner_id)?;
    for (screen, level) in levels.open() {
        const INSERT: &str = "insert into levels (owner_id, screen, level) values ($1, $2, $3)";
        exec!(conn, INSERT, owner_id, screen.code(), level.stored())?;
    }
    Ok(())
}

/// Takes every grant from a subject.
pub async fn delete_of(conn: &mut Conn<'_>, organization_id: &str, subject_id: &str) -> Result<(), DbError> {
    const OWN_LEVELS: &str = "delete from levels where owner_id in
        (select id from grants where subject_id = $1 and organization_id = $2 and profile_id is null)";
    exec!(conn, OWN_LEVELS, subject_id, organization_id)?;
    exec!(conn, "delete from grants where subject_id = $1 and organization_id = $2", subject_id, organization_id)?;
    Ok(())
}

/// Takes the grants that the user form shows: open-ended, of a profile or on everything.
pub async fn delete_of_form(conn: &mut Conn<'_>, organization_id: &str, user_id: &str) -> Result<(), DbError> {
    const OWN_LEVELS: &str = "delete from levels where owner_id in (select id from grants
        where subject_id = $1 and organization_id = $2 and profile_id is null and place_id is null
        and from_at is null and until_at is null)";
    const GRANTS: &str = "delete from grants where subject_id = $1 and organization_id = $2
        and (profile_id is not null or place_id is null) and from_at is null and until_at is null";
    exec!(conn, OWN_LEVELS, user_id, organization_id)?;
    exec!(conn, GRANTS, user_id, organization_id)?;
    Ok(())
}

/// Takes the grants that the form of an integration shows: those without beginning and end.
pub async fn delete_open_ended(conn: &mut Conn<'_>, organization_id: &str, subject_id: &str) -> Result<(), DbError> {
    const OWN_LEVELS: &str = "delete from levels where owner_id in (select id from grants
        where subject_id = $1 and organization_id = $2 and profile_id is null and from_at is null and until_at is null)";
    const GRANTS: &str = "delete from grants where subject_id = $1 and organization_id = $2
        and from_at is null and until_at is null";
    exec!(conn, OWN_LEVELS, subject_id, organization_id)?;
    exec!(conn, GRANTS, subject_id, organization_id)?;
    Ok(())
}

/// Takes one grant, with the levels of its own.
pub async fn delete(conn: &mut Conn<'_>, id: &str) -> Result<(), DbError> {
    exec!(conn, "delete from levels where owner_id = $1", id)?;
    exec!(conn, "delete from grants where id = $1", id)?;
    Ok(())
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct GrantRow {
    pub id: String,
    pub subject_kind: String,
    pub subject_id: String,
    pub profile_id: Option<String>,
    pub place_id: Option<String>,
    pub retired: Option<bool>,
    pub from_at: Option<Millis>,
    pub until_at: Option<Millis>,
    pub given_by: String,
    pub reason: String,
    pub created_at: Millis,
}

impl GrantRow {
    /// As grants are read for a decision: within its time, and not in a retired place.
    pub fn is_live(&self, now: Millis) -> bool {
        let begun = self.from_at.is_none_or(|from| from <= now);
        let lasts = self.until_at.is_none_or(|until| until > now);
        begun && lasts && self.retired != Some(true)
    }
}

const SELECT: &str = "select g.id, g.subject_kind, g.subject_id, g.profile_id, g.place_id, pl.retired, g.from_at,
        g.until_at, g.given_by, g.reason, g.created_at
    from grants g left join places pl on pl.id = g.place_id where g.organization_id = ?";

const COUNT: &str = "select count(*) from (select 1 as one
    from grants g left join places pl on pl.id = g.place_id where g.organization_id = ?";

pub async fn find(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<Option<GrantRow>, DbError> {
    let query = Query::default().then(SELECT, [organization_id.into()]).then("and g.id = ?", [id.into()]);
    Ok(query.finish().rows(conn).await?.pop())
}

/// The grants of subjects that the actor may read.
pub async fn list(
    conn: &mut Conn<'_>,
    actor: &Actor,
    wanted: &GrantQuery,
    order: &Order,
    after: Option<(Bind, String)>,
    limit: i64,
    now: Millis,
) -> Result<Vec<GrantRow>, DbError> {
    listed(actor, wanted, order, after, limit, now).rows(conn).await
}

pub(super) fn listed(
    actor: &Actor,
    wanted: &GrantQuery,
    order: &Order,
    after: Option<(Bind, String)>,
    limit: i64,
    now: Millis,
) -> Statement {
    filtered(SELECT, actor, wanted, now).page(order, after, limit).finish()
}

pub async fn count(conn: &mut Conn<'_>, actor: &Actor, wanted: &GrantQuery, now: Millis) -> Result<i64, DbError> {
    let query = filtered(COUNT, actor, wanted, now);
    query.then("limit ?) counted", [(COUNT_LIMIT + 1).into()]).finish().number(conn).await
}

fn filtered(start: &'static str, actor: &Actor, wanted: &GrantQuery, now: Millis) -> Query {
    let mut query = Query::default().then(start, [actor.organization_id.as_str().into()]).then("and (1 = 0", []);
    let kinds = SubjectKind::ALL.into_iter().filter(|kind| wanted.subject_kind.is_none_or(|wanted| wanted == *kind));
    for kind in kinds {
        query = kind.or_within(query, actor);
    }
    query = query.then(")", []);
    if !wanted.subject_id.is_empty() {
        query = query.then("and g.subject_id = ?", [wanted.subject_id.as_str().into()]);
    }
    if !wanted.profile_id.is_empty() {
        query = query.then("and g.profile_id = ?", [wanted.profile_id.as_str().into()]);
    }
    if !wanted.place_id.is_empty() {
        query = query.then("and g.place_id = ?", [wanted.place_id.as_str().into()]);
    }
    match wanted.active {
        Some(true) => query.then(
            "and (g.from_at is null or g.from_at <= ?) and (g.until_at is null or g.until_at > ?)
            and pl.retired is not true",
            [now.into(), now.into()],
        ),
        Some(false) => {
            query.then("and (g.from_at > ? or g.until_at <= ? or pl.retired is true)", [now.into(), now.into()])
        }
        None => query,
    }
}

/// The levels of profiles or grants, by the id of each.
pub async fn levels(conn: &mut Conn<'_>, owners: &[&str]) -> Result<HashMap<String, Levels>, DbError> {
    const LEVELS: &str = "select owner_id, screen, level from levels where true";
    let query = Query::new(LEVELS).one_of(conn, "owner_id", owners);
    let mut found: HashMap<String, Levels> = HashMap::new();
    for (owner, screen, level) in query.finish().rows::<(String, String, i64)>(conn).await? {
        let levels = found.entry(owner).or_default();
        if let Some(screen) = Screen::from_code(&screen) {
            *levels = levels.with(screen, Level::from_stored(level));
        }
    }
    Ok(found)
}
