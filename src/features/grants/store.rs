//! Single grants as they are listed.

use super::model::GrantQuery;
use crate::access::{Actor, Level, Levels, Screen};
use crate::db::{Bind, Conn, DbError, Order, Query, Statement};
use crate::rights::subject::SubjectKind;
use crate::types::Millis;
use std::collections::HashMap;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct GrantRow {
    pub id: String,
    pub subject_kind: String,
    pub subject_id: String,
    pub profile_id: Option<String>,
    pub place_id: Option<String>,
    pub device_right: Option<String>,
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

const SELECT: &str =
    "select g.id, g.subject_kind, g.subject_id, g.profile_id, g.place_id, g.device_right, pl.retired, g.from_at,
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

pub fn counted(actor: &Actor, wanted: &GrantQuery, now: Millis) -> Statement {
    filtered(COUNT, actor, wanted, now).counted()
}

fn filtered(start: &'static str, actor: &Actor, wanted: &GrantQuery, now: Millis) -> Query {
    let mut query = Query::default().then(start, [actor.organization_id.as_str().into()]);
    // Whoever may read them all asks for no kind, and so an index alone counts them.
    if wanted.subject_kind.is_some() || !SubjectKind::ALL.into_iter().all(|kind| kind.is_all_within(actor)) {
        let kinds =
            SubjectKind::ALL.into_iter().filter(|kind| wanted.subject_kind.is_none_or(|wanted| wanted == *kind));
        query = kinds.fold(query.then("and (1 = 0", []), |query, kind| kind.or_within(query, actor)).then(")", []);
    }
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
