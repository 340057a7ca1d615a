use super::kind::SubjectKind;
use crate::access::{DeviceRight, Level, Levels, Screen};
use crate::db::{Conn, DbError, Query, exec, scalar};
use crate::server::clock::new_id;
use crate::types::Millis;

/// What a grant gives.
#[derive(Clone, Copy, Debug)]
pub enum Rights<'a> {
    Profile(&'a str),
    Own(&'a Levels),
}

pub struct NewGrant<'a> {
    pub organization_id: &'a str,
    pub subject_kind: SubjectKind,
    pub subject_id: &'a str,
    pub rights: Rights<'a>,
    /// None is everything.
    pub place_id: Option<&'a str>,
    /// Marks what was granted on one device, or on all.
    pub device_right: Option<DeviceRight>,
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
        from_at, until_at, given_by, reason, created_at, device_right)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

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
        now,
        new.device_right.map(DeviceRight::code)
    )?;
    if let Rights::Own(levels) = new.rights {
        set_levels(conn, &id, levels).await?;
    }
    Ok(id)
}

/// Replaces the levels of a profile or a grant on the screens that this binary knows. A newer node may know more of them.
pub async fn set_levels(conn: &mut Conn<'_>, owner_id: &str, levels: &Levels) -> Result<(), DbError> {
    const SET: &str = "insert into levels (owner_id, screen, level) values ($1, $2, $3)
        on conflict (owner_id, screen) do update set level = excluded.level";
    let closed: Vec<&str> = levels.all().filter(|it| it.1 == Level::None).map(|(screen, _)| screen.code()).collect();
    let close = Query::default().then("delete from levels where owner_id = ?", [owner_id.into()]);
    close.one_of(conn, "screen", &closed).then("returning screen", []).finish().rows::<(String,)>(conn).await?;
    for (screen, level) in levels.open() {
        exec!(conn, SET, owner_id, screen.code(), level.stored())?;
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

/// Takes the grants that have no beginning and no end.
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

/// The profiles that these subjects have by any grant.
pub async fn profiles_of(
    conn: &mut Conn<'_>,
    organization_id: &str,
    subject_ids: &[&str],
) -> Result<Vec<String>, DbError> {
    const FIND: &str = "select distinct g.profile_id from grants g where g.profile_id is not null
        and g.organization_id = ?";
    let query = Query::default().then(FIND, [organization_id.into()]).one_of(conn, "g.subject_id", subject_ids);
    Ok(query.finish().rows::<(String,)>(conn).await?.into_iter().map(|row| row.0).collect())
}

/// What a grant gives, where and until when.
pub struct Extent {
    id: String,
    pub levels: Levels,
    /// None is everything.
    pub path: Option<String>,
    pub until: Option<Millis>,
}

#[derive(sqlx::FromRow)]
struct ExtentRow {
    id: String,
    path: Option<String>,
    until_at: Option<Millis>,
    screen: String,
    level: i64,
}

/// What these subjects have, and will have: every grant that has not ended, at retired places too.
pub async fn extents(
    conn: &mut Conn<'_>,
    organization_id: &str,
    subject_ids: &[&str],
    now: Millis,
) -> Result<Vec<Extent>, DbError> {
    const FIND: &str = "select g.id, pl.path, g.until_at, l.screen, l.level
        from grants g join levels l on l.owner_id = g.rights_id left join places pl on pl.id = g.place_id
        where g.organization_id = ? and (g.until_at is null or g.until_at > ?)";
    let query = Query::default().then(FIND, [organization_id.into(), now.into()]);
    let query = query.one_of(conn, "g.subject_id", subject_ids).then("order by g.id", []);
    let mut found: Vec<Extent> = Vec::new();
    for row in query.finish().rows::<ExtentRow>(conn).await? {
        let Some(screen) = Screen::from_code(&row.screen) else { continue };
        let level = Level::from_stored(row.level);
        match found.last_mut().filter(|last| last.id == row.id) {
            Some(last) => last.levels = last.levels.with(screen, level),
            None => found.push(Extent {
                levels: Levels::NONE.with(screen, level),
                id: row.id,
                path: row.path,
                until: row.until_at,
            }),
        }
    }
    Ok(found)
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

/// How many grants a subject has, of whatever time.
pub async fn count_grants(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<i64, DbError> {
    const COUNT: &str = "select count(*) from grants where subject_id = $1 and organization_id = $2";
    scalar!(conn, i64, COUNT, id, organization_id)
}

/// Brings `user_profiles` in line with the grants and sort keys of one user.
pub async fn index_profiles(conn: &mut Conn<'_>, user_id: &str) -> Result<(), DbError> {
    const FILL: &str = "insert into user_profiles (organization_id, profile_id, user_id, username_key, name_key,
            email_key, company_key, role, status, last_sign_in_at)
        select distinct u.organization_id, g.profile_id, u.id, u.username_key, u.name_key, u.email_key, u.company_key,
            u.role, u.status, u.last_sign_in_at
        from users u join grants g on g.subject_id = u.id and g.organization_id = u.organization_id
        where u.id = $1 and g.profile_id is not null";
    exec!(conn, "delete from user_profiles where user_id = $1", user_id)?;
    exec!(conn, FILL, user_id)?;
    Ok(())
}

/// A user or an API user that is deleted leaves its teams.
pub async fn leave_teams(conn: &mut Conn<'_>, member_id: &str) -> Result<(), DbError> {
    exec!(conn, "delete from team_members where member_id = $1", member_id)?;
    Ok(())
}
