use super::model::{NewProfile, Profile};
use crate::access::{Actor, Level, Levels, Screen, path_end};
use crate::db::{Conn, DbError, Query, exec, rows, scalar};
use crate::rights::store::set_levels;
use crate::server::{search_text, text};
use crate::types::Millis;
use std::collections::HashMap;

/// A profile of an organization; `builtin` for the one that every organization has.
pub async fn insert(
    conn: &mut Conn<'_>,
    id: &str,
    (organization_id, builtin): (&str, bool),
    of: &NewProfile,
    now: Millis,
) -> Result<(), DbError> {
    const INSERT: &str = "insert into profiles (id, organization_id, builtin, created_at, name, name_key, search_text)
        values ($1, $2, $3, $4, $5, $6, $7)";
    let (name_key, search) = (text::fold(&of.name), search_text::of(&[&of.name]));
    exec!(conn, INSERT, id, organization_id, builtin, now, &*of.name, name_key, search)?;
    set_levels(conn, id, &of.levels).await
}

/// The built-in profiles of all organizations.
pub async fn builtin_ids(conn: &mut Conn<'_>) -> Result<Vec<String>, DbError> {
    let rows = rows!(conn, (String,), "select id from profiles where builtin = true")?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// A profile as it is stored.
#[derive(sqlx::FromRow)]
pub struct ProfileRow {
    #[sqlx(flatten)]
    pub profile: Profile,
    pub name_key: String,
}

/// The start of every read of profiles. Of the users and API users that hold one, those are counted whom the viewer may
/// know of: who manages a company learns nothing of how many there are beside it. Teams are the organization's.
pub fn select(viewer: &Actor) -> Query {
    let query = Query::new(
        "select p.id, p.name, p.name_key, p.builtin, p.version,
            (select count(distinct g.subject_id) from grants g
                where g.profile_id = p.id and g.subject_kind <> 'user' and g.subject_kind = 'team') as team_count,
            (select count(distinct g.subject_id) from grants g cross join api_users m",
    );
    let query = within(query, viewer).then(
        "and g.profile_id = p.id and g.subject_kind <> 'user' and g.subject_kind = 'api_user'
                and m.id = g.subject_id) as api_user_count,
            (select count(*) from user_profiles up",
        [],
    );
    let query = if viewer.company_path.matches('/').count() <= 1 {
        query.then("where true", [])
    } else {
        within(query.then("join users m on m.id = up.user_id", []), viewer)
    };
    query.then(
        "and up.organization_id = p.organization_id and up.profile_id = p.id) as user_count
        from profiles p where p.organization_id = ?",
        [viewer.organization_id.as_str().into()],
    )
}

/// Keeps the holders `m` of the viewer's company and those below.
fn within(query: Query, viewer: &Actor) -> Query {
    if viewer.company_path.matches('/').count() <= 1 {
        return query.then("where true", []);
    }
    query.then(
        "join companies r on r.id = m.company_id where r.path >= ? and r.path < ?",
        [viewer.company_path.as_str().into(), path_end(&viewer.company_path).into()],
    )
}

pub async fn find(conn: &mut Conn<'_>, viewer: &Actor, id: &str) -> Result<Option<Profile>, DbError> {
    let query = select(viewer).then("and p.id = ?", [id.into()]);
    let found = query.finish().rows::<ProfileRow>(conn).await?;
    Ok(with_levels(conn, found).await?.pop())
}

/// Adds the levels of all rows of a page, in one statement.
pub async fn with_levels(conn: &mut Conn<'_>, found: Vec<ProfileRow>) -> Result<Vec<Profile>, DbError> {
    const LEVELS: &str = "select l.owner_id, l.screen, l.level from levels l where true";
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = found.iter().map(|row| row.profile.id.as_str()).collect();
    let query = Query::new(LEVELS).one_of(conn, "l.owner_id", &ids);
    let mut tables: HashMap<String, Levels> = HashMap::new();
    for (owner, screen, level) in query.finish().rows::<(String, String, i64)>(conn).await? {
        if let Some(screen) = Screen::from_code(&screen) {
            let table = tables.entry(owner).or_default();
            *table = table.with(screen, Level::from_stored(level));
        }
    }
    let profile = |ProfileRow { profile, .. }: ProfileRow| Profile {
        levels: tables.remove(&profile.id).unwrap_or_default(),
        ..profile
    };
    Ok(found.into_iter().map(profile).collect())
}

pub async fn update(conn: &mut Conn<'_>, id: &str, of: &NewProfile) -> Result<(), DbError> {
    const UPDATE: &str = "update profiles set name = $2, name_key = $3, search_text = $4, version = version + 1
        where id = $1";
    exec!(conn, UPDATE, id, &*of.name, text::fold(&of.name), search_text::of(&[&of.name]))?;
    set_levels(conn, id, &of.levels).await
}

/// The keys of names that begin like this one.
pub async fn keys_like(conn: &mut Conn<'_>, organization_id: &str, start: &str) -> Result<Vec<String>, DbError> {
    const KEYS: &str = "select name_key from profiles where organization_id = $1 and name_key >= $2 and name_key < $3";
    let found = rows!(conn, (String,), KEYS, organization_id, start, format!("{start}{}", char::MAX))?;
    Ok(found.into_iter().map(|row| row.0).collect())
}

/// The highest role of those who hold it, themselves or through a team; 0 when nobody does.
pub async fn highest_role(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<i64, DbError> {
    const HIGHEST: &str = "with held as (select m.member_id from grants g cross join team_members m
            where g.profile_id = $2 and g.organization_id = $1 and g.subject_kind <> 'user' and m.team_id = g.subject_id
            union all
            select g.subject_id from grants g
            where g.profile_id = $2 and g.organization_id = $1 and g.subject_kind <> 'user')
        select coalesce(max(role), 0) from (
            select max(role) as role from user_profiles where organization_id = $1 and profile_id = $2
            union all
            select max(u.role) from held join users u on u.id = held.member_id
            union all
            select max(a.role) from held join api_users a on a.id = held.member_id) roles";
    scalar!(conn, i64, HIGHEST, organization_id, id)
}

/// Whether somebody holds it, or is in a team that does, who does not belong to this company or one below.
pub async fn held_outside(
    conn: &mut Conn<'_>,
    organization_id: &str,
    id: &str,
    company_path: &str,
) -> Result<bool, DbError> {
    const OUTSIDE: &str = "with held as (select m.member_id from grants g cross join team_members m
            where g.profile_id = $2 and g.organization_id = $1 and g.subject_kind <> 'user' and m.team_id = g.subject_id
            union all
            select g.subject_id from grants g
            where g.profile_id = $2 and g.organization_id = $1 and g.subject_kind <> 'user')
        select count(*) from (
            select u.company_id from user_profiles up join users u on u.id = up.user_id
            where up.organization_id = $1 and up.profile_id = $2
            union
            select u.company_id from held join users u on u.id = held.member_id
            union
            select a.company_id from held join api_users a on a.id = held.member_id) companies_of
        join companies c on c.id = companies_of.company_id
        where not (c.path >= $3 and c.path < $4)";
    let found = scalar!(conn, i64, OUTSIDE, organization_id, id, company_path, path_end(company_path))?;
    Ok(found > 0)
}

/// Users, teams and API users with a grant of it.
pub async fn count_holders(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<[i64; 3], DbError> {
    const COUNT: &str = "select subject_kind, count(distinct subject_id) from grants
        where profile_id = $1 and organization_id = $2 group by subject_kind";
    let counted = rows!(conn, (String, i64), COUNT, id, organization_id)?;
    let of = |kind: &str| counted.iter().find(|(found, _)| found == kind).map_or(0, |(_, count)| *count);
    Ok([of("user"), of("team"), of("api_user")])
}

/// Where and until when it is granted, each pair once.
pub async fn extents(
    conn: &mut Conn<'_>,
    organization_id: &str,
    id: &str,
) -> Result<Vec<(Option<String>, Option<Millis>)>, DbError> {
    const EXTENTS: &str = "select distinct pl.path, g.until_at from grants g left join places pl on pl.id = g.place_id
        where g.profile_id = $1 and g.organization_id = $2";
    rows!(conn, (Option<String>, Option<Millis>), EXTENTS, id, organization_id)
}

/// Puts `to` in the place of `from` in every grant. What would be the same grant twice becomes one.
pub async fn replace(conn: &mut Conn<'_>, organization_id: &str, from: &str, to: &str) -> Result<(), DbError> {
    // `|| ''` keeps SQLite from looking a duplicate up among all grants of the profile instead of the subject's few.
    const COLLAPSE: &str = "delete from grants where profile_id = $1 and organization_id = $2
        and exists (select 1 from grants o
            where o.subject_id = grants.subject_id and o.organization_id = grants.organization_id
            and o.subject_kind = grants.subject_kind
            and (o.profile_id || '' = $3 or (o.profile_id || '' = $1 and o.id < grants.id))
            and o.place_id is not distinct from grants.place_id
            and o.from_at is not distinct from grants.from_at
            and o.until_at is not distinct from grants.until_at)";
    const GRANTS: &str = "update grants set profile_id = $3, rights_id = $3
        where profile_id = $1 and organization_id = $2";
    const HOLDERS: &str = "insert into user_profiles (organization_id, profile_id, user_id, username_key, name_key,
            email_key, company_key, role, status, last_sign_in_at)
        select organization_id, cast($3 as text), user_id, username_key, name_key, email_key, company_key, role,
            status, last_sign_in_at
        from user_profiles where profile_id = $1 and organization_id = $2
        on conflict (profile_id, user_id) do nothing";
    const FORMER: &str = "delete from user_profiles where profile_id = $1 and organization_id = $2";
    exec!(conn, COLLAPSE, from, organization_id, to)?;
    exec!(conn, GRANTS, from, organization_id, to)?;
    exec!(conn, HOLDERS, from, organization_id, to)?;
    exec!(conn, FORMER, from, organization_id)?;
    Ok(())
}

/// False when somebody was given it since its grants were counted.
pub async fn delete(conn: &mut Conn<'_>, organization_id: &str, id: &str) -> Result<bool, DbError> {
    exec!(conn, "delete from levels where owner_id = $1", id)?;
    match exec!(conn, "delete from profiles where id = $1 and organization_id = $2", id, organization_id) {
        Err(DbError::Other(sqlx::Error::Database(cause))) if cause.is_foreign_key_violation() => Ok(false),
        done => done.map(|_| true),
    }
}
