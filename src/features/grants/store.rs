//! Single grants as they are listed.

use crate::access::{Actor, Level, Levels, Screen};
use crate::db::{Conn, DbError, Query};
use crate::resource::list::{Filter, Listing, Sort, Takes, Viewer, by_hand};
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

pub static LISTING: Listing<GrantRow> = Listing {
    sorts: &[Sort::int("created_at", "g.created_at", |row| row.created_at)],
    order: "created_at",
    id: ("g.id", |row| &row.id),
    search: None,
    filters: &[
        Filter::new(
            "subject_kind",
            Takes::Words(|code| SubjectKind::from_code(code).is_some(), |schemas| schemas.read::<SubjectKind>()),
            by_hand,
        ),
        Filter::id("subject_id", |query, _, subject| query.then("and g.subject_id = ?", [subject.into()])),
        Filter::id("profile_id", |query, _, profile| query.then("and g.profile_id = ?", [profile.into()])),
        Filter::id("place_id", |query, _, place| query.then("and g.place_id = ?", [place.into()])),
        Filter::new("active", Takes::Truth, active).about("Whether they give access now."),
    ],
};

fn active(query: Query, viewer: &Viewer<'_>, wanted: &str) -> Query {
    let now = viewer.now;
    match wanted {
        "true" => query.then(
            "and (g.from_at is null or g.from_at <= ?) and (g.until_at is null or g.until_at > ?)
            and pl.retired is not true",
            [now.into(), now.into()],
        ),
        _ => query.then("and (g.from_at > ? or g.until_at <= ? or pl.retired is true)", [now.into(), now.into()]),
    }
}

/// The grants of subjects that the actor may read, of one kind or of all, and the same to be counted.
pub fn within_reach(actor: &Actor, only: Option<SubjectKind>) -> [Query; 2] {
    [SELECT, COUNT].map(|start| {
        let query = Query::default().then(start, [actor.organization_id.as_str().into()]);
        // Whoever may read them all asks for no kind, and so an index alone counts them.
        if only.is_none() && SubjectKind::ALL.into_iter().all(|kind| kind.is_all_within(actor)) {
            return query;
        }
        let kinds = SubjectKind::ALL.into_iter().filter(|kind| only.is_none_or(|only| only == *kind));
        kinds.fold(query.then("and (1 = 0", []), |query, kind| kind.or_within(query, actor)).then(")", [])
    })
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
